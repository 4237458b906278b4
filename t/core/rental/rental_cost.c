/*
 * Shares of days, costs of spans and ends against counting day by day; amounts
 * as text; activation keys.
 */
#include "rental_cost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "activation.h"
#include "isc.h"
#include "tap.h"

/* ---- the same, the slow way: a calendar of its own, one day after another
 * ---- */

static int
days_in(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month] + (month == 1 && leap);
}

struct date {
	int year, month, day; /* month from 0, day from 1 */
};

static struct date
date_of(int64_t day)
{
	struct date d = {1970, 0, 1};

	for (; day > 366; day -= days_in(d.year, 1) == 29 ? 366 : 365, d.year++)
		;
	while (day >= days_in(d.year, d.month)) {
		day -= days_in(d.year, d.month);
		if (++d.month == 12) {
			d.month = 0;
			d.year++;
		}
	}
	d.day += (int)day;
	return d;
}

static int64_t
slow_share(int64_t monthly, int64_t day)
{
	struct date d = date_of(day);
	int64_t all = days_in(d.year, d.month);

	return monthly * d.day / all - monthly * (d.day - 1) / all;
}

static int64_t
slow_end(int64_t balance, int64_t monthly, int64_t day)
{
	for (;; day++) {
		balance -= slow_share(monthly, day);
		if (balance < 0)
			return day;
	}
}

static void
test_months(void)
{
	static const int64_t costs[] = {1, 7, 30, 31, 999, 12345, 1000000007};
	int64_t day = 19723; /* 2024-01-01 */
	int wrong = 0;

	for (int m = 0; m < 60; m++) {
		int64_t next = rental_next_month(day);

		for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
			wrong += rental_cost(costs[i], day, next) != costs[i];
		wrong += rental_month(next - 1) != day;
		wrong += rental_month(day) != day;
		wrong += date_of(day).day != 1;
		day = next;
	}
	tap_is_int(wrong, 0, "a whole month costs exactly its price");
	tap_is_int(day, 21550, "sixty months later it is 2029-01-01");
}

static void
test_spans(void)
{
	int wrong = 0;

	srandom(1);
	for (int i = 0; i < 3000; i++) {
		int64_t monthly = 1 + random() % (i % 2 ? 40 : 5000000);
		int64_t from = 19000 + random() % 3000;
		int64_t until = from + random() % 200, sum = 0;

		for (int64_t d = from; d < until; d++) {
			wrong +=
			    rental_share(monthly, d) != slow_share(monthly, d);
			sum += slow_share(monthly, d);
		}
		wrong += rental_cost(monthly, from, until) != sum;
	}
	tap_is_int(wrong, 0, "a span costs what its days cost");
}

static void
test_ends(void)
{
	int wrong = 0;

	srandom(2);
	for (int i = 0; i < 3000; i++) {
		int64_t monthly = 1 + random() % (i % 2 ? 40 : 5000000);
		int64_t from = 19000 + random() % 3000;
		int64_t balance =
		    monthly * (random() % 300) / 30 + random() % 3;

		wrong += rental_end_day(balance, monthly, from) !=
			 slow_end(balance, monthly, from);
	}
	tap_is_int(wrong, 0, "the end is the first day that is not paid");
	tap_is_int(rental_end_day(0, 3000, 20000), 20000,
	    "without a balance that is today");
	tap_is_int(rental_end_day(RENTAL_BALANCE_MAX, 1, 20000), RENTAL_DAY_MAX,
	    "it is never after the year 9999");
	tap_ok(rental_end_day(RENTAL_BALANCE_MAX, RENTAL_MONTHLY_MAX, 20000) >
		   20000 + 1000 * 28,
	    "the greatest amounts do not overflow");
	tap_ok(rental_cost(RENTAL_MONTHLY_MAX, 0, RENTAL_DAY_MAX) >
		   RENTAL_MONTHLY_MAX * 12 * 8029,
	    "nor over all years");
}

