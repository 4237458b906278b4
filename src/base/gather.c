#include "gather.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "must.h"

static struct {
	pthread_mutex_t lock; /* all below but is_on */
	pthread_cond_t change;
	pthread_t thread;
	int fd;
	size_t len;
	bool ending;
	char text[GATHER_MAX];
} g = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

static volatile bool is_on; /* set while there is one thread only */

static void
put_out(const char *p, size_t n)
{
	ssize_t wrote = n > 0 ? write(g.fd, p, n) : 0;

	(void)wrote; /* a log that cannot be written has nobody to tell */
}

static void
put_all(void)
{
	put_out(g.text, g.len);
	g.len = 0;
}

/* Until the first line has waited long enough, or the end. */
static void
wait_full(void)
{
	struct timespec until;

	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_nsec += GATHER_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!g.ending && pthread_cond_clockwait(&g.change, &g.lock,
				CLOCK_MONOTONIC, &until) == 0)
		;
}

static void *
write_out(void *arg)
{
	(void)arg;
	must(pthread_mutex_lock(&g.lock) == 0);
	while (!g.ending) {
		if (g.len == 0) {
			must(pthread_cond_wait(&g.change, &g.lock) == 0);
			continue;
		}
		wait_full();
		put_all();
	}
	put_all();
	must(pthread_mutex_unlock(&g.lock) == 0);
	return NULL;
}

void
gather_begin(int fd)
{
	sigset_t all, before;

	must(!is_on);
	g.fd = fd;
	g.ending = false;
	/* Signals are for the threads that wait for them. */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&g.thread, NULL, write_out, NULL) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	is_on = true;
}

void
gather_end(void)
{
	must(is_on);
	must(pthread_mutex_lock(&g.lock) == 0);
	g.ending = true;
	must(pthread_cond_broadcast(&g.change) == 0);
	must(pthread_mutex_unlock(&g.lock) == 0);
	must(pthread_join(g.thread, NULL) == 0);
	is_on = false;
}

bool
gather_is_on(void)
{
	return is_on;
}

void
gather_add(const char *line, size_t len, bool now)
{
	bool first;

	must(len <= GATHER_MAX);
	must(pthread_mutex_lock(&g.lock) == 0);
	if (g.len + len > GATHER_MAX)
		put_all();
	first = g.len == 0;
	memcpy(g.text + g.len, line, len);
	g.len += len;
	if (now)
		put_all();
	else if (first)
		must(pthread_cond_signal(&g.change) == 0);
	must(pthread_mutex_unlock(&g.lock) == 0);
}

void
gather_flush_if_free(void)
{
	if (!is_on || pthread_mutex_trylock(&g.lock) != 0)
		return;
	put_all();
	must(pthread_mutex_unlock(&g.lock) == 0);
}
