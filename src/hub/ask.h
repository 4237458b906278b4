/*
 * ask -- questions to the rules (doc/hub.md section 1).
 *
 * A question is a POST over the internal socket, made by a fetch_pool in its
 * own thread; its result comes back to the loop.  At most HUBWIRE_AT_ONCE are
 * in flight; the rest wait here in queues by urgency, so that a flood of
 * identifications holds up neither presence nor apps.
 *
 * A question that may be repeated (all but app and api) is asked again after
 * 0.25, 0.5, 1, 2, 4, 8, 8 ... s, until its patience ends; presence never
 * gives up.
 */
#ifndef FL_ASK_H
#define FL_ASK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "err.h"
#include "hubwire.h"
#include "json.h"
#include "loop.h"
#include "str.h"

#define ASK_DOOR_MS 10000 /* after that a door answers 503 */

enum ask_kind {
	ASK_IDENTIFY,
	ASK_PROVISION,
	ASK_APP,
	ASK_API,
	ASK_PRESENCE,
	ASK_DOOR,
	ASK__MAX
};

/* What travels as headers; NULL or 0 is left out.  All is visible ASCII
 * without blanks (ask_is_fact). */
struct ask_facts {
	uint64_t conn;
	const char *remote, *state, *query, *base, *app, *cursor;
};

struct answer {
	const struct json *commands; /* an object */
	struct str lines;            /* the further lines, each with its LF */
};

/* ans is NULL when there was no good answer; it is valid during the call. */
typedef void ask_done(void *arg, const struct answer *ans);

struct ask;
TAILQ_HEAD(ask_list, ask);

/* Questions that wait stand in a queue of their class; the first of these goes
 * first. */
enum ask_class {
	CLASS_PRESENCE, /* who is there: all else builds on it */
	CLASS_SOON,     /* app and door: short, and somebody waits for them */
	CLASS_API,      /* may take long */
	CLASS_DEVICE,   /* identify and provision: a fleet may come at once */
	CLASS__MAX
};

struct asks {
	struct loop *loop;
	struct fetch_pool *pool;
	const char *socket; /* of nginx's internal listener */
	char *hub;          /* value of X-Fleetline-Hub */
	struct ask_list waiting[CLASS__MAX];
	size_t flying[CLASS__MAX];
	size_t in_flight, queued;
	uint64_t failed;
	int64_t last_log; /* when a failure was logged */
	pthread_mutex_t lock;
	struct ask_list finished; /* under lock, filled by the pool's thread */
};

/* socket is borrowed, hub ("id/boot") is copied. */
void asks_init(
    struct asks *as, struct loop *l, const char *socket, const char *hub);
/* Ends the pool; what is still asked is done, without an answer. */
void asks_fini(struct asks *as);
/* Take what the pool has finished; for loop_on_wake. */
void asks_wake(void *as);

/* facts and body are copied.  done is called once, later, unless the question
 * is cancelled before. */
struct ask *ask_new(struct asks *as, enum ask_kind kind,
    const struct ask_facts *facts, struct str body);
void ask_then(struct ask *a, ask_done *done, void *arg);

/* Forget the question, leaves NULL.  If it flies, the rules may carry it out
 * all the same. */
void ask_cancel(struct ask **a);
bool ask_flies(const struct ask *a);
/* While done is told that there is no answer: was it longer than
 * HUBWIRE_ANSWER_MAX?  Asking again would not help. */
bool ask_too_long(const struct ask *a);

/* May s travel as a fact of at most max bytes?  Not empty, visible ASCII. */
bool ask_is_fact(struct str s, size_t max);
/* A copy of such a text, to be freed with mem_free; NULL if it is none. */
char *ask_fact(struct str s, size_t max);

#endif
