#include "question.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "hubmany.h"
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
	bool alone; /* it was asked with others, in vain */
};

/* A request with one question, or with several identifications. */
struct flight {
	TAILQ_ENTRY(flight) link;
	struct questions *all;
	struct question_list list;
	size_t n;
	/* of the answer; written by the pool's thread */
	int status;
	bool too_long;
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
	mem_free(q);
}

static void
flight_free(struct flight *f)
{
	buf_wipe(&f->answer);
	mem_free(f);
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
	struct flight *f;

	fetch_pool_free(&qs->pool); /* calls finish_in_pool for each */
	while ((f = TAILQ_FIRST(&qs->finished)) != NULL) {
		TAILQ_REMOVE(&qs->finished, f, link);
		give_up(&f->list);
		flight_free(f);
	}
	for (int i = 0; i < CLASS__MAX; i++)
		give_up(&qs->waiting[i]);
	(void)pthread_mutex_destroy(&qs->lock);
	mem_free(qs->hub);
}

/* In the pool's thread: hand the result over, no more. */
static void
finish_in_pool(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct flight *f = arg;
	struct questions *qs = f->all;
	bool first;

	f->status = e == NULL ? ans->status : 0;
	f->too_long = e != NULL && e->kind == ERR_LIMIT;
	if (e == NULL) {
		f->answer = ans->body;
		ans->body.data = NULL;
	}
	must(pthread_mutex_lock(&qs->lock) == 0);
	first = TAILQ_EMPTY(&qs->finished);
	TAILQ_INSERT_TAIL(&qs->finished, f, link);
	must(pthread_mutex_unlock(&qs->lock) == 0);
	if (first)
		loop_wake(qs->loop);
}

static struct str
body_of(const struct question *q)
{
	return str_n(q->block + q->headers_len, q->body_len);
}

static int
submit(
    struct flight *f, const char *name, const char **headers, struct str body)
{
	const struct question_rule *rule = &rules[TAILQ_FIRST(&f->list)->kind];
	struct fetch_request r = {.socket = f->all->socket,
	    .method = "POST",
	    .headers = headers,
	    .body = body,
	    .timeout_ms = rule->timeout_ms,
	    .answer_max = HUBWIRE_ANSWER_MAX};
	char url[64];

	(void)snprintf(
	    url, sizeof(url), HUBWIRE_INTERNAL HUBWIRE_PATH "%s", name);
	r.url = url;
	return fetch_submit(f->all->pool, &r, finish_in_pool, f);
}

static int
submit_one(struct flight *f)
{
	const struct question *q = TAILQ_FIRST(&f->list);
	const char *headers[HUBWIRE_FACTS + 1];
	size_t n = 0;

	for (size_t at = 0; at < q->headers_len;
	     at += strlen(q->block + at) + 1) {
		must(n < HUBWIRE_FACTS);
		headers[n++] = q->block + at;
	}
	headers[n] = NULL;
	return submit(f, rules[q->kind].name, headers, body_of(q));
}

static int
submit_many(struct flight *f)
{
	const struct question *q;
	struct buf body;
	int rc;

	buf_init(&body, 2 * HUBWIRE_MANY_BYTES);
	TAILQ_FOREACH (q, &f->list, link)
		hubmany_add(&body, q->block, q->headers_len, body_of(q));
	must(!buf_failed(&body));
	rc = submit(f, HUBWIRE_IDENTIFY_MANY, NULL, buf_view(&body));
	buf_wipe(&body);
	return rc;
}

static void
unqueue(struct question *q)
{
	TAILQ_REMOVE(&q->all->waiting[class_of(q)], q, link);
	q->all->queued--;
	q->waits = false;
}

static size_t
board(struct flight *f, struct question *q)
{
	unqueue(q);
	q->flies = true;
	TAILQ_INSERT_TAIL(&f->list, q, link);
	f->n++;
	return q->headers_len + q->body_len;
}

static bool
in_company(const struct question *q)
{
	return q != NULL && q->kind == QUESTION_IDENTIFY && !q->alone;
}

