#include "batch.h"

#include <pthread.h>

#include "arena.h"
#include "db.h"
#include "log.h"
#include "must.h"

struct batch {
	struct core *core;
	pthread_mutex_t lock;
	pthread_cond_t over; /* of a transaction */
	struct batch_work *first, **last;
	bool working;
};

struct batch *
batch_new(struct core *c)
{
	struct batch *b = mem_new(sizeof(*b));

	b->core = c;
	b->last = &b->first;
	must(pthread_mutex_init(&b->lock, NULL) == 0);
	must(pthread_cond_init(&b->over, NULL) == 0);
	return b;
}

void
batch_free(struct batch **pb)
{
	struct batch *b = *pb;

	if (b == NULL)
		return;
	must(b->first == NULL && !b->working);
	must(pthread_mutex_destroy(&b->lock) == 0);
	must(pthread_cond_destroy(&b->over) == 0);
	mem_free(b);
	*pb = NULL;
}

/* ---- one transaction ---- */

/* -1 the transaction is lost. */
static int
work_one(struct core *c, struct batch_work *w, struct err *e)
{
	size_t orders = c->orders.lines.len;

	if (store_part(c->store, e) < 0)
		return -1;
	w->q.core = c;
	w->rc = w->fn(&w->q, w->arg);
	if (w->rc >= 0)
		return store_part_done(c->store, e);
	buf_cut(&c->orders.lines, orders);
	return store_part_back(c->store, e);
}

static int
work_list(struct core *c, struct batch_work *list, struct err *e)
{
	bool any = false;

	if (store_begin(c->store, STORE_MIXED, e) < 0)
		return -1;
	for (struct batch_work *w = list; w != NULL; w = w->next) {
		if (work_one(c, w, e) < 0)
			return -1;
		any = any || w->rc >= 0;
	}
	if (any)
		return store_commit(c->store, e);
	store_rollback(c->store);
	return 0;
}

static void
work_all(struct core *c, struct batch_work *list)
{
	struct err e = {0};

	orders_forget(&c->orders);
	if (work_list(c, list, &e) == 0) {
		if (orders_flush(&c->orders, &e) < 0)
			log_event(LOG_WARN, "event.lost",
			    PAIRS(P_STRZ("why", e.text)));
		return;
	}
	store_rollback(c->store);
	orders_forget(&c->orders);
	for (struct batch_work *w = list; w != NULL; w = w->next) {
		w->rc = -1;
		*w->q.err = e;
	}
}

/* ---- those who bring works ---- */

/* The lock is held, but not meanwhile. */
static void
lead(struct batch *b)
{
	struct batch_work *list = b->first, *next;

	b->first = NULL;
	b->last = &b->first;
	b->working = true;
	must(pthread_mutex_unlock(&b->lock) == 0);
	work_all(b->core, list);
	must(pthread_mutex_lock(&b->lock) == 0);
	b->working = false;
	for (; list != NULL; list = next) {
		next = list->next; /* its owner may go at once */
		list->done = true;
	}
	must(pthread_cond_broadcast(&b->over) == 0);
}

static void
append(struct batch *b, struct batch_work *w)
{
	w->next = NULL;
	w->done = false;
	*b->last = w;
	b->last = &w->next;
}

void
batch_do(struct batch *b, struct batch_work *works, size_t n)
{
	const struct batch_work *mine = &works[n - 1];

	must(n > 0);
	must(pthread_mutex_lock(&b->lock) == 0);
	for (size_t i = 0; i < n; i++)
		append(b, &works[i]);
	while (b->working && !mine->done)
		must(pthread_cond_wait(&b->over, &b->lock) == 0);
	if (!mine->done)
		lead(b);
	must(pthread_mutex_unlock(&b->lock) == 0);
}

int
batch_alone(const struct ask *q, batch_fn *fn, void *arg)
{
	struct batch_work mine = {.fn = fn, .arg = arg, .q = *q};

	work_all(q->core, &mine);
	return mine.rc;
}
