#include "mustache.h"

#include <string.h>

/* A section that is open.  What it is about is looked into for names. */
struct section {
	struct str name;
	size_t at; /* of its tag */
	bool shown;
	bool blind; /* nobody knows which names there are in it */
	const struct mustache_value *about; /* NULL: nothing new */
	const struct mustache_value *next;  /* items of a list yet to come */
	size_t left;
	struct mustache_source body; /* where these begin again */
};

struct render {
	const struct mustache *m;
	struct buf *out;
	struct err *err;
	struct section open[MUSTACHE_DEPTH_MAX];
	size_t depth, partials, steps;
};

/* One template or partial.  Sections below base are not its own. */
struct part {
	struct render *r;
	struct mustache_source s;
	size_t base;
};

static int render_part(struct part *p);

void
mustache_plain(struct buf *out, struct str text)
{
	buf_str(out, text);
}

static int
limit(struct render *r, const char *what)
{
	return err_set(r->err, ERR_LIMIT, "%s", what);
}

static int
fail(struct part *p, const struct mustache_tag *t, const char *what)
{
	return mustache_fail(&p->s, t->at, what, t->name, p->r->err);
}

/* ---- looking up names ---- */

static const struct mustache_value *
member(const struct mustache_value *of, struct str name)
{
	const struct mustache_value *v = of != NULL ? of->members : NULL;

	for (; v != NULL && v->name != NULL; v++)
		if (str_eqz(name, v->name))
			return v;
	return NULL;
}

/* What the i-th open section is about; 0: all of it. */
static const struct mustache_value *
about(const struct render *r, size_t i)
{
	return i == 0 ? &r->m->data : r->open[i - 1].about;
}

static const struct mustache_value *
innermost(const struct render *r)
{
	for (size_t i = r->depth; i > 0; i--)
		if (about(r, i) != NULL)
			return about(r, i);
	return &r->m->data;
}

/* The first word is looked up from the inside out, the others in it. */
static const struct mustache_value *
find(const struct render *r, struct str name)
{
	const struct mustache_value *v = NULL;
	struct str word;

	if (str_eqz(name, "."))
		return innermost(r);
	if (!mustache_name_next(&name, &word))
		return NULL;
	for (size_t i = r->depth + 1; i > 0 && v == NULL; i--)
		v = member(about(r, i - 1), word);
	while (v != NULL && mustache_name_next(&name, &word))
		v = member(v, word);
	return v;
}

static bool
is_blind(const struct render *r)
{
	return r->depth > 0 && r->open[r->depth - 1].blind;
}

/* Nothing, for a name that nobody needs to know. */
static const struct mustache_value *
value_of(struct part *p, const struct mustache_tag *t)
{
	static const struct mustache_value nothing = MUSTACHE_END;
	const struct mustache_value *v = find(p->r, t->name);

	if (v != NULL)
		return v;
	if (p->r->m->missing_ok || is_blind(p->r))
		return &nothing;
	(void)fail(p, t, "unknown name");
	return NULL;
}

/* ---- what tags do ---- */

static bool
shown(const struct render *r)
{
	return r->depth == 0 || r->open[r->depth - 1].shown;
}

static int
write_value(struct part *p, const struct mustache_tag *t)
{
	struct render *r = p->r;
	const struct mustache_value *v = value_of(p, t);
	struct str text;

	if (v == NULL)
		return -1;
	text = v->text.len == 0 && v->truth ? STR("true") : v->text;
	if (!shown(r))
		return 0;
	if (t->sign == '\0')
		r->m->escape(r->out, text);
	else
		buf_str(r->out, text);
	return 0;
}

static bool
is_true(const struct mustache_value *v)
{
	if (v->items != NULL)
		return v->nitems > 0;
	return v->members != NULL || v->text.len > 0 || v->truth;
}

/* What is in the section is about v, or each of its items. */
static void
go_into(struct section *s, const struct mustache_value *v,
    const struct mustache_source *body)
{
	if (v->items == NULL) {
		s->about = v;
		return;
	}
	s->blind = s->blind || !s->shown;
	if (s->blind)
		return;
	s->body = *body;
	s->about = v->items;
	s->next = v->items + 1;
	s->left = v->nitems - 1;
}

static int
open_section(struct part *p, const struct mustache_tag *t)
{
	struct render *r = p->r;
	const struct mustache_value *v = value_of(p, t);
	struct section *s;

	if (v == NULL)
		return -1;
	if (r->depth == MUSTACHE_DEPTH_MAX)
		return limit(r, "too many sections within each other");
	s = &r->open[r->depth];
	*s = (struct section){.name = t->name,
	    .at = t->at,
	    .shown = shown(r) && is_true(v) == (t->sign == '#'),
	    .blind = is_blind(r)};
	if (t->sign == '#')
		go_into(s, v, &p->s);
	r->depth++;
	return 0;
}

