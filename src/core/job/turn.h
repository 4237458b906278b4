/*
 * turn -- which job begins, and with which devices.  For the runner only.
 *
 * Starts of the calendar and wishes of people are rows; here they become turns:
 * in each domain one job at a time (UJ3), in the order in which they were due.
 * Devices that came online later make their newest suitable job begin again for
 * them alone (UJ5).
 *
 *	turn_calendar, turn_late	what wants to begin
 *	turn_take			whose turn it is
 *	turn_prepare			it has its devices, and runs
 */
#ifndef FL_TURN_H
#define FL_TURN_H

#include "conf.h"
#include "job.h"

#define TURN_HOURS_MS                                                          \
	INT64_C(60000) /* outside its hours a job is looked at
				      * again after that */

/* Starts that are due by the calendar. */
int turn_calendar(struct ask *q, int64_t now) FL_CHECK;

/* Devices that are there again, or are new. */
int turn_late(struct ask *q, int64_t now) FL_CHECK;

/* Is it within the hours in which it may touch devices? */
bool turn_in_hours(const struct job *j, int64_t now);

/* Give turns; jobs outside of their hours wait.  each: one of the instance at
 * a time. */
int turn_take(struct ask *q, int64_t now, bool one) FL_CHECK;

/*
 * A job that has its turn, if there is one, gets its tasks and runs.  What it
 * needs of the store is asked for outside of a transaction, so this may take a
 * while; somebody may abort the job meanwhile.  1 one was prepared, or ended
 * because it could not; 0 none; -1.
 */
int turn_prepare(struct ask *q, const struct conf *conf) FL_CHECK;

#endif
