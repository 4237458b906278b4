/*
 * A clock that is wrong for a while: nothing is settled by it.
 */
#include "jump.h"

#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "clock.h"
#include "fixture.h"
#include "licence.h"
#include "rental.h"
#include "setting.h"

#define DAY RENTAL_DAY_MS
#define GW  "009033000001"

static struct fixture f;
static int64_t home;
static struct rental_plan plan;

static int
apply(int64_t count)
{
	struct rental_change x = {STR(GW), STR("PORT"), count};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = &x, .nchanges = 1};

	return rental_apply(&f.q, &order, &plan);
}

static int
preview(int64_t count)
{
	struct rental_change x = {STR(GW), STR("PORT"), count};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = &x, .nchanges = 1};

	return rental_preview(&f.q, &order, &plan);
}

static int
load_money(int64_t amount)
{
	char key[ACTIVATION_SIZE];

	if (rental_key(&f.q, amount, key) < 0)
		return -1;
	return rental_load(&f.q, home, str_of(key), &amount);
}

static struct project
project(void)
{
	struct project p = {0};

	if (rental_get(&f.q, home, &p) < 0)
		tap_diag("%s", f.err.text);
	return p;
}

/* Rows that settling adds, as a run of the jobs or csvapi's history does it;
 * -1. */
static int64_t
settle(void)
{
	int64_t rows = -1;

	return rental_settle_all(&f.q, &rows) < 0 ? -1 : rows;
}

static void
word(enum clock_word word)
{
	f.core.clock = word;
}

static void
test_forward(void)
{
	struct project was, p;
	int64_t rows;

	word(CLOCK_DOUBTED);
	tap_is_int(jump_run(&f.q, false), 1, "the first run is believed");
	clock_shift(DAY);
	tap_is_int(jump_run(&f.q, false), 1, "and one a day later");
	was = project();
	clock_shift(100 * DAY);
	tap_is_int(jump_run(&f.q, false), 0, "a jump is not recorded");
	tap_is_int(settle(), 0, "a clock that jumped settles nothing");
	tap_ok(rental_settle(&f.q, home, &rows) == 0 && rows == 0,
	    "nor for who asks for one domain's history");
	tap_ok(apply(2) < 0 && f.err.kind == ERR_BUSY &&
		   strstr(f.err.say, "clock") != NULL,
	    "an apply does not settle by it either, and says why");
	tap_ok(load_money(1000) < 0 && f.err.kind == ERR_BUSY,
	    "nor does loading money");
	tap_ok(preview(2) == 0, "a preview still answers");
	p = project();
	tap_ok(p.number == was.number && p.balance == was.balance &&
		   p.monthly == was.monthly,
	    "and the project looks as at the last run");
	clock_shift(-100 * DAY);
	tap_ok(jump_run(&f.q, false) == 1 && apply(2) == 0,
	    "the clock is right again: all goes on");
}

static void
test_setting(void)
{
	int64_t now;

	clock_shift(3 * DAY);
	tap_is_int(jump_now(&f.q, &now), 0, "three days are a jump");
	tap_ok(setting_set(&f.q, "rental.jump", STR("4")) == 0 &&
		   jump_now(&f.q, &now) == 1,
	    "unless rental.jump says four");
	if (setting_set(&f.q, "rental.jump", STR("")) < 0)
		tap_diag("%s", f.err.text);
	clock_shift(-3 * DAY);
}

static void
test_told(void)
{
	tap_is_int(jump_told(&f.q), 0, "nobody was told");
	tap_ok(jump_tell(&f.q) == 0 && jump_told(&f.q) == 1,
	    "once told it is known");
	tap_ok(jump_run(&f.q, false) == 1 && jump_told(&f.q) == 0,
	    "until a run is recorded again");
}

static void
test_back(void)
{
	struct project p, was = project();
	int64_t now, last = clock_now_ms();

	clock_shift(-30 * DAY);
	tap_is_int(settle(), 0, "a clock set back settles nothing");
	tap_ok(jump_run(&f.q, false) == 1 && apply(3) == 0,
	    "a change is dated as the last row");
	p = project();
	tap_ok(p.time >= was.time, "never before it");
	clock_shift(30 * DAY + 2 * DAY - 60000);
	tap_is_int(jump_now(&f.q, &now), 1,
	    "a run by a clock set back does not set the last run back");
	tap_ok(now >= last, "time goes on from there");
	clock_shift(-2 * DAY + 60000);
}

static void
test_week_off(void)
{
	word(CLOCK_TRUSTED);
	clock_shift(40 * DAY);
	tap_ok(jump_run(&f.q, false) == 1 && settle() > 0,
	    "off for weeks with a clock that is vouched for, settled as usual");
}

static void
test_force(void)
{
	word(CLOCK_DOUBTED);
	clock_shift(40 * DAY);
	tap_ok(jump_run(&f.q, false) == 0 && settle() == 0, "in doubt again");
	tap_is_int(jump_run(&f.q, true), 1, "a run is forced");
	tap_ok(settle() > 0, "and what was held back is settled");
}

static void
test_audit(void)
{
	int64_t rows = -1;

	if (setting_set(&f.q, "audit.days", STR("30")) < 0)
		tap_diag("%s", f.err.text);
	clock_shift(31 * DAY);
	if (audit_add(&f.q,
		&(struct audit_row){.what = "test.row", .on = STR("x")}) < 0)
		tap_diag("%s", f.err.text);
	tap_ok(audit_expire(&f.q, &rows) == 0 && rows == 0,
	    "a clock that jumped takes nothing from the audit");
	clock_shift(-31 * DAY);
}

int
main(void)
{
	struct licence l = {
	    .name = STR("PORT"), .title = STR("Port"), .price = 3000};

	fx_open(&f);
	home = fx_domain(&f, "rents.example", "secret");
	(void)fx_device(&f, GW, home, DEVICE_GW, NULL);
	tap_ok(licence_set(&f.q, &l) == 0 && load_money(500000) == 0 &&
		   apply(1) == 0,
	    "a rental runs");
	test_forward();
	test_setting();
	test_told();
	test_back();
	test_audit();
	test_week_off();
	test_force();
	fx_close(&f);
	return tap_end();
}
