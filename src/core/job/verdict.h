/*
 * verdict -- what came of the commands that devices were sent.  For the runner
 * only.
 *
 * An update is done when the device says so after it has restarted, not when it
 * answers: while it loads the connection may be cut, and a device that writes
 * its flash is deaf.  An answer counts only where it says no, or where the part
 * restarts nothing.  What nobody can know is waited for until its time is over.
 */
#ifndef FL_VERDICT_H
#define FL_VERDICT_H

#include "task.h"

enum verdict_fate {
	VERDICT_ANSWERED, /* by the device, with a status */
	VERDICT_NOT_SENT, /* the hub had no room: nothing has reached it */
	VERDICT_UNKNOWN   /* not there any more, cut, silent, no HTTP */
};

struct verdict_answer {
	int64_t job, device;
	int64_t sent; /* when; an answer to an earlier command says nothing */
	enum verdict_fate fate;
	int status;
};

int verdict_answer(struct ask *q, const struct verdict_answer *a) FL_CHECK;

/* Look at all devices that are being updated: 1 something has come of one, 0
 * nothing has, -1. */
int verdict_devices(struct ask *q, int64_t now) FL_CHECK;

#endif
