/*
 * Several questions in one body: refused, or taken apart into what is inside
 * the limits and, written again, is read the same.
 */
#include "hubmany.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

static void
write_again(const struct hubmany *m, struct buf *out)
{
	struct buf headers;

	buf_init(&headers, 1 << 16);
	for (size_t i = 0; i < HUBWIRE_FACTS; i++) {
		must(m->facts[i].len <= hubwire_facts[i].max);
		if (m->facts[i].len == 0)
			continue;
		buf_printf(&headers, "%s: ", hubwire_facts[i].header);
		buf_str(&headers, m->facts[i]);
		buf_putc(&headers, '\0');
	}
	hubmany_add(out, headers.data, headers.len, m->body);
	buf_fini(&headers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n(data, size), again;
	struct hubmany m, n;
	struct buf out;

	/* A fact is visible ASCII, but that is not looked at here. */
	if (memchr(data, '\0', size) != NULL)
		return 0;
	while (hubmany_next(&rest, &m) > 0) {
		buf_init(&out, 1 << 24);
		write_again(&m, &out);
		again = buf_view(&out);
		must(hubmany_next(&again, &n) == 1 && again.len == 0 &&
		     str_eq(m.body, n.body));
		for (size_t i = 0; i < HUBWIRE_FACTS; i++)
			must(str_eq(m.facts[i], n.facts[i]));
		buf_fini(&out);
	}
	return 0;
}
