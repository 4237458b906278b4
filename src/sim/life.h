/*
 * life -- what happens to a simulated device besides its connection: it asks for
 * an update file, and somebody types a code.
 *
 * A device with an update URL asks there when it starts and then at fixed times,
 * and carries out what comes (script.h).  A fresh one does so, and shows its form
 * for a code, only for the window after its start: an hour, as the vendor's do.
 * A code that is typed later goes nowhere.
 */
#ifndef FL_LIFE_H
#define FL_LIFE_H

#include "peer.h"
#include "poll.h"

struct life {
	struct peer *peer;
	struct ev_timer poll, type;
	struct poll *asking;
};

/* Begin it, and begin it anew after a long reset. */
void life_init(struct life *l, struct peer *p);
void life_reset(struct life *l);

void life_fini(struct life *l);

#endif
