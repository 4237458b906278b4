/*
 * 100,000 random operations on some domains, against a model that knows no
 * formula: it goes from day to day, takes each day's share, and finds the end
 * by trying.  Seed by FL_SEED, number by FL_OPERATIONS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "licence.h"
#include "rental.h"

#define DOMAINS  6
#define GATEWAYS 3 /* of each domain */
#define PRODUCTS 4
#define ENDLESS  (4 * 366) /* days the model looks ahead */
#define DAY      RENTAL_DAY_MS

static struct fixture f;

/* ---- the model ---- */

struct model {
	int64_t id; /* of the domain */
	int64_t balance;
	int64_t day;  /* charged up to and with this one */
	int64_t paid; /* for that day */
	int64_t count[GATEWAYS][PRODUCTS], price[GATEWAYS][PRODUCTS];
};

static struct model models[DOMAINS];
static int64_t prices[PRODUCTS];
static int64_t today, ms_of_day;

/* The calendar, from 2026-01-01 on, one day after another. */
static int month_days[12 * 400], day_in_month[12 * 400 * 31];
static int days_of_month[12 * 400 * 31];
static int64_t first_day;

static void
make_calendar(void)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int at = 0;

	first_day = 20454; /* 2026-01-01 */
	for (int m = 0; m < 12 * 400; m++) {
		int year = 2026 + m / 12, n = days[m % 12];

		if (m % 12 == 1 &&
		    ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
			n++;
		month_days[m] = n;
		for (int d = 1; d <= n; d++) {
			day_in_month[at] = d;
			days_of_month[at++] = n;
		}
	}
}

static int64_t
share(int64_t monthly, int64_t day)
{
	int64_t d = day_in_month[day - first_day];
	int64_t all = days_of_month[day - first_day];

	return monthly * d / all - monthly * (d - 1) / all;
}

static int64_t
monthly(const struct model *m)
{
	int64_t sum = 0;

	for (int g = 0; g < GATEWAYS; g++)
		for (int p = 0; p < PRODUCTS; p++)
			sum += m->count[g][p] * m->price[g][p];
	return sum;
}

static void
pass_days(struct model *m)
{
	while (m->day < today) {
		int64_t cost = share(monthly(m), m->day + 1);

		if (cost > m->balance) {
			memset(m->count, 0, sizeof(m->count));
			cost = 0;
		}
		m->balance -= cost;
		m->paid = cost;
		m->day++;
	}
}

/* In milliseconds; 0: nothing rented; -1: further away than it looks. */
static int64_t
end_of(const struct model *m)
{
	int64_t cost = monthly(m), left = m->balance;

	if (cost == 0)
		return 0;
	for (int64_t day = m->day + 1; day < m->day + ENDLESS; day++) {
		left -= share(cost, day);
		if (left < 0)
			return day * DAY;
	}
	return -1;
}

/* ---- both together ---- */

static int wrong;

static void
complain(
    int at, const struct model *m, const char *what, int64_t got, int64_t want)
{
	if (wrong++ < 10)
		tap_diag("operation %d, domain %lld: %s is %lld, not %lld", at,
		    (long long)m->id, what, (long long)got, (long long)want);
}

static void
compare(int at, struct model *m)
{
	struct project p = {0};
	int64_t end;

	if (rental_get(&f.q, m->id, &p) < 0) {
		complain(at, m, f.err.text, 0, 0);
		return;
	}
	pass_days(m);
	end = end_of(m);
	if (p.balance != m->balance)
		complain(at, m, "balance", p.balance, m->balance);
	if (p.monthly != monthly(m))
		complain(at, m, "cost", p.monthly, monthly(m));
	if (end >= 0 ? p.end != end : p.end < (m->day + ENDLESS) * DAY)
		complain(at, m, "end", p.end, end);
}

static int64_t
below(int64_t n)
{
	return random() % n;
}

static const char *
gateway(int domain, int g)
{
	static char text[13];

	(void)snprintf(text, sizeof(text), "0090330%02x%03x", domain, g);
	return text;
}

static struct str
product(int p)
{
	static const char *const names[PRODUCTS] = {
	    "BASE", "PORT", "PBX", "USER"};

	return str_of(names[p]);
}

/* ---- operations; each says whether the store must accept it ---- */

static bool
model_apply(struct model *m, int g[], int p[], int64_t n[], int changes)
{
	struct model next = *m;
	int64_t due;

	for (int i = 0; i < changes; i++) {
		next.count[g[i]][p[i]] = n[i];
		next.price[g[i]][p[i]] = prices[p[i]];
	}
	due = share(monthly(&next), today);
	if (due > m->paid) {
		if (due - m->paid > m->balance)
			return false;
		next.balance -= due - m->paid;
		next.paid = due;
	}
	*m = next;
	return true;
}

