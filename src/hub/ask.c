#include "ask.h"
#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "log.h"
#include "must.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_ARENA (8u << 20)

struct ask {
	TAILQ_ENTRY(ask) link;
	struct asks *all;
	enum ask_kind kind;
	/* Many may wait: headers ("Name: value" with a NUL behind each) and
	 * body share one block of just their size. */
	char *block;
	uint32_t headers_len, body_len;
	ask_done *done;
	void *arg;
	struct loop_timer retry;
	int64_t asked; /* when it was made */
	int64_t wait_ms;
	bool waits; /* stands in a waiting list */
	bool flies, cancelled, too_long;
	int status; /* of the answer; written by the pool's thread */
	struct buf answer;
};

struct ask_rule {
	const char *name;
	enum ask_class class;
	long timeout_ms;
	int64_t patience_ms; /* 0: asked once; -1: for ever */
};

static const struct ask_rule rules[ASK__MAX] = {
    [ASK_IDENTIFY] = {.name = HUBWIRE_IDENTIFY,
	.class = CLASS_DEVICE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = HUBWIRE_PATIENCE_MS},
    [ASK_PROVISION] = {.name = HUBWIRE_PROVISION,
	.class = CLASS_DEVICE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = HUBWIRE_PATIENCE_MS},
    [ASK_APP] = {.name = HUBWIRE_APP,
	.class = CLASS_SOON,
	.timeout_ms = HUBWIRE_TIMEOUT_MS},
    [ASK_API] = {.name = HUBWIRE_API,
	.class = CLASS_API,
	.timeout_ms = HUBWIRE_API_MS},
    [ASK_PRESENCE] = {.name = HUBWIRE_PRESENCE,
	.class = CLASS_PRESENCE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = -1},
    [ASK_DOOR] = {.name = HUBWIRE_DOOR,
	.class = CLASS_SOON,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = ASK_DOOR_MS},
};

/* How many of a class may fly: slow ones leave room for the others. */
static const size_t class_max[CLASS__MAX] = {
    [CLASS_PRESENCE] = HUBWIRE_PRESENCE_AT_ONCE,
    [CLASS_SOON] = HUBWIRE_AT_ONCE,
    [CLASS_API] = HUBWIRE_API_AT_ONCE,
    [CLASS_DEVICE] = HUBWIRE_DEVICE_AT_ONCE,
};

static enum ask_class
class_of(const struct ask *a)
{
	return rules[a->kind].class;
}

bool
ask_is_fact(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.len > 0 && s.len <= max;
}

char *
ask_fact(struct str s, size_t max)
{
	char *copy;

	if (!ask_is_fact(s, max))
		return NULL;
	copy = mem_new(s.len + 1);
	memcpy(copy, s.p, s.len);
	return copy;
}

void
asks_init(struct asks *as, struct loop *l, const char *socket, const char *hub)
{
	memset(as, 0, sizeof *as);
	as->loop = l;
	as->socket = socket;
	as->hub = mem_strdup(hub);
	as->pool = fetch_pool_new(HUBWIRE_AT_ONCE, HUBWIRE_AT_ONCE);
	for (int i = 0; i < CLASS__MAX; i++)
		TAILQ_INIT(&as->waiting[i]);
	TAILQ_INIT(&as->finished);
	must(pthread_mutex_init(&as->lock, NULL) == 0);
}

static void
ask_free(struct ask *a)
{
	loop_timer_stop(a->all->loop, &a->retry);
	explicit_bzero(a->block, (size_t)a->headers_len + a->body_len);
	mem_free(a->block);
	buf_wipe(&a->answer);
	mem_free(a);
}

static void
give_up(struct ask_list *list)
{
	struct ask *a;

	while ((a = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, a, link);
		if (!a->cancelled)
			a->done(a->arg, NULL);
		ask_free(a);
	}
}

void
asks_fini(struct asks *as)
{
	fetch_pool_free(&as->pool); /* calls finish_in_pool for each */
	give_up(&as->finished);
	for (int i = 0; i < CLASS__MAX; i++)
		give_up(&as->waiting[i]);
	(void)pthread_mutex_destroy(&as->lock);
	mem_free(as->hub);
}

