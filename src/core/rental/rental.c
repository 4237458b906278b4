/*
 * Reading, small changes and time (rental.h); licences are changed in
 * rental_apply.c.
 */
#include "rental.h"

#include <stdio.h>

#include "access.h"
#include "activation.h"
#include "ask.h"
#include "audit.h"
#include "book.h"
#include "change.h"
#include "checks.h"
#include "db.h"
#include "device.h"
#include "jump.h"
#include "rented.h"

#define DUE_PAGE 500

/* ---- reading ---- */

int
rental_get(struct ask *q, int64_t domain_id, struct project *out)
{
	struct book b;

	if (book_open(q, domain_id, BOOK_LOOK, &b) < 0)
		return -1;
	*out = b.p;
	out->number = b.stored;
	return 0;
}

int
rental_may_remove(struct ask *q, int64_t domain_id)
{
	struct project p;

	if (rental_get(q, domain_id, &p) < 0)
		return -1;
	if (p.balance > 0)
		return err_say(
		    q->err, ERR_EXISTS, "domain has a rental balance");
	return 0;
}

int
rental_projects(struct ask *q, int64_t after, struct project **out, size_t *n)
{
	const struct load_ids seen = {.v = q->who->domains,
	    .n = q->who->ndomains,
	    .after = after,
	    .max = PROJECT_PAGE};

	if (!q->who->admin)
		return load_each(
		    ask_loader(q), STMT_PROJECT, &seen, load_project, out, n);
	return load_list(ask_loader(q), STMT_PROJECT_PAGE,
	    ARGS(A_INT(after), A_INT(PROJECT_PAGE)), load_project, out, n);
}

int
rental_rented(struct ask *q, int64_t domain_id, const struct rented *after,
    struct rented **out, size_t *n)
{
	if (access_need(q->who, domain_id, q->err) < 0)
		return -1;
	return rented_page(q, domain_id, after, out, n);
}

/* ---- small changes ---- */

/* Change the balance and write the row that says so. */
static int
add_amount(struct book *b, struct ledger *row)
{
	struct project *p = &b->p;

	if (row->amount > RENTAL_BALANCE_MAX - p->balance)
		return err_say(b->q->err, ERR_INPUT, "balance out of range");
	if (p->balance + row->amount < 0)
		return err_say(b->q->err, ERR_INPUT, "balance too low");
	p->balance += row->amount;
	return book_add(b, row);
}

static int
note_amount(const struct book *b, const char *what, const struct ledger *row)
{
	return change_say(b->q, what, b->p.domain,
	    PAIRS(P_INT("number", b->p.number), P_INT("amount", row->amount)));
}

static int
use_key(struct book *b, const char *serial)
{
	int rc = db_do(b->q->core->store, STMT_ACTIVATION_ADD,
	    ARGS(A_STRZ(serial), A_INT(b->p.domain_id), A_INT(b->p.number)),
	    b->q->err);

	if (rc < 0 && b->q->err->kind == ERR_EXISTS)
		return err_say(b->q->err, ERR_EXISTS, "key was used before");
	return rc;
}

static int
load(struct ask *q, int64_t domain_id, int64_t amount, const char *serial)
{
	struct ledger row = {
	    .what = LEDGER_LOAD, .amount = amount, .note = str_of(serial)};
	struct book b;

	if (book_open(q, domain_id, BOOK_CHANGE, &b) < 0 ||
	    add_amount(&b, &row) < 0 || use_key(&b, serial) < 0 ||
	    book_close(&b) < 0)
		return -1;
	return note_amount(&b, "rental.load", &row);
}

int
rental_load(struct ask *q, int64_t domain_id, struct str key, int64_t *amount)
{
	char serial[ACTIVATION_SERIAL];

	if (access_need(q->who, domain_id, q->err) < 0)
		return -1;
	if (activation_read(&q->core->key, key, amount, serial) < 0)
		return err_say(q->err, ERR_INPUT, "invalid activation key");
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, load(q, domain_id, *amount, serial));
}

int
rental_key(struct ask *q, int64_t amount, char out[ACTIVATION_SIZE])
{
	char serial[ACTIVATION_SERIAL];
	struct audit_row row = {.what = "rental.key"};

	if (access_admin(q->who, q->err) < 0)
		return -1;
	if (amount <= 0 || amount > ACTIVATION_AMOUNT_MAX)
		return err_say(q->err, ERR_INPUT, "amount out of range");
	activation_make(&q->core->key, amount, out, serial);
	row.on = str_of(serial);
	row.detail = PAIRS(P_INT("amount", amount));
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, audit_add(q, &row));
}

static int
correct(struct ask *q, int64_t domain_id, int64_t amount, struct str note)
{
	struct ledger row = {
	    .what = LEDGER_CORRECT, .amount = amount, .note = note};
	struct book b;

	if (book_open(q, domain_id, BOOK_CHANGE, &b) < 0 ||
	    add_amount(&b, &row) < 0 || book_close(&b) < 0)
		return -1;
	return note_amount(&b, "rental.correct", &row);
}

