/*
 * progress -- subscribers hear how far jobs are: a JobUpdate with the numbers of
 * tasks, at most once a second for each job.  For the runner only.
 *
 * And a TaskUpdate (task_tell.h) with the tasks that were told or have ended since
 * the look before, likewise.
 *
 * What was told last is remembered as a hash of the object; a runner that begins
 * tells what is at work once more, which does no harm.
 */
#ifndef FL_PROGRESS_H
#define FL_PROGRESS_H

#include "actor.h"

#define PROGRESS_MS   1000
#define PROGRESS_JOBS 1000 /* at work at once; more are told of less often */

struct progress {
	int64_t due_ms; /* of the next look, by the monotonic clock */
	size_t n;
	struct {
		int64_t job;
		uint64_t told;
		int64_t since; /* its tasks are told to here, by the clock */
	} jobs[PROGRESS_JOBS];
};

/* Look, if it is time: jobs that are at work, and those that were at the last
 * look. */
int progress_tell(struct ask *q, struct progress *p) FL_CHECK;

#endif
