/* The frame around changes: what subscribers are told, what the audit keeps. */
#include "change.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "audit.h"
#include "category.h"
#include "device.h"
#include "domain.h"
#include "fixture.h"
#include "fleet.h"
#include "must.h"
#include "setting.h"
#include "tap.h"

#define HW "0090330a0b0c"

static struct fixture f;
static int64_t north, south;

/* The newest row of the audit, "what detail". */
static const char *
last(void)
{
	struct audit *rows;
	size_t n;

	must(audit_list(&f.q, &(struct audit_filter){0}, &rows, &n) == 0);
	must(n > 0);
	return arena_printf(f.q.arena, "%.*s %.*s", (int)rows[0].what.len,
	    rows[0].what.p, (int)rows[0].detail.len, rows[0].detail.p);
}

static void
test_values(void)
{
	struct domain_change renamed = {.name = &STR("west.example")};
	struct account_change mail = {.mail = &STR("a@b.example")};
	bool config = true;
	const char *same;
	int64_t id;

	must(domain_edit(&f.q, north, &renamed) == 0);
	tap_ok(strstr(last(), "\"changed\":{\"name\":[\"north.example\","
			      "\"west.example\"]}") != NULL,
	    "a domain: the old and the new name");
	must(category_add(&f.q, north, STR("phones"), false, &id) == 0);
	tap_ok(strstr(last(), "\"changed\":{\"name\":[null,\"phones\"],"
			      "\"config\":[null,false]}") != NULL,
	    "what is new was nothing before");
	must(category_edit(&f.q, id, NULL, &config) == 0);
	tap_ok(strstr(last(), "\"changed\":{\"config\":[false,true]}") != NULL,
	    "only what changed stands there");
	must(category_edit(&f.q, id, NULL, &config) == 0);
	same = last();
	tap_ok(strstr(same, "category.edit") == same &&
		   strstr(same, "changed") == NULL,
	    "nothing, if nothing did");
	must(category_remove(&f.q, id) == 0);
	tap_ok(
	    strstr(last(), "\"changed\":{\"name\":[\"phones\",null],") != NULL,
	    "what is gone is nothing afterwards");
	must(account_edit(&f.q, 0, &mail) == 0);
	tap_ok(strstr(last(), "\"mail\":[\"\",\"a@b.example\"]") != NULL,
	    "an account");
	must(setting_set(&f.q, "claim_minutes", STR("9")) == 0);
	tap_ok(strstr(last(), "\"value\":[\"15\",\"9\"]") != NULL,
	    "a setting, from its default");
	must(setting_set(&f.q, "billing.key", STR("s3cret")) == 0);
	tap_ok(strstr(last(), "\"value\":[\"\",\"set\"]") != NULL &&
		   strstr(last(), "s3cret") == NULL,
	    "of a secret only that there is one");
}

static void
test_device(void)
{
	must(fx_device(&f, HW, north, DEVICE_PHONE, NULL) == 0);
	must(device_rename(&f.q, STR(HW), STR("desk \"4\"")) == 0);
	tap_ok(strstr(last(), "\"changed\":{\"name\":[\"\","
			      "\"desk \\\"4\\\"\"]}") != NULL,
	    "a device: a hostile name stays a text");
	must(device_assign(&f.q, STR(HW), south, NULL, NULL) == 0);
	tap_ok(strstr(last(), "\"domainName\":[\"west.example\","
			      "\"south.example\"]") != NULL,
	    "a domain is named beside its id");
}

static void
test_user(void)
{
	struct actor me;
	struct ask q;

	actor_local(&me);
	actor_name_user(&me);
	q = fx_as(&f, &me);
	must(device_rename(&q, STR(HW), STR("desk")) == 0);
	tap_ok(me.unix_name[0] != '\0' &&
		   strstr(last(), arena_printf(f.q.arena, "\"user\":\"%s\"",
				      me.unix_name)) != NULL,
	    "the command line's user stands in the audit");
	must(device_rename(&f.q, STR(HW), STR("desk 2")) == 0);
	tap_ok(strstr(last(), "\"user\"") == NULL, "nobody else's does");
}

/* ---- subscribers ---- */

static size_t
events(void)
{
	const char *at = f.orders.data;
	size_t n = 0;

	while (at != NULL && (at = strstr(at, "\"order\":\"event\"")) != NULL) {
		n++;
		at++;
	}
	return n;
}

static void
test_told(void)
{
	bool config = false;
	int64_t id;

	must(category_add(&f.q, south, STR("rooms"), false, &id) == 0);
	fx_clear(&f);
	must(category_edit(&f.q, id, &STR("halls"), NULL) == 0);
	tap_ok(events() == 1 && fx_ordered(&f, "\"topic\":\"domains\"") &&
		   fx_ordered(&f, "halls"),
	    "a domain whose object shows a change is told");
	fx_clear(&f);
	must(category_edit(&f.q, id, NULL, &config) == 0);
	tap_is_int((long long)events(), 0, "it is not if it shows none");
	fx_clear(&f);
	must(device_rename(&f.q, STR(HW), STR("desk 2")) == 0);
	tap_is_int((long long)events(), 1,
	    "what a change is about is told in any case");
	fx_clear(&f);
	must(device_remove(&f.q, STR(HW)) == 0);
	tap_ok(fx_ordered(&f, "\"before\":{") && !fx_ordered(&f, "\"after\":{"),
	    "a device that goes has no after");
}

/* 50,000 things are not kept until the end: the arena is as large as for one
 * request. */
static void
test_many(void)
{
	struct fleet_import in = {0};
	struct ask q = f.q;
	struct arena small;
	struct buf csv;

	buf_init(&csv, 8 << 20);
	buf_puts(&csv, "hwId,domain,name\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&csv, "0090331%05x,south.example,phone %d\n", i, i);
	in.text = buf_view(&csv);
	fx_clear(&f);
	arena_init(&small, 1 << 20);
	q.arena = &small;
	tap_ok(fleet_import(&q, &in) == 0 && in.added == 5000,
	    "an import needs the memory of one device");
	tap_is_int((long long)events(), 5000, "each device of it is told");
	buf_fini(&csv);
	arena_fini(&small);
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", "n0rth secret");
	south = fx_domain(&f, "south.example", "s0uth secret");
	test_values();
	test_device();
	test_user();
	test_told();
	test_many();
	fx_close(&f);
	return tap_end();
}
