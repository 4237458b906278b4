/*
 * putback -- a device gets a configuration that it had.
 *
 *	putback_order	somebody wants it: a row, which a runner finds
 *	putback_get	how far it is
 *
 * fleetline-tasks(8) does it (putback_run.h): what the device has now is read and
 * kept, then it is told "mod cmd UP0 cfg URL", which makes it load a configuration
 * and apply it (innovaphone-protocols.md 6.5); the recipe has the line.  The text
 * passes through the URL with its secrets, as it came.
 *
 * What the device has now is lost by it.  So a put-back ends as "unsaved", and the
 * device was told nothing, if that cannot be kept, unless the one who orders it
 * says that it may be lost.  Of what is kept so the newest PUTBACK_SAVES of a
 * device stay, of each instance.
 *
 * The dump of an instance of an App Platform is handed to its manager.  That of the
 * manager itself has no published way back.
 *
 * From the order on nobody else works on the device.  An order that no runner takes
 * within PUTBACK_WAIT_MS has failed: what comes later is not what somebody wanted
 * then.  Subscribers to jobs hear RestoreUpdate with each step.
 */
#ifndef FL_PUTBACK_H
#define FL_PUTBACK_H

#include "actor.h"
#include "buf.h"
#include "jout.h"
#include "row_job.h"

#define PUTBACK_PAGE    100
#define PUTBACK_WAIT_MS INT64_C(600000) /* for a runner */
#define PUTBACK_SAVES   3               /* of a device that are kept */
#define PUTBACK_ORDERS  20 /* likewise; and those with such a save */

struct putback_wish {
	int64_t save;
	bool unsaved; /* also if what the device has now cannot be saved */
};

/* *id: what is to be watched.  ERR_GONE: no such save or device; ERR_BUSY: it is
 * offline, or worked on. */
int putback_order(
    struct ask *q, const struct putback_wish *w, int64_t *id) FL_CHECK;

/* 1, 0 none that he sees, -1. */
int putback_get(struct ask *q, int64_t id, struct putback *out) FL_CHECK;

/* Those of a device behind (older than) the id before, 0: from the newest. */
struct putback_page {
	struct str hw_id;
	int64_t before;
};
int putback_list(struct ask *q, const struct putback_page *p,
    struct putback **out, size_t *n) FL_CHECK;

/* It has ended, one way or another. */
bool putback_is_over(const struct putback *p);

/* "waiting" */
const char *putback_state_name(const struct putback *p);

/* For clients, as member name (NULL: in a list): id, domainId, hwId, backupId and
 * savedId (0: gone, or none), instance, state, unsaved, ordered, began, ended,
 * error. */
void putback_json(struct jout *j, const char *name, const struct putback *p);

/* The text for who brings the ticket of a URL, once, into out, which is
 * initialised here and wiped by the caller; ERR_GONE: for nobody else. */
int putback_text(struct ask *q, struct str ticket, struct buf *out) FL_CHECK;

#endif
