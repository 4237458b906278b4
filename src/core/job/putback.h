/*
 * putback -- a device gets a configuration that it had.
 *
 *	putback_begin	who may, is the device there, nobody works on it; a URL
 *			for one GET, and the command that names it
 *	putback_keep	what the device has now is read and kept
 *	(the caller sends the command through the hub's tunnel)
 *	putback_end	the device is free again
 *
 * "mod cmd UP0 cfg URL" makes a device load a configuration and apply it
 * (innovaphone-protocols.md 6.5); the recipe has the line.  The text passes
 * through the URL with its secrets, as it came.
 *
 * What the device has now is lost by it.  So it is saved first, and a put-back does
 * not start if that fails, unless the one who orders it says so (unsaved).
 *
 * The dump of an instance of an App Platform has no command: the caller hands it
 * to its manager.  That of the manager itself has no published way back.
 */
#ifndef FL_PUTBACK_H
#define FL_PUTBACK_H

#include "conf.h"
#include "save.h"

struct putback {
	int64_t device, domain;
	struct str hw_id;
	const char *path; /* of the request to the device; NULL: it is a dump */
	int seconds;      /* that it may take */
	int64_t save;
	struct str instance; /* of the dump, for manager_restore() */
};

struct putback_wish {
	int64_t save;
	int64_t seconds; /* that it may take; 0: as jobs.timeout says */
};

/* How what a device has now is read. */
struct putback_keeper {
	const char *control; /* path of the hub's socket */
	int64_t until_ms;    /* by clock_mono_ms() */
};

/* Nobody else works on the device until putback_end, or until the seconds are
 * over: who sends the command without waiting for its end leaves it at that.
 * ERR_GONE: no such save or device; ERR_BUSY: it is offline, or worked on. */
int putback_begin(struct ask *q, const struct conf *conf,
    const struct putback_wish *w, struct putback *out) FL_CHECK;
int putback_end(struct ask *q, const struct putback *p) FL_CHECK;

/* Read through the tunnel what the device has now, of an App Platform the database
 * of the instance, and keep it, as a save of no job.  Blocks; the store is not held
 * meanwhile.  -1: it cannot be read or kept, in words for people. */
int putback_keep(struct ask *q, const struct putback_keeper *k,
    const struct putback *p) FL_CHECK;

/* The dump, into out, which is initialised here and wiped by the caller. */
int putback_dump(
    struct ask *q, const struct putback *p, struct buf *out) FL_CHECK;

/* The text for who brings the ticket of a URL, once, into out, which is
 * initialised here and wiped by the caller; ERR_GONE: for nobody else. */
int putback_text(struct ask *q, struct str ticket, struct buf *out) FL_CHECK;

#endif
