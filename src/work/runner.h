/*
 * runner -- periodic work, one run of it.
 *
 * cron (or the supervisor of ./start) starts fleetline-jobs every few minutes,
 * also while a run before works still.  A run does the works of its table one
 * after the other and ends.  Each work has a lease of its own, named as the
 * work is: the run takes it, does the work and gives it back.  A work whose
 * lease another run has is left to that one, and the next work begins; so one
 * that lasts for hours holds up no other.  While it works a thread renews the
 * lease; when that fails, because this process was stopped for too long and
 * another one took it, the work is told to stop (run_goes_on), and the run
 * ends: the other one does the rest.
 *
 * Each work finds out by itself what is due, saves what it has done at once,
 * and is harmless when done again, so that a run may be killed at any moment
 * and the next one goes on where it was.  A work that fails is logged and does
 * not keep the others from running.
 */
#ifndef FL_RUNNER_H
#define FL_RUNNER_H

#include "actor.h"
#include "conf.h"

/* How long a killed run blocks its work for others; renewed three times
 * meanwhile. */
#define RUNNER_LEASE_MS INT64_C(60000)

struct run; /* one run, made by runner_run */

/* What works use: the store as administrator "local" (memory is theirs until
 * they return), the configuration, and whether to go on. */
struct ask *run_ask(struct run *r);
const struct conf *run_conf(const struct run *r);
bool run_goes_on(void *run); /* of type struct run */

/* A work that forgets rows: some at a time, until none are left; if there were
 * any the log has the event, with their number.  0, or -1. */
int run_forget(struct run *r, int (*some)(struct ask *q, int64_t *count),
    const char *event) FL_CHECK;

struct work {
	const char *name; /* also of its lease: no other work has it */
	/* 0 done; 1 done, but something must be looked at (it is in the log
	 * then); -1 with the error of run_ask() set. */
	int (*run)(struct run *r);
};

/* The works of fleetline-jobs in their order; ends with name NULL. */
extern const struct work works[];

/*
 * One run of a table of works under leases that last lease_ms.  0: all went
 * well, or is done by another run; 1: something must be looked at, the log says
 * what.
 */
int runner_run(
    const struct conf *conf, const struct work *table, int64_t lease_ms);

/* Record a run whatever the clock says (jump.h).  0, or 1: the log says why. */
int runner_force(const struct conf *conf);

#endif
