/*
 * task_tell -- what a task is, for clients, and what has come of tasks, for
 * subscribers to jobs: TaskUpdate, for the runner only.
 *
 *	{"mt":"TaskUpdate","jobId":7,"tasks":[...],"more":false}
 *
 * has the tasks of a job that were told or have ended in a span of time, at most
 * TASK_TELL_MAX; with more there are others, which GetTasks has.  A task that
 * only waits, or whose device has left, is told by the numbers of JobUpdate.
 */
#ifndef FL_TASK_TELL_H
#define FL_TASK_TELL_H

#include "job.h"

#define TASK_TELL_MAX 50

/* Its object: hwId, name, state, stage, step and build of its next word, tries,
 * sent, began, ended, error, and of one that failed hint. */
void task_json(struct jout *j, const struct task *t);

/* Those of j from a time on (ms) and before another one; nothing, if there are
 * none.  Inside a change. */
struct task_span {
	int64_t from, to;
};
int task_tell(
    struct ask *q, const struct job *j, const struct task_span *span) FL_CHECK;

#endif
