/*
 * A template from anywhere: rendering ends, never writes more than it has
 * room for, and leaves text without tags as it is.
 */
#include "mustache.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

#define OUT_MAX ((size_t)64 << 10)

/* Marks what was escaped, so that it can be counted. */
static void
mark(struct buf *out, struct str text)
{
	buf_putc(out, '\1');
	buf_str(out, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mustache_value values[] = {
	    {"a", STR("{{a}}"), false},
	    {"b", STR(""), false},
	    {"c", STR(""), true},
	    {NULL, STR(""), false},
	};
	struct str text = str_n(data, size);
	struct err e = {0};
	struct buf out;
	int rc;

	buf_init(&out, OUT_MAX);
	rc = mustache_render(text, values, mark, &out, &e);
	must(out.len <= OUT_MAX);
	must(rc == 0 || (e.kind == ERR_INPUT || e.kind == ERR_LIMIT));
	must(rc < 0 || memmem(data, size, "{{", 2) != NULL ||
	     str_eq(buf_view(&out), text));
	buf_fini(&out);
	return 0;
}
