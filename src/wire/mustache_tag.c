#include "mustache_tag.h"

#include <string.h>

#define SIGNS "{&#^/>!="

int
mustache_fail(const struct mustache_source *s, size_t at, const char *what,
    struct str name, struct err *e)
{
	bool partial = s->partial.len > 0;
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += s->all.p[i] == '\n';
	if (name.len > MUSTACHE_NAME_MAX)
		name.len = MUSTACHE_NAME_MAX;
	return err_set(e, ERR_INPUT, "%s%.*s line %zu: %s%s%.*s",
	    partial ? "partial " : "template", (int)s->partial.len,
	    partial ? s->partial.p : "", line, what, name.len > 0 ? " " : "",
	    (int)name.len, name.p);
}

void
mustache_source_init(struct mustache_source *s, struct str all)
{
	*s = (struct mustache_source){.partial = STR(""),
	    .all = all,
	    .open = STR("{{"),
	    .close = STR("}}")};
}

/* ---- names ---- */

bool
mustache_name_next(struct str *rest, struct str *word)
{
	return rest->p != NULL && str_next(rest, '.', word);
}

/* One dot is what a section is about; else words with dots between. */
static bool
name_ok(struct str name)
{
	struct str word;

	if (name.len == 0 || name.len > MUSTACHE_NAME_MAX)
		return false;
	if (str_eqz(name, "."))
		return true;
	while (mustache_name_next(&name, &word))
		if (word.len == 0 || !str_only(word, STR_ALNUM, "_-"))
			return false;
	return true;
}

/* ---- delimiters ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

static bool
mark_ok(struct str mark)
{
	for (size_t i = 0; i < mark.len; i++)
		if (is_space(mark.p[i]) || mark.p[i] == '=')
			return false;
	return mark.len > 0 && mark.len <= MUSTACHE_MARK_MAX;
}

/* "<% %>": two marks with blanks between. */
static bool
set_marks(struct mustache_source *s, struct str both)
{
	size_t n = 0;
	struct str open, close;

	while (n < both.len && !is_space(both.p[n]))
		n++;
	open = str_n(both.p, n);
	close = str_trim(str_n(both.p + n, both.len - n));
	if (!mark_ok(open) || !mark_ok(close))
		return false;
	s->open = open;
	s->close = close;
	return true;
}

/* ---- a tag ---- */

/* Position of text at or after from, or all.len. */
static size_t
find(struct str all, size_t from, struct str text)
{
	const char *p = from < all.len ? memmem(all.p + from, all.len - from,
					     text.p, text.len)
				       : NULL;

	return p != NULL ? (size_t)(p - all.p) : all.len;
}

/* What stands before the closing delimiter, for some signs. */
static char
last_of(char sign)
{
	return sign == '{' ? '}' : sign == '=' ? '=' : '\0';
}

/* Where the tag's text ends; its closing delimiter with what stands before it
 * is *more bytes.  all.len: it does not end. */
static size_t
find_close(
    const struct mustache_source *s, size_t from, char sign, size_t *more)
{
	char mark[MUSTACHE_MARK_MAX + 1], last = last_of(sign);
	size_t n = 0;

	if (last != '\0')
		mark[n++] = last;
	memcpy(mark + n, s->close.p, s->close.len);
	*more = n + s->close.len;
	return find(s->all, from, str_n(mark, *more));
}

/*
 * If the tag stands alone on its line it takes the line, and the blanks before
 * it are its indent.
 */
static void
take_line(const struct mustache_source *s, struct mustache_tag *t)
{
	const char *p = s->all.p;
	size_t a = t->from, b = t->end, len = s->all.len;

	while (a > 0 && is_blank(p[a - 1]))
		a--;
	while (b < len && is_blank(p[b]))
		b++;
	if (a > 0 && p[a - 1] != '\n')
		return;
	if (b + 1 < len && p[b] == '\r' && p[b + 1] == '\n')
		b++;
	if (b < len && p[b] != '\n')
		return;
	t->indent = str_n(p + a, t->from - a);
	t->from = a;
	t->end = b < len ? b + 1 : b;
}

/* The tag at t->at, up to its end. */
static int
read_tag(struct mustache_source *s, struct mustache_tag *t, struct err *e)
{
	size_t from = t->at + s->open.len, close, more;

	if (from < s->all.len && str_in(s->all.p[from], 0, SIGNS))
		t->sign = s->all.p[from++];
	close = find_close(s, from, t->sign, &more);
	if (close == s->all.len)
		return mustache_fail(
		    s, t->at, "a tag does not end", str_n("", 0), e);
	t->name = str_trim(str_n(s->all.p + from, close - from));
	t->from = t->at;
	t->end = close + more;
	if (t->sign == '!')
		return 0;
	if (t->sign == '=' ? !set_marks(s, t->name) : !name_ok(t->name))
		return mustache_fail(s, t->at, "no tag of ours:", t->name, e);
	return 0;
}

int
mustache_tag_next(
    struct mustache_source *s, struct mustache_tag *out, struct err *e)
{
	*out =
	    (struct mustache_tag){.name = str_n("", 0), .indent = str_n("", 0)};
	out->at = find(s->all, s->at, s->open);
	if (out->at == s->all.len)
		return 0;
	if (read_tag(s, out, e) < 0)
		return -1;
	if (str_in(out->sign, 0, "#^/>!="))
		take_line(s, out);
	s->at = out->end;
	return 1;
}
