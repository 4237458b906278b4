/*
 * works -- what fleetline-jobs does at each run; the table is in works.c.
 *
 * Each follows the contract of struct work (runner.h): it finds out what is
 * due, saves at once what it has done, and is harmless when done again.
 */
#ifndef FL_WORKS_H
#define FL_WORKS_H

#include "runner.h"

/* Records the run, or logs that the clock is in doubt, and returns 1: then the
 * others do what the time of the last run allows (core/jump.h). */
int work_clock(struct run *r);

/* Writes the cost of months that are over and ends rentals whose balance is
 * used up (core/rental.h). */
int work_rental(struct run *r);

/*
 * Sends notices about rentals that will end (core/notice.h) through the server
 * of [mail]; without one they are only logged.  1: a notice could not be sent,
 * or [mail] is wrong.
 */
int work_notices(struct run *r);

/* Removes what the audit need not keep any longer (core/audit.h). */
int work_audit(struct run *r);

#endif
