#include "json.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "must.h"
#include "num.h"

struct json {
	enum json_kind kind;
	bool truth;
	struct str name; /* as a member, NUL-terminated */
	union {
		struct str text; /* STRING; REAL as received */
		int64_t number;
		struct {
			struct json *items;
			size_t count;
		} list;
	} u;
};

/* ---- what json-c lets pass although RFC 8259 does not ---- */

/* The index behind the digits (and others of more) at i. */
static size_t
digits(struct str t, size_t i, const char *more)
{
	return i + str_span(str_n(t.p + i, t.len - i), STR_DIGITS, more);
}

/* RFC 8259 section 6: leading zeros, "1." and "-" alone are no numbers; whole
 * numbers must fit, since json-c would change them silently. */
static int
check_number(struct str t, struct err *e)
{
	size_t i = t.len > 0 && t.p[0] == '-', from = i;
	int64_t v;

	i = digits(t, i, "");
	if (i == from || (t.p[from] == '0' && i > from + 1))
		return err_say(e, ERR_INPUT, "not a JSON text");
	if (i == t.len && !num_parse(t, INT64_MIN, INT64_MAX, &v))
		return err_say(e, ERR_LIMIT, "number too large");
	if (i < t.len && t.p[i] == '.' && digits(t, i + 1, "") == i + 1)
		return err_say(e, ERR_INPUT, "not a JSON text");
	return 0;
}

/* i stands on a quote; the index after the closing one (at most t.len). */
static size_t
skip_string(struct str t, size_t i)
{
	for (i++; i < t.len && t.p[i] != '"'; i++)
		if (t.p[i] == '\\')
			i++;
	return i < t.len ? i + 1 : t.len;
}

/* Raw control characters, and the escape of U+0000, which would cut names and
 * strings short wherever they become C strings. */
static bool
string_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.p[i] < 0x20)
			return false;
		if (s.p[i] != '\\')
			continue;
		i++;
		if (str_starts(str_n(s.p + i, s.len - i), STR("u0000")))
			return false;
	}
	return true;
}

/* What may stand outside strings and numbers: json-c takes names in single
 * quotes, NaN and Infinity even when it is strict. */
static bool
is_structure(char c)
{
	static const char all[] = "{}[]:, \t\r\ntruefalsenull";

	return memchr(all, c, sizeof(all) - 1) != NULL;
}

static int
check_lexis(struct str t, struct err *e)
{
	size_t i = 0, n;
	int depth = 0;

	while (i < t.len) {
		n = i + 1;
		if (t.p[i] == '"') {
			n = skip_string(t, i);
			if (!string_clean(str_n(t.p + i, n - i)))
				return err_say(e, ERR_INPUT, "not a JSON text");
		} else if (str_in(t.p[i], STR_DIGITS, "-")) {
			n = digits(t, n, "-+.eE");
			if (check_number(str_n(t.p + i, n - i), e) < 0)
				return -1;
		} else if (!is_structure(t.p[i])) {
			return err_say(e, ERR_INPUT, "not a JSON text");
		}
		depth += (t.p[i] == '{' || t.p[i] == '[') -
			 (t.p[i] == '}' || t.p[i] == ']');
		if (depth > JSON_DEPTH_MAX)
			return err_say(e, ERR_LIMIT, "JSON text too deep");
		i = n;
	}
	return 0;
}

/* ---- from json-c's tree to ours ---- */

static int convert(struct arena *a, struct json_object *from, struct json *to);

static bool
copy_text(struct arena *a, const char *p, size_t n, struct str *to)
{
	*to = str_n(arena_str(a, str_n(p, n)), n);
	return to->p != NULL;
}

