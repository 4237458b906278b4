#include "fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "log.h"
#include "must.h"
#include "num.h"
#include "pool.h"

#define STOP_EVENT  (-1)               /* epoll data of the stop eventfd */
#define DRAIN_MAX   ((size_t)64 << 20) /* of a body nobody wants */
#define BODY_KEPT   ((size_t)64 << 10) /* buffer kept between requests */
#define PROBE_EVERY ((size_t)64 << 10) /* bytes between looks at the client */
#define RETRY_US    20000              /* pause when no descriptor is left */

struct runtime {
	const struct fcgi_setup *setup;
	int parked;  /* epoll: idle connections and stop */
	int stop_fd; /* eventfd, readable once the program ends */
	atomic_bool stopping;
	struct pool *slow;
	pthread_mutex_t lock; /* the fields below */
	pthread_cond_t ready;
	size_t begun; /* workers that have or failed to make a context */
	bool failed;
	struct err error; /* of the first that failed */
};

/* A request in flight; moves whole from a worker to the slow threads. */
struct task {
	struct runtime *rt;
	FCGX_Request fcgx;
	struct arena arena;
	struct buf body;
	struct req req;
	struct resp resp;
	size_t since_probe;
	int64_t started_us;
};

/* ---- one request ---- */

static struct task *
task_new(struct runtime *rt)
{
	struct task *t = mem_new(sizeof(*t));

	t->rt = rt;
	must(FCGX_InitRequest(&t->fcgx, -1, 0) == 0);
	buf_init(&t->body, rt->setup->body_max);
	return t;
}

static void
task_free(struct task *t)
{
	buf_fini(&t->body);
	mem_free(t);
}

