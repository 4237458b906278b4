/*
 * The proof of the ledgers (rental.h).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "book.h"
#include "column.h"
#include "crypto.h"
#include "db.h"
#include "load.h"
#include "rental.h"

#define LINE_SIZE 256

/* A walk through one ledger. */
struct walk {
	struct ask *q;
	const struct rental_check *check;
	int64_t domain_id;
	struct ledger last; /* the row before; number 0: none */
	int found;
};

__attribute__((format(printf, 2, 3))) static void
complain(struct walk *w, const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list ap;
	int n = snprintf(
	    line, sizeof(line), "domain %lld: ", (long long)w->domain_id);

	va_start(ap, fmt);
	(void)vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	w->check->finding(w->check->arg, line);
	w->found++;
}

static void
check_row(struct walk *w, const struct ledger *x)
{
	const struct ledger *last = &w->last;
	long long number = (long long)x->number;
	unsigned char hash[32];

	if (x->number != last->number + 1)
		complain(w, "row %lld comes after row %lld", number,
		    (long long)last->number);
	if (x->time < last->time)
		complain(w, "row %lld is older than the one before", number);
	ledger_hash(x, last->hash, hash);
	if (memcmp(hash, x->hash, sizeof(hash)) != 0)
		complain(w, "row %lld does not have its hash", number);
	if (x->balance != last->balance + x->amount || x->balance < 0)
		complain(w, "row %lld: the balance does not add up", number);
	if (x->what < LEDGER_LOAD || x->what >= LEDGER__MAX)
		complain(w, "row %lld: no such change", number);

	w->last = (struct ledger){.number = x->number,
	    .time = x->time,
	    .balance = x->balance,
	    .monthly = x->monthly,
	    .end = x->end};
	memcpy(w->last.hash, x->hash, sizeof(x->hash));
}

static int
walk_page(struct walk *w, size_t *n)
{
	struct ask *q = w->q;
	struct row *row;
	int rc = db_first(q->core->store, STMT_LEDGER_PAGE,
	    ARGS(A_INT(w->domain_id), A_INT(w->last.number + 1),
		A_INT(LEDGER_PAGE)),
	    &row, q->err);

	for (*n = 0; rc > 0; rc = db_next(row, q->err)) {
		struct arena_mark mark = arena_mark(q->arena);
		struct ledger x;

		load_ledger(row, q->arena, &x);
		check_row(w, &x);
		arena_reset(q->arena, mark);
		(*n)++;
	}
	db_done(row);
	return rc;
}

/* The project must be what its last row left. */
static int
check_project(struct walk *w, const struct project *p)
{
	struct ask *q = w->q;
	const struct ledger *last = &w->last;
	unsigned char seal[32];
	int64_t sum;

	if (p->number != last->number || p->time != last->time ||
	    memcmp(p->head, last->hash, sizeof(p->head)) != 0)
		complain(w, "the last row is not the one of the project");
	if (p->balance != last->balance || p->monthly != last->monthly ||
	    p->end != last->end)
		complain(w, "the project is not what its last row left");
	if (db_int(q->core->store, STMT_RENTED_SUM, ARGS(A_INT(p->domain_id)),
		&sum, q->err) <= 0 ||
	    book_seal(q, p, seal) < 0)
		return -1;
	if (sum != p->monthly)
		complain(w, "what is rented does not add up to the cost");
	if (!crypto_equal(
		str_n(seal, sizeof(seal)), str_n(p->seal, sizeof(p->seal))))
		complain(w, "the project does not have its seal");
	return 0;
}

static void
print_head(struct walk *w, const struct project *p)
{
	char line[LINE_SIZE], hash[65];

	if (w->check->head == NULL)
		return;
	crypto_hex(p->head, sizeof(p->head), hash);
	(void)snprintf(line, sizeof(line), "%.*s %lld %s", (int)p->domain.len,
	    p->domain.p, (long long)p->number, hash);
	w->check->head(w->check->arg, line);
}

static int
verify_one(struct ask *q, const struct rental_check *check, int64_t domain_id)
{
	struct walk w = {.q = q, .check = check, .domain_id = domain_id};
	struct project p;
	size_t n;
	int rc;

	rc = book_load(q, domain_id, &p);
	if (rc == 0)
		return err_say(q->err, ERR_GONE, "no rental");
	if (rc < 0)
		return -1;
	do {
		if (walk_page(&w, &n) < 0)
			return -1;
	} while (n == LEDGER_PAGE);
	if (check_project(&w, &p) < 0)
		return -1;
	print_head(&w, &p);
	return w.found;
}

/* ---- what belongs to no project, or was loaded without a key ---- */

static int
find_strays(struct ask *q, const struct rental_check *check, enum stmt s,
    const char *what)
{
	struct row *row;
	int rc = db_first(q->core->store, s, ARGS_NONE, &row, q->err);
	int found = 0;

	for (; rc > 0; rc = db_next(row, q->err)) {
		struct walk w = {
		    .check = check, .domain_id = row_int(row, STRAY_DOMAIN)};

		if (check->domain_id != 0 && check->domain_id != w.domain_id)
			continue;
		complain(&w, "%s", what);
		found++;
	}
	db_done(row);
	return rc < 0 ? -1 : found;
}

static int
verify_all(struct ask *q, const struct rental_check *check)
{
	struct project *list;
	int64_t after = 0;
	int found = 0, some;
	size_t n;

	do {
		struct arena_mark mark = arena_mark(q->arena);

		if (rental_projects(q, after, &list, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			after = list[i].domain_id;
			some = verify_one(q, check, after);
			if (some < 0)
				return -1;
			found += some;
		}
		arena_reset(q->arena, mark);
	} while (n == PROJECT_PAGE);
	return found;
}

int
rental_verify(struct ask *q, const struct rental_check *check)
{
	int found, orphans, loads;

	if (access_admin(q->who, q->err) < 0)
		return -1;
	found = check->domain_id == 0 ? verify_all(q, check)
				      : verify_one(q, check, check->domain_id);
	orphans = find_strays(
	    q, check, STMT_LEDGER_ORPHANS, "a ledger without a project");
	loads = find_strays(q, check, STMT_LOADS_UNKNOWN,
	    "an activation key that was loaded is not marked as used");
	return found < 0 || orphans < 0 || loads < 0 ? -1
						     : found + orphans + loads;
}
