/* Notices: when one is due, and what the texts say. */
#include "notice.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "fixture.h"
#include "letter.h"

#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)
#define WEEK (7 * DAY)

/* ---- when ---- */

static void
check_one(int64_t left, int64_t before, bool due, int64_t after)
{
	int64_t week = before;
	bool is = notice_due(1000 * WEEK, 1000 * WEEK + left, &week);

	tap_ok(is == due && week == after,
	    "%lld ms before the end, after week %lld: %s, then week %lld",
	    (long long)left, (long long)before, due ? "due" : "not due",
	    (long long)after);
}

static void
edges(void)
{
	int64_t week = 3;

	check_one(7 * WEEK + 1, 8, false, 8);
	check_one(7 * WEEK, 8, true, 7);
	check_one(7 * WEEK, 7, false, 7);
	check_one(6 * WEEK + 1, 7, false, 7);
	check_one(6 * WEEK, 7, true, 6);
	check_one(WEEK + 1, 2, false, 2);
	check_one(WEEK, 2, true, 1);
	check_one(1, 2, true, 1);
	check_one(1, 1, false, 1);
	/* first seen late: only the week that is now */
	check_one(3 * WEEK, 8, true, 3);
	/* money was loaded */
	check_one(5 * WEEK, 2, false, 5);
	check_one(20 * WEEK, 2, false, 8);
	/* the end is over, but was not settled */
	check_one(0, 1, false, 1);
	check_one(-DAY, 4, false, 4);
	tap_ok(!notice_due(1000 * WEEK, 0, &week) && week == NOTICE_NONE,
	    "nothing rented: none is due, the next cycle begins anew");
}

/* A year in which notices are looked for every hour. */
struct year {
	int64_t end;
	int64_t down_from, down_until; /* the mail server is away */
	int64_t week;
	int sent[NOTICE_NONE + 1]; /* of each week */
	int late;                  /* not in the first hour of their week */
	int total;
};

static void
run_hour(struct year *y, int64_t now)
{
	int64_t week = y->week;
	bool due = notice_due(now, y->end, &week);
	int64_t begun = y->end - week * WEEK;

	if (due && now >= y->down_from && now < y->down_until)
		return;
	y->week = week;
	if (!due)
		return;
	y->sent[week]++;
	y->total++;
	y->late += now - begun >= HOUR;
}

static void
year_of_hours(void)
{
	struct year y = {.end = 40 * WEEK + 5 * HOUR, .week = NOTICE_NONE};
	bool each = true;

	for (int64_t now = HOUR / 2; now < y.end; now += HOUR)
		run_hour(&y, now);
	for (int k = 1; k <= NOTICE_WEEKS; k++)
		each = each && y.sent[k] == 1;
	tap_ok(each, "one for each of the seven weeks");
	tap_is_int(y.total, 7, "and no other in forty weeks of hours");
	tap_is_int(y.late, 0, "each in the first hour of its week");
	y.end = 0;
	run_hour(&y, 41 * WEEK);
	y.end = 80 * WEEK;
	for (int64_t now = 42 * WEEK; now < y.end; now += HOUR)
		run_hour(&y, now);
	tap_is_int(y.total, 14, "the next rental has seven of its own");
}

static void
outages(void)
{
	struct year y = {.end = 20 * WEEK,
	    .week = NOTICE_NONE,
	    .down_from = 15 * WEEK - DAY,
	    .down_until = 15 * WEEK + DAY};

	for (int64_t now = 0; now < y.end; now += HOUR)
		run_hour(&y, now);
	tap_ok(y.total == 7 && y.sent[5] == 1 && y.late == 1,
	    "a server that is away for two days makes one of seven late");

	y = (struct year){.end = 20 * WEEK,
	    .week = NOTICE_NONE,
	    .down_from = 14 * WEEK - DAY,
	    .down_until = 16 * WEEK + DAY};
	for (int64_t now = 0; now < y.end; now += HOUR)
		run_hour(&y, now);
	tap_ok(
	    y.total == 5 && y.sent[6] == 0 && y.sent[5] == 0 && y.sent[4] == 1,
	    "weeks that have passed are not made up for");
}

