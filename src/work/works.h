/*
 * works -- what fleetline-jobs does at each run, in this order.
 *
 * Each follows the contract of struct work (runner.h): it finds out what is
 * due, saves at once what it has done, and is harmless when done again.  A work
 * is a row here and a function work_NAME() in a file of its own.
 *
 *	clock	records the run, or logs that the clock is in doubt, and returns
 *		1: then the others do what the time of the last run allows
 *		(core/jump.h); first, because they ask it
 *	history	notes how many devices are online (core/device/history.h); before
 *		those that may take long, because it is about this moment
 *	rental	writes the cost of months that are over and ends rentals whose
 *		balance is used up (core/rental.h)
 *	notices	sends notices about rentals that will end (core/notice.h) through
 *		the server of [mail]; without one they are only logged.  1: one
 *		could not be sent, or [mail] is wrong
 *	alarms	tells what is wrong with devices and the instance, and sends what
 *		could not be sent before (core/alarm.h).  1: something could not
 *		be sent, or [mail] is wrong
 *	saves	lets go configurations of devices that are too old for their
 *		jobs (core/job/save.h)
 *	audit	removes what the audit need not keep any longer (core/audit.h);
 *		last: nobody waits for it
 */
#ifndef FL_WORKS_H
#define FL_WORKS_H

#include "runner.h"

/* clang-format off */
#define WORKS(W) \
	W(clock) \
	W(history) \
	W(rental) \
	W(notices) \
	W(alarms) \
	W(saves) \
	W(audit)
/* clang-format on */

#define WORKS_DECLARE(name) int work_##name(struct run *r);
WORKS(WORKS_DECLARE)
#undef WORKS_DECLARE

#endif