/* In the pool's thread: hand the result over, no more. */
static void
finish_in_pool(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct ask *a = arg;
	struct asks *as = a->all;
	bool first;

	a->status = e == NULL ? ans->status : 0;
	a->too_long = e != NULL && e->kind == ERR_LIMIT;
	if (e == NULL) {
		a->answer = ans->body;
		ans->body.data = NULL;
	}
	must(pthread_mutex_lock(&as->lock) == 0);
	first = TAILQ_EMPTY(&as->finished);
	TAILQ_INSERT_TAIL(&as->finished, a, link);
	must(pthread_mutex_unlock(&as->lock) == 0);
	if (first)
		loop_wake(as->loop);
}

static int
submit(struct ask *a)
{
	const struct ask_rule *rule = &rules[a->kind];
	const char *headers[HUBWIRE_FACTS + 1];
	struct fetch_request r = {.socket = a->all->socket, .method = "POST"};
	char url[64];
	size_t n = 0;

	for (size_t at = 0; at < a->headers_len;
	     at += strlen(a->block + at) + 1) {
		must(n < HUBWIRE_FACTS);
		headers[n++] = a->block + at;
	}
	headers[n] = NULL;
	(void)snprintf(
	    url, sizeof url, HUBWIRE_INTERNAL HUBWIRE_PATH "%s", rule->name);
	r.url = url;
	r.headers = headers;
	r.body = str_n(a->block + a->headers_len, a->body_len);
	r.timeout_ms = rule->timeout_ms;
	r.answer_max = HUBWIRE_ANSWER_MAX;
	return fetch_submit(a->all->pool, &r, finish_in_pool, a);
}

static void
unqueue(struct ask *a)
{
	TAILQ_REMOVE(&a->all->waiting[class_of(a)], a, link);
	a->all->queued--;
	a->waits = false;
}

/* Let fly what may, the urgent classes first. */
static void
launch(struct asks *as)
{
	struct ask *a;

	for (int i = 0; i < CLASS__MAX; i++)
		while (as->in_flight < HUBWIRE_AT_ONCE &&
		       as->flying[i] < class_max[i] &&
		       (a = TAILQ_FIRST(&as->waiting[i])) != NULL) {
			/* first all this: the pool's thread may be done, and
			 * use the link, before submit returns */
			unqueue(a);
			as->flying[i]++;
			as->in_flight++;
			a->flies = true;
			must(submit(a) == 0); /* the pool has room */
		}
}

static void
enqueue(struct ask *a)
{
	TAILQ_INSERT_TAIL(&a->all->waiting[class_of(a)], a, link);
	a->all->queued++;
	a->waits = true;
	launch(a->all);
}

static void
ask_again(void *arg)
{
	enqueue(arg);
}

static void
add_fact(struct buf *b, enum hubwire_fact fact, const char *value)
{
	const struct hubwire_header *h = &hubwire_facts[fact];

	if (value == NULL)
		return;
	must(ask_is_fact(str_of(value), h->max));
	buf_printf(b, "%s: %s", h->header, value);
	buf_putc(b, '\0');
}

static void
add_facts(struct buf *b, const char *hub, const struct ask_facts *f)
{
	char conn[24];

	(void)snprintf(conn, sizeof conn, "%llu", (unsigned long long)f->conn);
	add_fact(b, HUBWIRE_FACT_HUB, hub);
	add_fact(b, HUBWIRE_FACT_CONN, f->conn ? conn : NULL);
	add_fact(b, HUBWIRE_FACT_REMOTE, f->remote);
	add_fact(b, HUBWIRE_FACT_STATE, f->state);
	add_fact(b, HUBWIRE_FACT_QUERY, f->query);
	add_fact(b, HUBWIRE_FACT_BASE, f->base);
	add_fact(b, HUBWIRE_FACT_APP, f->app);
	add_fact(b, HUBWIRE_FACT_CURSOR, f->cursor);
}

struct ask *
ask_new(struct asks *as, enum ask_kind kind, const struct ask_facts *f,
    struct str body)
{
	struct ask *a = mem_new(sizeof *a);
	struct buf b;

