#include "question.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "log.h"
#include "must.h"

#define ANSWER_ARENA (8u << 20)

struct question {
	TAILQ_ENTRY(question) link;
	struct questions *all;
	enum question_kind kind;
	/* Many may wait: headers ("Name: value" with a NUL behind each) and
	 * body share one block of just their size. */
	char *block;
	uint32_t headers_len, body_len;
	question_done *done;
	void *arg;
	struct loop_timer retry;
	int64_t asked; /* when it was made */
	int64_t wait_ms;
	bool waits; /* stands in a waiting list */
	bool flies, cancelled, too_long;
	int status; /* of the answer; written by the pool's thread */
	struct buf answer;
};

struct question_rule {
	const char *name;
	enum question_class class;
	long timeout_ms;
	int64_t patience_ms; /* 0: asked once; -1: for ever */
};

static const struct question_rule rules[QUESTION__MAX] = {
    [QUESTION_IDENTIFY] = {.name = HUBWIRE_IDENTIFY,
	.class = CLASS_DEVICE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = HUBWIRE_PATIENCE_MS},
    [QUESTION_PROVISION] = {.name = HUBWIRE_PROVISION,
	.class = CLASS_DEVICE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = HUBWIRE_PATIENCE_MS},
    [QUESTION_APP] = {.name = HUBWIRE_APP,
	.class = CLASS_SOON,
	.timeout_ms = HUBWIRE_TIMEOUT_MS},
    [QUESTION_API] = {.name = HUBWIRE_API,
	.class = CLASS_API,
	.timeout_ms = HUBWIRE_API_MS},
    [QUESTION_PRESENCE] = {.name = HUBWIRE_PRESENCE,
	.class = CLASS_PRESENCE,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = -1},
    [QUESTION_DOOR] = {.name = HUBWIRE_DOOR,
	.class = CLASS_SOON,
	.timeout_ms = HUBWIRE_TIMEOUT_MS,
	.patience_ms = QUESTION_DOOR_MS},
};

/* How many of a class may fly: slow ones leave room for the others. */
static const size_t class_max[CLASS__MAX] = {
    [CLASS_PRESENCE] = HUBWIRE_PRESENCE_AT_ONCE,
    [CLASS_SOON] = HUBWIRE_AT_ONCE,
    [CLASS_API] = HUBWIRE_API_AT_ONCE,
    [CLASS_DEVICE] = HUBWIRE_DEVICE_AT_ONCE,
};

static enum question_class
class_of(const struct question *q)
{
	return rules[q->kind].class;
}

bool
question_is_fact(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.len > 0 && s.len <= max;
}

char *
question_fact(struct str s, size_t max)
{
	char *copy;

	if (!question_is_fact(s, max))
		return NULL;
	copy = mem_new(s.len + 1);
	memcpy(copy, s.p, s.len);
	return copy;
}

void
questions_init(
    struct questions *qs, struct loop *l, const char *socket, const char *hub)
{
	memset(qs, 0, sizeof(*qs));
	qs->loop = l;
	qs->socket = socket;
	qs->hub = mem_strdup(hub);
	qs->pool = fetch_pool_new(HUBWIRE_AT_ONCE, HUBWIRE_AT_ONCE);
	for (int i = 0; i < CLASS__MAX; i++)
		TAILQ_INIT(&qs->waiting[i]);
	TAILQ_INIT(&qs->finished);
	must(pthread_mutex_init(&qs->lock, NULL) == 0);
}

static void
question_free(struct question *q)
{
	loop_timer_stop(q->all->loop, &q->retry);
	explicit_bzero(q->block, (size_t)q->headers_len + q->body_len);
	mem_free(q->block);
	buf_wipe(&q->answer);
	mem_free(q);
}

static void
give_up(struct question_list *list)
{
	struct question *q;

	while ((q = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, q, link);
		if (!q->cancelled)
			q->done(q->arg, NULL);
		question_free(q);
	}
}

