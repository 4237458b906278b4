/*
 * The place where a sorted list goes on, which anybody may send: the first line
 * of the input is the order, the rest the place.  It is refused, or leads to a
 * page whose own end leads on, and to an end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "db.h"
#include "fixture.h"
#include "fuzz.h"
#include "must.h"

#define DEVICES 12

static struct fixture f;

static void
close_fleet(void)
{
	fx_close(&f);
}

static void
open_fleet(void)
{
	char id[16];

	fx_open(&f);
	for (int i = 0; i < DEVICES; i++) {
		(void)snprintf(id, sizeof(id), "d%02d", i);
		must(device_add(&f.q, &(struct device_new){.hw_id = str_of(id),
					  .domain = 1,
					  .name = str_n(&"abc"[i % 3], 1)}) ==
		     0);
	}
	must(atexit(close_fleet) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct device_filter filter = {.assigned = true, .unassigned = true};
	struct device_order o = {.limit = 5, .after = str_n(data, size)};
	struct device_page page;
	int rounds = 0;

	if (f.folder[0] == '\0')
		open_fleet();
	(void)str_next(&o.after, '\n', &o.sort);
	if (o.after.p == NULL)
		o.after = str_n("", 0);
	do {
		if (device_sorted(&f.q, &filter, &o, &page) < 0) {
			must(rounds == 0 && f.err.kind == ERR_INPUT);
			break;
		}
		must(o.total == DEVICES && page.n <= o.limit);
		must(o.next.len == 0 || page.n == o.limit);
		o.after = o.next;
	} while (o.after.len > 0 && ++rounds < DEVICES);
	must(rounds <= DEVICES / (int)o.limit);
	fx_clear(&f);
	return 0;
}