/* The end of one; of a list the next item may come. */
static int
close_section(struct part *p, const struct mustache_tag *t)
{
	struct render *r = p->r;
	struct section *s;

	if (r->depth == p->base || !str_eq(r->open[r->depth - 1].name, t->name))
		return fail(p, t, "no such section is open:");
	s = &r->open[r->depth - 1];
	if (s->left == 0) {
		r->depth--;
		return 0;
	}
	s->about = s->next++;
	s->left--;
	p->s = s->body;
	return 0;
}

/* ---- partials ---- */

/* The text with indent before each line that has anything. */
static void
indent(struct str text, struct str by, struct buf *out)
{
	struct str line;

	while (text.len > 0) {
		size_t n = str_find(text, '\n');

		n += n < text.len;
		line = str_n(text.p, n);
		buf_str(out, by);
		buf_str(out, line);
		text = str_n(text.p + n, text.len - n);
	}
}

static int
render_partial(struct render *r, struct str name, struct str text)
{
	struct part inner = {.r = r, .base = r->depth};
	int rc;

	mustache_source_init(&inner.s, text);
	inner.s.partial = name;
	if (r->partials == MUSTACHE_PARTIAL_MAX)
		return limit(r, "too many partials within each other");
	r->partials++;
	rc = render_part(&inner);
	r->partials--;
	return rc;
}

static int
write_partial(struct part *p, const struct mustache_tag *t)
{
	struct render *r = p->r;
	struct str text = STR("");
	struct buf lines;
	int rc;

	if (!shown(r))
		return 0;
	if ((r->m->partial == NULL ||
		r->m->partial(r->m->arg, t->name, &text) == 0) &&
	    !r->m->missing_ok)
		return fail(p, t, "no such partial:");
	if (t->indent.len == 0)
		return render_partial(r, t->name, text);
	buf_init(&lines, MUSTACHE_MAX);
	indent(text, t->indent, &lines);
	rc = buf_failed(&lines) ? limit(r, "a partial is too long")
				: render_partial(r, t->name, buf_view(&lines));
	buf_fini(&lines);
	return rc;
}

/* ---- all of it ---- */

static int
do_tag(struct part *p, const struct mustache_tag *t)
{
	if (++p->r->steps > MUSTACHE_STEPS_MAX)
		return limit(p->r, "a template has too much to do");
	switch (t->sign) {
	case '#':
	case '^':
		return open_section(p, t);
	case '/':
		return close_section(p, t);
	case '>':
		return write_partial(p, t);
	case '!':
	case '=':
		return 0;
	default:
		return write_value(p, t);
	}
}

/* The text up to the next tag, and that tag: 1, 0 at the end, -1. */
static int
step(struct part *p)
{
	struct render *r = p->r;
	size_t begin = p->s.at;
	struct mustache_tag t;
	int rc = mustache_tag_next(&p->s, &t, r->err);
	size_t end = rc > 0 ? t.from : p->s.all.len;

	if (rc < 0)
		return -1;
	if (shown(r))
		buf_str(r->out, str_n(p->s.all.p + begin, end - begin));
	if (buf_failed(r->out))
		return limit(r, "what a template gives is long");
	if (rc > 0 && do_tag(p, &t) < 0)
		return -1;
	return rc;
}

static int
render_part(struct part *p)
{
	const struct section *s;
	int rc = 1;

	if (p->s.all.len > MUSTACHE_MAX)
		return limit(p->r, "the template is too long");
	while (rc > 0)
		rc = step(p);
	if (rc < 0 || p->r->depth == p->base)
		return rc;
	s = &p->r->open[p->r->depth - 1];
	return mustache_fail(
	    &p->s, s->at, "a section does not end:", s->name, p->r->err);
}

int
mustache_write(
    const struct mustache *m, struct str text, struct buf *out, struct err *e)
{
	struct render r = {.m = m, .out = out, .err = e};
	struct part whole = {.r = &r};

	mustache_source_init(&whole.s, text);
	if (render_part(&whole) < 0)
		return -1;
	return buf_failed(out) ? limit(&r, "what a template gives is long") : 0;
}

int
mustache_render(struct str text, const struct mustache_value *values,
    mustache_escape *escape, struct buf *out, struct err *e)
{
	const struct mustache m = {
	    .data = {.name = "", .text = STR(""), .members = values},
	    .escape = escape};

	return mustache_write(&m, text, out, e);
}

int
mustache_guard(struct str text, struct err *e)
{
	struct mustache_source s;
	struct mustache_tag t;
	int rc;

	mustache_source_init(&s, text);
	while ((rc = mustache_tag_next(&s, &t, e)) > 0)
		if (str_in(t.sign, 0, "{&="))
			return mustache_fail(&s, t.at,
			    t.sign == '=' ? "sets delimiters:"
					  : "writes as it is:",
			    t.name, e);
	return rc;
}
