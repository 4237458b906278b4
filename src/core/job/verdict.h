/*
 * verdict -- what came of the commands that devices were sent.  For the runner
 * only.
 *
 * An update is done when the device says so after it has restarted, not when it
 * answers: while it loads the connection may be cut, and a device that writes
 * its flash is deaf.  An answer counts only where it says no, or where the part
 * restarts nothing.  What nobody can know is waited for until its time is over.
 *
 * A backup is done when its text is kept, whatever the device answers: when the
 * device has put it to its URL, or we have read it, and the target has its copy.
 * A device that takes "scfg" and puts nothing has VERDICT_PUT_MS behind its
 * answer; then the next way is tried.
 */
#ifndef FL_VERDICT_H
#define FL_VERDICT_H

#include "task.h"

#define VERDICT_PUT_MS  10000
#define VERDICT_WHY_MAX 160

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
	struct str body;
};

/* 1: what it has answered is kept, and a copy of it is to be made, for which
 * verdict_copied is called then; 0; -1. */
int verdict_answer(struct ask *q, const struct verdict_answer *a) FL_CHECK;

/* A dump of an App Platform has come (a's body): it is kept, the task goes on: 0;
 * 1 it cannot be, why says so; -1. */
int verdict_dump(struct ask *q, const struct verdict_answer *a,
    struct str instance, char why[VERDICT_WHY_MAX]) FL_CHECK;

/* The target of the job has its copy, or the manager of an App Platform was visited,
 * and that is what came of it: ok or not, and words: why not, or what is not
 * verified, or "". */
int verdict_copied(struct ask *q, const struct verdict_answer *a, bool ok,
    const char *words) FL_CHECK;

/* The device has put its configuration to its URL (arrival.h), the body of a.
 * Somebody of no rights asks, who has brought the ticket.  ERR_INPUT: it is
 * none, ERR_GONE: it is too late. */
int verdict_arrived(struct ask *q, const struct verdict_answer *a) FL_CHECK;

/* Look at all devices that are being updated: 1 something has come of one, 0
 * nothing has, -1. */
int verdict_devices(struct ask *q, int64_t now) FL_CHECK;

#endif
