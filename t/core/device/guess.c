/*
 * Somebody guesses provisioning codes and registration tokens, by identify, from
 * ten thousand addresses, a million a day: nothing opens, no row stays for a guess,
 * and the log has each with its address.
 *
 * FLEETLINE_GUESSES says how many; what a whole day of them comes to stands in
 * doc/provisioning.md.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "category.h"
#include "clock.h"
#include "code.h"
#include "code_guard.h"
#include "deliver.h"
#include "fixture.h"
#include "identify.h"
#include "must.h"
#include "regtoken.h"

#define ADDRESSES  10000
#define HUNDRED_MS (100 * 24 * 3600 * (int64_t)1000 / 1000000)
#define OPEN_CODES 100

static struct fixture f;
static int64_t north;

/* What has been answered. */
static struct {
	long claims, later, devices, other;
} got;

static const char *
token_query(int64_t n)
{
	static char query[120];

	(void)snprintf(query, sizeof(query),
	    "domain=north.example&category=phones&token=%032llx",
	    (unsigned long long)n * 0x9e3779b97f4a7c15);
	return query;
}

/* Even ones say a code, odd ones bring a token. */
static void
guess(int64_t n)
{
	char json[300], where[32];
	struct conn c;
	int from = (int)(n % ADDRESSES);
	struct peer p = {.hub = STR("hub1"),
	    .boot = STR(FX_BOOT),
	    .conn = 1000 + n,
	    .query = str_of(n % 2 == 0 ? "" : token_query(n))};
	const char *as;

	(void)snprintf(
	    where, sizeof(where), "10.%d.%d.1", from / 250, from % 250);
	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"0090%08llx\",\"product\":\"IP222\",\"version\":\"1\"%s%"
	    "012lld%s}",
	    (unsigned long long)n,
	    n % 2 == 0 ? ",\"provisioningCode\":\"" : ",\"uptime\":\"",
	    (long long)(n * 7919) % 1000000000000, "\"");
	fx_conn(&c, 1000 + n);
	p.remote = str_of(where);
	p.state = str_of(c.state);
	if (identify(&f.q, &p, str_of(json), &c.answer) < 0)
		got.other++;
	as = fx_member(&f, &c, "as");
	if (strcmp(as, "claim") == 0)
		got.claims++;
	else if (strcmp(as, "device") == 0)
		got.devices++;
	else if (strcmp(fx_member(&f, &c, "close"), "1013") == 0)
		got.later++;
	else
		got.other++;
	fx_conn_end(&c);
	fx_clear(&f);
}

/* Lines of the log that name one of these addresses, by their event. */
static long
lines(FILE *log, const char *event)
{
	char line[500];
	long n = 0;

	rewind(log);
	while (fgets(line, sizeof(line), log) != NULL)
		n += strstr(line, event) != NULL &&
		     strstr(line, " remote=10.") != NULL;
	return n;
}

static void
open_codes(void)
{
	struct code_wish w = {
	    .domain = north, .category = STR("phones"), .rollout = true};
	struct code_made made = {0};

	for (int i = 0; i < OPEN_CODES; i++) {
		must(code_add(&f.q, &w, NULL, &made) == 0);
		fx_clear(&f);
	}
}

static void
test_guesses(int64_t all)
{
	FILE *log = tmpfile();
	int old = dup(STDERR_FILENO);
	long wrong, wait, refused;

	must(log != NULL && old >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
	for (int64_t i = 0; i < all; i++) {
		guess(i);
		if (i % 100 == 99)
			clock_shift(HUNDRED_MS);
	}
	must(dup2(old, STDERR_FILENO) >= 0 && close(old) == 0);
	wrong = lines(log, " code.wrong ");
	wait = lines(log, " code.wait ");
	refused = lines(log, " token.refused ");
	must(fclose(log) == 0);
	tap_ok(got.devices == 0 && got.other == 0,
	    "of %ld guesses none opens anything", (long)all);
	if (got.other > 0)
		tap_diag("%ld errors: %s", got.other, f.err.text);
	tap_ok(got.claims + got.later == all && got.later > 0,
	    "%ld are claims as any, %ld are told to come later", got.claims,
	    got.later);
	tap_ok(fx_claims(&f, "*") <= CLAIM_MAX,
	    "%ld rows stay, all of them claims", (long)fx_claims(&f, "*"));
	tap_ok(wrong + wait == all / 2 && wrong > 0,
	    "the log has each code with its address, %ld of them looked at",
	    wrong);
	tap_is_int(refused, all / 2, "and each token");
}

int
main(void)
{
	const char *wanted = getenv("FLEETLINE_GUESSES");
	char token[REGTOKEN_SIZE];
	struct code *list;
	size_t n;

	fx_open(&f);
	north = fx_domain(&f, "north.example", "north-password");
	(void)fx_category(&f, north, "phones");
	must(regtoken_renew(&f.q, north, token) == 0);
	open_codes();
	test_guesses(wanted != NULL ? strtol(wanted, NULL, 10) : 4000);
	must(code_list(&f.q, north, 0, &list, &n) == 0);
	tap_is_int((int64_t)n, OPEN_CODES, "the codes are as they were");
	code_guard_forget();
	fx_close(&f);
	return tap_end();
}
