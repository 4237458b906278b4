/* Pages of a sorted list: the same devices and order, however they are found. */
#include <stdio.h>
#include <string.h>

#include "db.h"
#include "fixture.h"
#include "must.h"

static struct fixture f;
static int64_t big, small;

static const char *const sorts[] = {
    "id", "hwId", "name", "product", "version", "type", "since"};

/* The ids of all pages, with blanks between; a claim has a '*'. */
static const char *
pages(struct ask *q, const struct device_filter *filter, const char *sort,
    size_t limit)
{
	static char out[2][8192], next[DEVICE_AFTER_MAX];
	static int turn;
	struct device_order o = {.sort = str_of(sort), .limit = limit};
	struct device_page page;
	size_t at = 0, rounds = 0;
	char *to = out[turn = 1 - turn];

	to[0] = '\0';
	do {
		struct arena_mark mark = arena_mark(q->arena);

		must(device_sorted(q, filter, &o, &page) == 0);
		must(page.n <= limit && rounds++ < 500);
		for (size_t i = 0; i < page.n; i++)
			at += (size_t)snprintf(to + at, sizeof(out[0]) - at,
			    "%s%s ", page.list[i].hw_id.p,
			    page.list[i].domain_id == 0 ? "*" : "");
		str_copy(next, sizeof(next), o.next);
		o.after = str_of(next);
		arena_reset(q->arena, mark);
	} while (o.after.len > 0);
	return to;
}

static struct device_filter
everything(void)
{
	return (struct device_filter){.assigned = true, .unassigned = true};
}

static void
add(const char *hw_id, int64_t domain, const char *name, const char *product)
{
	must(device_add(&f.q, &(struct device_new){.hw_id = str_of(hw_id),
				  .domain = domain,
				  .name = str_of(name),
				  .product = str_of(product),
				  .type = DEVICE_PHONE}) == 0);
}

/* Names that are equal, empty, in either case; claims of ids that are there. */
static void
make_fleet(void)
{
	static const char *const names[] = {
	    "b", "B", "", "a", "\xc3\xa9", "a~"};
	char id[32];

	big = fx_domain(&f, "big.example", "big-word");
	small = fx_domain(&f, "small.example", "small-word");
	for (int i = 0; i < 24; i++) {
		(void)snprintf(id, sizeof(id), "d%02d", (i * 7) % 24);
		add(id, i % 12 == 0 ? small : big, names[i % 6],
		    i % 5 == 0 ? "IP112" : "ip811");
	}
	must(device_unassign(&f.q, STR("d05")) == 0);
	must(device_unassign(&f.q, STR("d17")) == 0);
	for (int i = 0; i < 4; i++) {
		struct conn c;

		fx_conn(&c, i + 1);
		(void)snprintf(id, sizeof(id), "%s%02d", i < 2 ? "d" : "e", i);
		must(fx_phone(&f, &c, id, NULL) == 0);
		fx_conn_end(&c);
	}
	must(store_exec(f.core.store,
		 "UPDATE device SET version = CASE id % 3 WHEN 0 THEN 'V2'"
		 " ELSE 'v1' END, type = id % 5",
		 &f.err) == 0);
	fx_clear(&f);
}

/* A filter by which the store cannot sort, although it lets all pass. */
static struct device_filter
looked_at(struct device_filter filter)
{
	filter.types = DEVICE_ANY;
	return filter;
}

static void
compare(const struct device_filter *filter, const char *sort, const char *who)
{
	struct device_filter other = looked_at(*filter);
	char name[120];

	for (size_t limit = 1; limit < 40; limit += 6) {
		const char *by_store = pages(&f.q, filter, sort, limit);

		(void)snprintf(name, sizeof(name),
		    "%s by %s, %zu a page: the store and a look at all agree",
		    who, sort, limit);
		tap_is_str(by_store, pages(&f.q, &other, sort, limit), name);
	}
}

static void
test_both_ways(void)
{
	struct device_filter all = everything(), some = all;
	char down[16];

	some.domains = &big;
	some.ndomains = 1;
	some.unassigned = false;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		(void)snprintf(down, sizeof(down), "-%s", sorts[i]);
		compare(&all, sorts[i], "all");
		compare(&all, down, "all");
		compare(&some, sorts[i], "a domain");
		compare(&some, down, "a domain");
	}
}

static void
test_order(void)
{
	struct device_filter all = everything(), few = all;

	tap_is_str(pages(&f.q, &all, "hwId", 5),
	    "d00 d00* d01 d01* d02 d03 d04 d05* d06 d07 d08 d09 d10 d11 d12 "
	    "d13 d14 d15 d16 d17* d18 d19 d20 d21 d22 d23 e02* e03* ",
	    "a device stands before the claims of its id");
	tap_is_str(pages(&f.q, &all, "-hwId", 5),
	    "e03* e02* d23 d22 d21 d20 d19 d18 d17* d16 d15 d14 d13 d12 d11 "
	    "d10 d09 d08 d07 d06 d05* d04 d03 d02 d01* d01 d00* d00 ",
	    "and behind them the other way round");
	all.unassigned = false;
	tap_is_str(pages(&f.q, &all, "name", 3),
	    "d02 d08 d14 d20 d03 d09 d15 d21 d11 d23 d00 d01 d06 d07 d12 d13 "
	    "d18 d19 d04 d10 d16 d22 ",
	    "names are sorted without case, equal ones by hardware id");
	few.domains = &small;
	few.ndomains = 1;
	few.unassigned = false;
	tap_is_str(pages(&f.q, &few, "-name", 1), "d12 d00 ",
	    "of a small domain nothing else is shown");
}

