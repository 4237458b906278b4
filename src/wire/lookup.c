#include "lookup.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "must.h"
#include "str.h"

#define HOST_SIZE 256
#define LOOK_MS   100 /* between two looks at stop */

/* What a thread is asked; who leaves last removes it. */
struct asked {
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t said;
	char host[HOST_SIZE];
	int users;
	bool ended;
	int rc;
	struct addrinfo *list;
};

static void
leave(struct asked *a)
{
	bool last;

	must(pthread_mutex_lock(&a->lock) == 0);
	last = --a->users == 0;
	must(pthread_mutex_unlock(&a->lock) == 0);
	if (!last)
		return;
	if (a->list != NULL)
		freeaddrinfo(a->list);
	must(pthread_cond_destroy(&a->said) == 0);
	must(pthread_mutex_destroy(&a->lock) == 0);
	mem_free(a);
}

static void *
ask(void *arg)
{
	static const struct addrinfo hints = {
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct asked *a = arg;
	struct addrinfo *list = NULL;
	int rc = getaddrinfo(a->host, NULL, &hints, &list);

	must(pthread_mutex_lock(&a->lock) == 0);
	a->rc = rc;
	a->list = list;
	a->ended = true;
	must(pthread_cond_signal(&a->said) == 0);
	must(pthread_mutex_unlock(&a->lock) == 0);
	leave(a);
	return NULL;
}

/* A thread that nobody joins; signals are for the others.  False: the system gives
 * no more of them. */
static bool
start(struct asked *a)
{
	pthread_attr_t how;
	pthread_t thread;
	sigset_t all, before;
	bool begun;

	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_attr_init(&how) == 0 &&
	     pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED) == 0);
	begun = pthread_create(&thread, &how, ask, a) == 0;
	must(pthread_attr_destroy(&how) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return begun;
}

static struct asked *
begin(const char *host)
{
	struct asked *a = mem_new(sizeof(*a));
	pthread_condattr_t monotonic;

	str_copy(a->host, sizeof(a->host), str_of(host));
	a->users = 2;
	must(pthread_mutex_init(&a->lock, NULL) == 0);
	must(pthread_condattr_init(&monotonic) == 0 &&
	     pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&a->said, &monotonic) == 0);
	must(pthread_condattr_destroy(&monotonic) == 0);
	if (!start(a)) {
		a->rc = EAI_AGAIN; /* as if nobody had answered */
		a->ended = true;
		leave(a);
	}
	return a;
}

/* Under the lock, for a little while. */
static void
sleep_a_little(struct asked *a)
{
	struct timespec until;
	int rc;

	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_nsec += LOOK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	rc = pthread_cond_timedwait(&a->said, &a->lock, &until);
	must(rc == 0 || rc == ETIMEDOUT);
}

/* Under the lock. */
static int
take(const struct asked *a, struct lookup *out, struct err *e)
{
	out->n = 0;
	if (!a->ended)
		return err_set(e, ERR_IO, "no answer: Timeout was reached");
	if (a->rc != 0 || a->list == NULL)
		return err_set(
		    e, ERR_IO, "no answer: Couldn't resolve host name");
	for (const struct addrinfo *i = a->list; i != NULL; i = i->ai_next) {
		struct lookup_address *to = &out->list[out->n];

		if (out->n == LOOKUP_MAX)
			return err_set(
			    e, ERR_LIMIT, "the name has too many addresses");
		must(i->ai_addrlen <= sizeof(to->sa));
		memcpy(&to->sa, i->ai_addr, i->ai_addrlen);
		to->len = i->ai_addrlen;
		out->n++;
	}
	return 0;
}

int
lookup(const struct lookup_of *of, struct lookup *out, struct err *e)
{
	int64_t until = clock_mono_ms() + of->timeout_ms;
	struct asked *a;
	int rc;

	if (strlen(of->host) >= HOST_SIZE)
		return err_set(
		    e, ERR_IO, "no answer: Couldn't resolve host name");
	a = begin(of->host);
	must(pthread_mutex_lock(&a->lock) == 0);
	while (!a->ended && clock_mono_ms() < until &&
	       (of->stop == NULL || !atomic_load(of->stop)))
		sleep_a_little(a);
	rc = take(a, out, e);
	must(pthread_mutex_unlock(&a->lock) == 0);
	leave(a);
	return rc;
}

static bool
is_same(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return ((const struct sockaddr_in *)(const void *)a)
			   ->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)(const void *)b)
			   ->sin_addr.s_addr;
	return a->sa_family == AF_INET6 &&
	       memcmp(
		   &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
		   &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr,
		   sizeof(struct in6_addr)) == 0;
}

bool
lookup_has(const struct lookup *l, const struct sockaddr *sa)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_same(
			(const struct sockaddr *)(const void *)&l->list[i].sa,
			sa))
			return true;
	return false;
}