int
rental_correct(
    struct ask *q, int64_t domain_id, int64_t amount, struct str note)
{
	if (access_admin(q->who, q->err) < 0 ||
	    check_name(note, LEDGER_NOTE_MAX, q->err) < 0)
		return -1;
	if (amount == 0 || amount < -RENTAL_BALANCE_MAX ||
	    amount > RENTAL_BALANCE_MAX)
		return err_say(q->err, ERR_INPUT, "amount out of range");
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, correct(q, domain_id, amount, note));
}

/* ---- what notices and rows say ---- */

static int
check_edit(struct ask *q, const struct rental_edit *in)
{
	const struct str *l = in->language;

	if (in->reference != NULL && in->reference->len > 0 &&
	    check_name(*in->reference, RENTAL_REFERENCE_MAX, q->err) < 0)
		return -1;
	if (in->recipients != NULL &&
	    check_mails(*in->recipients, RENTAL_RECIPIENTS_MAX, q->err) < 0)
		return -1;
	return l != NULL ? check_language(*l, q->err) : 0;
}

static int
edit(struct ask *q, int64_t domain_id, const struct rental_edit *in)
{
	struct book b;

	if (book_open(q, domain_id, BOOK_SETTLE, &b) < 0)
		return -1;
	if (in->reference != NULL)
		b.p.reference = *in->reference;
	if (in->recipients != NULL)
		b.p.recipients = *in->recipients;
	if (in->language != NULL)
		b.p.language = *in->language;
	if (book_close(&b) < 0)
		return -1;
	return change_say(q, "rental.edit", b.p.domain, PAIRS_NONE);
}

int
rental_edit(struct ask *q, int64_t domain_id, const struct rental_edit *in)
{
	if (access_need(q->who, domain_id, q->err) < 0 ||
	    check_edit(q, in) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, domain_id, in));
}

int
rental_want(struct ask *q, struct str hw_id, bool want)
{
	struct device d;
	int rc;

	if (access_admin(q->who, q->err) < 0)
		return -1;
	rc = device_get(q, hw_id, &d);
	if (rc == 0 || (rc > 0 && d.id == 0))
		return err_set(q->err, ERR_GONE, "no such device");
	if (rc < 0 || change_begin(q) < 0)
		return -1;
	rc = rented_want(q, d.hw_id, d.id, want);
	if (rc == 0)
		rc = change_say(
		    q, "rental.want", d.hw_id, PAIRS(P_BOOL("want", want)));
	return change_end(q, rc);
}

/* ---- time ---- */

static int64_t
this_month(int64_t now)
{
	return rental_month(rental_day(now));
}

static int
settle(struct ask *q, int64_t domain_id, int64_t *rows)
{
	struct book b;

	if (book_open(q, domain_id, BOOK_SETTLE, &b) < 0)
		return -1;
	*rows = b.rows;
	if (book_close(&b) < 0)
		return -1;
	return b.ended ? book_event(&b) : 0;
}

int
rental_settle(struct ask *q, int64_t domain_id, int64_t *rows)
{
	struct project p;
	int64_t now;
	int rc;

	*rows = 0;
	if (access_need(q->who, domain_id, q->err) < 0 || jump_now(q, &now) < 0)
		return -1;
	rc = book_load(q, domain_id, &p);
	if (rc <= 0 || p.monthly == 0 ||
	    (p.unpaid_day >= this_month(now) && p.end > now))
		return rc < 0 ? -1 : 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, settle(q, domain_id, rows));
}

/* Ids of the next domains that have something due. */
static int
due(struct ask *q, int64_t after, int64_t **out, size_t *n)
{
	int64_t now;

	if (jump_now(q, &now) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_PROJECTS_DUE,
	    ARGS(A_INT(after), A_INT(this_month(now)), A_INT(now),
		A_INT(DUE_PAGE)),
	    load_id, out, n);
}

int
rental_settle_all(struct ask *q, int64_t *rows)
{
	struct err first = {0}, *e = q->err;
	int64_t after = 0, *ids, some;
	size_t n;

	*rows = 0;
	if (access_admin(q->who, e) < 0)
		return -1;
	do {
		struct arena_mark mark = arena_mark(q->arena);

		if (due(q, after, &ids, &n) < 0)
			return -1;
		/* One that fails does not hold up the others. */
		for (size_t i = 0; i < n; i++) {
			after = ids[i];
			if (rental_settle(q, after, &some) < 0 &&
			    first.kind == ERR_NONE)
				first = *e;
			*rows += some;
		}
		arena_reset(q->arena, mark);
	} while (n == DUE_PAGE);
	if (first.kind != ERR_NONE)
		*e = first;
	return first.kind != ERR_NONE ? -1 : 0;
}
