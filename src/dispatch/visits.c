#include "visits.h"

#include <pthread.h>
#include <signal.h>

#include "arena.h"
#include "must.h"

/* One that waits, or has ended. */
struct piece {
	struct piece *next;
	struct visit *visit;
	struct visits_news end;
};

/* A thread, and what it holds out. */
struct visits_hand {
	struct visits *all;
	pthread_t thread;
	void *arg; /* of its visit */
	struct str instance, dump;
	bool offered, kept; /* nobody has taken it; somebody has kept it */
	char why[VERDICT_WHY_MAX]; /* or not */
};

struct visits {
	const char *control;
	atomic_bool ending;
	struct visits_hand hands[VISITS_AT_ONCE];
	pthread_mutex_t lock; /* for what follows, and for the hands */
	pthread_cond_t wake;
	struct piece *waits, **last, *ended;
};

static void
lock(struct visits *v)
{
	must(pthread_mutex_lock(&v->lock) == 0);
}

static void
unlock(struct visits *v)
{
	must(pthread_mutex_unlock(&v->lock) == 0);
}

/* ---- a thread ---- */

/* The next, if need be after a while; NULL: it is the end. */
static struct piece *
take(struct visits *v)
{
	struct piece *p;

	lock(v);
	while (v->waits == NULL && !atomic_load(&v->ending))
		must(pthread_cond_wait(&v->wake, &v->lock) == 0);
	p = atomic_load(&v->ending) ? NULL : v->waits;
	if (p != NULL) {
		v->waits = p->next;
		if (v->waits == NULL)
			v->last = &v->waits;
	}
	unlock(v);
	return p;
}

/* Hold it out until somebody has kept it. */
static const char *
hold_out(void *arg, struct str instance, struct str dump)
{
	struct visits_hand *h = arg;
	struct visits *v = h->all;
	const char *why = h->why;

	lock(v);
	h->instance = instance;
	h->dump = dump;
	h->offered = true;
	h->kept = false;
	while (!h->kept && !atomic_load(&v->ending))
		must(pthread_cond_wait(&v->wake, &v->lock) == 0);
	h->offered = false;
	if (!h->kept)
		why = "it was stopped";
	else if (h->why[0] == '\0')
		why = NULL;
	unlock(v);
	return why;
}

static void
drop(struct visit **v)
{
	visit_drop(*v);
	mem_free(*v);
	*v = NULL;
}

static void *
go(void *arg)
{
	struct visits_hand *h = arg;
	struct visits *v = h->all;
	const struct visit_keeper to = {hold_out, h};
	struct piece *p;

	while ((p = take(v)) != NULL) {
		h->arg = p->end.arg;
		p->visit->control = v->control;
		p->visit->stop = &v->ending;
		p->end.ok = visit_run(p->visit, &to, &p->end.err) >= 0;
		drop(&p->visit);
		lock(v);
		p->next = v->ended;
		v->ended = p;
		unlock(v);
	}
	return NULL;
}

/* ---- all of them ---- */

struct visits *
visits_new(const char *control)
{
	struct visits *v = mem_new(sizeof(*v));
	sigset_t all, before;

	v->control = control;
	v->last = &v->waits;
	must(pthread_mutex_init(&v->lock, NULL) == 0);
	must(pthread_cond_init(&v->wake, NULL) == 0);
	/* signals are for the other threads */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	for (int i = 0; i < VISITS_AT_ONCE; i++) {
		v->hands[i].all = v;
		must(pthread_create(
			 &v->hands[i].thread, NULL, go, &v->hands[i]) == 0);
	}
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return v;
}

static void
drop_all(struct piece *p)
{
	struct piece *next;

	for (; p != NULL; p = next) {
		next = p->next;
		if (p->visit != NULL)
			drop(&p->visit);
		mem_free(p);
	}
}

void
visits_free(struct visits **v)
{
	lock(*v);
	atomic_store(&(*v)->ending, true);
	must(pthread_cond_broadcast(&(*v)->wake) == 0);
	unlock(*v);
	for (int i = 0; i < VISITS_AT_ONCE; i++)
		must(pthread_join((*v)->hands[i].thread, NULL) == 0);
	drop_all((*v)->waits);
	drop_all((*v)->ended);
	must(pthread_cond_destroy(&(*v)->wake) == 0);
	must(pthread_mutex_destroy(&(*v)->lock) == 0);
	mem_free(*v);
	*v = NULL;
}

void
visits_add(struct visits *v, struct visit *visit, void *arg)
{
	struct piece *p = mem_new(sizeof(*p));

	*p = (struct piece){.visit = visit, .end = {.arg = arg}};
	lock(v);
	*v->last = p;
	v->last = &p->next;
	must(pthread_cond_broadcast(&v->wake) == 0);
	unlock(v);
}

/* ---- what has come ---- */

static bool
next_dump(struct visits *v, struct visits_news *out)
{
	for (int i = 0; i < VISITS_AT_ONCE; i++) {
		struct visits_hand *h = &v->hands[i];

		if (!h->offered)
			continue;
		h->offered = false;
		*out = (struct visits_news){.arg = h->arg,
		    .hand = h,
		    .instance = h->instance,
		    .dump = h->dump};
		return true;
	}
	return false;
}

bool
visits_next(struct visits *v, struct visits_news *out)
{
	struct piece *p = NULL;
	bool there;

	lock(v);
	there = next_dump(v, out);
	if (!there) {
		p = v->ended;
		v->ended = p != NULL ? p->next : NULL;
	}
	unlock(v);
	if (p == NULL)
		return there;
	*out = p->end;
	mem_free(p);
	return true;
}

void
visits_kept(struct visits *v, const struct visits_news *news, const char *why)
{
	struct visits_hand *h = news->hand;

	lock(v);
	str_copy(h->why, sizeof(h->why), str_of(why));
	h->kept = true;
	must(pthread_cond_broadcast(&v->wake) == 0);
	unlock(v);
}