/* nginx closes the connection when its client has gone. */
static bool
peer_gone(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static int
put_out(void *arg, const void *p, size_t n)
{
	struct task *t = arg;

	t->since_probe += n;
	if (t->since_probe >= PROBE_EVERY) {
		t->since_probe = 0;
		if (peer_gone(t->fcgx.ipcFd))
			return -1;
	}
	return FCGX_PutStr(p, (int)n, t->fcgx.out) == (int)n ? 0 : -1;
}

static void
push_out(void *arg)
{
	struct task *t = arg;

	(void)FCGX_FFlush(t->fcgx.out);
}

/* Read and forget, so that nginx takes the answer instead of an error. */
static void
drain(struct task *t)
{
	char waste[4096];
	size_t all = 0;
	int n;

	do {
		n = FCGX_GetStr(waste, sizeof(waste), t->fcgx.in);
		all += n > 0 ? (size_t)n : 0;
	} while (n == (int)sizeof(waste) && all < DRAIN_MAX);
}

static enum req_body
read_body(struct task *t)
{
	struct str length = req_param(&t->req, "CONTENT_LENGTH");
	size_t max = t->rt->setup->body_max;
	int64_t announced = -1;
	int n = 1;

	(void)num_parse(length, 0, INT64_MAX, &announced);
	while (announced <= (int64_t)max && n > 0) {
		size_t want = max - t->body.len;
		char *to;

		want = want < 8192 ? want : 8192;
		if (want == 0) {
			char more;

			n = FCGX_GetStr(&more, 1, t->fcgx.in);
			if (n > 0)
				announced = INT64_MAX;
			break;
		}
		to = buf_reserve(&t->body, want);
		must(to != NULL);
		n = FCGX_GetStr(to, (int)want, t->fcgx.in);
		buf_added(&t->body, n > 0 ? (size_t)n : 0);
	}
	if (announced > (int64_t)max) {
		drain(t);
		return REQ_BODY_TOO_BIG;
	}
	t->req.body = buf_view(&t->body);
	if (FCGX_GetError(t->fcgx.in) != 0 ||
	    (announced >= 0 && (int64_t)t->body.len != announced))
		return REQ_BODY_SHORT;
	return REQ_BODY_WHOLE;
}

/* Put the connection back to the idle ones, if it still lives. */
static void
park(struct runtime *rt, int fd, int op)
{
	struct epoll_event ev = {.events = EPOLLIN | EPOLLONESHOT};

	ev.data.fd = fd;
	if (fd >= 0 && epoll_ctl(rt->parked, op, fd, &ev) < 0) {
		log_event(
		    LOG_ERROR, "fcgi.park", PAIRS(P_STRZ("why", "epoll_ctl")));
		close(fd);
	}
}

/* Close without the record that ends a request, so that nginx sees the answer
 * break off.  Gives no descriptor to park. */
static int
break_off(struct task *t)
{
	FCGX_Free(&t->fcgx, 1);
	return -1;
}

static int
complete(struct task *t)
{
	int fd;

	FCGX_Finish_r(&t->fcgx);
	fd = t->fcgx.ipcFd;
	t->fcgx.ipcFd = -1;
	return fd;
}

static void
task_finish(struct task *t)
{
	bool whole;
	int fd;

	resp_end(&t->resp);
	whole = !t->resp.broken;
	/* detached: close at once instead of waiting 2 s for the peer. */
	t->fcgx.detached = 1;
	if (t->resp.gone)
		t->fcgx.keepConnection = 0;
	/* What FCGX_Finish_r does first; then it frees the parameters, which
	 * the log line still needs. */
	if (whole) {
		(void)FCGX_FClose(t->fcgx.err);
		(void)FCGX_FClose(t->fcgx.out);
	}
	t->rt->setup->done(&t->req, &t->resp, clock_mono_us() - t->started_us);
	fd = whole ? complete(t) : break_off(t);
	arena_fini(&t->arena);
	if (t->body.room > BODY_KEPT)
		buf_fini(&t->body);
	buf_clear(&t->body);
	park(t->rt, fd, EPOLL_CTL_MOD);
}

static void
run_rest(void *arg)
{
	struct task *t = arg;

	if (!peer_gone(t->fcgx.ipcFd))
		t->req.rest(&t->req, &t->resp, t->req.rest_arg);
	task_finish(t);
	task_free(t);
}

/* Serve what the connection fd has to say.  Returns the task for the next
 * request: t again, or a new one when t went to the slow threads. */
static struct task *
serve_one(struct task *t, int fd, void *ctx)
{
	struct runtime *rt = t->rt;

	t->fcgx.ipcFd = fd;
	t->fcgx.keepConnection = 1;
	t->fcgx.detached = 1;
	if (FCGX_Accept_r(&t->fcgx) != 0)
		return t; /* idle connection closed by nginx */
	t->started_us = clock_mono_us();
	t->since_probe = 0;
	arena_init(&t->arena, REQ_ARENA_MAX);
	req_init(&t->req, &t->arena, (const char *const *)t->fcgx.envp);
	t->req.body_state = read_body(t);
	resp_init(&t->resp, (struct sink){put_out, t});
	t->resp.push = push_out;
	rt->setup->serve(ctx, &t->req, &t->resp);
	if (t->req.rest == NULL) {
		task_finish(t);
		return t;
	}
	if (pool_submit(rt->slow, run_rest, t) == 0)
		return task_new(rt);
	t->req.busy = true;
	t->req.rest(&t->req, &t->resp, t->req.rest_arg);
	task_finish(t);
	return t;
}

/* ---- workers ---- */

/* Wait for connections that have something to say; false at the end.  While
 * stopping, stay until only the stop event is left. */
static bool
work_once(struct runtime *rt, struct task **t, void *ctx)
{
	struct epoll_event ev[2];
	int want = atomic_load(&rt->stopping) ? 2 : 1, n, served = 0;

	n = epoll_wait(rt->parked, ev, want, -1);
	must(n >= 0 || errno == EINTR);
	for (int i = 0; i < n; i++) {
		if (ev[i].data.fd == STOP_EVENT)
			continue;
		*t = serve_one(*t, ev[i].data.fd, ctx);
		served++;
	}
	return served > 0 || want == 1;
}

static void *
make_context(struct runtime *rt)
{
	struct err e = {0};
	void *ctx = rt->setup->begin(rt->setup->arg, &e);

	must(pthread_mutex_lock(&rt->lock) == 0);
	rt->begun++;
	if (ctx == NULL && !rt->failed) {
		rt->failed = true;
		rt->error = e;
	}
	must(pthread_cond_signal(&rt->ready) == 0);
	must(pthread_mutex_unlock(&rt->lock) == 0);
	return ctx;
}

/* A thread that is woken as a batch does not push out nginx, which is about to
 * hand over more: several requests then cost one change of the processor.  A
 * unit that is locked in says it itself (CPUSchedulingPolicy). */
static void
give_way(void)
{
	const struct sched_param none = {0};

	(void)sched_setscheduler(0, SCHED_BATCH, &none);
}

static void *
worker(void *arg)
{
	struct runtime *rt = arg;
	void *ctx = make_context(rt);
	struct task *t;

	if (ctx == NULL)
		return NULL;
	give_way();
	t = task_new(rt);
	while (work_once(rt, &t, ctx))
		;
	task_free(t);
	rt->setup->end(ctx);
	return NULL;
}

/* ---- accepting ---- */

static void
accept_one(struct runtime *rt)
{
	struct timeval limit = {.tv_sec = FCGI_SOCKET_S};
	int fd = accept4(rt->setup->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			(void)usleep(RETRY_US); /* the backlog holds them */
		return;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	park(rt, fd, EPOLL_CTL_ADD);
}

static void
accept_until_signal(struct runtime *rt, int signal_fd)
{
	struct pollfd p[2] = {
	    {signal_fd, POLLIN, 0}, {rt->setup->listen_fd, POLLIN, 0}};

	for (;;) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[0].revents != 0)
			return;
		if (p[1].revents != 0)
			accept_one(rt);
	}
}

