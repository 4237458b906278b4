/*
 * task -- a job on one device.
 *
 *	waiting		until there is room; or its command was sent in vain
 *			(away, failed) and is tried again
 *	active		its command was sent, or is on its way
 *	away		the device is offline; it waits when it comes back
 *	done failed skipped unfit
 *
 * Its plan is made when the job begins: words PART:BUILD, done one after the
 * other, "boot:131705 firmware:131705".  Whether a part is done is judged by
 * what the device says of itself when it has identified itself again; parts of
 * a PBX are done when the device answers so.
 *
 * A backup has words without a build: "scfg read" are ways, of which the next is
 * tried if one fails; "copy" is the only one that brings a copy to a target.  An
 * App Platform has the one word "manager", whether there is a target or not.  A
 * phone of another vendor has "phone:66.86.0.15", judged by its version.
 */
#ifndef FL_TASK_H
#define FL_TASK_H

#include "actor.h"
#include "recipe.h"
#include "row_job.h"

#define TASK_PLAN_MAX 512 /* bytes */

struct task_word {
	enum part part;
	struct str build;
};

/* The word of the plan that is next; false: none is left. */
bool task_word(const struct task *t, struct task_word *out);

/* What judges whether a part has a build: plain comparison, fw_build of
 * firmware and bc_build of boot code; where a device says neither, whether the
 * build is a word of its version. */
struct task_runs {
	struct str fw_build, bc_build, version;
};
bool task_runs(const struct task_runs *r, enum part part, struct str build);

/* "waiting"; TASK_STATE__MAX of no name. */
const char *task_state_name(enum task_state s);
enum task_state task_state_of(struct str name);

/* What to look at when it failed (UJ7); "" of one that was told nothing: there is
 * nothing to be seen. */
const char *task_hint(const struct task *t);

/* Those of a job behind a device, at most TASK_PAGE; state 0: of any; device 0:
 * of all, else the one of that device. */
struct task_page {
	int64_t job, after, device;
	enum task_state state;
};
int task_list(struct ask *q, const struct task_page *p, struct task **out,
    size_t *n) FL_CHECK;

/* ---- inside this room ---- */

int task_save(struct ask *q, const struct task *t) FL_CHECK;

/* Take the device, so that nobody else makes it do something that lasts
 * (device_work.h): 1, 0 somebody else does, -1.  A task that is no longer
 * active gives it back: task_wait, task_end. */
int task_take_device(
    struct ask *q, const struct task *t, int64_t last_ms) FL_CHECK;

/* Nothing was begun with it: it is given back, the task stays what it is. */
int task_leave_device(struct ask *q, const struct task *t) FL_CHECK;

/* It waits for its next command. */
int task_wait(struct ask *q, struct task *t) FL_CHECK;

/* It ends in this state, for this reason (empty: none). */
int task_end(struct ask *q, struct task *t, enum task_state state,
    const char *why) FL_CHECK;

#endif
