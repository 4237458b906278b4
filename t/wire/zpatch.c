/* Texts as differences: what comes back, how short they are, and what is refused. */
#include "zpatch.h"

#include <string.h>

#include "tap.h"

#define TEXT_MAX ((size_t)2 << 20)

static struct buf old, text, packed, again;
static struct err err;

/* Lines that have nothing in common but their form. */
static void
lines(struct buf *b, unsigned seed, int n)
{
	for (int i = 0; i < n; i++) {
		seed = seed * 1103515245U + 12345U;
		buf_printf(b, "config change M%u /value %u /other %u\r\n",
		    seed >> 20, seed * 7919U, seed ^ 0x5bd1e995U);
	}
}

static void
begin(void)
{
	struct buf *const all[] = {&old, &text, &packed, &again};

	for (size_t i = 0; i < 4; i++) {
		buf_fini(all[i]);
		buf_init(all[i], TEXT_MAX);
	}
}

static void
comes_back(const char *name)
{
	zpatch_make(buf_view(&old), buf_view(&text), &packed);
	tap_ok(zpatch_read(buf_view(&old), buf_view(&packed), TEXT_MAX, &again,
		   &err) == 0 &&
		   str_eq(buf_view(&again), buf_view(&text)),
	    "%s comes back", name);
}

static void
test_round(void)
{
	begin();
	comes_back("the empty text");
	begin();
	lines(&text, 1, 1000);
	comes_back("a text without an older one");
	begin();
	lines(&old, 1, 1000);
	comes_back("an empty one with an older one");
	begin();
	lines(&old, 1, 20000);
	lines(&text, 1, 20000);
	buf_puts(&text, "config change NEW\r\n");
	comes_back("one of a megabyte");
	tap_ok(packed.len < 200, "a new line costs %zu bytes", packed.len);
}

static void
test_refused(void)
{
	begin();
	lines(&old, 1, 1000);
	lines(&text, 1, 1001);
	zpatch_make(buf_view(&old), buf_view(&text), &packed);
	old.data[100] ^= 1;
	tap_ok(zpatch_read(buf_view(&old), buf_view(&packed), TEXT_MAX, &again,
		   &err) < 0 &&
		   err.kind == ERR_IO,
	    "with another older text it is refused");
	old.data[100] ^= 1;
	tap_ok(zpatch_read(buf_view(&old), buf_view(&packed), text.len - 1,
		   &again, &err) < 0,
	    "so is one that is too long");
	packed.data[packed.len - 1] ^= 1;
	tap_ok(zpatch_read(buf_view(&old), buf_view(&packed), TEXT_MAX, &again,
		   &err) < 0,
	    "and one that is damaged");
	tap_ok(
	    zpatch_read(STR(""), STR("no frame"), TEXT_MAX, &again, &err) < 0,
	    "and what was never packed");
	tap_ok(zpatch_read(STR(""), STR(""), TEXT_MAX, &again, &err) < 0,
	    "and nothing");
}

int
main(void)
{
	test_round();
	test_refused();
	begin();
	return tap_end();
}
