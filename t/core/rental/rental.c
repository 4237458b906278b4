/*
 * Rental: what is charged when, what is refused, what devices and domains say,
 * and that the proof finds every change.
 */
#include "rental.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "category.h"
#include "clock.h"
#include "db.h"
#include "domain.h"
#include "fixture.h"
#include "isc.h"
#include "licence.h"
#include "must.h"

#define DAY RENTAL_DAY_MS

static struct fixture f;
static int64_t home; /* a domain that rents */
static struct rental_plan plan;

/* Put the clock to this time. */
static void
set_clock(int64_t ms)
{
	clock_shift(ms - clock_now_ms());
}

static int64_t
day_of(int year, int month, int day)
{
	int64_t d = rental_day(INT64_C(1767225600000)); /* 2026-01-01 */

	for (; year > 2026; year--)
		d += (year - 1) % 4 == 0 ? 366 : 365;
	for (; month > 1; month--)
		d = rental_next_month(d);
	return d + day - 1;
}

static int
set_licence(const char *name, int64_t price, bool hardware, bool retired)
{
	struct licence l = {.name = str_of(name),
	    .title = STR("A licence"),
	    .hardware = hardware,
	    .retired = retired,
	    .price = price};

	return licence_set(&f.q, &l);
}

static int
apply_to(int64_t domain, const char *hw_id, const char *licence, int64_t count)
{
	struct rental_change x = {str_of(hw_id), str_of(licence), count};
	struct rental_order order = {
	    .domain_id = domain, .number = -1, .changes = &x, .nchanges = 1};

	return rental_apply(&f.q, &order, &plan);
}

static int
apply(const char *hw_id, const char *licence, int64_t count)
{
	return apply_to(home, hw_id, licence, count);
}

static bool
refused(int rc, const char *phrase)
{
	bool right =
	    rc < 0 && f.err.say != NULL && strcmp(f.err.say, phrase) == 0;

	if (!right)
		tap_diag("%d %s", rc, rc < 0 ? f.err.text : "");
	return right;
}

static int
load_key(int64_t domain, int64_t amount)
{
	char key[ACTIVATION_SIZE];
	int64_t worth = 0;

	if (rental_key(&f.q, amount, key) < 0)
		return -1;
	return rental_load(&f.q, domain, str_of(key), &worth) < 0 ? -1 : 0;
}

static struct project
now(void)
{
	struct project p = {0};

	if (rental_get(&f.q, home, &p) < 0)
		tap_diag("%s", f.err.text);
	return p;
}

/* "1 load 100 100 0; ..." : number, what, amount, balance, cost per month. */
static const char *
history(int64_t domain)
{
	static char out[8192];
	struct ledger_cursor at = {
	    .domain_id = domain, .from = 0, .until = INT64_MAX};
	struct ledger *list;
	size_t n, len = 0;

	out[0] = '\0';
	if (ledger_page(&f.q, &at, &list, &n) < 0)
		return f.err.text;
	for (size_t i = 0; i < n && len < sizeof(out) - 100; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len,
		    "%s%lld %s %lld %lld %lld", i ? "; " : "",
		    (long long)list[i].number, ledger_what_name(list[i].what),
		    (long long)list[i].amount, (long long)list[i].balance,
		    (long long)list[i].monthly);
	return out;
}

static int findings;

static void
finding(void *arg, const char *line)
{
	if (arg != NULL)
		tap_diag("%s", line);
	findings++;
}

static int
verify(bool show)
{
	struct rental_check check = {
	    .finding = finding, .arg = show ? &findings : NULL};

	findings = 0;
	return rental_verify(&f.q, &check);
}

/* ---- money and time ---- */

