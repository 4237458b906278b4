/*
 * core -- what every rule needs: the store, the key, the way to the hub.
 *
 * A struct core belongs to one thread.
 *
 * All functions of this shelf that take a struct ask check the rights of its
 * actor themselves; a thing the actor may not see gives exactly the error of a
 * thing that does not exist (ERR_GONE).  They return 0 done, -1 error; look-ups
 * 1 found, 0 no such thing, -1 error.  Every change and its audit row are one
 * transaction; orders to the hub are sent after the commit and before the
 * function returns, so that an ended right is ended when the caller answers.
 * If the hub is there but does not confirm, they return -1 with ERR_BUSY; the
 * change is then saved all the same, and doing it again is harmless.
 */
#ifndef FL_CORE_H
#define FL_CORE_H

#include <stdint.h>

#include "arena.h"
#include "conf.h"
#include "crypto.h"
#include "err.h"
#include "orders.h"
#include "row.h"
#include "wake.h"

struct store;
struct changes;

struct core {
	struct store *store;
	struct crypto_key key;
	struct orders orders;    /* lines collected for the hub */
	struct changes *changes; /* what was touched, inside a change */
	struct wake wake;        /* of fleetline-deliver, after the commit */
	enum clock_word clock;   /* who vouches for it, see jump.h */
	const char *templates;   /* folder of data files; the conf's */
};

struct actor;

/*
 * One question to the rules: which core answers it, whose memory the results
 * live in, who asks (may be NULL where no rights are checked: identify,
 * presence, login, deliver), and where an error goes.  Made once per request.
 */
struct ask {
	struct core *core;
	struct arena *arena;
	const struct actor *who;
	struct err *err;
};

/*
 * Open the instance that conf describes: key file and database, migrating an
 * older database.  The hub is ordered at conf's socket "control".  conf is not
 * needed afterwards.
 */
int core_open(struct core *c, const struct conf *conf, struct err *e) FL_CHECK;

/* 0: the database that was opened stands at its path still; ERR_IO. */
int core_here(const struct core *c, struct err *e) FL_CHECK;

/* The same from the parts; control NULL: no hub (tests, restored copies). */
int core_open_files(struct core *c, const char *database, const char *key_file,
    const char *control, struct err *e) FL_CHECK;

void core_close(struct core *c);

/* Figures for /health, /metrics and "fleetline status". */
struct core_stats {
	int64_t statements; /* of this thread since core_open */
	int64_t busy_us;    /* time spent in them */
	int64_t devices, online, unassigned, claims, domains, accounts;
	int64_t rev; /* change counter */
};

/* 0 when the database answers; also what makes /health say it is up. */
int core_stats(struct core *c, struct core_stats *out, struct err *e) FL_CHECK;

/* statements and busy_us only; never fails and never touches the database. */
void core_times(const struct core *c, struct core_stats *out);

#endif
