/*
 * session -- logins of the HTTP API, which have no connection to live on.
 *
 * A uri in an answer of the HTTP API carries a passthrough key; the key needs
 * a session.  There is one per cred, kept SESSION_LIFE_MS after its last use.
 * Sessions of app connections live in the hub and are not stored;
 * session_draw() makes their id and secret.
 *
 * Nothing waits for the store: id and secret are made from the instance's key,
 * the cred, its epoch and the step of that length in which the session began.
 * The store hears of a use at most once a minute, and only if nobody writes at
 * that moment.  A session it has not heard of, or no longer knows, lives to the
 * end of the step after its own, less than twice as long.
 */
#ifndef FL_SESSION_H
#define FL_SESSION_H

#include "actor.h"
#include "passkey.h"

#define SESSION_LIFE_MS  (15 * 60 * 1000)
#define SESSION_TOUCH_MS (60 * 1000)

struct session {
	char id[PASSKEY_ID_LEN + 1]; /* hex */
	unsigned char secret[PASSKEY_SECRET_LEN];
	int64_t step; /* in which it began; 0: of an app */
	int64_t used; /* when the store last heard of it; 0: never */
};

/* A new random session, not stored. */
void session_draw(struct session *out);

/*
 * The living session of who, or a new one.  The caller may keep *s and give it
 * again: while s->used is younger than SESSION_TOUCH_MS and the id is not
 * empty, the store is not asked.  s is zeroed before its first use.
 */
int session_use(struct ask *q, struct session *s) FL_CHECK;

/*
 * The living session with this id, and who it is (rights of now).  1, 0, -1.
 * Counts as a use.
 */
int session_load(struct ask *q, struct str id, struct session *out,
    struct actor *who) FL_CHECK;

/* {"id":...,"secret":...,<actor>} of a session, for "session" commands. */
void session_json(
    const struct session *s, const struct actor *who, struct buf *out);

/* Remove those that are over (called by the sweep). */
int session_expire(struct ask *q) FL_CHECK;

#endif
