/*
 * job_phone -- update jobs for phones of other vendors: what is otherwise than
 * with devices that keep a connection.  All else, turns, groups, threshold,
 * repetitions, is the same engine (advance.h).
 *
 * Such a job names models (keys of phone_type.h) in place of parts, the version
 * that phones say in their User-Agent as its release, and the URL of that firmware
 * (phone_update.h) as its target.  Its devices are the phones of these models that
 * have one of its categories.
 *
 *	begin	the phone is ordered to fetch its files (phone_resync.h), and gets
 *		the file of its vendor that has firmware alone.  No window is opened
 *	judge	the version in its next User-Agent
 *	done	the URL stands in the phone's own layer from then on
 *
 * The plan is "phone:VERSION", with a word for each step that its vendor wants in
 * between (phone_step.h).  Not for phones that have no URL of their own yet: they
 * could not prove who they are.
 */
#ifndef FL_JOB_PHONE_H
#define FL_JOB_PHONE_H

#include "phone_type.h"
#include "task.h"

#define JOB_PHONE_MODELS 100 /* of one job */

/* Models, version and URL of a job; ERR_INPUT. */
int job_phone_check(struct ask *q, const struct job *j) FL_CHECK;

/* What plans are made of: the job, and the models that there are. */
struct job_phone {
	const struct job *job;
	struct phone_types types; /* in the arena of q */
};
int job_phone_open(
    struct ask *q, const struct job *j, struct job_phone *out) FL_CHECK;

/* One of both is empty: the words of the plan, or why there is none. */
struct job_phone_words {
	char words[TASK_PLAN_MAX];
	char error[160];
};
int job_phone_plan(struct ask *q, const struct job_phone *of, int64_t device,
    struct job_phone_words *out) FL_CHECK;

/* Inside a change, of a job of this domain: 1 the phone is told; 0 it cannot be
 * yet; -1, ERR_GONE if it is none of the domain any more. */
int job_phone_begin(
    struct ask *q, const struct task *t, int64_t domain) FL_CHECK;

/* It has what the job wants. */
int job_phone_done(struct ask *q, const struct task *t) FL_CHECK;

/* What came of the order to come: "answered", "silent". */
int job_phone_told(
    struct ask *q, const struct task *t, const char **out) FL_CHECK;

#endif
