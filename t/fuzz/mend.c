/*
 * JSON that has lost braces: what comes out is of bounded length, and mending
 * it again changes nothing; one that was right is one still.
 */
#include "mend.h"

#include "fuzz.h"
#include "json.h"
#include "must.h"

#define TEXT_MAX  65536
#define ARENA_MAX ((size_t)16 << 20)

/* An object that is one comes out as one. */
static void
check_right(struct arena *a, struct str text, const struct buf *mended)
{
	const struct json *v;
	struct err e;

	if (json_read(a, text, TEXT_MAX, &v, &e) == 0 &&
	    json_kind(v) == JSON_OBJECT)
		must(json_read(a, buf_view(mended), 8 * TEXT_MAX, &v, &e) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size < TEXT_MAX ? size : TEXT_MAX);
	struct buf once, twice;
	struct arena a;

	arena_init(&a, ARENA_MAX);
	buf_init(&once, 8 * TEXT_MAX);
	buf_init(&twice, 8 * TEXT_MAX);
	mend_json(text, &once);
	must(!buf_failed(&once));
	mend_json(buf_view(&once), &twice);
	must(str_eq(buf_view(&once), buf_view(&twice)));
	check_right(&a, text, &once);
	buf_fini(&once);
	buf_fini(&twice);
	arena_fini(&a);
	return 0;
}
