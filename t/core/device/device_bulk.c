/* The same change of many devices: of all, or of none. */
#include "device_bulk.h"

#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "must.h"

static struct fixture f;
static int64_t here, there;
static char said[4096]; /* a word for each result */

static void
note(void *arg, struct str hw_id, const struct err *why)
{
	size_t n = strlen(said);

	(void)arg;
	(void)snprintf(said + n, sizeof(said) - n, "%.*s:%s ", (int)hw_id.len,
	    hw_id.p, why != NULL ? why->say : "ok");
}

static int
bulk(const struct str *ids, size_t n, bool dry, const struct device_edit *x)
{
	struct device_bulk b = {
	    .hw_ids = ids, .n = n, .dry = dry, .result = note};

	said[0] = '\0';
	return x != NULL ? device_bulk_edit(&f.q, &b, x)
			 : device_bulk_remove(&f.q, &b);
}

static int64_t
domain_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) > 0 ? d.domain_id : -1;
}

static void
make_fleet(void)
{
	char id[16];

	here = fx_domain(&f, "here.example", NULL);
	there = fx_domain(&f, "there.example", NULL);
	for (int i = 1; i <= 4; i++) {
		(void)snprintf(id, sizeof(id), "00903301020%d", i);
		must(fx_device(&f, id, here, DEVICE_PHONE, NULL) == 0);
	}
	fx_clear(&f);
}

static void
test_move(void)
{
	static const struct str good[] = {STR("009033010201"),
	    STR("00:90:33:01:02:02"), STR("0090.3301.0201")};
	static const struct str bad[] = {
	    STR("009033010203"), STR("none"), STR("..")};
	struct device_edit x = {.domain = &there};

	tap_ok(bulk(bad, 3, false, &x) < 0 && f.err.kind == ERR_INPUT,
	    "one that is not there refuses all");
	tap_is_str(said,
	    "009033010203:ok none:not found ..:invalid hardware id ",
	    "each has its result");
	tap_is_int(domain_of("009033010203"), here, "none is moved");
	tap_ok(f.orders.len == 0, "and nobody is told");
	tap_ok(bulk(good, 3, true, &x) == 0, "a dry run says that it can be");
	tap_is_int(domain_of("009033010201"), here, "and moves nothing");
	tap_ok(f.orders.len == 0, "nor tells anybody");
	tap_ok(bulk(good, 3, false, &x) == 0, "then it is done");
	tap_is_str(said,
	    "009033010201:ok 00:90:33:01:02:02:ok 0090.3301.0201:ok ",
	    "in the order and spelling that was asked");
	tap_ok(domain_of("009033010201") == there &&
		   domain_of("009033010202") == there,
	    "both are there");
}

static void
test_remove(void)
{
	static const struct str twice[] = {
	    STR("009033010204"), STR("00-90-33-01-02-04")};
	static const struct str first[] = {
	    STR("none"), STR("009033010203"), STR("..")};
	struct device_bulk silent = {.hw_ids = first, .n = 3};

	tap_ok(bulk(twice, 2, false, NULL) == 0, "an id twice is one device");
	tap_is_int(domain_of("009033010204"), -1, "which is gone");
	tap_ok(device_bulk_remove(&f.q, &silent) < 0 && f.err.kind == ERR_GONE,
	    "without listener the first mistake is the answer");
	tap_is_int(domain_of("009033010203"), here, "nothing is removed");
}

static void
test_limits(void)
{
	struct device_bulk none = {.result = note}, many = {.n = BULK_MAX + 1};
	struct actor tenant = {.domains = &there, .ndomains = 1};
	struct ask q = fx_as(&f, &tenant);
	static const struct str foreign[] = {STR("009033010203")};
	struct device_bulk b = {.hw_ids = foreign, .n = 1};
	struct str name = STR("mine");

	tap_ok(device_bulk_remove(&f.q, &none) == 0, "none is no mistake");
	tap_ok(device_bulk_remove(&f.q, &many) < 0 && f.err.kind == ERR_LIMIT,
	    "too many are refused before one is looked at");
	tap_ok(device_bulk_edit(&q, &b, &(struct device_edit){.name = &name}) <
		       0 &&
		   f.err.kind == ERR_GONE,
	    "what one does not see is not there");
	tap_ok(device_bulk_remove(&q, &b) < 0, "and cannot be removed");
	tap_is_int(domain_of("009033010203"), here, "it stays");
}

int
main(void)
{
	fx_open(&f);
	make_fleet();
	test_move();
	test_remove();
	test_limits();
	fx_close(&f);
	return tap_end();
}
