#include "mend.h"

/* A bracket that is open. */
struct scope {
	bool object;
	bool some;        /* it has an element */
	struct str first; /* the name of its first member */
};

struct mend {
	struct buf *out;
	struct scope scopes[MEND_DEPTH];
	size_t depth;
};

/* ---- tokens ---- */

/* Bytes of the string that text begins with, up to its end or that of the
 * line. */
static size_t
string_len(struct str text)
{
	size_t i = 1;

	while (i < text.len && text.p[i] != '"' && text.p[i] != '\n')
		i += text.p[i] == '\\' && i + 1 < text.len ? 2 : 1;
	return i < text.len && text.p[i] == '"' ? i + 1 : 0;
}

/* The next string, number, word or bracket; false at the end. */
static bool
next_token(struct str *rest, struct str *token)
{
	while (rest->len > 0) {
		size_t n = 1;

		if (rest->p[0] == '"')
			n = string_len(*rest);
		else if (str_in(rest->p[0], STR_ALNUM, "+-."))
			n = str_span(*rest, STR_ALNUM, "+-.");
		else if (!str_in(rest->p[0], 0, "{}[]:"))
			n = 0;
		*token = str_n(rest->p, n);
		if (n == 0)
			n = rest->p[0] == '"' ? str_find(*rest, '\n') : 1;
		*rest = str_n(rest->p + n, rest->len - n);
		if (token->len > 0)
			return true;
	}
	return false;
}

/* Is it the name of a member?  Its colon is taken then. */
static bool
is_name(struct str token, struct str *rest)
{
	struct str after = *rest, colon;

	if (token.p[0] != '"' || !next_token(&after, &colon) ||
	    colon.p[0] != ':')
		return false;
	*rest = after;
	return true;
}

/* ---- scopes ---- */

static struct scope *
top(struct mend *m)
{
	return m->depth > 0 ? &m->scopes[m->depth - 1] : NULL;
}

/* A comma, unless it is the first. */
static void
separate(struct mend *m)
{
	struct scope *s = top(m);

	if (s != NULL && s->some)
		buf_putc(m->out, ',');
	if (s != NULL)
		s->some = true;
}

static bool
open_scope(struct mend *m, bool object)
{
	if (m->depth == MEND_DEPTH)
		return false;
	m->scopes[m->depth++] = (struct scope){.object = object};
	buf_putc(m->out, object ? '{' : '[');
	return true;
}

static void
close_scope(struct mend *m)
{
	buf_putc(m->out, m->scopes[--m->depth].object ? '}' : ']');
}

/* Close the innermost of this kind, with what is in it; none: nothing. */
static void
close_kind(struct mend *m, bool object)
{
	size_t i = m->depth;

	while (i > 0 && m->scopes[i - 1].object != object)
		i--;
	while (i > 0 && m->depth >= i)
		close_scope(m);
}

/* ---- elements ---- */

/* An object that the member belongs to is the innermost then. */
static bool
reach_object(struct mend *m, struct str name)
{
	struct scope *s = top(m);

	if (s != NULL && s->object && str_eq(s->first, name) && m->depth > 1 &&
	    !m->scopes[m->depth - 2].object)
		close_scope(m);
	else if (s != NULL && !s->object && s->some)
		close_scope(m);
	s = top(m);
	if (s != NULL && s->object)
		return true;
	separate(m);
	return open_scope(m, true);
}

/* The element itself: it has its comma or its name. */
static void
value(struct mend *m, struct str token)
{
	if (token.p[0] != '{' && token.p[0] != '[')
		buf_str(m->out, token);
	else if (!open_scope(m, token.p[0] == '{'))
		buf_puts(m->out, "null");
}

static void
member(struct mend *m, struct str name, struct str *rest)
{
	struct str token, before;
	struct scope *s = reach_object(m, name) ? top(m) : NULL;

	if (s == NULL)
		return;
	if (s->first.len == 0)
		s->first = name;
	separate(m);
	buf_str(m->out, name);
	buf_putc(m->out, ':');
	before = *rest;
	if (next_token(rest, &token) && !str_in(token.p[0], 0, "}]:") &&
	    !is_name(token, rest)) {
		value(m, token);
		return;
	}
	buf_puts(m->out, "null");
	*rest = before;
}

static void
element(struct mend *m, struct str token)
{
	struct scope *s = top(m);

	if (s != NULL && s->object && token.p[0] == '{' && m->depth > 1 &&
	    !m->scopes[m->depth - 2].object)
		close_scope(m);
	else if (s != NULL && s->object)
		return; /* without a name */
	separate(m);
	value(m, token);
}

void
mend_json(struct str text, struct buf *out)
{
	struct mend m = {.out = out};
	struct str rest = str_unmark(text), token;

	while (next_token(&rest, &token) && !buf_failed(out)) {
		if (is_name(token, &rest))
			member(&m, token, &rest);
		else if (token.p[0] == '}' || token.p[0] == ']')
			close_kind(&m, token.p[0] == '}');
		else if (token.p[0] != ':')
			element(&m, token);
	}
	while (m.depth > 0)
		close_scope(&m);
}
