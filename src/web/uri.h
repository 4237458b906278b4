/*
 * uri -- the uris of devices: scheme://host BASE /passthrough/<hwId>/<key>/.
 *
 * The key is bound to session and device (passkey.h, doc/hub.md section 3).
 * On an AppWebsocket connection the session is the connection's; over HTTP it
 * is the actor's session in core, which a process remembers so that the store
 * hears of it at most once a minute.
 */
#ifndef FL_URI_H
#define FL_URI_H

#include <stdbool.h>

#include "actor.h"
#include "passkey.h"
#include "session.h"

#define SESSIONS_KEPT 4096 /* sessions one process remembers */

/* HTTP sessions of the actors this process serves; shared by its threads. */
struct sessions;
struct sessions *sessions_new(void);
void sessions_free(struct sessions **s);

/* What one request needs to make uris. */
struct uris {
	const char *origin;        /* "https://host", NULL: no uris */
	const char *base;          /* conf's base */
	struct sessions *sessions; /* NULL: session is given */
	bool open;                 /* session is valid */
	bool keyed;                /* maker is its; made when it is needed */
	struct session session;
	struct passkey_maker maker;
};

/* Make sure there is a session; called before uris_of and uris_key. */
int uris_open(struct uris *l, struct ask *q) FL_CHECK;

/* The uri of a device; empty without an origin. */
struct str uris_of(struct uris *l, struct arena *a, struct str hw_id);

/* The session-wide key of GetUserInfo. */
void uris_key(struct uris *l, char out[CRYPTO_GUID_SIZE]);

/* A uri taken apart again: hardware id and what follows the key ("log.txt",
 * with its query, as it was).  False if it is none of ours. */
bool uris_parse(
    struct str uri, const char *base, struct str *hw_id, struct str *rest);

#endif