/* The first that waits, and others that may go with it. */
static struct flight *
flight_new(struct questions *qs, enum question_class class)
{
	struct question_list *waiting = &qs->waiting[class];
	struct flight *f = mem_new(sizeof(*f));
	struct question *q = TAILQ_FIRST(waiting);
	bool more = in_company(q);
	size_t bytes;

	f->all = qs;
	TAILQ_INIT(&f->list);
	for (bytes = board(f, q); more && f->n < HUBWIRE_MANY;
	     bytes += board(f, q)) {
		q = TAILQ_FIRST(waiting);
		if (!in_company(q) ||
		    bytes + q->headers_len + q->body_len > HUBWIRE_MANY_BYTES)
			break;
	}
	return f;
}

/* Let fly what may, the urgent classes first. */
static void
launch(struct questions *qs)
{
	struct flight *f;

	for (int i = 0; i < CLASS__MAX; i++)
		while (qs->in_flight < HUBWIRE_AT_ONCE &&
		       qs->flying[i] < class_max[i] &&
		       !TAILQ_EMPTY(&qs->waiting[i])) {
			/* first all this: the pool's thread may be done, and
			 * use the links, before submit returns */
			f = flight_new(qs, (enum question_class)i);
			qs->flying[i]++;
			qs->in_flight++;
			must((f->n > 1 ? submit_many(f) : submit_one(f)) == 0);
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
	question_facts_add(&b, qs->hub, f);
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

/* Parse the first line of text and tell the asker. */
static int
deliver(struct question *q, struct str text)
{
	struct answer ans = {.lines = str_n("", 0)};
	struct str first;
	struct arena arena;
	struct err e;
	int rc = -1;

	arena_init(&arena, ANSWER_ARENA);
	first = str_n(text.p, str_find(text, '\n'));
	if (first.len < text.len)
		ans.lines =
		    str_n(text.p + first.len + 1, text.len - first.len - 1);
	if (json_read(&arena, first, HUBWIRE_ANSWER_MAX, &ans.commands, &e) ==
		0 &&
	    json_kind(ans.commands) == JSON_OBJECT &&
	    json_member(ans.commands, "error") == NULL) {
		q->done(q->arg, &ans);
		rc = 0;
	}
	arena_fini(&arena);
	return rc;
}

/* One line a second is enough when the rules are away. */
static void
note_failure(struct question *q, int status)
{
	int64_t now = clock_mono_ms();

	q->all->failed++;
	if (now - q->all->last_log < 1000)
		return;
	q->all->last_log = now;
	log_event(LOG_WARN, "question.failed",
	    PAIRS(P_STRZ("question", rules[q->kind].name),
		P_INT("status", status),
		P_STRZ("why", q->too_long ? "the answer is too long" : NULL)));
}

/* text is the answer to q, if the status is 200. */
static void
land(struct question *q, const struct flight *f, struct str text)
{
	q->flies = false;
	q->alone = f->n > 1;
	q->too_long = f->too_long && f->n == 1;
	if (!q->cancelled && (f->status != 200 || deliver(q, text) < 0)) {
		note_failure(q, f->status);
		if (try_again(q))
			return;
		q->done(q->arg, NULL);
	}
	question_free(q);
}

static void
land_all(struct flight *f)
{
	struct str rest = buf_view(&f->answer), text = rest;
	struct question *q;

	f->all->in_flight--;
	f->all->flying[class_of(TAILQ_FIRST(&f->list))]--;
	while ((q = TAILQ_FIRST(&f->list)) != NULL) {
		TAILQ_REMOVE(&f->list, q, link);
		if (f->n > 1 && !str_next(&rest, '\n', &text))
			text = str_n("", 0);
		land(q, f, text);
	}
	flight_free(f);
}

void
questions_wake(void *arg)
{
	struct questions *qs = arg;
	struct flight_list landed = TAILQ_HEAD_INITIALIZER(landed);
	struct flight *f;

	must(pthread_mutex_lock(&qs->lock) == 0);
	TAILQ_CONCAT(&landed, &qs->finished, link);
	must(pthread_mutex_unlock(&qs->lock) == 0);
	while ((f = TAILQ_FIRST(&landed)) != NULL) {
		TAILQ_REMOVE(&landed, f, link);
		land_all(f);
	}
	launch(qs);
}
