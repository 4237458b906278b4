#include "book.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "db.h"
#include "domain.h"
#include "jump.h"
#include "ledger.h"
#include "must.h"
#include "rental_cost.h"
#include "rented.h"

#define SYSTEM   "system" /* who of rows that time itself brings */
#define SEAL_MAX ((size_t)64 << 20)

/* ---- the seal ---- */

static void
seal_text(struct buf *b, struct str s)
{
	buf_printf(b, "%zu:", s.len);
	buf_str(b, s);
}

static void
seal_project(struct buf *b, const struct project *p)
{
	const int64_t numbers[] = {p->domain_id, p->number, p->time, p->balance,
	    p->monthly, p->unpaid_day, p->paid, p->end};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_printf(b, "%lld,", (long long)numbers[i]);
	seal_text(b, p->reference);
	seal_text(b, p->recipients);
	seal_text(b, p->language);
	seal_text(b, str_n(p->head, sizeof(p->head)));
}

static int
seal_rented(struct ask *q, const struct project *p, struct buf *b)
{
	struct arena_mark mark = arena_mark(q->arena);
	struct rented *list, last = {0};
	char licence[65];
	size_t n;

	do {
		if (rented_page(q, p->domain_id,
			last.device_id > 0 ? &last : NULL, &list, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			buf_printf(b, "%lld,%lld,%lld,",
			    (long long)list[i].device_id,
			    (long long)list[i].count, (long long)list[i].price);
			seal_text(b, list[i].licence);
		}
		if (n > 0) {
			last.device_id = list[n - 1].device_id;
			str_copy(licence, sizeof(licence), list[n - 1].licence);
			last.licence = str_of(licence);
		}
		arena_reset(q->arena, mark);
	} while (n == RENTED_PAGE);
	return 0;
}

int
book_seal(struct ask *q, const struct project *p, unsigned char out[32])
{
	unsigned char own[32];
	struct buf b;
	int rc;

	buf_init(&b, SEAL_MAX);
	seal_project(&b, p);
	rc = seal_rented(q, p, &b);
	if (rc == 0 && buf_failed(&b))
		rc = err_say(q->err, ERR_LIMIT, "too much is rented");
	crypto_hmac_sha256(str_n(q->core->key.bytes, CRYPTO_KEY_SIZE),
	    STR("rental.seal"), own);
	if (rc == 0)
		crypto_hmac_sha256(str_n(own, sizeof(own)), buf_view(&b), out);
	explicit_bzero(own, sizeof(own));
	buf_fini(&b);
	return rc;
}

/* ---- rows ---- */

/* When the balance will be used up; 0 while nothing is rented. */
static int64_t
end_of(const struct project *p)
{
	if (p->monthly == 0)
		return 0;
	return RENTAL_DAY_MS *
	       rental_end_day(p->balance, p->monthly, p->unpaid_day);
}

static int
insert(struct book *b, const struct ledger *x)
{
	struct ask *q = b->q;

	return db_do(q->core->store, STMT_LEDGER_ADD,
	    ARGS(A_INT(x->domain_id), A_INT(x->number), A_INT(x->time),
		A_STR(x->domain), A_STR(x->who), A_INT((int64_t)x->what),
		A_STR(x->gateway), A_STR(x->licence), A_INT(x->count),
		A_INT(x->price), A_INT(x->monthly), A_INT(x->amount),
		A_INT(x->balance), A_INT(x->end), A_STR(x->reference),
		A_STR(x->note), A_BLOB(str_n(x->hash, sizeof(x->hash)))),
	    q->err);
}

/* row->time and row->who are given as well. */
static int
append(struct book *b, struct ledger *row)
{
	struct project *p = &b->p;

	must(b->mode == BOOK_LOOK || b->q->core->changes != NULL);
	must(b->mode == BOOK_LOOK || row->time >= p->time);
	p->number++;
	p->time = row->time;
	p->end = end_of(p);
	row->domain_id = p->domain_id;
	row->number = p->number;
	row->domain = p->domain;
	row->monthly = p->monthly;
	row->balance = p->balance;
	row->end = p->end;
	row->reference = p->reference;
	b->rows++;
	if (b->mode == BOOK_LOOK)
		return 0;
	ledger_hash(row, p->head, row->hash);
	memcpy(p->head, row->hash, sizeof(p->head));
	return insert(b, row);
}

int
book_add(struct book *b, struct ledger *row)
{
	char *who = arena_alloc(b->q->arena, ACTOR_CRED_SIZE);

	if (who == NULL)
		return err_set(b->q->err, ERR_LIMIT, "too many rows");
	actor_said(b->q->who, who);
	row->time = b->now;
	row->who = str_of(who);
	return append(b, row);
}

/* ---- settling ---- */

/* Charge the days before until. */
static int
charge(struct book *b, int64_t until)
{
	struct project *p = &b->p;
	int64_t cost = rental_cost(p->monthly, p->unpaid_day, until);
	struct ledger row = {.what = LEDGER_COST,
	    .time = (until - 1) * RENTAL_DAY_MS,
	    .who = STR(SYSTEM),
	    .amount = -cost};

	must(until > p->unpaid_day);
	p->balance -= cost;
	p->paid = rental_share(p->monthly, until - 1);
	p->unpaid_day = until;
	return cost > 0 ? append(b, &row) : 0;
}

static int
end_row(void *arg, const struct rented *r)
{
	struct book *b = arg;
	struct ledger row = {.what = LEDGER_END,
	    .time = b->p.unpaid_day * RENTAL_DAY_MS,
	    .who = STR(SYSTEM),
	    .gateway = r->hw_id,
	    .licence = r->licence,
	    .price = r->price};

	return append(b, &row);
}

/* Everything rented ends at the beginning of the first day not paid. */
static int
end_all(struct book *b)
{
	must(b->p.unpaid_day <= b->today);
	b->ended = true;
	b->p.monthly = 0;
	b->p.end = 0;
	if (b->mode == BOOK_LOOK)
		return 0;
	return rented_end(b->q, b->p.domain_id, end_row, b);
}

/* The days that get a row now end before this one. */
static int64_t
charge_until(const struct book *b, int64_t end)
{
	int64_t month = rental_next_month(b->p.unpaid_day);

	if (month <= b->today || end <= b->today)
		return month < end ? month : end;
	return b->mode == BOOK_SETTLE ? b->p.unpaid_day : b->today + 1;
}

static int
settle(struct book *b)
{
	struct project *p = &b->p;

	while (p->monthly > 0 && p->unpaid_day <= b->today) {
		int64_t end =
		    rental_end_day(p->balance, p->monthly, p->unpaid_day);
		int64_t until = charge_until(b, end);

		if (until > p->unpaid_day) {
			if (charge(b, until) < 0)
				return -1;
		} else if (end > b->today) {
			return 0; /* this month is not over yet */
		}
		if (end == p->unpaid_day && end <= b->today && end_all(b) < 0)
			return -1;
	}
	if (p->monthly == 0 && p->unpaid_day <= b->today) {
		p->unpaid_day = b->today + 1;
		p->paid = 0;
	}
	return 0;
}

/* ---- opening and closing ---- */

int
book_load(struct ask *q, int64_t domain_id, struct project *out)
{
	return load_one(ask_loader(q), STMT_PROJECT, ARGS(A_INT(domain_id)),
	    load_project, out);
}

/* A domain that has no project yet. */
static int
empty(struct ask *q, int64_t domain_id, struct project *p)
{
	struct domain d;
	int rc = domain_get(q, domain_id, &d);

	if (rc == 0)
		return err_set(
		    q->err, ERR_GONE, "no domain %lld", (long long)domain_id);
	*p = (struct project){.domain_id = domain_id,
	    .domain = d.name,
	    .language = STR("en"),
	    .notice_week = 8};
	return rc < 0 ? -1 : 0;
}

/* What somebody has changed behind our back is not gone on with: the next seal
 * would make it good.  Numbers out of range would stop the program. */
static int
check_sound(const struct book *b)
{
	const struct project *p = &b->p;
	unsigned char seal[32];
	bool sound = p->balance >= 0 && p->balance <= RENTAL_BALANCE_MAX &&
		     p->monthly >= 0 && p->monthly <= RENTAL_MONTHLY_MAX &&
		     p->unpaid_day >= 0 && p->unpaid_day <= RENTAL_DAY_MAX;

	if (sound && b->mode != BOOK_LOOK) {
		if (book_seal(b->q, p, seal) < 0)
			return -1;
		sound = crypto_equal(
		    str_n(seal, sizeof(seal)), str_n(p->seal, sizeof(p->seal)));
	}
	if (!sound)
		return err_say(
		    b->q->err, ERR_IO, "rental is damaged, see rental verify");
	return 0;
}

/* Time to settle to.  A clock in doubt dates no row. */
static int
set_now(struct book *b)
{
	int rc = jump_now(b->q, &b->now);

	if (rc < 0)
		return -1;
	if (rc == 0 && b->mode == BOOK_CHANGE)
		return err_say(b->q->err, ERR_BUSY,
		    "the clock is in doubt, see fleetline-jobs(8)");
	if (b->now < b->p.time)
		b->now = b->p.time; /* the clock was set back */
	b->today = rental_day(b->now);
	return 0;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct project p;
	int rc = book_load(q, id, &p);

	(void)key;
	*out = (struct snapshot){.there = rc > 0, .domain = id};
	if (rc <= 0)
		return rc;
	return change_values(q,
	    PAIRS(P_STR("invoiceReference", p.reference),
		P_STR("recipients", p.recipients),
		P_STR("language", p.language), P_INT("balance", p.balance),
		P_INT("costPerMonth", p.monthly)),
	    out);
}

static const struct change_kind project_kind = {.look = look};

int
book_open(struct ask *q, int64_t domain_id, enum book_mode mode, struct book *b)
{
	int rc;

	*b = (struct book){.q = q, .mode = mode};
	if (access_need(q->who, domain_id, q->err) < 0 ||
	    (mode != BOOK_LOOK &&
		change_touch(q, &project_kind, domain_id, STR("")) < 0))
		return -1;
	rc = book_load(q, domain_id, &b->p);
	if (rc < 0 || (rc > 0 && check_sound(b) < 0) ||
	    (rc == 0 && empty(q, domain_id, &b->p) < 0))
		return -1;
	b->stored = b->p.number;
	return set_now(b) < 0 ? -1 : settle(b);
}

int
book_close(struct book *b)
{
	struct ask *q = b->q;
	const struct project *p = &b->p;
	unsigned char seal[32];

	must(b->mode != BOOK_LOOK && p->number >= b->stored);
	must(p->balance >= 0 && p->balance <= RENTAL_BALANCE_MAX);
	must(p->monthly >= 0 && p->monthly <= RENTAL_MONTHLY_MAX);
	if (book_seal(q, p, seal) < 0)
		return -1;
	return db_do(q->core->store, STMT_PROJECT_SAVE,
	    ARGS(A_INT(p->domain_id), A_STR(p->domain), A_INT(p->number),
		A_INT(p->time), A_INT(p->balance), A_INT(p->monthly),
		A_INT(p->unpaid_day), A_INT(p->paid), A_INT(p->end),
		A_STR(p->reference), A_STR(p->recipients), A_STR(p->language),
		A_BLOB(str_n(p->head, sizeof(p->head))),
		A_BLOB(str_n(seal, sizeof(seal)))),
	    q->err);
}

int
book_event(struct book *b)
{
	return change_tell(b->q, &domain_kind, b->p.domain_id, STR(""));
}