static void
test_isc(void)
{
	static const struct {
		const char *text;
		int64_t amount;
	} good[] = {{"0", 0}, {"1", 1000}, {"12.5", 12500}, {"0.001", 1},
	    {"-3", -3000}, {"-0.25", -250},
	    {"1000000000000", 1000000000000000}};
	static const char *const bad[] = {"", "-", ".", "1.", ".5", "1.2345",
	    "1,5", "+1", "--1", "1.-2", "1 ", " 1", "1e3", "0x1", "1.0.0",
	    "9223372036854775807", "99999999999999999999"};
	char out[ISC_SIZE];
	int64_t n = 77;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		tap_ok(
		    isc_parse(str_of(good[i].text), INT64_MIN, INT64_MAX, &n) &&
			n == good[i].amount,
		    "%s is read", good[i].text);
		isc_print(good[i].amount, out);
		tap_is_str(out, good[i].text, "and written the same");
	}
	n = 77;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(!isc_parse(str_of(bad[i]), INT64_MIN, INT64_MAX, &n) &&
			   n == 77,
		    "\"%s\" is no amount", bad[i]);
	tap_ok(isc_parse(STR("1.50"), 0, 1500, &n) && n == 1500,
	    "a zero at the end may be written");
	tap_ok(!isc_parse(STR("1.501"), 0, 1500, &n), "limits hold");
	isc_print(INT64_MIN, out);
	tap_is_str(out, "-9223372036854775.808", "the smallest is written");
}

/* ---- activation keys ---- */

static bool
reads(const struct crypto_key *key, const char *text, int64_t *amount)
{
	char serial[ACTIVATION_SERIAL];

	return activation_read(key, str_of(text), amount, serial) == 0;
}

/* Every other character at every place. */
static int
tampered(const struct crypto_key *key, const char *text)
{
	static const char all[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZUabc!=\xff";
	char copy[ACTIVATION_SIZE];
	int64_t amount;
	int taken = 0;

	for (size_t i = 0; text[i] != '\0'; i++)
		for (const char *c = all; *c != '\0'; c++) {
			str_copy(copy, sizeof(copy), str_of(text));
			copy[i] = *c;
			/* the same letter in lower case is no other key */
			if ((text[i] & ~0x20) == (*c & ~0x20) || text[i] == '-')
				continue;
			taken += reads(key, copy, &amount);
		}
	return taken;
}

static void
test_activation(void)
{
	struct crypto_key key, other;
	char text[ACTIVATION_SIZE], serial[ACTIVATION_SERIAL];
	char again[ACTIVATION_SERIAL], typed[2 * ACTIVATION_SIZE];
	int64_t amount = 0;
	size_t n = 0;

	crypto_random(&key, sizeof(key));
	crypto_random(&other, sizeof(other));
	activation_make(&key, 123456789, text, serial);
	tap_is_int((long long)strlen(text), 49, "a key has 49 characters");
	tap_ok(activation_read(&key, str_of(text), &amount, again) == 0 &&
		   amount == 123456789 && strcmp(serial, again) == 0,
	    "it is read: amount and serial");
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '-')
			typed[n++] = ' ';
		else
			typed[n++] = (char)(*c == '0'                   ? 'o'
					    : *c == '1' && c > text + 4 ? 'l'
					    : *c >= 'A' ? *c + 32
							: *c);
	}
	typed[n] = '\0';
	tap_ok(reads(&key, typed, &amount), "also as people type it");
	tap_ok(!reads(&other, text, &amount), "another instance refuses it");
	tap_is_int(tampered(&key, text), 0, "any other character is refused");
	text[48] = '\0';
	tap_ok(!reads(&key, text, &amount), "a shorter one is refused");
	tap_ok(!reads(&key, "", &amount) && !reads(&key, "FLK1", &amount) &&
		   !reads(&key, "FLK1-", &amount),
	    "nothing is no key");
	activation_make(&key, ACTIVATION_AMOUNT_MAX, text, serial);
	tap_ok(reads(&key, text, &amount) && amount == ACTIVATION_AMOUNT_MAX,
	    "the greatest amount fits");
}

int
main(void)
{
	test_months();
	test_spans();
	test_ends();
	test_isc();
	test_activation();
	return tap_end();
}