/* Money is loaded three weeks before the end, for two weeks more. */
static void
loaded(void)
{
	struct year y = {.end = 20 * WEEK, .week = NOTICE_NONE};

	for (int64_t now = 0; now < y.end; now += HOUR) {
		if (now == 17 * WEEK + HOUR)
			y.end += 2 * WEEK;
		run_hour(&y, now);
	}
	tap_ok(y.total == 9 && y.sent[5] == 1 && y.sent[4] == 2 &&
		   y.sent[3] == 2 && y.sent[2] == 1,
	    "a later end repeats the weeks that come again, no other");
}

/* ---- what ---- */

static const struct mustache_value values[] = {
    MUSTACHE_TEXT("domain", STR("north.example")),
    MUSTACHE_TEXT("end", STR("31.12.2027")),
    MUSTACHE_TEXT("balance", STR("12,5")),
    MUSTACHE_TEXT("monthly", STR("7")),
    MUSTACHE_TEXT("reference", STR("PO 4711")),
    MUSTACHE_END,
};

static void
texts(struct fixture *f)
{
	static const char *const languages[] = {
	    "en", "de", "fr", "it", "es", "nl", "pt", "pl", "cs", "sv"};
	struct letter_order o = {.folder = SRCDIR "/templates",
	    .name = NOTICE_NAME,
	    .values = values};
	struct letter english = {0}, x;

	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		const char *l = languages[i];

		o.language = str_of(l);
		if (!tap_ok(letter_write(&f->q, &o, &x) == 0,
			"the text in %s renders", l)) {
			tap_diag("%s", f->err.text);
			continue;
		}
		tap_ok(x.subject.len < 120 && str_printable(x.subject) &&
			   strstr(arena_str(&f->arena, x.subject),
			       "north.example") != NULL,
		    "its subject names the domain (%s)", l);
		tap_ok(strstr(x.text.p, "31.12.2027") != NULL &&
			   strstr(x.text.p, " 12,5 iSC\n") != NULL &&
			   strstr(x.text.p, " 7 iSC\n") != NULL &&
			   strstr(x.text.p, " PO 4711\n\n") != NULL,
		    "it says end, balance, cost and reference (%s)", l);
		if (i == 0)
			english = x;
		else
			tap_ok(!str_eq(x.text, english.text),
			    "it is not the English one (%s)", l);
	}
	o.language = STR("xx");
	tap_ok(letter_write(&f->q, &o, &x) == 0 && str_eq(x.text, english.text),
	    "another language gets the English text");
	o.language = STR("de-AT");
	tap_ok(letter_write(&f->q, &o, &x) == 0 &&
		   str_starts(x.subject, STR("north.example: Die Lizenz")),
	    "one of a region that of its language");
	o.language = STR("../../x");
	tap_ok(letter_write(&f->q, &o, &x) == 0 && str_eq(x.text, english.text),
	    "a language that is a path reaches no file");
}

static int
write_broken(struct fixture *f, const char *text, struct letter *x)
{
	struct letter_order o = {
	    .folder = f->folder, .name = "x", .values = values};
	char folder[96], path[112];
	int fd, rc;

	(void)snprintf(folder, sizeof(folder), "%s/mail", f->folder);
	(void)snprintf(path, sizeof(path), "%s/x.en.txt", folder);
	(void)tap_ok(mkdir(folder, 0700) == 0, "a folder");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	tap_ok(fd >= 0 &&
		   write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
		   close(fd) == 0,
	    "a text to test with");
	rc = letter_write(&f->q, &o, x);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc;
}

static void
broken(struct fixture *f)
{
	static const char *const cases[] = {"", "Subject: a\n",
	    "Subject: a\n\n", "Subject: a\nb\n", "\nSubject: a\n\nb\n",
	    "Subject:a\n\nb\n", "Subject: {{nobody}}\n\nb\n"};
	struct letter x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tap_ok(write_broken(f, cases[i], &x) < 0 &&
			   f->err.kind == ERR_INPUT,
		    "a broken text is refused: %zu", i);
	tap_ok(write_broken(f, "Subject: a {{end}}\n\nb\nc", &x) == 0 &&
		   str_eqz(x.subject, "a 31.12.2027") &&
		   str_eqz(x.text, "b\nc"),
	    "a sound one is split into subject and text");
}

int
main(void)
{
	struct fixture f;

	edges();
	year_of_hours();
	outages();
	loaded();
	fx_open(&f);
	texts(&f);
	broken(&f);
	fx_close(&f);
	return tap_end();
}