static void
test_catalogue(void)
{
	struct licence *list;
	size_t n;

	tap_ok(set_licence("PBX-USER", 3000, false, false) == 0,
	    "a licence is added");
	tap_ok(set_licence("PHONE-IP112", 2500, true, false) == 0,
	    "and rented hardware");
	tap_ok(set_licence("PBX-USER", 3100, false, false) == 0,
	    "a price is changed");
	tap_ok(licence_list(&f.q, &list, &n) == 0 && n == 2 &&
		   str_eqz(list[0].name, "PBX-USER") && list[0].price == 3100,
	    "both are in the catalogue");
	tap_ok(refused(set_licence("PBX-USER", 3100, true, false),
		   "software and hardware cannot be exchanged"),
	    "software stays software");
	tap_ok(refused(set_licence("a b", 1, false, false),
		   "invalid licence name") &&
		   refused(set_licence("X", -1, false, false),
		       "price out of range"),
	    "what is no name and no price is refused");
}

static void
test_keys(void)
{
	char key[ACTIVATION_SIZE];
	int64_t worth = 0;
	struct actor other = {.cred = "domain:999", .home = 999};
	struct ask stranger = fx_as(&f, &other);

	tap_ok(rental_key(&f.q, 100000, key) == 0, "a key is made");
	tap_ok(rental_key(&stranger, 1, key) < 0 && f.err.kind == ERR_DENIED,
	    "but only by administrators");
	tap_ok(rental_key(&f.q, 100000, key) == 0 &&
		   rental_load(&stranger, home, str_of(key), &worth) < 0 &&
		   f.err.kind == ERR_GONE,
	    "a stranger loads nothing");
	tap_ok(rental_load(&f.q, home, str_of(key), &worth) == 0 &&
		   worth == 100000 && now().balance == 100000,
	    "it adds what it is worth");
	tap_ok(refused(rental_load(&f.q, home, str_of(key), &worth),
		   "key was used before"),
	    "once");
	tap_is_int(now().balance, 100000, "and never again");
	tap_ok(refused(rental_load(&f.q, home, STR("FLK1-XYZ"), &worth),
		   "invalid activation key"),
	    "another text is no key");
}

/* On 2026-03-11, a month of 31 days. */
static void
test_charges(void)
{
	tap_ok(apply("009033000001", "PBX-USER", 10) == 0 &&
		   plan.charge == rental_share(31000, day_of(2026, 3, 11)),
	    "adding charges the day it is done");
	tap_is_int(plan.after.end,
	    DAY * rental_end_day(
		      100000 - plan.charge, 31000, day_of(2026, 3, 12)),
	    "and says the end");
	tap_ok(apply("009033000001", "PBX-USER", 2) == 0 && plan.charge == 0,
	    "less of it the same day costs nothing");
	tap_ok(apply("009033000001", "PBX-USER", 10) == 0 && plan.charge == 0,
	    "as much as before neither: the day is paid");
	tap_ok(apply("009033000001", "PBX-USER", 12) == 0 &&
		   plan.charge == rental_share(37200, day_of(2026, 3, 11)) -
				      rental_share(31000, day_of(2026, 3, 11)),
	    "more than before costs the difference");
	set_clock(DAY * day_of(2026, 3, 20) + 5000);
	tap_is_int(now().balance,
	    100000 -
		rental_cost(37200, day_of(2026, 3, 12), day_of(2026, 3, 21)) -
		rental_share(37200, day_of(2026, 3, 11)),
	    "days go by and cost without a row");
	tap_ok(apply("009033000001", "PBX-USER", 10) == 0, "another change");
	tap_is_str(history(home),
	    "1 load 100000 100000 0; 2 add -1000 99000 31000;"
	    " 3 change 0 99000 6200; 4 change 0 99000 31000;"
	    " 5 change -200 98800 37200; 6 cost -10800 88000 37200;"
	    " 7 change 0 88000 31000",
	    "the ledger tells it row by row");
}

