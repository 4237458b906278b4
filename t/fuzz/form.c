/*
 * A query string: what is read keeps its limits, and encoded again it reads as
 * the same parameters.  The same text is also read as a JSON body.
 */
#include "form.h"

#include "buf.h"
#include "crypto.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)1 << 20)

static void
encode(struct buf *b, struct str s)
{
	char hex[3];

	for (size_t i = 0; i < s.len; i++) {
		crypto_hex(s.p + i, 1, hex);
		buf_putc(b, '%');
		buf_puts(b, hex);
	}
}

static void
check_limits(const struct form *f)
{
	must(f->n <= FORM_PARAMS_MAX);
	for (size_t i = 0; i < f->n; i++)
		must(f->params[i].name.len <= FORM_NAME_MAX &&
		     f->params[i].value.len <= FORM_VALUE_MAX);
}

static void
read_again(const struct form *f, struct arena *a)
{
	struct form again;
	struct err e;
	struct buf b;

	buf_init(&b, ARENA_MAX);
	for (size_t i = 0; i < f->n; i++) {
		encode(&b, f->params[i].name);
		buf_putc(&b, '=');
		encode(&b, f->params[i].value);
		buf_putc(&b, '&');
	}
	must(!buf_failed(&b));
	form_init(&again, a);
	must(form_query(&again, buf_view(&b), &e) == 0 && again.n == f->n);
	for (size_t i = 0; i < f->n; i++)
		must(str_eq(again.params[i].name, f->params[i].name) &&
		     str_eq(again.params[i].value, f->params[i].value));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a, b;
	struct form f;
	struct err e;

	arena_init(&a, ARENA_MAX);
	arena_init(&b, ARENA_MAX);
	form_init(&f, &a);
	(void)!form_query(&f, str_n(data, size), &e);
	check_limits(&f);
	read_again(&f, &b);
	form_init(&f, &a);
	(void)!form_body(&f, STR("application/json"), str_n(data, size), &e);
	check_limits(&f);
	arena_fini(&a);
	arena_fini(&b);
	return 0;
}