static int
convert_array(struct arena *a, struct json_object *from, struct json *to)
{
	size_t n = json_object_array_length(from);

	to->kind = JSON_ARRAY;
	to->u.list.items = arena_array(a, n, sizeof(*to));
	if (to->u.list.items == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (convert(a, json_object_array_get_idx(from, i),
			&to->u.list.items[i]) < 0)
			return -1;
	to->u.list.count = n;
	return 0;
}

static int
convert_object(struct arena *a, struct json_object *from, struct json *to)
{
	size_t n = (size_t)json_object_object_length(from), i = 0;

	to->kind = JSON_OBJECT;
	to->u.list.items = arena_array(a, n, sizeof(*to));
	if (to->u.list.items == NULL)
		return -1;
	json_object_object_foreach (from, name, v) {
		struct json *item = &to->u.list.items[i++];

		if (!copy_text(a, name, strlen(name), &item->name) ||
		    convert(a, v, item) < 0)
			return -1;
	}
	must(i == n);
	to->u.list.count = n;
	return 0;
}

/* A real keeps the text it was sent as. */
static int
convert_real(struct arena *a, struct json_object *from, struct json *to)
{
	const char *s =
	    json_object_to_json_string_ext(from, JSON_C_TO_STRING_PLAIN);

	to->kind = JSON_REAL;
	return copy_text(a, s, strlen(s), &to->u.text) ? 0 : -1;
}

static int
convert_string(struct arena *a, struct json_object *from, struct json *to)
{
	to->kind = JSON_STRING;
	return copy_text(a, json_object_get_string(from),
		   (size_t)json_object_get_string_len(from), &to->u.text)
		   ? 0
		   : -1;
}

static int
convert(struct arena *a, struct json_object *from, struct json *to)
{
	switch (json_object_get_type(from)) {
	case json_type_null:
		to->kind = JSON_NULL;
		return 0;
	case json_type_boolean:
		to->kind = JSON_BOOL;
		to->truth = json_object_get_boolean(from);
		return 0;
	case json_type_int:
		to->kind = JSON_INT;
		to->u.number = json_object_get_int64(from);
		return 0;
	case json_type_double:
		return convert_real(a, from, to);
	case json_type_string:
		return convert_string(a, from, to);
	case json_type_array:
		return convert_array(a, from, to);
	case json_type_object:
		return convert_object(a, from, to);
	}
	return -1;
}

/* ---- reading ---- */

static int
parse(struct str text, struct json_object **out, struct err *e)
{
	/* check_lexis counts levels exactly, json-c a scalar as one more */
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
	enum json_tokener_error why;

	must(tok != NULL);
	json_tokener_set_flags(
	    tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*out = json_tokener_parse_ex(tok, text.p, (int)text.len);
	why = json_tokener_get_error(tok);
	if (why == json_tokener_continue) { /* a number ends only here */
		*out = json_tokener_parse_ex(tok, "", 1);
		why = json_tokener_get_error(tok);
	} else if (json_tokener_get_parse_end(tok) != text.len) {
		why = json_tokener_error_parse_unexpected;
	}
	json_tokener_free(tok);
	if (why == json_tokener_success)
		return 0;
	json_object_put(*out);
	*out = NULL;
	return err_say(e, ERR_INPUT, "not a JSON text");
}

int
json_read(struct arena *a, struct str text, size_t max, const struct json **out,
    struct err *e)
{
	struct json_object *tree;
	struct json *v;
	int rc;

	if (text.len > max || text.len > INT_MAX - 1)
		return err_say(e, ERR_LIMIT, "JSON text too long");
	text = str_trim(str_unmark(text));
	if (text.len == 0 || !str_utf8(text))
		return err_say(e, ERR_INPUT, "not a JSON text");
	if (check_lexis(text, e) < 0 || parse(text, &tree, e) < 0)
		return -1;
	v = arena_alloc(a, sizeof(*v));
	rc = v != NULL ? convert(a, tree, v) : -1;
	json_object_put(tree);
	if (rc < 0)
		return err_say(e, ERR_LIMIT, "JSON text too large");
	*out = v;
	return 0;
}

/* ---- looking ---- */

enum json_kind
json_kind(const struct json *v)
{
	return v ? v->kind : JSON_NONE;
}

const struct json *
json_member(const struct json *object, const char *name)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->u.list.count; i++)
		if (str_eqz(object->u.list.items[i].name, name))
			return &object->u.list.items[i];
	return NULL;
}