void
questions_fini(struct questions *qs)
{
	fetch_pool_free(&qs->pool); /* calls finish_in_pool for each */
	give_up(&qs->finished);
	for (int i = 0; i < CLASS__MAX; i++)
		give_up(&qs->waiting[i]);
	(void)pthread_mutex_destroy(&qs->lock);
	mem_free(qs->hub);
}

/* In the pool's thread: hand the result over, no more. */
static void
finish_in_pool(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct question *q = arg;
	struct questions *qs = q->all;
	bool first;

	q->status = e == NULL ? ans->status : 0;
	q->too_long = e != NULL && e->kind == ERR_LIMIT;
	if (e == NULL) {
		q->answer = ans->body;
		ans->body.data = NULL;
	}
	must(pthread_mutex_lock(&qs->lock) == 0);
	first = TAILQ_EMPTY(&qs->finished);
	TAILQ_INSERT_TAIL(&qs->finished, q, link);
	must(pthread_mutex_unlock(&qs->lock) == 0);
	if (first)
		loop_wake(qs->loop);
}

static int
submit(struct question *q)
{
	const struct question_rule *rule = &rules[q->kind];
	const char *headers[HUBWIRE_FACTS + 1];
	struct fetch_request r = {.socket = q->all->socket, .method = "POST"};
	char url[64];
	size_t n = 0;

	for (size_t at = 0; at < q->headers_len;
	     at += strlen(q->block + at) + 1) {
		must(n < HUBWIRE_FACTS);
		headers[n++] = q->block + at;
	}
	headers[n] = NULL;
	(void)snprintf(
	    url, sizeof(url), HUBWIRE_INTERNAL HUBWIRE_PATH "%s", rule->name);
	r.url = url;
	r.headers = headers;
	r.body = str_n(q->block + q->headers_len, q->body_len);
	r.timeout_ms = rule->timeout_ms;
	r.answer_max = HUBWIRE_ANSWER_MAX;
	return fetch_submit(q->all->pool, &r, finish_in_pool, q);
}

static void
unqueue(struct question *q)
{
	TAILQ_REMOVE(&q->all->waiting[class_of(q)], q, link);
	q->all->queued--;
	q->waits = false;
}

/* Let fly what may, the urgent classes first. */
static void
launch(struct questions *qs)
{
	struct question *q;

	for (int i = 0; i < CLASS__MAX; i++)
		while (qs->in_flight < HUBWIRE_AT_ONCE &&
		       qs->flying[i] < class_max[i] &&
		       (q = TAILQ_FIRST(&qs->waiting[i])) != NULL) {
			/* first all this: the pool's thread may be done, and
			 * use the link, before submit returns */
			unqueue(q);
			qs->flying[i]++;
			qs->in_flight++;
			q->flies = true;
			must(submit(q) == 0); /* the pool has room */
		}
}

static void
enqueue(struct question *q)
{
	TAILQ_INSERT_TAIL(&q->all->waiting[class_of(q)], q, link);
	q->all->queued++;
	q->waits = true;
	launch(q->all);
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
	must(question_is_fact(str_of(value), h->max));
	buf_printf(b, "%s: %s", h->header, value);
	buf_putc(b, '\0');
}

static void
add_facts(struct buf *b, const char *hub, const struct question_facts *f)
{
	char conn[24];

	(void)snprintf(conn, sizeof(conn), "%llu", (unsigned long long)f->conn);
	add_fact(b, HUBWIRE_FACT_HUB, hub);
	add_fact(b, HUBWIRE_FACT_CONN, f->conn ? conn : NULL);
	add_fact(b, HUBWIRE_FACT_REMOTE, f->remote);
	add_fact(b, HUBWIRE_FACT_STATE, f->state);
	add_fact(b, HUBWIRE_FACT_QUERY, f->query);
	add_fact(b, HUBWIRE_FACT_BASE, f->base);
	add_fact(b, HUBWIRE_FACT_APP, f->app);
	add_fact(b, HUBWIRE_FACT_CURSOR, f->cursor);
}

