/*
 * question -- questions to the rules (doc/hub.md section 1).
 *
 * A question is a POST over the internal socket, made by a fetch_pool in its
 * own thread; its result comes back to the loop.  At most HUBWIRE_AT_ONCE are
 * in flight; the rest wait here in queues by urgency, so that a flood of
 * identifications holds up neither presence nor apps.
 *
 * Identifications that wait go together, up to HUBWIRE_MANY in one request: so
 * what they write is one transaction there.  One that was asked so in vain is
 * asked alone the next time.
 *
 * A question that may be repeated (all but app and api) is asked again after
 * 0.25, 0.5, 1, 2, 4, 8, 8 ... s, until its patience ends; presence never
 * gives up.
 */
#ifndef FL_QUESTION_H
#define FL_QUESTION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "buf.h"
#include "err.h"
#include "hubwire.h"
#include "json.h"
#include "loop.h"
#include "str.h"

#define QUESTION_DOOR_MS 10000 /* after that a door answers 503 */

enum question_kind {
	QUESTION_IDENTIFY,
	QUESTION_PROVISION,
	QUESTION_APP,
	QUESTION_API,
	QUESTION_PRESENCE,
	QUESTION_DOOR,
	QUESTION__MAX
};

/* What travels as headers; NULL or 0 is left out.  All is visible ASCII
 * without blanks (question_is_fact). */
struct question_facts {
	uint64_t conn;
	const char *remote, *state, *query, *host, *base, *origin, *app,
	    *cursor;
};

struct answer {
	const struct json *commands; /* an object */
	struct str lines;            /* the further lines, each with its LF */
};

/* ans is NULL when there was no good answer; it is valid during the call. */
typedef void question_done(void *arg, const struct answer *ans);

struct question;
TAILQ_HEAD(question_list, question);
TAILQ_HEAD(flight_list, flight);

/* Questions that wait stand in a queue of their class; the first of these goes
 * first. */
enum question_class {
	CLASS_PRESENCE, /* who is there: all else builds on it */
	CLASS_SOON,     /* app and door: short, and somebody waits for them */
	CLASS_API,      /* may take long */
	CLASS_DEVICE,   /* identify and provision: a fleet may come at once */
	CLASS__MAX
};

struct questions {
	struct loop *loop;
	struct fetch_pool *pool;
	const char *socket; /* of nginx's internal listener */
	char *hub;          /* value of X-Fleetline-Hub */
	struct question_list waiting[CLASS__MAX];
	size_t flying[CLASS__MAX];
	size_t in_flight, queued; /* requests; questions */
	uint64_t failed;
	int64_t last_log; /* when a failure was logged */
	pthread_mutex_t lock;
	struct flight_list
	    finished; /* under lock, filled by the pool's thread */
};

/* socket is borrowed, hub ("id/boot") is copied. */
void questions_init(
    struct questions *qs, struct loop *l, const char *socket, const char *hub);
/* Ends the pool; what is still asked is done, without an answer. */
void questions_fini(struct questions *qs);
/* Take what the pool has finished; for loop_on_wake. */
void questions_wake(void *qs);

/* facts and body are copied.  done is called once, later, unless the question
 * is cancelled before. */
struct question *question_new(struct questions *qs, enum question_kind kind,
    const struct question_facts *facts, struct str body);
void question_then(struct question *q, question_done *done, void *arg);

/* Forget the question, leaves NULL.  If it flies, the rules may carry it out
 * all the same. */
void question_cancel(struct question **q);
bool question_flies(const struct question *q);
/* While done is told that there is no answer: was it longer than
 * HUBWIRE_ANSWER_MAX?  Asking again would not help. */
bool question_too_long(const struct question *q);

/* May s travel as a fact of at most max bytes?  Not empty, visible ASCII. */
bool question_is_fact(struct str s, size_t max);
/* Add the headers of facts, "Name: value" with a NUL behind each. */
void question_facts_add(
    struct buf *b, const char *hub, const struct question_facts *f);
/* A copy of such a text, to be freed with mem_free; NULL if it is none. */
char *question_fact(struct str s, size_t max);

#endif
