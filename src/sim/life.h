/*
 * life -- what happens to a simulated device besides its connection: it asks for
 * an update file, somebody types a code, and it loads or puts what it was told.
 *
 * A device with an update URL asks there when it starts and then at fixed times,
 * and carries out what comes (script.h).  A fresh one does so, and shows its form
 * for a code, only for the window after its start: an hour, as the vendor's do.
 * A code that is typed later goes nowhere.
 *
 * A file that a device is told to load comes from the host and path of its URL,
 * but from the address to which devices connect (server.h).  If it does not come
 * nothing happens: whoever told it waits in vain, as with a real one.
 */
#ifndef FL_LIFE_H
#define FL_LIFE_H

#include "asking.h"
#include "peer.h"

struct life {
	struct peer *peer;
	struct ev_timer poll, type;
	struct asking *asking; /* for an update file */
	struct asking *sync;
};

/* Begin it, and begin it anew after a long reset. */
void life_init(struct life *l, struct peer *p);
void life_reset(struct life *l);

/* Do what its box was told (box_sync), and then what follows from that. */
void life_sync(struct life *l);

void life_fini(struct life *l);

#endif
