/*
 * uri -- the uris of devices: scheme://host BASE /passthrough/<hwId>/<key>/.
 *
 * Where nginx serves the pages of devices apart (passhost.h), it says so in the
 * parameter FLEETLINE_PASSTHROUGH, and the uris point there: so they never name
 * a host that the printed site does not serve.  With [passthrough] keys =
 * session all uris of a session have its one key; they stay on our own origin,
 * since that key opens nothing elsewhere.
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
#include "conf.h"
#include "passhost.h"
#include "passkey.h"
#include "req.h"
#include "session.h"

#define SESSIONS_KEPT 4096 /* sessions one process remembers */

/* HTTP sessions of the actors this process serves; shared by its threads. */
struct sessions;
struct sessions *sessions_new(void);
void sessions_free(struct sessions **s);

/* What one request needs to make uris. */
struct uris {
	const char *origin;    /* "https://host", NULL: no uris */
	const char *base;      /* conf's base */
	struct passhost place; /* of the pages, if they are apart */
	bool apart;
	bool one_key;              /* for all devices of the session */
	struct sessions *sessions; /* NULL: session is given */
	bool open;                 /* session is valid */
	bool keyed;                /* maker is its; made when it is needed */
	struct session session;
	struct passkey_maker maker;
};

/* Where uris point to that are made for r; origin as above.  The session is
 * still to be given. */
void uris_init(struct uris *l, const struct conf *conf, const struct req *r,
    const char *origin);

/* Make sure there is a session; called before uris_of and uris_key. */
int uris_open(struct uris *l, struct ask *q) FL_CHECK;

/* The uri of a device; empty without an origin. */
struct str uris_of(struct uris *l, struct arena *a, struct str hw_id);

/* The session-wide key of GetUserInfo. */
void uris_key(struct uris *l, char out[CRYPTO_GUID_SIZE]);

/* A uri taken apart again, on whichever origin: hardware id and what follows the
 * key ("log.txt", with its query, as it was).  False if it is none of ours. */
bool uris_parse(
    struct str uri, const char *base, struct str *hw_id, struct str *rest);

#endif
