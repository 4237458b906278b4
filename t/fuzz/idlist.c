/*
 * A list of hardware ids: each lies in the text, in its order, is not empty and
 * holds nothing that separates; there is room for all.
 */
#include "idlist.h"

#include "arena.h"
#include "fuzz.h"
#include "must.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size), *ids;
	const char *end = text.p;
	struct arena a;
	size_t n;

	arena_init(&a, 64 << 20);
	ids = arena_array(&a, IDLIST_MAX(size), sizeof(*ids));
	must(ids != NULL);
	n = idlist_read(text, ids);
	must(n <= IDLIST_MAX(size));
	for (size_t i = 0; i < n; i++) {
		must(ids[i].len > 0 && ids[i].p >= end);
		for (size_t k = 0; k < ids[i].len; k++)
			must(!str_in(ids[i].p[k], 0, " \t\r\n,;#"));
		end = ids[i].p + ids[i].len;
		must(end <= text.p + size);
	}
	arena_fini(&a);
	return 0;
}
