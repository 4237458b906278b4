/*
 * Files of stores and recipes: what is read holds no word that would leave its
 * place in a URL or in a command.
 */
#include "catalogue.h"
#include "fuzz.h"
#include "must.h"
#include "recipe.h"

#define ARENA_MAX ((size_t)16 << 20)

static void
look(const struct catalogue *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct offer *o = &c->offers[i];

		must(catalogue_find(c, o->id) != NULL);
		for (size_t k = 0; k < o->n; k++) {
			must(catalogue_word(o->releases[k].build, BUILD_MAX));
			must(catalogue_release(o, o->releases[k].id) != NULL);
		}
	}
}

static void
try_recipe(const struct recipe *r)
{
	struct str via[RECIPE_VIAS];
	struct buf path;

	buf_init(&path, 65536);
	for (enum part p = 0; p < PART__MAX; p++)
		(void)recipe_path(r, p, STR("http://s/a%20b"), STR("1"), &path);
	for (size_t i = 0; i < path.len; i++)
		must(path.data[i] > ' ' && path.data[i] < 0x7f &&
		     path.data[i] != '?' && path.data[i] != '#');
	must(recipe_way(r, STR("13r1"), STR("14r1"), via) <= RECIPE_VIAS);
	buf_fini(&path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	struct catalogue c;
	struct recipe r;
	struct arena a;
	struct err e;

	arena_init(&a, ARENA_MAX);
	if (catalogue_read(&a, text, &c, &e) == 0)
		look(&c);
	if (recipe_read(&a, text, &r, &e) == 0)
		try_recipe(&r);
	arena_fini(&a);
	return 0;
}