	a->all = as;
	a->kind = kind;
	a->asked = clock_mono_ms();
	a->wait_ms = HUBWIRE_RETRY_MS;
	loop_timer_init(&a->retry, ask_again, a);
	buf_init(&b, 1u << 20);
	add_facts(&b, as->hub, f);
	a->headers_len = (uint32_t)b.len;
	a->body_len = (uint32_t)body.len;
	buf_str(&b, body);
	must(!buf_failed(&b));
	a->block = mem_new(b.len);
	memcpy(a->block, b.data, b.len);
	buf_wipe(&b);
	return a;
}

void
ask_then(struct ask *a, ask_done *done, void *arg)
{
	a->done = done;
	a->arg = arg;
	enqueue(a);
}

bool
ask_flies(const struct ask *a)
{
	return a->flies;
}

bool
ask_too_long(const struct ask *a)
{
	return a->too_long;
}

void
ask_cancel(struct ask **ap)
{
	struct ask *a = *ap;

	*ap = NULL;
	if (a == NULL)
		return;
	a->cancelled = true;
	if (a->flies)
		return; /* freed when it lands */
	/* Neither waiting nor flying: its retry timer runs, or has just
	 * expired and is about to be called. */
	if (a->waits)
		unqueue(a);
	ask_free(a);
}

/* True: it will be asked again. */
static bool
try_again(struct ask *a)
{
	int64_t patience = rules[a->kind].patience_ms;
	int64_t waited = clock_mono_ms() - a->asked;

	if (patience >= 0 && (a->too_long || waited + a->wait_ms > patience))
		return false;
	loop_timer_set(a->all->loop, &a->retry, a->wait_ms);
	if (a->wait_ms < HUBWIRE_RETRY_MAX_MS)
		a->wait_ms *= 2;
	return true;
}

/* Parse the first line and tell the asker. */
static int
deliver(struct ask *a)
{
	struct str text = buf_view(&a->answer), first;
	struct answer ans = {NULL, str_n("", 0)};
	struct arena arena;
	struct err e;
	int rc = -1;

	if (a->status != 200)
		return -1;
	arena_init(&arena, ANSWER_ARENA);
	first = str_n(text.p, str_find(text, '\n'));
	if (first.len < text.len)
		ans.lines =
		    str_n(text.p + first.len + 1, text.len - first.len - 1);
	if (json_read(&arena, first, HUBWIRE_ANSWER_MAX, &ans.commands, &e) ==
		0 &&
	    json_kind(ans.commands) == JSON_OBJECT) {
		a->done(a->arg, &ans);
		rc = 0;
	}
	arena_fini(&arena);
	return rc;
}

/* One line a second is enough when the rules are away. */
static void
note_failure(struct ask *a)
{
	int64_t now = clock_mono_ms();
	char status[16];

	a->all->failed++;
	if (now - a->all->last_log < 1000)
		return;
	a->all->last_log = now;
	(void)snprintf(status, sizeof status, "%d", a->status);
	log_event(LOG_WARN, "question.failed", "question", rules[a->kind].name,
	    "status", status, "why",
	    a->too_long ? "the answer is too long" : NULL, NULL);
}

static void
land(struct ask *a)
{
	a->flies = false;
	a->all->in_flight--;
	a->all->flying[class_of(a)]--;
	if (!a->cancelled && deliver(a) < 0) {
		note_failure(a);
		buf_fini(&a->answer);
		if (try_again(a))
			return;
		a->done(a->arg, NULL);
	}
	ask_free(a);
}

void
asks_wake(void *arg)
{
	struct asks *as = arg;
	struct ask_list landed = TAILQ_HEAD_INITIALIZER(landed);
	struct ask *a;

	must(pthread_mutex_lock(&as->lock) == 0);
	TAILQ_CONCAT(&landed, &as->finished, link);
	must(pthread_mutex_unlock(&as->lock) == 0);
	while ((a = TAILQ_FIRST(&landed)) != NULL) {
		TAILQ_REMOVE(&landed, a, link);
		land(a);
	}
	launch(as);
}
