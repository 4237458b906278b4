/*
 * subs -- subscriptions of apps, and the events that reach them (doc/hub.md
 * sections 1.2 and 2.2).
 *
 * An event says where a thing stood (before) and stands (after).  For each
 * subscription both sides are judged by the rights of the session and by the
 * filter; only after seen: Added, both: Update, only before: Removed, so who
 * loses a thing learns nothing of its new place.
 *
 * Of each thing the last published revision is remembered (for the last
 * SUBS_SEEN things, roughly); an older event is dropped.  A subscription that
 * is held collects its messages until it is let go: at most SUBS_HELD_MAX
 * bytes, which is a change to thousands of devices, but no more than
 * SUBS_HELD_TIGHT while all that are held have SUBS_HELD_ALL.
 */
#ifndef FL_SUBS_H
#define FL_SUBS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "buf.h"
#include "json.h"
#include "session.h"

#define SUBS_HELD_MAX   4194304
#define SUBS_HELD_TIGHT 262144
#define SUBS_HELD_ALL   33554432
#define SUBS_SEEN       16384 /* power of two */

struct sub;
TAILQ_HEAD(sub_list, sub);

/* Who has subscriptions; embedded in an app. */
struct subscriber {
	const struct session *session;
	struct subs *subs;
	struct sub_list list; /* oldest first */
	size_t count;
	void (*send)(void *arg, struct str message);
	void (*overrun)(void *arg); /* more was held than is good */
	void *arg;
};

/* Last revision of a thing; another thing may take the place. */
struct subs_seen {
	uint64_t thing;
	int64_t rev;
};

struct subs {
	struct sub_list all;
	size_t count, devices; /* subscriptions; those to devices */
	size_t held;           /* bytes of messages, of all */
	struct subs_seen *seen;
	uint64_t published, outdated;
};

void subs_init(struct subs *s);
void subs_fini(struct subs *s);

void subscriber_init(struct subs *s, struct subscriber *to,
    const struct session *session, void (*send)(void *, struct str), void *arg);
void subscriber_fini(struct subscriber *to);
/* Install what a "subscribe" command says, held.  -1: not well formed. */
int subscriber_add(struct subscriber *to, const struct json *command);
/* Send what was held, and what comes from now on at once. */
void subscriber_let_go(struct subscriber *to);

/* -1: not well formed. */
int subs_publish(struct subs *s, const struct json *event);
/* The same for the text of one event. */
int subs_publish_text(struct subs *s, struct str line);

#endif