static void
test_month_end(void)
{
	struct ledger_cursor march = {.domain_id = home,
	    .from = DAY * day_of(2026, 3, 1),
	    .until = DAY * day_of(2026, 4, 1)};
	struct ledger *list;
	int64_t rows = -1, before;
	size_t n, again;

	set_clock(DAY * day_of(2026, 3, 31) + DAY - 1);
	tap_ok(rental_settle_all(&f.q, &rows) == 0 && rows == 0,
	    "on the last day of a month nothing is settled");
	set_clock(DAY * day_of(2026, 4, 3));
	before = now().balance;
	tap_ok(rental_settle_all(&f.q, &rows) == 0 && rows == 1,
	    "in the next month its cost gets a row");
	tap_is_int(now().balance, before, "which changes no balance");
	tap_ok(ledger_page(&f.q, &march, &list, &n) == 0 && n == 8 &&
		   list[7].time == DAY * day_of(2026, 3, 31) &&
		   list[7].what == LEDGER_COST,
	    "the row belongs to the last day of the month that is over");
	tap_ok(rental_settle_all(&f.q, &rows) == 0 && rows == 0,
	    "a second time there is nothing to do");
	set_clock(DAY * day_of(2026, 4, 20));
	march.next = 0;
	tap_ok(apply("009033000001", "PBX-USER", 11) == 0 &&
		   ledger_page(&f.q, &march, &list, &again) == 0 && again == n,
	    "a closed month does not change any more");
}

static void
test_end(void)
{
	struct project p = now();
	int64_t rows = -1, end = p.end, left;
	struct device d;
	struct domain dom;

	tap_ok(device_get(&f.q, STR("009033000001"), &d) == 1 && d.has_lease,
	    "the gateway has licences");
	tap_ok(domain_get(&f.q, home, &dom) == 1 && dom.rental,
	    "its domain has rental products");
	/* The clock goes on while the test runs. */
	set_clock(end - 10000);
	tap_ok(now().monthly > 0, "up to its last moments it runs");
	left = now().balance;
	set_clock(end + 40 * DAY);
	tap_ok(now().monthly == 0 && now().end == 0 && now().balance == left,
	    "then it is over, what is left stays");
	tap_ok(apply("009033000001", "PBX-USER", 1) < 0 ||
		   plan.before.monthly == 0,
	    "a change sees that");
	tap_ok(rental_settle_all(&f.q, &rows) == 0 && rows >= 0,
	    "late settling works");
	tap_ok(verify(true) == 0, "and all is sound");
	tap_ok(strstr(history(home), " end 0 ") != NULL, "the end has its row");
	tap_ok(left < 34100 && left >= 0, "nothing goes negative");
}

/* The end, found days later by settling alone. */
static void
test_end_settled(void)
{
	int64_t id = fx_domain(&f, "ends.example", "secret"), rows = 0;
	struct project p;
	struct device d;

	(void)fx_device(&f, "009033000002", id, DEVICE_GW, NULL);
	tap_ok(load_key(id, 5000) == 0 &&
		   apply_to(id, "009033000002", "PBX-USER", 3) == 0,
	    "a small rental begins");
	fx_clear(&f);
	set_clock(plan.after.end + 3 * DAY);
	tap_ok(rental_settle_all(&f.q, &rows) == 0 && rows >= 2,
	    "settling three days late writes its cost and its end");
	tap_ok(rental_get(&f.q, id, &p) == 0 && p.monthly == 0 && p.end == 0,
	    "nothing runs any more");
	tap_ok(device_get(&f.q, STR("009033000002"), &d) == 1 && !d.has_lease,
	    "the gateway has no licences");
	tap_ok(fx_ordered(&f, "\"topic\":\"devices\"") &&
		   fx_ordered(&f, "\"topic\":\"domains\""),
	    "subscribers hear of both");
	tap_ok(device_remove(&f.q, STR("009033000002")) == 0,
	    "it can be removed now");
	tap_ok(refused(domain_remove(&f.q, id, rental_may_remove),
		   "domain has a rental balance"),
	    "a domain with a balance cannot");
	tap_ok(rental_correct(&f.q, id, -p.balance, STR("paid back")) == 0 &&
		   domain_remove(&f.q, id, rental_may_remove) == 0,
	    "without one it can");
	tap_ok(
	    ledger_at(&f.q, id, INT64_MAX, &(struct ledger){.number = 0}) == 1,
	    "its ledger stays");
	tap_ok(verify(true) == 0, "and is sound");
}

