/*
 * The first line is a Content-Type, the rest its body: reading ends, what is
 * read keeps its limits and lies in the body.
 */
#include "form.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)1 << 20)

/* A value is a piece of the body between two delimiters. */
static void
check_value(struct str value, struct str body)
{
	must(value.len <= FORM_VALUE_MAX);
	must(value.p >= body.p && value.p + value.len <= body.p + body.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = str_n(data, size), type, body;
	struct arena a;
	struct form f;
	struct err e;
	size_t line = str_find(all, '\n');

	type = str_n(all.p, line);
	body = line < all.len ? str_n(all.p + line + 1, all.len - line - 1)
			      : str_n(all.p, 0);
	arena_init(&a, ARENA_MAX);
	form_init(&f, &a);
	if (form_multipart(&f, type, body, &e) < 0)
		must(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
	must(f.n <= FORM_PARAMS_MAX);
	for (size_t i = 0; i < f.n; i++) {
		must(f.params[i].name.len <= FORM_NAME_MAX);
		check_value(f.params[i].value, body);
	}
	form_init(&f, &a);
	(void)!form_body(&f, type, body, &e);
	must(f.n <= FORM_PARAMS_MAX);
	arena_fini(&a);
	return 0;
}
