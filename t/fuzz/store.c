/*
 * The four files of a store: what is read holds no word that would leave its
 * place in a URL or in a command.
 */
#include "catalogue.h"
#include "fuzz.h"
#include "must.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	struct catalogue c;
	struct arena a;
	struct err e;

	arena_init(&a, ARENA_MAX);
	if (catalogue_read(&a, text, &c, &e) == 0)
		look(&c);
	arena_fini(&a);
	return 0;
}