/* ---- start and end ---- */

/* A signalfd for the signals that end us, blocked in all threads. */
static int
block_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
	must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	must(fd >= 0);
	return fd;
}

static void
runtime_init(struct runtime *rt, const struct fcgi_setup *s)
{
	struct epoll_event ev = {.events = EPOLLIN};

	memset(rt, 0, sizeof(*rt));
	rt->setup = s;
	rt->parked = epoll_create1(EPOLL_CLOEXEC);
	rt->stop_fd = eventfd(0, EFD_CLOEXEC);
	must(rt->parked >= 0 && rt->stop_fd >= 0);
	ev.data.fd = STOP_EVENT;
	must(epoll_ctl(rt->parked, EPOLL_CTL_ADD, rt->stop_fd, &ev) == 0);
	must(pthread_mutex_init(&rt->lock, NULL) == 0);
	must(pthread_cond_init(&rt->ready, NULL) == 0);
	rt->slow = pool_new(FCGI_SLOW_THREADS, FCGI_SLOW_QUEUE);
}

static bool
wait_ready(struct runtime *rt)
{
	must(pthread_mutex_lock(&rt->lock) == 0);
	while (rt->begun < rt->setup->threads)
		must(pthread_cond_wait(&rt->ready, &rt->lock) == 0);
	must(pthread_mutex_unlock(&rt->lock) == 0);
	return !rt->failed;
}

static void
runtime_end(struct runtime *rt, pthread_t *threads)
{
	uint64_t one = 1;

	atomic_store(&rt->stopping, true);
	must(write(rt->stop_fd, &one, sizeof(one)) == (ssize_t)sizeof(one));
	for (size_t i = 0; i < rt->setup->threads; i++)
		must(pthread_join(threads[i], NULL) == 0);
	pool_free(&rt->slow);
	close(rt->parked);
	close(rt->stop_fd);
	must(pthread_cond_destroy(&rt->ready) == 0);
	must(pthread_mutex_destroy(&rt->lock) == 0);
}

int
fcgi_run(const struct fcgi_setup *s, struct err *e)
{
	int signal_fd = block_signals();
	pthread_t *threads = mem_new(s->threads * sizeof(*threads));
	struct runtime rt;
	bool up;

	must(s->threads > 0);
	must(FCGX_Init() == 0);
	runtime_init(&rt, s);
	for (size_t i = 0; i < s->threads; i++)
		must(pthread_create(&threads[i], NULL, worker, &rt) == 0);
	up = wait_ready(&rt);
	if (up)
		accept_until_signal(&rt, signal_fd);
	else
		*e = rt.error;
	runtime_end(&rt, threads);
	close(signal_fd);
	mem_free(threads);
	return up ? 0 : -1;
}
