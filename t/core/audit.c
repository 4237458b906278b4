/* The audit: what is asked of it, who sees which rows, what it forgets. */
#include "audit.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "fleet.h"
#include "must.h"
#include "setting.h"

#define DAY_MS INT64_C(86400000)
#define HW     "0090330a0b0c"

static struct fixture f;
static int64_t north, south;

/* What the rows of a question say, newest first: "device.add device.edit". */
static const char *
said(struct ask *q, const struct audit_filter *filter)
{
	struct audit *rows;
	struct buf b;
	const char *text;
	size_t n;

	if (audit_list(q, filter, &rows, &n) < 0)
		return err_phrase(q->err->kind);
	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%.*s", i > 0 ? " " : "",
		    (int)rows[i].what.len, rows[i].what.p);
	text = arena_str(q->arena, buf_view(&b));
	buf_fini(&b);
	return text;
}

#define SAID(...) said(&f.q, &(struct audit_filter){__VA_ARGS__})

static struct ask
as_domain(struct actor *who, int64_t id)
{
	char cred[ACTOR_CRED_SIZE];

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)id);
	must(actor_now(&f.q, cred, who) == 1);
	return fx_as(&f, who);
}

static void
make_rows(void)
{
	north = fx_domain(&f, "north.example", "n0rth secret");
	south = fx_domain(&f, "south.example", "s0uth secret");
	(void)fx_category(&f, north, "phones");
	must(fx_device(&f, HW, north, DEVICE_PHONE, NULL) == 0);
	must(device_rename(&f.q, STR(HW), STR("desk")) == 0);
	must(device_assign(&f.q, STR(HW), south, NULL, NULL) == 0);
	must(setting_set(&f.q, "offer_minutes", STR("20")) == 0);
	must(device_remove(&f.q, STR(HW)) == 0);
}

static void
test_filters(void)
{
	struct audit *rows;
	int64_t now = clock_now_ms();
	size_t n;

	tap_is_str(SAID(.on = STR(HW)),
	    "device.remove device.assign device.edit device.add",
	    "all about one device, newest first");
	tap_is_str(
	    SAID(.on = STR("00-90-33-0A-0B-0C"), .what = STR("device.add")),
	    "device.add", "its address as it is printed on the box");
	tap_is_str(SAID(.on = STR("NORTH.example"), .what = STR("domain")),
	    "domain.add",
	    "a domain by its name in any case, a kind by its first word");
	tap_is_str(SAID(.what = STR("device.a")), "",
	    "but not by the beginning of a word");
	tap_is_str(SAID(.what = STR("dev%")), "", "nor by a pattern");
	tap_is_str(SAID(.who = STR("local"), .what = STR("setting")),
	    "setting.set", "who did it");
	tap_is_str(SAID(.who = STR("account:1"), .what = STR("setting")), "",
	    "and who did not");
	tap_is_str(SAID(.what = STR("setting"), .since = now - DAY_MS,
		       .until = now + DAY_MS),
	    "setting.set", "between two times");
	tap_is_str(SAID(.until = now - DAY_MS), "", "before all");
	tap_is_str(SAID(.since = now + DAY_MS), "", "after all");
	must(audit_list(
		 &f.q, &(struct audit_filter){.on = STR(HW)}, &rows, &n) == 0 &&
	     n == 4);
	tap_is_str(SAID(.on = STR(HW), .before = rows[1].id),
	    "device.edit device.add", "a page begins below a row");
	tap_is_str(
	    SAID(.since = rows[1].time, .until = rows[1].time, .on = STR(HW)),
	    "", "the end is not included");
}

