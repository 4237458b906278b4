#include "courier.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "http1.h"
#include "hubclient.h"
#include "json.h"
#include "must.h"

#define URL_MAX    65536
#define STATUS_MAX ((size_t)64 << 10)
#define CALM_MS    100 /* its answer is good for so long */

struct courier {
	const char *control;
	int64_t device_ms;
	struct fetch_pool *pool;
	int fd;
	bool calm;            /* nothing waits in the hub, */
	int64_t calm_ms;      /* as it said then */
	pthread_mutex_t lock; /* for what follows */
	struct courier_answer *first, **last;
};

/* What is under way. */
struct parcel {
	struct courier *c;
	void *arg;
};

struct courier *
courier_new(const char *control, size_t at_once, int64_t device_ms)
{
	struct courier *c = mem_new(sizeof(*c));

	c->control = control;
	c->device_ms = device_ms;
	c->last = &c->first;
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	must(c->fd >= 0);
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	c->pool = fetch_pool_new(at_once, at_once);
	return c;
}

void
courier_free(struct courier **c)
{
	struct courier_answer *a;

	if (*c == NULL)
		return;
	fetch_pool_free(&(*c)->pool);
	while ((a = courier_next(*c)) != NULL)
		courier_drop(a);
	must(pthread_mutex_destroy(&(*c)->lock) == 0);
	(void)close((*c)->fd);
	mem_free(*c);
	*c = NULL;
}

int
courier_fd(const struct courier *c)
{
	return c->fd;
}

/* ---- answers: made in the pool's thread ---- */

/* What the hub says in the device's place is told by its type. */
static enum courier_fate
fate_of(const struct fetch_answer *ans)
{
	if (!str_eqz(str_of(ans->type), HTTP1_NOT_DEVICE))
		return COURIER_ANSWERED;
	if (ans->status == 429)
		return COURIER_FULL;
	if (ans->status == 504)
		return COURIER_SILENT;
	return ans->status == 502 ? COURIER_BROKEN : COURIER_GONE;
}

static const char *
words_of(enum courier_fate fate)
{
	switch (fate) {
	case COURIER_GONE:
		return "the connection ended";
	case COURIER_FULL:
		return "the device has too many requests";
	case COURIER_SILENT:
		return "no answer in time";
	case COURIER_BROKEN:
		return "the answer is no HTTP";
	case COURIER_ANSWERED:
		break;
	}
	return "";
}

static void
hand_over(struct courier *c, struct courier_answer *a)
{
	uint64_t one = 1;

	must(pthread_mutex_lock(&c->lock) == 0);
	*c->last = a;
	c->last = &a->next;
	must(pthread_mutex_unlock(&c->lock) == 0);
	must(write(c->fd, &one, sizeof(one)) == sizeof(one));
}

static void
done(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct parcel *p = arg;
	struct courier_answer *a = mem_new(sizeof(*a));

	a->arg = p->arg;
	if (e != NULL) {
		a->fate = COURIER_BROKEN;
		a->err = *e;
	} else {
		a->fate = fate_of(ans);
		a->status = ans->status;
		a->body = ans->body;
		ans->body.data = NULL;
		(void)err_set(&a->err, ERR_IO, "%s", words_of(a->fate));
	}
	hand_over(p->c, a);
	mem_free(p);
}

struct courier_answer *
courier_next(struct courier *c)
{
	struct courier_answer *a;
	uint64_t n;

	must(pthread_mutex_lock(&c->lock) == 0);
	a = c->first;
	if (a != NULL)
		c->first = a->next;
	if (c->first == NULL) {
		c->last = &c->first;
		(void)!read(c->fd, &n, sizeof(n));
	}
	must(pthread_mutex_unlock(&c->lock) == 0);
	return a;
}

void
courier_drop(struct courier_answer *a)
{
	buf_wipe(&a->body);
	mem_free(a);
}

/* ---- sending ---- */

static int
submit(struct courier *c, const struct fetch_request *r, void *arg)
{
	struct parcel *p = mem_new(sizeof(*p));

	*p = (struct parcel){c, arg};
	if (fetch_submit(c->pool, r, done, p) == 0)
		return 0;
	mem_free(p);
	return -1;
}

int
courier_get(struct courier *c, struct str hw_id, const char *path, void *arg)
{
	return courier_get_long(
	    c, hw_id, path, &(struct courier_limits){0}, arg);
}

int
courier_get_long(struct courier *c, struct str hw_id, const char *path,
    const struct courier_limits *limits, void *arg)
{
	int seconds = limits->seconds;
	char limit[64];
	const char *const headers[] = {limit, NULL};
	int64_t device_ms =
	    seconds > 0 ? seconds * INT64_C(1000) : c->device_ms;
	struct fetch_request r = {
	    .socket = c->control,
	    .method = "GET",
	    .headers = seconds > 0 ? headers : NULL,
	    .timeout_ms = (long)(device_ms + COURIER_SPARE_MS),
	    .answer_max = limits->answer_max > 0 ? limits->answer_max
						 : COURIER_ANSWER_MAX,
	    .once = true,
	};
	struct buf url;
	int rc = -1;

	must(path[0] == '/');
	(void)snprintf(
	    limit, sizeof(limit), HUBWIRE_TUNNEL_TIMEOUT ": %d", seconds);
	buf_init(&url, URL_MAX);
	buf_printf(&url, HUBWIRE_CONTROL HUBWIRE_TUNNEL "%.*s%s",
	    (int)hw_id.len, hw_id.p, path);
	r.url = url.data;
	if (!buf_failed(&url))
		rc = submit(c, &r, arg);
	buf_wipe(&url);
	return rc;
}

int
courier_order(struct courier *c, struct str line, void *arg)
{
	static const char *const headers[] = {
	    "Content-Type: application/x-ndjson", NULL};
	struct fetch_request r = {
	    .socket = c->control,
	    .method = "POST",
	    .url = HUBWIRE_CONTROL HUBWIRE_ORDERS,
	    .headers = headers,
	    .body = line,
	    .timeout_ms = COURIER_SPARE_MS,
	    .answer_max = COURIER_ANSWER_MAX,
	    .once = true,
	};

	return submit(c, &r, arg);
}

/* ---- the hub's questions come first ---- */

static bool
is_calm(struct str status)
{
	const struct json *v;
	struct arena a;
	struct err e;
	bool calm = true;

	arena_init(&a, STATUS_MAX);
	if (json_read(&a, status, STATUS_MAX, &v, &e) == 0)
		calm = json_number(json_member(v, "waiting"), 0) == 0 &&
		       json_number(json_member(v, "questions"), 0) <=
			   COURIER_QUESTIONS;
	arena_fini(&a);
	return calm;
}

bool
courier_may(struct courier *c)
{
	struct hubclient hub = {.origin = HUBWIRE_CONTROL,
	    .socket = c->control,
	    .timeout_ms = COURIER_SPARE_MS,
	    .answer_max = STATUS_MAX};
	struct fetch_answer ans;
	struct err e;

	if (c->calm_ms != 0 && clock_mono_ms() - c->calm_ms < CALM_MS)
		return c->calm;
	c->calm = true;
	if (hubclient_get(&hub, HUBWIRE_STATUS, &ans, &e) == 0) {
		c->calm = is_calm(buf_view(&ans.body));
		buf_fini(&ans.body);
	}
	c->calm_ms = clock_mono_ms();
	return c->calm;
}