size_t
json_length(const struct json *array)
{
	return json_kind(array) == JSON_ARRAY ? array->u.list.count : 0;
}

const struct json *
json_item(const struct json *array, size_t i)
{
	return i < json_length(array) ? &array->u.list.items[i] : NULL;
}

struct str
json_text(const struct json *v)
{
	return json_kind(v) == JSON_STRING ? v->u.text : STR("");
}

bool
json_true(const struct json *v)
{
	return json_kind(v) == JSON_BOOL && v->truth;
}

int64_t
json_number(const struct json *v, int64_t otherwise)
{
	return json_kind(v) == JSON_INT ? v->u.number : otherwise;
}

void
json_each(const struct json *object,
    int (*fn)(void *arg, struct str name, const struct json *v), void *arg)
{
	if (json_kind(object) != JSON_OBJECT)
		return;
	for (size_t i = 0; i < object->u.list.count; i++) {
		const struct json *v = &object->u.list.items[i];

		if (fn(arg, v->name, v) == 0)
			return;
	}
}

/* ---- printing ---- */

static void
print_value(struct jout *j, const char *name, const struct json *v)
{
	switch (v->kind) {
	case JSON_NONE:
	case JSON_NULL:
		jout_null(j, name);
		return;
	case JSON_BOOL:
		jout_bool(j, name, v->truth);
		return;
	case JSON_INT:
		jout_int(j, name, v->u.number);
		return;
	case JSON_REAL:
		jout_raw(j, name, v->u.text);
		return;
	case JSON_STRING:
		jout_str(j, name, v->u.text);
		return;
	case JSON_ARRAY:
		jout_array(j, name);
		break;
	case JSON_OBJECT:
		jout_object(j, name);
		break;
	}
	for (size_t i = 0; i < v->u.list.count; i++)
		print_value(j, v->u.list.items[i].name.p, &v->u.list.items[i]);
	jout_end(j);
}

void
json_print(const struct json *v, struct buf *out)
{
	struct jout j;

	jout_init(&j, buf_sink(out));
	if (v != NULL)
		print_value(&j, NULL, v);
}

/* ---- the bytes as received ---- */

static size_t
skip_blanks(struct str t, size_t i)
{
	while (i < t.len && (t.p[i] == ' ' || t.p[i] == '\t' ||
				t.p[i] == '\r' || t.p[i] == '\n'))
		i++;
	return i;
}

/* i stands on a value; the index after it. */
static size_t
skip_value(struct str t, size_t i)
{
	int depth = 0;

	while (i < t.len) {
		char c = t.p[i];

		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		if (c == '"') {
			i = skip_string(t, i);
			continue;
		}
		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		i++;
	}
	return i;
}

/* Is the quoted string of a JSON text this name?  Escapes count decoded. */
static bool
is_name(struct str quoted, const char *name)
{
	struct json_object *o;
	struct err e;
	bool same;

	if (str_find(quoted, '\\') == quoted.len)
		return str_eqz(str_n(quoted.p + 1, quoted.len - 2), name);
	if (parse(quoted, &o, &e) < 0)
		return false;
	same = str_eqz(str_n(json_object_get_string(o),
			   (size_t)json_object_get_string_len(o)),
	    name);
	json_object_put(o);
	return same;
}

struct str
json_raw_member(struct str text, const char *name)
{
	struct str found = STR("");
	size_t i = skip_blanks(text, 0), from, end;

	if (i == text.len || text.p[i] != '{')
		return found;
	for (i = skip_blanks(text, i + 1); i < text.len && text.p[i] == '"';
	     i = skip_blanks(text, end + 1)) {
		from = i;
		i = skip_string(text, i);
		end = skip_value(text, skip_blanks(text, i) + 1);
		if (end >= text.len)
			break; /* no JSON text */
		if (is_name(str_n(text.p + from, i - from), name)) {
			i = skip_blanks(text, i) + 1;
			found = str_trim(str_n(text.p + i, end - i));
		}
	}
	return found;
}