/* ---- what is refused ---- */

static void
test_refusals(void)
{
	struct rental_change twice[] = {
	    {STR("009033000001"), STR("PBX-USER"), 1},
	    {STR("00-90-33-00-00-01"), STR("PBX-USER"), 2}};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = twice, .nchanges = 2};

	tap_ok(load_key(home, 50000) == 0, "money is there");
	tap_ok(refused(apply("009033000001", "NOTHING", 1), "unknown licence"),
	    "an unknown licence");
	tap_ok(refused(apply("0090330000ff", "PBX-USER", 1), "no such device"),
	    "an unknown device");
	tap_ok(refused(apply("009033000009", "PBX-USER", 1),
		   "device is no gateway"),
	    "software on a phone");
	tap_ok(refused(apply("009033000001", "PHONE-IP112", 2),
		   "a device is rented once"),
	    "a device rented twice");
	tap_ok(refused(apply("009033000001", "PBX-USER", 1000001),
		   "count out of range"),
	    "more than anybody has");
	tap_ok(refused(
		   apply("009033000001", "PBX-USER", -1), "count out of range"),
	    "less than nothing");
	tap_ok(refused(rental_apply(&f.q, &order, &plan),
		   "a licence twice on one device"),
	    "one licence twice");
	order.nchanges = 1;
	order.number = 1;
	tap_ok(refused(rental_apply(&f.q, &order, &plan),
		   "rental was changed meanwhile"),
	    "a preview that is old");
	tap_ok(refused(apply("009033000001", "PBX-USER", 1000000),
		   "balance too low"),
	    "more than is paid for");
	tap_ok(set_licence("OLD", 10, false, true) == 0 &&
		   refused(apply("009033000001", "OLD", 1),
		       "licence is no longer offered"),
	    "what is retired");
	tap_ok(refused(
		   rental_correct(&f.q, home, -RENTAL_BALANCE_MAX, STR("oops")),
		   "balance too low"),
	    "a correction below zero");
	tap_ok(rental_correct(&f.q, home, 5, STR("")) < 0,
	    "a correction without a reason");
}

static void
test_preview(void)
{
	struct rental_change x = {STR("009033000001"), STR("PBX-USER"), 7};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = &x, .nchanges = 1};
	struct rental_plan first;
	struct project before = now();

	tap_ok(rental_preview(&f.q, &order, &first) == 0 &&
		   first.after.monthly == 7 * 3100,
	    "a preview tells the cost");
	tap_ok(now().number == before.number && now().balance == before.balance,
	    "and changes nothing");
	order.number = first.after.number;
	tap_ok(rental_apply(&f.q, &order, &plan) == 0 &&
		   plan.after.balance == first.after.balance &&
		   plan.after.end == first.after.end &&
		   plan.charge == first.charge,
	    "applying it does what it told");
}

static void
test_hardware(void)
{
	struct device d;

	tap_ok(rental_want(&f.q, STR("009033000009"), true) == 0 &&
		   device_get(&f.q, STR("009033000009"), &d) == 1 &&
		   d.rental_want && !d.rented,
	    "a phone shall be rented");
	fx_clear(&f);
	tap_ok(apply("009033000009", "PHONE-IP112", 1) == 0 &&
		   device_get(&f.q, STR("009033000009"), &d) == 1 && d.rented &&
		   d.rental_started && d.rental_want && !d.has_lease,
	    "then it is");
	tap_ok(fx_ordered(&f, "\\\"rented\\\":true"), "subscribers hear it");
	tap_ok(refused(device_remove(&f.q, STR("009033000009")),
		   "device has rented licences"),
	    "it cannot be removed");
	tap_ok(refused(device_assign(&f.q, STR("009033000009"),
			   fx_domain(&f, "far.example", "secret"), NULL, NULL),
		   "device has rented licences"),
	    "nor moved");
	tap_ok(apply("009033000009", "PHONE-IP112", 0) == 0 &&
		   device_get(&f.q, STR("009033000009"), &d) == 1 &&
		   !d.rented && !d.rental_started && !d.rental_want,
	    "given back, it is nobody's");
}

