/*
 * A template from anywhere: rendering ends, never writes more than it has
 * room for, and leaves text without tags as it is.  Partials are the template
 * itself.  What the guard lets pass writes nothing that was not escaped.
 */
#include "mustache.h"

#include <string.h>

#include "count.h"
#include "fuzz.h"
#include "must.h"

#define OUT_MAX ((size_t)64 << 10)

static const struct mustache_value items[] = {
    MUSTACHE_TEXT("", STR("1")), MUSTACHE_TEXT("", STR("2"))};
static const struct mustache_value inner[] = {
    MUSTACHE_TEXT("a", STR("in")), MUSTACHE_END};
static const struct mustache_value values[] = {
    MUSTACHE_TEXT("a", STR("\2")),
    MUSTACHE_TRUTH("b", false),
    MUSTACHE_TRUTH("c", true),
    {.name = "l", .text = {"", 0}, .items = items, .nitems = COUNT(items)},
    {.name = "o", .text = {"", 0}, .members = inner},
    MUSTACHE_END,
};

/* Leaves nothing of what it was given. */
static void
mark(struct buf *out, struct str text)
{
	(void)text;
	buf_putc(out, '\1');
}

static int
itself(void *arg, struct str name, struct str *text)
{
	(void)name;
	*text = *(const struct str *)arg;
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	const struct mustache m = {
	    .data = {.name = "", .text = {"", 0}, .members = values},
	    .escape = mark,
	    .missing_ok = size % 2 == 0,
	    .partial = itself,
	    .arg = &text};
	struct err e = {0};
	struct buf out;
	int rc;

	buf_init(&out, OUT_MAX);
	rc = mustache_write(&m, text, &out, &e);
	must(out.len <= OUT_MAX);
	must(rc == 0 || (e.kind == ERR_INPUT || e.kind == ERR_LIMIT));
	must(rc < 0 || memmem(data, size, "{{", 2) != NULL ||
	     str_eq(buf_view(&out), text));
	must(mustache_guard(text, &e) < 0 || str_find(text, '\2') < size ||
	     str_find(buf_view(&out), '\2') == out.len);
	buf_fini(&out);
	return 0;
}