static void
test_total(void)
{
	struct device_filter all = everything();
	struct device_order o = {.limit = 3};
	struct device_page page;

	tap_ok(device_sorted(&f.q, &all, &o, &page) == 0 && o.total == 28 &&
		   page.n == 3 && o.next.len > 0,
	    "the total counts devices and claims");
	o.limit = DEVICE_PAGE;
	tap_ok(device_sorted(&f.q, &all, &o, &page) == 0 && page.n == 28 &&
		   o.next.len == 0,
	    "nothing follows when all are there");
	all.unassigned = false;
	tap_ok(device_sorted(&f.q, &all, &o, &page) == 0 && o.total == 22,
	    "without unassigned ones");
	o.limit = 22;
	tap_ok(device_sorted(&f.q, &all, &o, &page) == 0 && page.n == 22 &&
		   o.next.len == 0,
	    "a page that is just full is the last one");
}

/* The store walks through the devices of all. */
static void
test_tenants(void)
{
	struct device_filter all = everything(), admin = all, foreign = all;
	struct device_order o = {.limit = 5};
	struct device_page page;
	struct actor tenant = {0};
	struct ask q = fx_as(&f, &tenant);
	char cred[32];

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)big);
	must(actor_now(&f.q, cred, &tenant) == 1);
	admin.unassigned = false;
	admin.domains = &big;
	admin.ndomains = 1;
	tap_is_str(pages(&q, &all, "name", 4), pages(&f.q, &admin, "name", 4),
	    "a tenant with most devices gets its own in the order, and none "
	    "that is unassigned");
	foreign.domains = &small;
	foreign.ndomains = 1;
	tap_is_str(pages(&q, &foreign, "name", 4), "", "nor those of another");
	tap_ok(device_sorted(&q, &all, &o, &page) == 0 && o.total == 20,
	    "the total is of what it sees");
	o.after = STR("d00 d b");
	o.sort = STR("name");
	must(device_sorted(&q, &all, &o, &page) == 0);
	for (size_t i = 0; i < page.n; i++)
		tap_ok(page.list[i].domain_id == big,
		    "a place that a foreign device has leads to its own");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)small);
	must(actor_now(&f.q, cred, &tenant) == 1);
	tap_is_str(pages(&q, &all, "hwId", 1), "d00 d12 ",
	    "a tenant with few devices gets these");
}

static void
test_refused(void)
{
	static const char *const wrong[] = {
	    "x", "d00", "d00 d", " d x", "a b c d", "d/0 d x"};
	struct device_filter all = everything();
	struct device_page page;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct device_order o = {.after = str_of(wrong[i]), .limit = 3};
		int rc = device_sorted(&f.q, &all, &o, &page);

		tap_ok(rc < 0 ? f.err.kind == ERR_INPUT : page.n <= 3,
		    "a place like \"%s\" is refused or leads somewhere",
		    wrong[i]);
	}
	for (size_t limit = 0; limit <= DEVICE_SORT + 1;
	     limit += DEVICE_SORT + 1) {
		struct device_order o = {.limit = limit};

		tap_ok(device_sorted(&f.q, &all, &o, &page) < 0 &&
			   f.err.kind == ERR_INPUT,
		    "%zu a page are refused", limit);
	}
}

/* What makes a page cost a page. */
static void
test_plan(void)
{
	static const enum stmt by_index[] = {STMT_SORTED_ID,
	    STMT_SORTED_ID_DOWN, STMT_SORTED_HW_ID, STMT_SORTED_HW_ID_DOWN,
	    STMT_SORTED_NAME, STMT_SORTED_NAME_DOWN, STMT_SORTED_PRODUCT,
	    STMT_SORTED_PRODUCT_DOWN, STMT_SORTED_VERSION,
	    STMT_SORTED_VERSION_DOWN};
	char plan[1024];

	for (size_t i = 0; i < sizeof(by_index) / sizeof(by_index[0]); i++) {
		must(store_plan(f.core.store, by_index[i], plan, sizeof(plan),
			 &f.err) == 0);
		tap_ok(strstr(plan, "TEMP B-TREE") == NULL &&
			   strstr(plan, "SCAN") == NULL,
		    "order %zu comes from an index, behind the place", i);
	}
}

int
main(void)
{
	fx_open(&f);
	make_fleet();
	test_both_ways();
	test_order();
	test_total();
	test_tenants();
	test_refused();
	test_plan();
	fx_close(&f);
	return tap_end();
}