/* Cheaper things first: the order of a change costs nothing. */
static void
test_order_of_changes(void)
{
	struct rental_change swap[] = {
	    {STR("009033000003"), STR("PBX-USER"), 7},
	    {STR("009033000001"), STR("PBX-USER"), 0}};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = swap, .nchanges = 2};

	(void)fx_device(&f, "009033000003", home, DEVICE_VA, NULL);
	tap_ok(rental_apply(&f.q, &order, &plan) == 0 && plan.charge == 0,
	    "moving licences from one gateway to another costs nothing");
	tap_is_int(plan.after.monthly, plan.before.monthly, "nor more later");
}

static void
test_edit(void)
{
	struct str reference = STR("PO 4711"), none = STR("");
	struct str good = STR("a@example.com,b@example.org");
	struct str bad = STR("a@example.com,nobody"), de = STR("de");
	struct rental_edit in = {&reference, &good, &de};

	tap_ok(rental_edit(&f.q, home, &in) == 0 &&
		   str_eqz(now().reference, "PO 4711") &&
		   str_eqz(now().recipients, good.p) &&
		   str_eqz(now().language, "de"),
	    "reference, recipients and language are set");
	tap_ok(apply("009033000003", "PBX-USER", 6) == 0, "a change");
	in = (struct rental_edit){.recipients = &bad};
	tap_ok(refused(rental_edit(&f.q, home, &in), "invalid mail address"),
	    "what is no address is refused");
	in = (struct rental_edit){.recipients = &none};
	tap_ok(rental_edit(&f.q, home, &in) == 0 && now().recipients.len == 0 &&
		   str_eqz(now().reference, "PO 4711"),
	    "one thing alone is changed");
}

static void
test_rights(void)
{
	struct actor other = {.cred = "domain:999", .home = 999};
	struct ask q = fx_as(&f, &other);
	struct rental_change x = {STR("009033000003"), STR("PBX-USER"), 0};
	struct rental_order order = {
	    .domain_id = home, .number = -1, .changes = &x, .nchanges = 1};
	struct ledger_cursor at = {.domain_id = home, .until = INT64_MAX};
	struct project *list, p;
	struct ledger *rows;
	int64_t n64;
	size_t n;

	tap_ok(
	    rental_get(&q, home, &p) < 0 && f.err.kind == ERR_GONE &&
		rental_preview(&q, &order, &plan) < 0 &&
		f.err.kind == ERR_GONE && rental_apply(&q, &order, &plan) < 0 &&
		f.err.kind == ERR_GONE && ledger_page(&q, &at, &rows, &n) < 0 &&
		f.err.kind == ERR_GONE && rental_settle(&q, home, &n64) < 0 &&
		f.err.kind == ERR_GONE,
	    "for a stranger there is no such rental");
	tap_ok(rental_projects(&q, 0, &list, &n) == 0 && n == 0,
	    "he sees no project");
	tap_ok(rental_correct(&q, home, 1, STR("x")) < 0 &&
		   f.err.kind == ERR_DENIED &&
		   rental_settle_all(&q, &n64) < 0 &&
		   f.err.kind == ERR_DENIED &&
		   set_licence("PBX-USER", 3100, false, false) == 0,
	    "and corrects nothing");
}

/* ---- the proof ---- */

