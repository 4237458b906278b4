/*
 * The table of steps between releases: the first line of the input is the version
 * a device runs and the release that is wanted, the rest a recipe.  A way has an
 * end, follows the table line by line, and leads nowhere further.
 */
#include "recipe.h"

#include "catalogue.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)1 << 20)

/* "13" is the beginning of 13r1, not of 130; looked at by hand. */
static bool
fits(struct str version, struct str begin)
{
	if (version.len < begin.len)
		return false;
	for (size_t i = 0; i < begin.len; i++)
		if (version.p[i] != begin.p[i])
			return false;
	return version.len == begin.len || version.p[begin.len] < '0' ||
	       version.p[begin.len] > '9';
}

/* The first line of the table that counts; NULL: none. */
static const struct way_step *
line_for(const struct recipe *r, struct str from, struct str to)
{
	for (size_t i = 0; i < r->n; i++)
		if (fits(from, r->steps[i].from) && fits(to, r->steps[i].to))
			return &r->steps[i];
	return NULL;
}

static void
look_at_way(const struct recipe *r, struct str from, struct str to)
{
	struct str via[WAY_VIAS];
	int n = recipe_way(r, from, to, via);
	const struct way_step *s;

	must(n >= -1 && n <= WAY_VIAS);
	for (int i = 0; i < n; i++) {
		s = line_for(r, from, to);
		must(s != NULL && str_eq(s->via, via[i]));
		must(!str_eqz(via[i], "-") && via[i].len <= RELEASE_MAX);
		must(str_find(via[i], ' ') == via[i].len);
		from = via[i];
	}
	must(n < 0 || line_for(r, from, to) == NULL);
	must(n >= 0 || line_for(r, from, to) != NULL);
}

static void
look_at_commands(const struct recipe *r)
{
	struct buf path;

	buf_init(&path, 65536);
	for (enum part p = 0; p < PART__MAX; p++)
		must(recipe_path(r, p, STR("http://s/a%20b#c?d e"), STR("1"),
			 &path) == (r->commands[p].len > 0));
	for (size_t i = 0; i < path.len; i++)
		must(path.data[i] > ' ' && path.data[i] < 0x7f &&
		     path.data[i] != '?' && path.data[i] != '#');
	buf_fini(&path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size), first, from;
	struct recipe r;
	struct arena a;
	struct err e;

	if (!str_next(&text, '\n', &first) || !str_next(&first, ' ', &from))
		return 0;
	arena_init(&a, ARENA_MAX);
	if (text.p != NULL && recipe_read(&a, text, &r, &e) == 0) {
		must(r.n <= RECIPE_STEPS);
		look_at_way(&r, from, first.p != NULL ? first : STR(""));
		look_at_commands(&r);
	}
	arena_fini(&a);
	return 0;
}
