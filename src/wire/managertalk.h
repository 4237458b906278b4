/*
 * managertalk -- what is said to the manager of an App Platform, and what its
 * messages mean (innovaphone-protocols.md 7.3): no sockets, the connection is
 * manager.h's.
 *
 *	managertalk_begin(&t, arena, say)	say is sent
 *	managertalk_hear(&t, message, say, e)	until t.key is there
 *	managertalk_path(&wish, key, path)	what is asked for with it
 *
 * A manager that knows the tunnel says sysClient in its challenge: the password is
 * empty then.  Without that word nothing is told but our name.  Messages of other
 * kinds are passed over, the order is ours.
 *
 * Whatever comes is a stranger's: a key is taken after a login only, has a bounded
 * length, and is encoded where it stands in a path.
 */
#ifndef FL_MANAGERTALK_H
#define FL_MANAGERTALK_H

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"

#define MANAGERTALK_MESSAGE_MAX ((size_t)64 << 10) /* bytes, of either side */
#define MANAGERTALK_KEY_MAX     256                /* bytes */

enum managertalk_step {
	MANAGERTALK_CHALLENGE, /* asked for, and so on */
	MANAGERTALK_LOGIN,
	MANAGERTALK_KEY,
	MANAGERTALK_DONE
};

struct managertalk {
	struct arena *arena; /* of what is read, and of the key */
	enum managertalk_step step;
	struct str key; /* empty until MANAGERTALK_DONE */
};

/* say has a maximum of MANAGERTALK_MESSAGE_MAX, and is replaced. */
void managertalk_begin(struct managertalk *t, struct arena *a, struct buf *say);

/* A message has come; say: what is sent now, empty: nothing.  -1 in words for
 * people: ERR_DENIED it refuses us, ERR_IO it speaks otherwise. */
int managertalk_hear(struct managertalk *t, struct str text, struct buf *say,
    struct err *e) FL_CHECK;

/* What is asked for, by the key. */
struct managertalk_wish {
	struct str instance; /* "example.com/users"; empty: the manager */
	bool restore;        /* its dump goes back; else it comes */
};

/* "backup?key=...", of letters that may stand in a URL. */
void managertalk_path(
    const struct managertalk_wish *w, struct str key, struct buf *out);

#endif
