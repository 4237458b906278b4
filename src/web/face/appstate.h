/*
 * appstate -- what the hub keeps for us about an AppWebsocket connection
 * (doc/hub.md: X-Fleetline-State), so that the programs stay stateless.
 *
 *	c;<wrong logins>;<challenge>			before the login
 *	<actor>;<session id>;<secret>;<origin>;<key>	after it; core's
 *						device_door reads the actor as
 *						well
 *
 * The text never reaches the app; the hub's word is trusted (internal socket).
 */
#ifndef FL_APPSTATE_H
#define FL_APPSTATE_H

#include <stdbool.h>

#include "actor.h"
#include "login.h"
#include "session.h"

#define APP_CHALLENGE_LEN 16 /* decimal digits */

struct appstate {
	bool logged_in;
	/* before */
	int64_t wrong;
	char challenge[APP_CHALLENGE_LEN + 1]; /* empty: none was sent */
	/* after */
	struct str actor; /* for actor_resume */
	struct session session;
	const char *origin; /* "https://host"; NULL: unknown */
	/* Of encrypted fields (chapter 2.5), hex; empty: there is none. */
	char session_key[LOGIN_SESSION_KEY_SIZE];
};

/* Read text (empty: a new connection); false if it is not of ours.  Strings
 * live in a. */
bool appstate_read(struct arena *a, struct str text, struct appstate *out);

/* The text of *s, in the arena; who is needed after the login. */
const char *appstate_text(
    struct arena *a, const struct appstate *s, const struct actor *who);

#endif
