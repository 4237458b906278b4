#include "copies.h"

#include <pthread.h>
#include <signal.h>

#include "arena.h"
#include "must.h"

/* One that waits, is being sent, or has ended. */
struct piece {
	struct piece *next;
	struct copy *copy;
	struct copies_done done;
};

struct copies {
	pthread_t threads[COPIES_AT_ONCE];
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t wake;
	struct piece *waits, **last, *ended;
	bool ending;
};

static void
lock(struct copies *c)
{
	must(pthread_mutex_lock(&c->lock) == 0);
}

static void
unlock(struct copies *c)
{
	must(pthread_mutex_unlock(&c->lock) == 0);
}

/* The next, if need be after a while; NULL: it is the end. */
static struct piece *
take(struct copies *c)
{
	struct piece *p;

	lock(c);
	while (c->waits == NULL && !c->ending)
		must(pthread_cond_wait(&c->wake, &c->lock) == 0);
	p = c->ending ? NULL : c->waits;
	if (p != NULL) {
		c->waits = p->next;
		if (c->waits == NULL)
			c->last = &c->waits;
	}
	unlock(c);
	return p;
}

static void
drop_copy(struct piece *p)
{
	copy_drop(p->copy);
	mem_free(p->copy);
	p->copy = NULL;
}

static void *
send_them(void *arg)
{
	struct copies *c = arg;
	struct piece *p;

	while ((p = take(c)) != NULL) {
		p->done.ok = copy_send(p->copy, &p->done.err) >= 0;
		drop_copy(p);
		lock(c);
		p->next = c->ended;
		c->ended = p;
		unlock(c);
	}
	return NULL;
}

struct copies *
copies_new(void)
{
	struct copies *c = mem_new(sizeof(*c));
	sigset_t all, before;

	c->last = &c->waits;
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	must(pthread_cond_init(&c->wake, NULL) == 0);
	/* signals are for the other threads */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	for (int i = 0; i < COPIES_AT_ONCE; i++)
		must(pthread_create(&c->threads[i], NULL, send_them, c) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return c;
}

void
copies_free(struct copies **c)
{
	struct copies_done done;
	struct piece *p;

	lock(*c);
	(*c)->ending = true;
	must(pthread_cond_broadcast(&(*c)->wake) == 0);
	unlock(*c);
	for (int i = 0; i < COPIES_AT_ONCE; i++)
		must(pthread_join((*c)->threads[i], NULL) == 0);
	while ((p = (*c)->waits) != NULL) {
		(*c)->waits = p->next;
		drop_copy(p);
		mem_free(p);
	}
	while (copies_next(*c, &done))
		continue;
	must(pthread_cond_destroy(&(*c)->wake) == 0);
	must(pthread_mutex_destroy(&(*c)->lock) == 0);
	mem_free(*c);
	*c = NULL;
}

void
copies_add(struct copies *c, struct copy *copy, void *arg)
{
	struct piece *p = mem_new(sizeof(*p));

	p->copy = copy;
	p->done.arg = arg;
	lock(c);
	*c->last = p;
	c->last = &p->next;
	must(pthread_cond_signal(&c->wake) == 0);
	unlock(c);
}

bool
copies_next(struct copies *c, struct copies_done *out)
{
	struct piece *p;

	lock(c);
	p = c->ended;
	if (p != NULL)
		c->ended = p->next;
	unlock(c);
	if (p == NULL)
		return false;
	*out = p->done;
	mem_free(p);
	return true;
}
