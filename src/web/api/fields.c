#include "fields.h"

#include "must.h"
#include "num.h"

static bool
text_fits(const struct field *f, struct str s)
{
	return (int64_t)s.len >= f->lo && (int64_t)s.len <= f->hi &&
	       str_printable(s);
}

static bool
read_text(const struct field *f, const struct json *v, struct value *out)
{
	if (json_kind(v) != JSON_STRING)
		return false;
	out->text = json_text(v);
	out->given = out->text.len > 0 || f->lo == 0;
	return !out->given || text_fits(f, out->text);
}

/* A file: whoever reads it looks at its characters. */
static bool
read_lines(const struct field *f, const struct json *v, struct value *out)
{
	out->text = json_text(v);
	out->given = out->text.len > 0;
	return json_kind(v) == JSON_STRING && (int64_t)out->text.len >= f->lo &&
	       (int64_t)out->text.len <= f->hi;
}

static bool
read_number(const struct field *f, const struct json *v, struct value *out)
{
	out->number = json_number(v, 0);
	out->given = true;
	return json_kind(v) == JSON_INT && out->number >= f->lo &&
	       out->number <= f->hi;
}

/* Parts of a list before they are judged: texts and numbers alike. */
struct parts {
	struct str *texts; /* of a text, or of strings in an array */
	const struct json *array;
	size_t n;
};

static size_t
most(const struct field *f)
{
	return f->kind == FIELD_IDS ? SIZE_MAX : FIELD_LIST_MAX;
}

static size_t
count_parts(struct str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == ',';
	return n;
}

static bool
split(struct arena *a, const struct field *f, struct str s, struct parts *p)
{
	struct str part;

	p->texts = arena_array(a, count_parts(s), sizeof(*p->texts));
	if (p->texts == NULL)
		return false;
	while (str_next(&s, ',', &part)) {
		part = str_trim(part);
		if (part.len == 0)
			continue;
		if (p->n == most(f))
			return false;
		p->texts[p->n++] = part;
	}
	return true;
}

static bool
open_list(struct arena *a, const struct field *f, const struct json *v,
    struct parts *p)
{
	*p = (struct parts){0};
	if (json_kind(v) == JSON_STRING)
		return split(a, f, json_text(v), p);
	p->array = v;
	p->n = json_length(v);
	return json_kind(v) == JSON_ARRAY && p->n <= most(f);
}

/* Reads one element, of an array or (item NULL) of a text with commas. */
typedef bool read_element(
    const struct field *f, const struct json *item, struct str text, void *out);

static bool
number(
    const struct field *f, const struct json *item, struct str text, void *out)
{
	int64_t *n = out;

	if (item == NULL)
		return num_parse(text, f->lo, f->hi, n);
	*n = json_number(item, 0);
	return json_kind(item) == JSON_INT && *n >= f->lo && *n <= f->hi;
}

static bool
text_of(
    const struct field *f, const struct json *item, struct str text, void *out)
{
	struct str *s = out;

	if (item != NULL && json_kind(item) != JSON_STRING)
		return false;
	*s = item != NULL ? json_text(item) : text;
	return s->len > 0 && text_fits(f, *s);
}

/* The elements of p, each of size bytes; NULL if one is wrong. */
static void *
read_elements(struct arena *a, const struct field *f, const struct parts *p,
    size_t size, read_element *read)
{
	char *list = arena_array(a, p->n + 1, size);

	for (size_t i = 0; list != NULL && i < p->n; i++) {
		const struct json *item =
		    p->texts == NULL ? json_item(p->array, i) : NULL;
		struct str text = p->texts != NULL ? p->texts[i] : str_n("", 0);

		if (!read(f, item, text, list + i * size))
			return NULL;
	}
	return list;
}

static bool
read_list(struct arena *a, const struct field *f, const struct json *v,
    struct value *out)
{
	struct parts p;

	if (!open_list(a, f, v, &p))
		return false;
	if (f->kind == FIELD_NUMBERS)
		out->numbers = read_elements(a, f, &p, sizeof(int64_t), number);
	else
		out->texts =
		    read_elements(a, f, &p, sizeof(struct str), text_of);
	out->n = p.n;
	out->given = p.n > 0 || f->lo == 0;
	return out->numbers != NULL || out->texts != NULL;
}

static bool
read_object(const struct json *v, struct value *out)
{
	out->objects = v;
	out->n = 1;
	out->given = true;
	return json_kind(v) == JSON_OBJECT;
}

static bool
read_objects(const struct field *f, const struct json *v, struct value *out)
{
	out->objects = v;
	out->n = json_length(v);
	out->given = true;
	if (json_kind(v) != JSON_ARRAY || (int64_t)out->n < f->lo ||
	    (int64_t)out->n > f->hi)
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (json_kind(json_item(v, i)) != JSON_OBJECT)
			return false;
	return true;
}

static bool
read_field(struct arena *a, const struct field *f, const struct json *v,
    struct value *out)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return read_text(f, v, out);
	case FIELD_LINES:
		return read_lines(f, v, out);
	case FIELD_NUMBER:
		return read_number(f, v, out);
	case FIELD_BOOL:
		out->truth = json_true(v);
		out->given = true;
		return json_kind(v) == JSON_BOOL;
	case FIELD_NUMBERS:
	case FIELD_TEXTS:
	case FIELD_IDS:
		return read_list(a, f, v, out);
	case FIELD_OBJECT:
		return read_object(v, out);
	case FIELD_OBJECTS:
		return read_objects(f, v, out);
	}
	must(false);
	return false;
}

const char *
fields_read(struct arena *a, const struct json *object,
    const struct field *fields, size_t n, struct value *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		const struct json *v = json_member(object, f->name);

		out[i] = (struct value){0};
		if (json_kind(v) != JSON_NONE && json_kind(v) != JSON_NULL &&
		    !read_field(a, f, v, &out[i]))
			return f->name;
		if (f->needed && !out[i].given)
			return f->name;
	}
	return NULL;
}
