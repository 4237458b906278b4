#include "mustache.h"

#include <string.h>

/* A section that is open: its name, where its tag stands, and whether what is
 * in it is written. */
struct section {
	struct str name;
	size_t at;
	bool shown;
};

struct render {
	struct str all; /* the template */
	size_t at;      /* how far we are */
	const struct mustache_value *values;
	mustache_escape *escape;
	struct buf *out;
	struct err *err;
	struct section open[MUSTACHE_DEPTH_MAX];
	size_t depth;
};

/* A tag: all bytes from "{{" on, its sign ('\0' for none), its name. */
struct tag {
	size_t at, end;
	char sign;
	struct str name;
};

void
mustache_plain(struct buf *out, struct str text)
{
	buf_str(out, text);
}

/* ---- errors ---- */

static int
fail(struct render *r, size_t at, const char *what, struct str name)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += r->all.p[i] == '\n';
	if (name.len > MUSTACHE_NAME_MAX)
		name.len = MUSTACHE_NAME_MAX;
	return err_set(r->err, ERR_INPUT, "template line %zu: %s%s%.*s", line,
	    what, name.len > 0 ? " " : "", (int)name.len, name.p);
}

/* ---- tags ---- */

static bool
name_ok(struct str name)
{
	return name.len > 0 && name.len <= MUSTACHE_NAME_MAX &&
	       str_only(name, STR_ALNUM, "_-");
}

/* Position of text at or after from, or all.len. */
static size_t
find(struct str all, size_t from, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = from; i + n <= all.len; i++)
		if (memcmp(all.p + i, text, n) == 0)
			return i;
	return all.len;
}

/* Read the tag whose "{{" stands at r->at. */
static int
read_tag(struct render *r, struct tag *t)
{
	size_t from = r->at + 2, close;
	bool triple;

	*t = (struct tag){.at = r->at};
	if (from < r->all.len && strchr("#^/!&{", r->all.p[from]) != NULL)
		t->sign = r->all.p[from++];
	triple = t->sign == '{';
	close = find(r->all, from, triple ? "}}}" : "}}");
	if (close == r->all.len)
		return fail(r, t->at, "a tag does not end", str_n("", 0));
	t->name = str_trim(str_n(r->all.p + from, close - from));
	t->end = close + (triple ? 3 : 2);
	if (t->sign != '!' && !name_ok(t->name))
		return fail(r, t->at, "no tag of ours:", t->name);
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * If the tag stands alone on its line: *from becomes the beginning of the line
 * and *end that of the next one.
 */
static void
take_line(const struct render *r, size_t *from, size_t *end)
{
	const char *p = r->all.p;
	size_t a = *from, b = *end;

	while (a > 0 && is_blank(p[a - 1]))
		a--;
	while (b < r->all.len && is_blank(p[b]))
		b++;
	if (a > 0 && p[a - 1] != '\n')
		return;
	if (b + 1 < r->all.len && p[b] == '\r' && p[b + 1] == '\n')
		b++;
	if (b < r->all.len && p[b] != '\n')
		return;
	*from = a;
	*end = b < r->all.len ? b + 1 : b;
}

/* ---- what tags do ---- */

static bool
shown(const struct render *r)
{
	return r->depth == 0 || r->open[r->depth - 1].shown;
}

static void
write_text(struct render *r, size_t from, size_t end)
{
	if (shown(r))
		buf_str(r->out, str_n(r->all.p + from, end - from));
}

static const struct mustache_value *
value_of(struct render *r, const struct tag *t)
{
	const struct mustache_value *v = r->values;

	for (; v->name != NULL; v++)
		if (str_eqz(t->name, v->name))
			return v;
	(void)fail(r, t->at, "unknown name", t->name);
	return NULL;
}

static int
write_value(struct render *r, const struct tag *t)
{
	const struct mustache_value *v = value_of(r, t);
	struct str text;

	if (v == NULL)
		return -1;
	text = v->text.len == 0 && v->truth ? STR("true") : v->text;
	if (!shown(r))
		return 0;
	if (t->sign == '\0')
		r->escape(r->out, text);
	else
		buf_str(r->out, text);
	return 0;
}

static int
open_section(struct render *r, const struct tag *t)
{
	const struct mustache_value *v = value_of(r, t);
	bool is_true;

	if (v == NULL)
		return -1;
	if (r->depth == MUSTACHE_DEPTH_MAX) {
		(void)fail(r, t->at, "too many sections within", t->name);
		r->err->kind = ERR_LIMIT;
		return -1;
	}
	is_true = v->text.len > 0 || v->truth;
	r->open[r->depth] = (struct section){.name = t->name,
	    .at = t->at,
	    .shown = shown(r) && is_true == (t->sign == '#')};
	r->depth++;
	return 0;
}

static int
close_section(struct render *r, const struct tag *t)
{
	if (r->depth == 0 || !str_eq(r->open[r->depth - 1].name, t->name))
		return fail(r, t->at, "no such section is open:", t->name);
	r->depth--;
	return 0;
}

static int
do_tag(struct render *r, const struct tag *t)
{
	switch (t->sign) {
	case '#':
	case '^':
		return open_section(r, t);
	case '/':
		return close_section(r, t);
	case '!':
		return 0;
	default:
		return write_value(r, t);
	}
}

/* The text up to the next tag, and that tag. */
static int
step(struct render *r)
{
	size_t begin = r->at, from, end;
	struct tag t;

	r->at = find(r->all, begin, "{{");
	if (r->at == r->all.len) {
		write_text(r, begin, r->at);
		return 0;
	}
	if (read_tag(r, &t) < 0)
		return -1;
	from = t.at;
	end = t.end;
	if (t.sign != '\0' && strchr("#^/!", t.sign) != NULL)
		take_line(r, &from, &end);
	write_text(r, begin, from);
	r->at = end;
	return do_tag(r, &t);
}

int
mustache_render(struct str text, const struct mustache_value *values,
    mustache_escape *escape, struct buf *out, struct err *e)
{
	struct render r = {.all = text,
	    .values = values,
	    .escape = escape,
	    .out = out,
	    .err = e};

	if (text.len > MUSTACHE_MAX)
		return err_set(e, ERR_LIMIT, "the template is too long");
	while (r.at < text.len)
		if (step(&r) < 0)
			return -1;
	if (r.depth > 0)
		return fail(&r, r.open[r.depth - 1].at,
		    "a section does not end:", r.open[r.depth - 1].name);
	if (buf_failed(out))
		return err_set(e, ERR_LIMIT, "what a template gives is long");
	return 0;
}
