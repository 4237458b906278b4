/*
 * Previews and changes of what is rented (rental.h).
 */
#include <stdio.h>

#include "book.h"
#include "change.h"
#include "db.h"
#include "device.h"
#include "domain.h"
#include "licence.h"
#include "rental.h"
#include "rented.h"

/* One change with what it means. */
struct step {
	struct rented was; /* count 0: it does not run yet */
	struct rented will;
	int64_t more; /* cost per month after minus before */
};

struct steps {
	struct step *list;
	size_t n;
};

/* ---- what is asked for ---- */

static int
find_device(struct ask *q, const struct rental_order *order, struct str hw_id,
    struct device *out)
{
	int rc = device_get(q, hw_id, out);

	if (rc < 0)
		return -1;
	if (rc == 0 || out->id == 0 || out->domain_id != order->domain_id)
		return err_say(q->err, ERR_GONE, "no such device");
	return 0;
}

/* Its devices are set up elsewhere; what runs already may be given back. */
static int
check_domain(struct ask *q, const struct rental_order *order, bool more)
{
	int rc = more ? domain_secondary(q, order->domain_id) : 0;

	return rc <= 0 ? rc
		       : err_say(q->err, ERR_INPUT,
			     "domain is a second registration");
}

static int
check_licence(struct ask *q, const struct device *d, const struct licence *l,
    const struct step *s)
{
	bool more = s->will.count > s->was.count;

	if (more && l->retired)
		return err_say(
		    q->err, ERR_INPUT, "licence is no longer offered");
	if (more && !l->hardware && d->type != DEVICE_GW &&
	    d->type != DEVICE_VA)
		return err_say(q->err, ERR_INPUT, "device is no gateway");
	if (more && l->hardware && s->will.count > 1)
		return err_say(q->err, ERR_INPUT, "a device is rented once");
	return 0;
}

/* A new count takes the price of now; what is given back keeps its own. */
static int
read_step(struct book *b, const struct rental_order *order,
    const struct rental_change *x, struct step *s)
{
	struct ask *q = b->q;
	struct licence l;
	struct device d;
	int rc;

	if (x->count < 0 || x->count > RENTAL_COUNT_MAX)
		return err_say(q->err, ERR_INPUT, "count out of range");
	if (find_device(q, order, x->hw_id, &d) < 0)
		return -1;
	rc = licence_get(q, x->licence, &l);
	if (rc == 0)
		return err_say(q->err, ERR_INPUT, "unknown licence");
	if (rc < 0)
		return -1;
	rc = b->ended ? 0
		      : rented_get(q, order->domain_id, d.id, l.name, &s->was);
	if (rc < 0)
		return -1;
	if (rc == 0)
		s->was = (struct rented){.device_id = d.id};
	s->will = (struct rented){.device_id = d.id,
	    .hw_id = d.hw_id,
	    .licence = l.name,
	    .count = x->count,
	    .price = l.retired ? s->was.price : l.price};
	if (__builtin_mul_overflow(s->will.count, s->will.price, &s->more) ||
	    s->more > RENTAL_MONTHLY_MAX)
		return err_say(q->err, ERR_INPUT, "count out of range");
	s->more -= s->was.count * s->was.price;
	if (check_domain(q, order, s->will.count > s->was.count) < 0)
		return -1;
	return check_licence(q, &d, &l, s);
}

