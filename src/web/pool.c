#include "pool.h"

#include <pthread.h>
#include <stdbool.h>

#include "arena.h"
#include "must.h"

struct job {
	struct job *next;
	void (*fn)(void *arg);
	void *arg;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job *first, **last;
	size_t queued, queue_max;
	pthread_t *threads;
	size_t nthreads, threads_max, idle;
	bool ending;
};

/* The next job, or NULL when the pool ends and nothing is left. */
static struct job *
take(struct pool *p)
{
	struct job *j;

	must(pthread_mutex_lock(&p->lock) == 0);
	p->idle++;
	while (p->first == NULL && !p->ending)
		must(pthread_cond_wait(&p->work, &p->lock) == 0);
	p->idle--;
	j = p->first;
	if (j != NULL) {
		p->first = j->next;
		if (p->first == NULL)
			p->last = &p->first;
		p->queued--;
	}
	must(pthread_mutex_unlock(&p->lock) == 0);
	return j;
}

static void *
run(void *arg)
{
	struct pool *p = arg;
	struct job *j;

	while ((j = take(p)) != NULL) {
		j->fn(j->arg);
		mem_free(j);
	}
	return NULL;
}

struct pool *
pool_new(size_t threads_max, size_t queue_max)
{
	struct pool *p = mem_new(sizeof(*p));

	must(threads_max > 0);
	must(pthread_mutex_init(&p->lock, NULL) == 0);
	must(pthread_cond_init(&p->work, NULL) == 0);
	p->last = &p->first;
	p->threads = mem_new(threads_max * sizeof(*p->threads));
	p->threads_max = threads_max;
	p->queue_max = queue_max;
	return p;
}

/* One more thread if every idle one already has a job waiting for it. */
static void
grow(struct pool *p)
{
	pthread_attr_t attr;

	if (p->idle >= p->queued || p->nthreads == p->threads_max)
		return;
	must(pthread_attr_init(&attr) == 0);
	must(pthread_attr_setstacksize(&attr, POOL_STACK) == 0);
	if (pthread_create(&p->threads[p->nthreads], &attr, run, p) == 0)
		p->nthreads++;
	must(pthread_attr_destroy(&attr) == 0);
}

int
pool_submit(struct pool *p, void (*fn)(void *arg), void *arg)
{
	struct job *j = NULL;

	must(pthread_mutex_lock(&p->lock) == 0);
	must(!p->ending);
	if (p->queued < p->queue_max) {
		j = mem_new(sizeof(*j));
		j->fn = fn;
		j->arg = arg;
		*p->last = j;
		p->last = &j->next;
		p->queued++;
		grow(p);
		must(pthread_cond_signal(&p->work) == 0);
	}
	must(pthread_mutex_unlock(&p->lock) == 0);
	return j ? 0 : -1;
}

void
pool_free(struct pool **pp)
{
	struct pool *p = *pp;

	if (p == NULL)
		return;
	must(pthread_mutex_lock(&p->lock) == 0);
	p->ending = true;
	must(pthread_cond_broadcast(&p->work) == 0);
	must(pthread_mutex_unlock(&p->lock) == 0);
	for (size_t i = 0; i < p->nthreads; i++)
		must(pthread_join(p->threads[i], NULL) == 0);
	must(p->first == NULL);
	must(pthread_cond_destroy(&p->work) == 0);
	must(pthread_mutex_destroy(&p->lock) == 0);
	mem_free(p->threads);
	mem_free(p);
	*pp = NULL;
}
