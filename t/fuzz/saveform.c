/*
 * How saved configurations are read: a file of any lines, a blank line, a text
 * of any lines.  What is masked stays masked, and is not much longer.
 */
#include "saveform.h"

#include "fuzz.h"
#include "must.h"

#define TEXT_MAX  65536
#define ARENA_MAX ((size_t)1 << 20)

static const struct str ours = STR("volatile vars create UPDATE/\n"
				   "secret pw\nsecret key\n"
				   "hidden vars create * *\n");

static void
check_line(const struct saveform *f, struct str line)
{
	struct buf once, twice;

	buf_init(&once, 4 * TEXT_MAX);
	buf_init(&twice, 4 * TEXT_MAX);
	(void)saveform_counts(f, line);
	saveform_mask(f, line, &once);
	must(!buf_failed(&once) && once.len <= 4 * line.len + 3);
	saveform_mask(f, buf_view(&once), &twice);
	must(str_eq(buf_view(&once), buf_view(&twice)));
	buf_fini(&once);
	buf_fini(&twice);
}

static void
check_text(const struct saveform *f, struct str text)
{
	struct str line;

	while (saveform_line(&text, &line))
		check_line(f, line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size < TEXT_MAX ? size : TEXT_MAX);
	struct saveform f;
	struct arena a;
	struct err e;

	arena_init(&a, ARENA_MAX);
	(void)!saveform_read(&a, text, &f, &e);
	must(saveform_read(&a, ours, &f, &e) == 0);
	check_text(&f, text);
	arena_fini(&a);
	return 0;
}