static int
read_steps(struct book *b, const struct rental_order *order, struct steps *out)
{
	struct ask *q = b->q;

	if (order->nchanges == 0 || order->nchanges > RENTAL_CHANGES_MAX)
		return err_say(q->err, ERR_INPUT, "1 to 200 changes");
	out->list = arena_array(q->arena, order->nchanges, sizeof(*out->list));
	if (out->list == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for the changes");
	for (out->n = 0; out->n < order->nchanges; out->n++) {
		struct step *s = &out->list[out->n];

		if (read_step(b, order, &order->changes[out->n], s) < 0)
			return -1;
		for (size_t i = 0; i < out->n; i++)
			if (out->list[i].will.device_id == s->will.device_id &&
			    str_eq(out->list[i].will.licence, s->will.licence))
				return err_say(q->err, ERR_INPUT,
				    "a licence twice on one device");
	}
	return 0;
}

/* ---- doing it ---- */

/*
 * The day of a change is charged at the dearest it was: what the new cost of
 * today exceeds what was charged for today.  That is known from the end; row by
 * row the shares are rounded, and the sum could be more.
 */
static int
check_charge(const struct book *b, const struct steps *steps, int64_t *charge)
{
	const struct project *p = &b->p;
	int64_t monthly = p->monthly, due;

	for (size_t i = 0; i < steps->n; i++)
		monthly += steps->list[i].more;
	if (monthly > RENTAL_MONTHLY_MAX)
		return err_say(b->q->err, ERR_INPUT, "cost out of range");
	due = rental_share(monthly, b->today);
	*charge = due > p->paid ? due - p->paid : 0;
	if (*charge > p->balance)
		return err_say(b->q->err, ERR_INPUT, "balance too low");
	return 0;
}

/* What of the charge that is left falls on this step. */
static int64_t
take_charge(struct project *p, int64_t today, int64_t *left)
{
	int64_t part = rental_share(p->monthly, today) - p->paid;

	part = part < 0 ? 0 : part > *left ? *left : part;
	*left -= part;
	p->balance -= part;
	p->paid += part;
	return part;
}

static int
do_step(struct book *b, const struct step *s, int64_t *left)
{
	struct ledger row = {.gateway = s->will.hw_id,
	    .licence = s->will.licence,
	    .count = s->will.count,
	    .price = s->will.price};

	if (s->will.count == s->was.count && s->more == 0)
		return 0; /* nothing changes */
	b->p.monthly += s->more;
	row.amount = -take_charge(&b->p, b->today, left);
	row.what = s->was.count == 0    ? LEDGER_ADD
		   : s->will.count == 0 ? LEDGER_REMOVE
					: LEDGER_CHANGE;
	if (book_add(b, &row) < 0)
		return -1;
	if (b->mode == BOOK_LOOK)
		return 0;
	return rented_set(b->q, b->p.domain_id, &s->will);
}

/* What becomes cheaper first, so that no cost on the way is above the last. */
static int
do_steps(struct book *b, const struct steps *steps)
{
	int64_t left;

	if (check_charge(b, steps, &left) < 0)
		return -1;
	for (size_t i = 0; i < steps->n; i++)
		if (steps->list[i].more <= 0 &&
		    do_step(b, &steps->list[i], &left) < 0)
			return -1;
	for (size_t i = 0; i < steps->n; i++)
		if (steps->list[i].more > 0 &&
		    do_step(b, &steps->list[i], &left) < 0)
			return -1;
	return 0;
}

static int
do_flags(struct ask *q, const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++)
		if (rented_flags(q, steps->list[i].will.device_id) < 0)
			return -1;
	return 0;
}

/* Check the number, change: the same for preview and apply. */
static int
run(struct book *b, const struct rental_order *order, struct rental_plan *out)
{
	struct steps steps = {0};
	int64_t balance;

	if (order->number >= 0 && order->number != b->stored)
		return err_say(
		    b->q->err, ERR_EXISTS, "rental was changed meanwhile");
	if (read_steps(b, order, &steps) < 0)
		return -1;
	out->before = b->p;
	balance = b->p.balance;
	if (do_steps(b, &steps) < 0)
		return -1;
	out->after = b->p;
	out->charge = balance - b->p.balance;
	return b->mode == BOOK_LOOK ? 0 : do_flags(b->q, &steps);
}

int
rental_preview(
    struct ask *q, const struct rental_order *order, struct rental_plan *out)
{
	struct book b;

	if (book_open(q, order->domain_id, BOOK_LOOK, &b) < 0 ||
	    run(&b, order, out) < 0)
		return -1;
	out->before.number = out->after.number = b.stored;
	return 0;
}

static int
apply(struct ask *q, const struct rental_order *order, struct rental_plan *out)
{
	struct book b;

	if (book_open(q, order->domain_id, BOOK_CHANGE, &b) < 0 ||
	    run(&b, order, out) < 0 || book_close(&b) < 0 || book_event(&b) < 0)
		return -1;
	return change_say(q, "rental.apply", b.p.domain,
	    PAIRS(P_INT("number", b.p.number),
		P_INT("changes", (int64_t)order->nchanges),
		P_INT("costPerMonth", b.p.monthly)));
}

int
rental_apply(
    struct ask *q, const struct rental_order *order, struct rental_plan *out)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, apply(q, order, out));
}