/* SQL that somebody with the file does, and back again. */
static void
tamper(const char *what, const char *sql, const char *back)
{
	struct store *st = f.core.store;

	tap_ok(store_exec(st, sql, &f.err) == 0 && verify(false) > 0,
	    "%s is found", what);
	if (!tap_ok(store_exec(st, back, &f.err) == 0 && verify(true) == 0,
		"and only that"))
		tap_diag("%s", f.err.text);
}

static void
test_refused_by_database(void)
{
	struct store *st = f.core.store;

	tap_ok(
	    store_exec(st, "UPDATE ledger SET amount = amount + 1", &f.err) <
		    0 &&
		store_exec(st, "DELETE FROM ledger WHERE number = 1", &f.err) <
		    0 &&
		store_exec(st,
		    "INSERT OR REPLACE INTO ledger SELECT * FROM ledger",
		    &f.err) < 0 &&
		store_exec(st, "DELETE FROM activation", &f.err) < 0 &&
		store_exec(st, "UPDATE activation SET number = 9", &f.err) < 0,
	    "the database refuses to change or remove a row");
}

static void
test_proof(void)
{
	tap_ok(verify(true) == 0, "as it is, all is sound");
	test_refused_by_database();
	if (store_exec(f.core.store,
		"DROP TRIGGER ledger_stays; DROP TRIGGER ledger_remains;"
		"DROP TRIGGER activation_remains;"
		"CREATE TEMP TABLE keep AS SELECT * FROM ledger;"
		"CREATE TEMP TABLE used AS SELECT * FROM activation",
		&f.err) < 0)
		tap_diag("%s", f.err.text);
#define BACK "DELETE FROM ledger; INSERT INTO ledger SELECT * FROM temp.keep"
	static const char *const columns[] = {"time = time + 1", "domain = 'x'",
	    "who = who || ' '", "what = what % 7 + 1",
	    "gateway = upper(gateway) || 'a'", "licence = licence || 'x'",
	    "count = count + 1", "price = price + 1", "monthly = monthly + 1",
	    "amount = amount + 1", "balance = balance + 1",
	    "end_time = end_time + 1", "reference = 'y'", "note = note || 'z'",
	    "hash = zeroblob(32)", "hash = x'00'", "what = 99"};
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		char sql[128];

		(void)snprintf(sql, sizeof(sql),
		    "UPDATE ledger SET %s WHERE number = 3", columns[i]);
		tamper(columns[i], sql, BACK);
	}
	tamper(
	    "a row that is gone", "DELETE FROM ledger WHERE number = 2", BACK);
	tamper("the last row that is gone",
	    "DELETE FROM ledger WHERE number ="
	    " (SELECT max(number) FROM ledger)",
	    BACK);
}

/* The project's own row, what is rented, the keys that were used. */
static void
test_sealed(void)
{
	tamper("a balance", "UPDATE project SET balance = balance + 1",
	    "UPDATE project SET balance = balance - 1");
	tamper("a day that was not charged",
	    "UPDATE project SET unpaid_day = unpaid_day + 1",
	    "UPDATE project SET unpaid_day = unpaid_day - 1");
	tamper("licences that nobody pays",
	    "UPDATE rented SET count = count + 1",
	    "UPDATE rented SET count = count - 1");
	tamper("a key that could be used again", "DELETE FROM activation",
	    "INSERT INTO activation SELECT * FROM temp.used");
}

/* What was changed from outside is not made good by the next change. */
static void
test_damaged(void)
{
	tap_ok(store_exec(f.core.store,
		   "UPDATE project SET unpaid_day = unpaid_day + 9",
		   &f.err) == 0 &&
		   refused(apply("009033000003", "PBX-USER", 1),
		       "rental is damaged, see rental verify"),
	    "what was changed from outside is not gone on with");
	tap_ok(store_exec(f.core.store,
		   "UPDATE project SET unpaid_day = unpaid_day - 9;"
		   "UPDATE project SET monthly = 4000000000000000000",
		   &f.err) == 0 &&
		   rental_get(&f.q, home, &(struct project){.number = 0}) < 0 &&
		   f.err.kind == ERR_IO,
	    "nor is a number looked at that can be none");
	tap_ok(store_exec(f.core.store,
		   "UPDATE project SET monthly ="
		   " (SELECT coalesce(sum(count * price), 0)"
		   " FROM rented r WHERE r.domain_id ="
		   " project.domain_id)",
		   &f.err) == 0 &&
		   verify(true) == 0,
	    "put right, all is sound");
}

