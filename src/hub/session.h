/*
 * session -- logins of apps and of the HTTP API: rights and passthrough keys.
 *
 * A session knows what it may see and what it lives on (cred, for example
 * "key:7"); orders end sessions or change rights by cred.  The session of an
 * app lives as long as its connection; one of the HTTP API was learned at the
 * door and is forgotten life_ms after its last use, when the rules decide
 * anew.  Secrets are wiped.
 *
 * Users (the app, running passthrough requests) are told when it ends or when
 * its rights change.
 */
#ifndef FL_SESSION_H
#define FL_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "json.h"
#include "map.h"
#include "passkey.h"
#include "str.h"

#define SESSION_CRED_MAX 64

struct session_use;

struct session_use_ops {
	void (*ended)(void *arg);   /* the session is no more: forget it */
	void (*changed)(void *arg); /* NULL: it does not care */
	/* A message for whoever is behind it; NULL: nobody is. */
	void (*tell)(void *arg, struct str message);
};

/* One user of a session; embedded in what uses it. */
struct session_use {
	TAILQ_ENTRY(session_use) link;
	struct session *session; /* NULL: none */
	const struct session_use_ops *ops;
	void *arg;
};

struct session {
	struct map_node by_id, by_cred;
	TAILQ_HEAD(, session_use) uses;
	char id[PASSKEY_ID_LEN + 1];
	unsigned char secret[PASSKEY_SECRET_LEN];
	char cred[SESSION_CRED_MAX + 1];
	int64_t rev; /* change counter when the rights were read; 0: unknown */
	bool admin;
	bool read_only; /* it reaches no device */
	/* Sorted by their numbers; negative: it may only look at it. */
	int64_t *domains;
	size_t ndomains;
	int64_t life_ms;   /* 0: of an app */
	int64_t used;      /* last use */
	const char *state; /* of an app, for questions; borrowed */
};

struct sessions {
	struct map by_id, by_cred;
	/*
	 * Orders about rights so far.  The rules may have answered a question
	 * before such an order and their answer may arrive after it: a session
	 * in an answer counts only if this has not moved since the question.
	 */
	uint64_t changes;
	uint64_t outdated; /* orders that a session knew better */
};

void sessions_init(struct sessions *ss);
void sessions_fini(struct sessions *ss);
/* Forget those of the HTTP API that were not used for their life. */
void sessions_tick(struct sessions *ss, int64_t now_ms);

/*
 * Make the session that an answer describes, with life_ms (0: of an app).  A
 * session of that id is replaced in place, users stay; one with another secret
 * was an earlier one and ends.  NULL: not well formed.
 */
struct session *session_open(
    struct sessions *ss, const struct json *text, int64_t life_ms);
void session_end(struct sessions *ss, struct session *s);

/* NULL if there is none.  Counts as a use. */
struct session *session_find(struct sessions *ss, struct str id);

/*
 * Orders; how many sessions obeyed.  Two programs may post their orders in
 * another order than they changed the store: a session whose rights were read
 * at the order's rev or later stays as it is.  rev 0: obey.
 */
size_t sessions_end_cred(struct sessions *ss, struct str cred, int64_t rev);
/* Does what an answer or order says about domains fit (hubwire.h)? */
bool session_rights_fit(const struct json *rights);
size_t sessions_set_rights(
    struct sessions *ss, struct str cred, const struct json *order);

/* Send a message to the app of this session; false if it is none's. */
bool session_tell(const struct session *s, struct str message);

/* Domain 0 (unassigned) is for administrators. */
bool session_sees(const struct session *s, int64_t domain);
/* As session_sees, and not only to look at: its devices are reached. */
bool session_reaches(const struct session *s, int64_t domain);

void session_use(struct session *s, struct session_use *u,
    const struct session_use_ops *ops, void *arg);
void session_unuse(struct session_use *u); /* harmless when unused */

/* Does key open hw_id?  wide: it is the session-wide key. */
bool session_key_opens(
    const struct session *s, struct str key, struct str hw_id, bool *wide);

#endif
