#include "form.h"

#include <string.h>

#include "crypto.h"
#include "json.h"

void
form_encode(struct buf *out, struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		struct str one = str_n(value.p + i, 1);

		if (str_only(one, STR_ALNUM, "-._~"))
			buf_putc(out, value.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)value.p[i]);
	}
}

void
form_init(struct form *f, struct arena *a)
{
	f->arena = a;
	f->n = 0;
}

bool
form_get(const struct form *f, const char *name, struct str *out)
{
	for (size_t i = f->n; i > 0; i--)
		if (str_eqz(f->params[i - 1].name, name)) {
			*out = f->params[i - 1].value;
			return true;
		}
	return false;
}

static int
add(struct form *f, struct str name, struct str value, struct err *e)
{
	if (f->n == FORM_PARAMS_MAX)
		return err_say(e, ERR_LIMIT, "too many parameters");
	if (name.len > FORM_NAME_MAX)
		return err_say(e, ERR_LIMIT, "name of a parameter too long");
	if (value.len > FORM_VALUE_MAX)
		return err_say(e, ERR_LIMIT, "value of a parameter too long");
	f->params[f->n++] = (struct form_param){name, value};
	return 0;
}

/* ---- query strings and urlencoded bodies ---- */

/* The text as it stands where nothing is encoded; NULL: the arena is full. */
static struct str
decoded(struct arena *a, struct str s)
{
	char *out, *to;
	unsigned char byte;

	if (str_find(s, '%') == s.len && str_find(s, '+') == s.len)
		return s;
	out = to = arena_alloc(a, s.len);
	for (size_t i = 0; out != NULL && i < s.len; i++) {
		if (s.p[i] == '%' && s.len - i > 2 &&
		    crypto_unhex(str_n(s.p + i + 1, 2), &byte, 1) == 0) {
			*to++ = (char)byte;
			i += 2;
		} else {
			*to++ = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return str_n(out, (size_t)(to - out));
}

/* A field whose encoded text is too long is so decoded as well. */
static int
add_encoded(struct form *f, struct str name, struct str value, struct err *e)
{
	if (name.len > 3 * FORM_NAME_MAX || value.len > 3 * FORM_VALUE_MAX)
		return err_say(e, ERR_LIMIT, "parameter too long");
	name = decoded(f->arena, name);
	value = decoded(f->arena, value);
	if (name.p == NULL || value.p == NULL)
		return err_say(e, ERR_LIMIT, "too many parameters");
	return add(f, name, value, e);
}

int
form_query(struct form *f, struct str text, struct err *e)
{
	struct str piece, value;
	size_t at;

	while (str_next(&text, '&', &piece)) {
		if (piece.len == 0)
			continue;
		at = str_find(piece, '=');
		value = at < piece.len
			    ? str_n(piece.p + at + 1, piece.len - at - 1)
			    : str_n("", 0);
		if (add_encoded(f, str_n(piece.p, at), value, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- header values with parameters: text/x; a=b; c="d\"e" ---- */

static struct str
skip(struct str s, size_t n)
{
	return n < s.len ? str_n(s.p + n, s.len - n) : str_n(s.p + s.len, 0);
}

/* Behind the quote at the start of s: the end of the string, or s.len. */
static size_t
quoted_end(struct str s)
{
	size_t i = 1;

	while (i < s.len && s.p[i] != '"')
		i += s.p[i] == '\\' ? 2 : 1;
	return i < s.len ? i : s.len;
}

/* A quoted string without its quotes and backslashes, or a plain word. */
static struct str
unquoted(struct arena *a, struct str s)
{
	char *out, *to;
	size_t end;

	if (s.len == 0 || s.p[0] != '"')
		return str_trim(s);
	end = quoted_end(s);
	s = str_n(s.p + 1, end - 1);
	if (str_find(s, '\\') == s.len)
		return s;
	out = to = arena_alloc(a, s.len);
	for (size_t i = 0; out != NULL && i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		*to++ = s.p[i];
	}
	return str_n(out, (size_t)(to - out));
}

/* Up to the next ';' that stands in no quoted string. */
static size_t
field_end(struct str s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != ';')
		i += s.p[i] == '"' ? quoted_end(skip(s, i)) + 1 : 1;
	return i < s.len ? i : s.len;
}

/* Parameter name of a header's value; false if it has none. */
static bool
header_param(
    struct arena *a, struct str value, struct str name, struct str *out)
{
	size_t end = field_end(value), at;

	while (end < value.len) {
		struct str field;

		value = skip(value, end + 1);
		end = field_end(value);
		field = str_trim(str_n(value.p, end));
		at = str_find(field, '=');
		if (at == field.len ||
		    !str_eq_nocase(str_trim(str_n(field.p, at)), name))
			continue;
		*out = unquoted(a, str_trim(skip(field, at + 1)));
		return true;
	}
	return false;
}

/* The value without its parameters: "text/x". */
static bool
header_is(struct str value, struct str want)
{
	value.len = field_end(value);
	return str_eq_nocase(str_trim(value), want);
}

/* ---- multipart/form-data ---- */

static int
broken(struct err *e)
{
	return err_say(e, ERR_INPUT, "broken multipart body");
}

static bool
take(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = skip(*s, word.len);
	return true;
}

/* What stands before word, which *s is behind then; false: not there. */
static bool
take_until(struct str *s, struct str word, struct str *before)
{
	const char *hit =
	    s->len > 0 ? memmem(s->p, s->len, word.p, word.len) : NULL;

	if (hit == NULL)
		return false;
	*before = str_n(s->p, (size_t)(hit - s->p));
	*s = skip(*s, before->len + word.len);
	return true;
}

/* The name in the head of a part; *body is behind the blank line then. */
static int
part_name(struct form *f, struct str *body, struct str *name, struct err *e)
{
	static const struct str end = STR("\r\n");
	struct str line;
	bool named = false, ended = false;

	while (!ended && take_until(body, end, &line)) {
		size_t colon = str_find(line, ':');

		ended = line.len == 0;
		if (!str_eq_nocase(str_trim(str_n(line.p, colon)),
			STR("Content-Disposition")))
			continue;
		line = skip(line, colon + 1);
		named = header_is(line, STR("form-data")) &&
			header_param(f->arena, line, STR("name"), name);
	}
	if (!named || !ended)
		return broken(e);
	return name->p == NULL
		   ? err_say(e, ERR_LIMIT, "name of a parameter too long")
		   : 0;
}

/*
 * Behind a delimiter: 1 a part follows, 0 it was the last ("--"), -1 neither.
 * Blanks may stand before the end of the line (RFC 2046 5.1.1).
 */
static int
after_delimiter(struct str *body)
{
	if (take(body, STR("--")))
		return 0;
	while (take(body, STR(" ")) || take(body, STR("\t")))
		;
	return take(body, STR("\r\n")) ? 1 : -1;
}

static int
add_parts(struct form *f, struct str delimiter, struct str body, struct err *e)
{
	struct str name, value;
	int rc = 0;

	/* The first one may stand at the very start, without its CRLF. */
	if (!take(&body, skip(delimiter, 2)) &&
	    !take_until(&body, delimiter, &value))
		return broken(e);
	while ((rc = after_delimiter(&body)) > 0) {
		if (part_name(f, &body, &name, e) < 0)
			return -1;
		/* Of an empty part the blank line is the delimiter's CRLF. */
		body = str_n(body.p - 2, body.len + 2);
		if (!take_until(&body, delimiter, &value))
			return broken(e);
		if (add(f, name, skip(value, 2), e) < 0)
			return -1;
	}
	return rc < 0 ? broken(e) : 0;
}

int
form_multipart(struct form *f, struct str type, struct str body, struct err *e)
{
	char room[4 + FORM_BOUNDARY_MAX + 1] = "\r\n--";
	struct str boundary;

	if (!header_param(f->arena, type, STR("boundary"), &boundary) ||
	    boundary.len == 0 || boundary.len > FORM_BOUNDARY_MAX)
		return broken(e);
	str_copy(room + 4, sizeof(room) - 4, boundary);
	return add_parts(f, str_n(room, 4 + boundary.len), body, e);
}

/* ---- JSON ---- */

struct members {
	struct form *form;
	struct err *err;
	int rc;
};

static struct str
printed(struct arena *a, const struct json *v)
{
	struct buf b;
	struct str s;

	buf_init(&b, FORM_VALUE_MAX + 1);
	json_print(v, &b);
	s = str_n(arena_str(a, buf_view(&b)), b.len);
	buf_fini(&b);
	return s;
}

static int
add_member(void *arg, struct str name, const struct json *v)
{
	struct members *m = arg;
	struct str value = str_n("", 0);

	switch (json_kind(v)) {
	case JSON_STRING:
		value = json_text(v);
		break;
	case JSON_BOOL:
	case JSON_INT:
	case JSON_REAL:
		value = printed(m->form->arena, v);
		break;
	case JSON_NONE:
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		return 1;
	}
	m->rc = value.p == NULL
		    ? err_say(m->err, ERR_LIMIT, "too many parameters")
		    : add(m->form, name, value, m->err);
	return m->rc == 0;
}

/* The members of a JSON object. */
static int
add_json(struct form *f, struct str body, struct err *e)
{
	struct members m = {.form = f, .err = e};
	const struct json *v;

	if (json_read(f->arena, body, body.len, &v, e) < 0)
		return -1;
	if (json_kind(v) != JSON_OBJECT)
		return err_say(e, ERR_INPUT, "not a JSON object");
	json_each(v, add_member, &m);
	return m.rc;
}

int
form_body(struct form *f, struct str type, struct str body, struct err *e)
{
	if (body.len == 0)
		return 0;
	if (header_is(type, STR("multipart/form-data")))
		return form_multipart(f, type, body, e);
	if (header_is(type, STR("application/json")))
		return add_json(f, body, e);
	return form_query(f, body, e);
}
