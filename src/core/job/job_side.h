/*
 * What the files of job.h share with the runner: what a job may be, and the
 * changes of it that people and the runner make alike.  Inside a change only,
 * and inside this room.
 */
#ifndef FL_JOB_SIDE_H
#define FL_JOB_SIDE_H

#include "change.h"
#include "row_job.h"

#define JOB_ROUNDS   2                     /* repetitions */
#define JOB_PAUSE_MS (10 * INT64_C(60000)) /* before each */

struct job_change;

/* ERR_LIMIT: the domain has too many. */
int job_need_room(struct ask *q, int64_t domain) FL_CHECK;

/* What x says into *j, if all of it then makes a job; its next start, too. */
int job_merge(
    struct ask *q, struct job *j, const struct job_change *x) FL_CHECK;

/* The categories of x, all of which the domain must have. */
int job_set_categories(
    struct ask *q, const struct job *j, const struct job_change *x) FL_CHECK;

bool job_changes_nothing(const struct job_change *x);

/* The password of x.  What was for another target or login is no password for
 * this one: it goes.  old: what it was; NULL: it is new. */
int job_set_password(struct ask *q, const struct job *j, const struct job *old,
    const struct job_change *x) FL_CHECK;

/* The start by its calendar behind a time; 0: none. */
int64_t job_next(const struct job *j, int64_t after);

/* It wants to begin then. */
int job_wish(
    struct ask *q, struct job *j, enum job_wish wish, int64_t due) FL_CHECK;

/* Nothing of it starts any more, now or later, for this reason (JOB_ABORTED or
 * JOB_THRESHOLD).  What is active goes on; without that it has ended. */
int job_stop(struct ask *q, struct job *j, enum job_outcome why) FL_CHECK;

/* ---- for the runner ---- */

/* fn in one change (change.h). */
int job_change(
    struct ask *q, int (*fn)(struct ask *q, void *arg), void *arg) FL_CHECK;

/* It is at work no longer.  Subscribers hear it here: one that began and ended
 * between two looks is none that progress.h sees. */
int job_rest(struct ask *q, const struct job *j) FL_CHECK;

/* It has ended so.  Unless it was stopped, who failed is tried again later
 * (UJ8). */
int job_close(struct ask *q, struct job *j, enum job_outcome how) FL_CHECK;

#endif
