#include "metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "must.h"

/* Upper bounds of the latency histogram in microseconds; +Inf follows. */
static const int64_t bounds[] = {100, 250, 500, 1000, 2500, 5000, 10000, 25000,
    50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
#define NBOUNDS (sizeof(bounds) / sizeof(bounds[0]))

struct series {
	const char *name;
	_Atomic uint64_t count, failed, sum_us;
	_Atomic uint64_t within[NBOUNDS]; /* in exactly this bucket */
};

static struct series all[METRICS_SERIES_MAX];
static size_t nseries;
static const char *program = "none";
static _Atomic uint64_t db_statements, db_us;

void
metrics_open(const char *prefix)
{
	program = prefix;
	memset(all, 0, sizeof(all));
	nseries = 0;
	must(metrics_series("other") == 0);
}

size_t
metrics_series(const char *name)
{
	must(nseries < METRICS_SERIES_MAX);
	all[nseries].name = name;
	return nseries++;
}

static void
add(_Atomic uint64_t *to, uint64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static uint64_t
get(_Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

void
metrics_note(size_t series, bool failed, int64_t us)
{
	struct series *s = &all[series];
	size_t i = 0;

	must(series < METRICS_SERIES_MAX);
	if (us < 0)
		us = 0;
	while (i < NBOUNDS && us > bounds[i])
		i++;
	if (i < NBOUNDS)
		add(&s->within[i], 1);
	add(&s->count, 1);
	add(&s->sum_us, (uint64_t)us);
	if (failed)
		add(&s->failed, 1);
}

void
metrics_database(uint64_t statements, uint64_t us)
{
	add(&db_statements, statements);
	add(&db_us, us);
}

uint64_t
metrics_count(size_t series)
{
	must(series < METRICS_SERIES_MAX);
	return get(&all[series].count);
}

/* A line of text into the sink. */
__attribute__((format(printf, 2, 3))) static int
say(struct sink to, const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	must(n > 0 && (size_t)n < sizeof(line));
	return to.put(to.arg, line, (size_t)n);
}

/* ---- metrics of one's own ---- */

int
metrics_head(
    struct sink to, enum metrics_kind kind, const char *name, const char *help)
{
	static const char *const kinds[] = {
	    [METRICS_GAUGE] = "gauge", [METRICS_COUNTER] = "counter"};

	return say(
	    to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kinds[kind]);
}

/* The text of a label between its quotes. */
static int
put_escaped(struct sink to, struct str s)
{
	bool text = str_utf8(s);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s.len; i++) {
		char c = s.p[i];

		if (c == '\n')
			rc = to.put(to.arg, "\\n", 2);
		else if (c == '"' || c == '\\')
			rc = say(to, "\\%c", c);
		else
			rc = to.put(
			    to.arg, !text && (c & 0x80) != 0 ? "?" : &c, 1);
	}
	return rc;
}

int
metrics_labelled(struct sink to, const char *name, const char *label,
    struct str of, double value)
{
	if (say(to, "%s{%s=\"", name, label) < 0 || put_escaped(to, of) < 0)
		return -1;
	return say(to, "\"} %.15g\n", value);
}

int
metrics_one(struct sink to, enum metrics_kind kind, const char *name,
    const char *help, double value)
{
	if (metrics_head(to, kind, name, help) < 0)
		return -1;
	return say(to, "%s %.15g\n", name, value);
}

/* ---- the program's own ---- */

/* fleetline_PROGRAM_what */
static int
print_head(struct sink to, const char *what, const char *kind, const char *help)
{
	return say(to, "# HELP fleetline_%s_%s %s\n# TYPE fleetline_%s_%s %s\n",
	    program, what, help, program, what, kind);
}

static int
print_counter(struct sink to, const char *what, const char *help, size_t field)
{
	int rc = print_head(to, what, "counter", help);

	for (size_t i = 0; rc == 0 && i < nseries; i++) {
		char *s = (char *)&all[i];

		if (get(&all[i].count) > 0)
			rc = say(to,
			    "fleetline_%s_%s{message=\"%s\"} %" PRIu64 "\n",
			    program, what, all[i].name,
			    get((_Atomic uint64_t *)(void *)(s + field)));
	}
	return rc;
}

static int
print_histogram(struct sink to, struct series *s)
{
	uint64_t sum = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NBOUNDS; i++) {
		sum += get(&s->within[i]);
		rc = say(to,
		    "fleetline_%s_seconds_bucket{message=\"%s\",le=\"%g\"} "
		    "%" PRIu64 "\n",
		    program, s->name, (double)bounds[i] / 1e6, sum);
	}
	if (rc == 0)
		rc = say(to,
		    "fleetline_%s_seconds_bucket{message=\"%s\",le=\"+Inf\"} "
		    "%" PRIu64 "\n",
		    program, s->name, get(&s->count));
	if (rc == 0)
		rc = say(to, "fleetline_%s_seconds_sum{message=\"%s\"} %.6f\n",
		    program, s->name, (double)get(&s->sum_us) / 1e6);
	if (rc == 0)
		rc = say(to,
		    "fleetline_%s_seconds_count{message=\"%s\"} %" PRIu64 "\n",
		    program, s->name, get(&s->count));
	return rc;
}

static int
print_histograms(struct sink to)
{
	int rc = print_head(
	    to, "seconds", "histogram", "Time from a request to its answer.");

	for (size_t i = 0; rc == 0 && i < nseries; i++)
		if (get(&all[i].count) > 0)
			rc = print_histogram(to, &all[i]);
	return rc;
}

static int
print_database(struct sink to)
{
	static const char statements[] = "database_statements_total",
			  seconds[] = "database_seconds_total";

	if (print_head(to, statements, "counter",
		"Statements that the store was asked.") < 0 ||
	    say(to, "fleetline_%s_%s %" PRIu64 "\n", program, statements,
		get(&db_statements)) < 0 ||
	    print_head(to, seconds, "counter", "Time spent in them.") < 0)
		return -1;
	return say(to, "fleetline_%s_%s %.6f\n", program, seconds,
	    (double)get(&db_us) / 1e6);
}

int
metrics_print(struct sink to)
{
	if (print_counter(to, "requests_total", "Requests by message.",
		offsetof(struct series, count)) < 0 ||
	    print_counter(to, "errors_total", "Of them those that failed.",
		offsetof(struct series, failed)) < 0 ||
	    print_histograms(to) < 0)
		return -1;
	return print_database(to);
}
