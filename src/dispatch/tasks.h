/*
 * tasks -- the loop of fleetline-tasks(8): jobs work on their devices, and phones
 * are told to fetch their files (resync.h).
 *
 * The store has all that it knows (core/job); each turn of the loop brings it a
 * little further:
 *
 *	answers		of devices (verdict.h)
 *	turns		jobs that are due begin, one after the other (turn.h)
 *	watch		devices that say that they have it (verdict.h)
 *	advance		the next devices are told (advance.h), through the courier
 *	put-backs	devices get a configuration that they had (putbacks.h)
 *	resync		phones of other vendors are told to fetch their files
 *
 * What a job needs of its store is asked for in a thread of its own, so that a
 * slow one holds up no devices.  Several programs may run, on this machine or
 * another: who has the lease works, the others wait for it to run out.  A
 * program that is killed leaves nothing that the next one does not find.
 */
#ifndef FL_TASKS_H
#define FL_TASKS_H

#include "conf.h"
#include "err.h"

#define TASKS_LEASE_MS INT64_C(6000) /* how long a killed one blocks the next */
#define TASKS_LATE_MS  5000 /* devices that came later are looked for so often */
#define TASKS_LOOK_MS  200  /* while devices are at work, */
#define TASKS_IDLE_MS  1000 /* and while none is */

struct tasks;

/* Strings of conf stay until tasks_close. */
int tasks_open(
    struct tasks **out, const struct conf *conf, struct err *e) FL_CHECK;
/* Until tasks_stop; 0, or -1 if the database was replaced. */
int tasks_run(struct tasks *t, struct err *e) FL_CHECK;
void tasks_close(struct tasks **t);

/* For a handler of signals. */
void tasks_stop(int signal);

#endif