static void
do_apply(int at, int domain)
{
	struct model *m = &models[domain];
	struct rental_change x[3];
	struct rental_order order = {
	    .domain_id = m->id, .number = -1, .changes = x, .nchanges = 0};
	struct rental_plan plan;
	char ids[3][13];
	int g[3], p[3], rc, changes = 1 + (int)below(3);
	int64_t n[3];

	pass_days(m);
	for (int i = 0; i < changes; i++) {
		bool again = false;

		g[i] = (int)below(GATEWAYS);
		p[i] = (int)below(PRODUCTS);
		n[i] = below(3) == 0 ? 0 : below(20);
		for (int j = 0; j < i; j++)
			again = again || (g[j] == g[i] && p[j] == p[i]);
		if (again) {
			changes = i;
			break;
		}
		str_copy(ids[i], sizeof(ids[i]), str_of(gateway(domain, g[i])));
		x[i] =
		    (struct rental_change){str_of(ids[i]), product(p[i]), n[i]};
	}
	order.nchanges = (size_t)changes;
	rc = below(4) == 0 ? rental_preview(&f.q, &order, &plan) : 1;
	if (rc <= 0) { /* a preview: tells the same, changes nothing */
		struct model copy = *m;

		if (model_apply(&copy, g, p, n, changes) != (rc == 0))
			complain(at, m, "preview", rc, 0);
		else if (rc == 0 && plan.after.balance != copy.balance)
			complain(at, m, "previewed balance", plan.after.balance,
			    copy.balance);
		return;
	}
	rc = rental_apply(&f.q, &order, &plan);
	if (model_apply(m, g, p, n, changes) != (rc == 0))
		complain(at, m, f.err.text, rc, 0);
}

static void
do_load(int at, int domain)
{
	struct model *m = &models[domain];
	int64_t amount = 1 + below(400000), worth;
	char key[ACTIVATION_SIZE];

	pass_days(m);
	if (rental_key(&f.q, amount, key) < 0 ||
	    rental_load(&f.q, m->id, str_of(key), &worth) < 0)
		complain(at, m, f.err.text, -1, 0);
	m->balance += amount;
}

static void
do_correct(int at, int domain)
{
	struct model *m = &models[domain];
	int64_t amount = below(60000) - 30000;
	int rc = rental_correct(&f.q, m->id, amount, STR("a correction"));

	pass_days(m);
	if ((rc == 0) != (amount != 0 && m->balance + amount >= 0))
		complain(at, m, f.err.text, rc, amount);
	if (rc == 0)
		m->balance += amount;
}

static void
do_time(int at)
{
	static const int64_t steps[] = {
	    60 * 1000, DAY / 24, DAY / 5, DAY / 2, DAY, DAY, 3 * DAY, 20 * DAY};
	int64_t ms = steps[below(8)], rows;

	clock_shift(ms);
	ms_of_day += ms;
	today += ms_of_day / DAY;
	ms_of_day %= DAY;
	if (below(3) == 0 && rental_settle_all(&f.q, &rows) < 0)
		complain(at, &models[0], f.err.text, -1, 0);
}

static void
do_price(int at, int p)
{
	struct licence l = {.name = product(p), .title = STR("Something")};

	prices[p] = below(50) == 0 ? 0 : 1 + below(p == 0 ? 40 : 9000);
	l.price = prices[p];
	if (licence_set(&f.q, &l) < 0)
		complain(at, &models[0], f.err.text, -1, 0);
}

static void
operate(int at)
{
	int domain = (int)below(DOMAINS);
	int64_t kind = below(100);

	/* the real time that went by does not count */
	clock_shift(today * DAY + ms_of_day - clock_now_ms());
	if (kind < 60)
		do_apply(at, domain);
	else if (kind < 70)
		do_load(at, domain);
	else if (kind < 78)
		do_correct(at, domain);
	else if (kind < 80)
		do_price(at, (int)below(PRODUCTS));
	else
		do_time(at);
	compare(at, &models[domain]);
	if (at % 100 == 0)
		fx_clear(&f);
}

static void
finding(void *arg, const char *line)
{
	(void)arg;
	tap_diag("%s", line);
}

static void
set_up(void)
{
	char name[32];

	today = first_day + 17;
	clock_shift(today * DAY - clock_now_ms() + 1000);
	ms_of_day = 1000;
	for (int p = 0; p < PRODUCTS; p++)
		do_price(0, p);
	for (int d = 0; d < DOMAINS; d++) {
		(void)snprintf(name, sizeof(name), "d%d.example", d);
		models[d].id = fx_domain(&f, name, "secret");
		models[d].day = today;
		for (int g = 0; g < GATEWAYS; g++)
			(void)fx_device(
			    &f, gateway(d, g), models[d].id, DEVICE_GW, NULL);
	}
}

int
main(void)
{
	const char *seed = getenv("FL_SEED"), *number = getenv("FL_OPERATIONS");
	struct rental_check check = {.finding = finding};
	int n = number != NULL ? (int)strtol(number, NULL, 10) : 100000;

	srandom(seed != NULL ? (unsigned)strtoul(seed, NULL, 10) : 4711);
	make_calendar();
	fx_open(&f);
	set_up();
	for (int i = 1; i <= n && wrong < 10; i++)
		operate(i);
	tap_is_int(wrong, 0, "balances, costs and ends are those of the model");
	tap_is_int(rental_verify(&f.q, &check), 0, "and the ledger is sound");
	fx_close(&f);
	return tap_end();
}