struct question *
question_new(struct questions *qs, enum question_kind kind,
    const struct question_facts *f, struct str body)
{
	struct question *q = mem_new(sizeof(*q));
	struct buf b;

	q->all = qs;
	q->kind = kind;
	q->asked = clock_mono_ms();
	q->wait_ms = HUBWIRE_RETRY_MS;
	loop_timer_init(&q->retry, ask_again, q);
	buf_init(&b, 1u << 20);
	add_facts(&b, qs->hub, f);
	q->headers_len = (uint32_t)b.len;
	q->body_len = (uint32_t)body.len;
	buf_str(&b, body);
	must(!buf_failed(&b));
	q->block = mem_new(b.len);
	memcpy(q->block, b.data, b.len);
	buf_wipe(&b);
	return q;
}

void
question_then(struct question *q, question_done *done, void *arg)
{
	q->done = done;
	q->arg = arg;
	enqueue(q);
}

bool
question_flies(const struct question *q)
{
	return q->flies;
}

bool
question_too_long(const struct question *q)
{
	return q->too_long;
}

void
question_cancel(struct question **ap)
{
	struct question *q = *ap;

	*ap = NULL;
	if (q == NULL)
		return;
	q->cancelled = true;
	if (q->flies)
		return; /* freed when it lands */
	/* Neither waiting nor flying: its retry timer runs, or has just
	 * expired and is about to be called. */
	if (q->waits)
		unqueue(q);
	question_free(q);
}

/* True: it will be asked again. */
static bool
try_again(struct question *q)
{
	int64_t patience = rules[q->kind].patience_ms;
	int64_t waited = clock_mono_ms() - q->asked;

	if (patience >= 0 && (q->too_long || waited + q->wait_ms > patience))
		return false;
	loop_timer_set(q->all->loop, &q->retry, q->wait_ms);
	if (q->wait_ms < HUBWIRE_RETRY_MAX_MS)
		q->wait_ms *= 2;
	return true;
}

/* Parse the first line and tell the asker. */
static int
deliver(struct question *q)
{
	struct str text = buf_view(&q->answer), first;
	struct answer ans = {.lines = str_n("", 0)};
	struct arena arena;
	struct err e;
	int rc = -1;

	if (q->status != 200)
		return -1;
	arena_init(&arena, ANSWER_ARENA);
	first = str_n(text.p, str_find(text, '\n'));
	if (first.len < text.len)
		ans.lines =
		    str_n(text.p + first.len + 1, text.len - first.len - 1);
	if (json_read(&arena, first, HUBWIRE_ANSWER_MAX, &ans.commands, &e) ==
		0 &&
	    json_kind(ans.commands) == JSON_OBJECT) {
		q->done(q->arg, &ans);
		rc = 0;
	}
	arena_fini(&arena);
	return rc;
}

/* One line a second is enough when the rules are away. */
static void
note_failure(struct question *q)
{
	int64_t now = clock_mono_ms();

	q->all->failed++;
	if (now - q->all->last_log < 1000)
		return;
	q->all->last_log = now;
	log_event(LOG_WARN, "question.failed",
	    PAIRS(P_STRZ("question", rules[q->kind].name),
		P_INT("status", q->status),
		P_STRZ("why", q->too_long ? "the answer is too long" : NULL)));
}

static void
land(struct question *q)
{
	q->flies = false;
	q->all->in_flight--;
	q->all->flying[class_of(q)]--;
	if (!q->cancelled && deliver(q) < 0) {
		note_failure(q);
		buf_fini(&q->answer);
		if (try_again(q))
			return;
		q->done(q->arg, NULL);
	}
	question_free(q);
}

void
questions_wake(void *arg)
{
	struct questions *qs = arg;
	struct question_list landed = TAILQ_HEAD_INITIALIZER(landed);
	struct question *q;

	must(pthread_mutex_lock(&qs->lock) == 0);
	TAILQ_CONCAT(&landed, &qs->finished, link);
	must(pthread_mutex_unlock(&qs->lock) == 0);
	while ((q = TAILQ_FIRST(&landed)) != NULL) {
		TAILQ_REMOVE(&landed, q, link);
		land(q);
	}
	launch(qs);
}
