/*
 * wake -- somebody tells fleetline-deliver(8) that it should look now.
 *
 * It looks every two seconds anyway (the store holds what devices lack), so this
 * is only about being quick.  Therefore it is one datagram without content,
 * sent after the commit and never waited for: nobody there, or no room, is no
 * error, and what whoever else sends does no harm.
 *
 *	wake_want(&q->core->wake)	inside a change: a device may lack something
 *	wake_send(&q->core->wake)	after its commit (change.c, presence)
 */
#ifndef FL_WAKE_H
#define FL_WAKE_H

#include <stdbool.h>

#include "err.h"

struct wake {
	char *path;  /* of the datagram socket, owned; NULL: nobody to wake */
	bool wanted; /* since the last wake_send */
};

/* path is copied; at most as long as that of a unix socket. */
void wake_init(struct wake *w, const char *path);
void wake_fini(struct wake *w);

void wake_want(struct wake *w);
/* The change was rolled back. */
void wake_forget(struct wake *w);
void wake_send(struct wake *w);

/* ---- the other end ---- */

/* Bind path, in the place of a socket that is left over: a descriptor for poll,
 * or -1 (ERR_IO).  Who calls it has made sure that nobody else listens. */
int wake_listen(const char *path, struct err *e) FL_CHECK;
/* All that has come: true if there was any. */
bool wake_heard(int fd);

/* Does somebody listen at path? */
bool wake_listens(const char *path);

#endif