/* ---- ledgers of earlier versions ---- */

static void
write_file(const char *path, const char *from, const char *text)
{
	FILE *in = from != NULL ? fopen(from, "rb") : NULL;
	FILE *out = fopen(path, "wb");
	char block[4096];
	size_t n;

	while (in != NULL && (n = fread(block, 1, sizeof(block), in)) > 0)
		(void)fwrite(block, 1, n, out);
	if (text != NULL)
		(void)fputs(text, out);
	if (in != NULL)
		(void)fclose(in);
	(void)fclose(out);
	(void)chmod(path, 0600);
}

/* A proof must hold for ever: the stored example of the version that had the
 * first ledgers, with the key it was made with. */
static void
test_stored_ledger(void)
{
	static const char key[] = "a1b72a754df185063ff08c9c036f4ea0"
				  "7f5831855fe58bcf109746832647e8c9\n";
	struct rental_check check = {.finding = finding, .arg = &findings};
	char db[96], key_file[96];
	struct core core;
	struct ask q = {
	    .core = &core, .arena = &f.arena, .who = &f.admin, .err = &f.err};

	(void)snprintf(db, sizeof(db), "%s/copy.db", f.folder);
	(void)snprintf(key_file, sizeof(key_file), "%s/copy.key", f.folder);
	write_file(db, SRCDIR "/t/data/version-2.db", NULL);
	write_file(key_file, NULL, key);
	findings = 0;
	if (!tap_ok(core_open_files(&core, db, key_file, NULL, &f.err) == 0,
		"the stored example opens"))
		tap_diag("%s", f.err.text);
	else
		tap_is_int(rental_verify(&q, &check), 0,
		    "its ledger is proven by this program too");
	core_close(&core);
	(void)unlink(db);
	(void)unlink(key_file);
}

static void
test_secondary(void)
{
	int64_t second = fx_domain(&f, "second.example", "secret");
	bool yes = true;
	struct domain_change on = {.secondary = &yes};

	must(fx_device(&f, "009033000021", second, DEVICE_GW, NULL) == 0);
	must(load_key(second, 50000) == 0);
	must(apply_to(second, "009033000021", "PBX-USER", 1) == 0);
	tap_ok(domain_edit(&f.q, second, &on) < 0 &&
		   strcmp(f.err.say, "something is rented in the domain") == 0,
	    "RG1: where something is rented is no second registration");
	must(apply_to(second, "009033000021", "PBX-USER", 0) == 0);
	tap_ok(domain_edit(&f.q, second, &on) == 0 &&
		   refused(apply_to(second, "009033000021", "PBX-USER", 1),
		       "domain is a second registration"),
	    "RG1: and in a second registration nothing is rented");
}

int
main(void)
{
	fx_open(&f);
	set_clock(DAY * day_of(2026, 3, 11) + 3600 * 1000);
	home = fx_domain(&f, "rents.example", "secret");
	(void)fx_device(&f, "009033000001", home, DEVICE_GW, NULL);
	(void)fx_device(&f, "009033000009", home, DEVICE_PHONE, NULL);
	test_catalogue();
	test_keys();
	test_charges();
	test_month_end();
	test_end();
	test_end_settled();
	test_refusals();
	test_preview();
	test_hardware();
	test_order_of_changes();
	test_edit();
	test_rights();
	test_secondary();
	test_proof();
	test_sealed();
	test_damaged();
	test_stored_ledger();
	fx_close(&f);
	return tap_end();
}