static void
test_domains(void)
{
	struct actor who;
	struct ask q = as_domain(&who, north);

	tap_is_str(said(&q, &(struct audit_filter){.on = STR(HW)}),
	    "device.assign device.edit device.add",
	    "a domain sees what was done with its device until it left");
	tap_ok(strstr(said(&q, &(struct audit_filter){0}), "setting") == NULL &&
		   strstr(said(&q, &(struct audit_filter){0}),
		       "category.add") != NULL,
	    "and nothing that does not concern it");
	tap_is_str(said(&q, &(struct audit_filter){.domain = south}),
	    err_phrase(ERR_GONE), "another domain is not there");
	q = as_domain(&who, south);
	tap_is_str(said(&q, &(struct audit_filter){.on = STR(HW)}),
	    "device.remove device.assign",
	    "the other sees it from where it came");
	tap_is_str(SAID(.domain = south, .on = STR(HW)),
	    "device.remove device.assign",
	    "an administrator may ask for the rows of one domain");
	must(fx_grant(&f, south, north) == 0);
	q = as_domain(&who, south);
	tap_is_str(said(&q, &(struct audit_filter){.domain = north,
				.what = STR("access")}),
	    "access.grant", "a domain sees who may act on it");
	tap_ok(strstr(said(&q, &(struct audit_filter){0}), "category") == NULL,
	    "without a word its own rows only");
}

static void
test_import(void)
{
	static const char csv[] = "hwId,domain\n0090330a0001,north.example\n"
				  "0090330a0002,north.example\n";
	struct fleet_import in = {.text = STR("")};
	struct audit *rows;
	size_t n;

	in.text = str_of(csv);
	must(fleet_import(&f.q, &in) == 0 && in.added == 2);
	must(audit_list(&f.q, &(struct audit_filter){0}, &rows, &n) == 0);
	tap_ok(str_eqz(rows[0].what, "import.devices") &&
		   str_eqz(rows[1].what, "device.add") &&
		   str_eqz(rows[2].what, "device.add"),
	    "an import leaves one row of itself beside those of its devices");
	tap_ok(
	    str_eqz(rows[0].detail,
		"{\"devices\":2,\"sha256\":\"4c6410cbed8caaee1c2f09ae82595f4a"
		"1b0e12be095feee741a6820592ce3385\"}"),
	    "with the number and the hash of the file");
}

/* Rows of n days ago. */
static void
row_of(int64_t days)
{
	clock_shift(-days * DAY_MS);
	must(setting_set(&f.q, "claim_minutes", STR("9")) == 0);
	clock_shift(days * DAY_MS);
}

static void
test_forgetting(void)
{
	struct err e;
	int64_t n = 7;

	row_of(100);
	row_of(40);
	row_of(20);
	tap_ok(audit_expire(&f.q, &n) == 0 && n == 0,
	    "nothing is forgotten without a setting");
	tap_ok(store_exec(
		   f.core.store, "DELETE FROM audit WHERE time < 1", &e) == 0 &&
		   store_exec(f.core.store, "DELETE FROM audit", &e) < 0,
	    "nor can it be removed");
	tap_ok(setting_set(&f.q, "audit.days", STR("1")) < 0 &&
		   setting_set(&f.q, "audit.days", STR("29")) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nobody makes it forget yesterday");
	must(setting_set(&f.q, "audit.days", STR("30")) == 0);
	tap_ok(store_exec(f.core.store, "DELETE FROM audit", &e) < 0 &&
		   strstr(e.text, "append-only") != NULL,
	    "with one, younger rows cannot be removed");
	tap_ok(
	    store_exec(f.core.store, "UPDATE audit SET time = 1", &e) < 0 &&
		store_exec(f.core.store, "DELETE FROM audit_domain", &e) < 0 &&
		store_exec(f.core.store,
		    "UPDATE audit_domain SET domain_id = 1", &e) < 0,
	    "nor made older, nor hidden from their domain");
	clock_shift(INT64_C(400) * DAY_MS);
	tap_ok(audit_expire(&f.q, &n) == 0 && n == 0,
	    "a clock that is a year ahead takes nothing");
	clock_shift(INT64_C(-400) * DAY_MS);
	tap_ok(
	    audit_expire(&f.q, &n) == 0 && n == 2, "older rows are forgotten");
	tap_is_str(SAID(.what = STR("setting.set"), .on = STR("claim_minutes")),
	    "setting.set", "younger ones stay");
	tap_is_str(SAID(.what = STR("audit")), "audit.expire",
	    "which leaves a row itself");
	tap_ok(audit_expire(&f.q, &n) == 0 && n == 0, "once");
	must(setting_set(&f.q, "audit.days", STR("")) == 0);
}

int
main(void)
{
	fx_open(&f);
	make_rows();
	test_filters();
	test_domains();
	test_import();
	test_forgetting();
	fx_close(&f);
	return tap_end();
}
