#include "route.h"

#include <string.h>

#include "metrics.h"
#include "must.h"

static size_t series[ROUTES_MAX]; /* of the row at this place */

/* ---- the table ---- */

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The series of row i, which an earlier row may have registered. */
static size_t
series_of(const struct routes *t, size_t i)
{
	if (t->list[i].series == NULL)
		return 0;
	for (size_t k = 0; k < i; k++)
		if (same(t->list[k].series, t->list[i].series))
			return series[k];
	return metrics_series(t->list[i].series);
}

void
routes_open(const struct routes *t)
{
	must(t->n <= ROUTES_MAX && t->refuse != NULL);
	for (size_t i = 0; i < t->n; i++) {
		must(t->list[i].path[0] == '/');
		must(t->list[i].methods != NULL && t->list[i].serve != NULL);
		must(t->list[i].under != ROUTE_REST || i + 1 == t->n);
		series[i] = series_of(t, i);
	}
}

/* ---- a request ---- */

static bool
ends(struct str s, struct str with)
{
	return s.len >= with.len &&
	       str_eq(str_n(s.p + s.len - with.len, with.len), with);
}

static bool
ends_in(struct str path, const char *suffix)
{
	static const struct str slash = STR("/"), xml = STR(".xml");

	if (ends(path, slash))
		path.len -= slash.len;
	if (ends(path, xml))
		path.len -= xml.len;
	return ends(path, str_of(suffix));
}

/* Clients join a base that ends in a slash with a path that begins with one. */
static struct str
single_slashes(const struct req *r)
{
	char *out = arena_alloc(r->arena, r->path.len);
	size_t n = 0;

	if (out == NULL)
		return r->path;
	for (size_t i = 0; i < r->path.len; i++)
		if (r->path.p[i] != '/' || n == 0 || out[n - 1] != '/')
			out[n++] = r->path.p[i];
	return str_n(out, n);
}

static bool
fits(const struct route *t, struct str base, const struct req *r,
    struct str path)
{
	switch (t->under) {
	case ROUTE_BASE:
		return str_starts(path, base) &&
		       str_eqz(str_n(path.p + base.len, path.len - base.len),
			   t->path);
	case ROUTE_BELOW:
		return str_starts(path, base) &&
		       str_starts(str_n(path.p + base.len, path.len - base.len),
			   str_of(t->path));
	case ROUTE_INTERNAL:
		return r->internal && str_eqz(path, t->path);
	case ROUTE_SUFFIX:
		return ends_in(path, t->path);
	case ROUTE_REST:
		return true;
	case ROUTE_PLAIN:
		break;
	}
	return str_eqz(path, t->path);
}

/* The first of the methods, for who used none of them. */
static struct str
first(const char *methods)
{
	struct str rest = str_of(methods), word = rest;

	(void)str_next(&rest, ',', &word);
	return word;
}

static bool
allows(const char *methods, struct str method)
{
	struct str rest = str_of(methods), word;

	while (str_next(&rest, ',', &word))
		if (str_eq(str_trim(word), method))
			return true;
	return false;
}

static void
serve(const struct routes *t, size_t i, struct worker *w, struct req *r,
    struct resp *out)
{
	const struct route *found = &t->list[i];
	struct str use = first(found->methods);

	r->series = series[i];
	if (allows(found->methods, r->method)) {
		found->serve(w, r, out);
		return;
	}
	r->refused = true;
	(void)resp_header(out, "Allow", str_of(found->methods));
	t->refuse(
	    out, 405, arena_printf(r->arena, "use %.*s", (int)use.len, use.p));
}

void
routes_serve(const struct routes *t, struct str base, struct worker *w,
    struct req *r, struct resp *out)
{
	struct str path = single_slashes(r);
	size_t i = 0;

	while (i < t->n && !fits(&t->list[i], base, r, path))
		i++;
	if (i < t->n)
		serve(t, i, w, r, out);
	else
		t->refuse(out, 404, "not found");
}
