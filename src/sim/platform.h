/*
 * platform -- what a simulated App Platform has besides: its manager, the
 * databases of its apps, and three passwords (innovaphone-protocols.md 7.3,
 * additions A14).
 *
 *	/manager	a websocket: AppChallenge, AppLogin, AppPlatformInfoRequest,
 *			RequestHttpKey.  Who comes by the tunnel logs in with an
 *			empty password, everybody with the manager's.
 *	/backup?key=	dump of an instance (appName, appDomain), or of the
 *			manager (manager=true); 403 with a wrong key, 404 of an
 *			instance that it has not
 *	/restore?key=	POST: src=restore-instance-<name> has this dump from now on
 *	/passwords.txt	its three passwords in clear, for tests
 *
 * It has the instances apps.example/users and apps.example/files.  A key is good
 * as long as the websocket is open by which it was asked for.
 *
 * A message that sets the administrative password (0x0003) replaces all three
 * passwords at once; before, they are those that it was made with.
 */
#ifndef FL_PLATFORM_H
#define FL_PLATFORM_H

#include <stdbool.h>

#include "buf.h"
#include "str.h"

#define PLATFORM_WORD 33 /* of a challenge or a key, with NUL */

/* Zero-filled is a new one. */
struct platform {
	char *password; /* the administrative one; NULL: none was set */
	char *dumps[2]; /* that were put back; NULL: as it was made */
	char key[PLATFORM_WORD];
};

/* One websocket of its manager; zero-filled is a new one. */
struct platform_login {
	char challenge[PLATFORM_WORD];
	bool in;      /* logged in */
	bool has_key; /* the key of the platform is its */
};

/* Add the answer to a message, a JSON text, to out; nothing: it has none. */
void platform_hear(struct platform *p, struct platform_login *l,
    struct str message, struct buf *out);

/* The websocket is closed. */
void platform_leave(struct platform *p, const struct platform_login *l);

/* A request for target, with this body; the text of the answer is added to out.
 * Gives its status line, "200 OK". */
const char *platform_serve(
    struct platform *p, struct str target, struct str body, struct buf *out);

/* A new administrative password. */
void platform_password(struct platform *p, struct str plain);

void platform_fini(struct platform *p);

#endif
