/*
 * plan -- what a job would do to each device: its words (task.h), or why it is
 * left alone.
 *
 *	plan_open()	the recipe, and firmware.json of the store
 *	plan_make()	one device; asks the store, once, for each file
 *
 * A backup needs nothing of the store, nor does an update of phones of other
 * vendors, whose firmware is elsewhere (job_phone.h).
 * A release that the store has for no product at all is a typing mistake, and a job
 * whose categories have gone is for nobody: neither opens.
 *
 * Outside of a transaction: it asks another machine.  A dry run makes the same
 * plans and saves none.
 */
#ifndef FL_PLAN_H
#define FL_PLAN_H

#include "catalogue.h"
#include "job_phone.h"
#include "recipe.h"
#include "row_job.h"
#include "supply.h"
#include "task.h"

struct plan {
	struct ask *q;
	const struct job *job;
	bool secondary; /* its domain is a second registration */
	bool has_url;   /* devices can find us */
	struct supply supply;
	struct recipe recipe;
	struct catalogue firmware;
	struct job_phone phones; /* of a job for phones */
	struct plan_file *files; /* that were asked for */
	size_t nfiles;
};

/* What comes out: TASK_WAITING or TASK_AWAY with words; TASK_FAILED or
 * TASK_UNFIT with an error.  A device that was never here is TASK_AWAY without
 * words: nobody knows what it is; it is looked at again when it comes. */
struct plan_task {
	enum task_state state;
	char words[TASK_PLAN_MAX];
	char error[160];
};

/* job and the arena of q live as long as the plan. */
int plan_open(struct ask *q, const struct conf *conf, const struct job *job,
    struct plan *out) FL_CHECK;

int plan_make(
    struct plan *p, const struct device *d, struct plan_task *out) FL_CHECK;

/* What was updated by it before, or is being worked on, stays as it is (UJ6);
 * what was saved is saved again.  1 so it is with this device, *out says how; 0;
 * -1. */
int plan_settled(struct ask *q, const struct job *job, int64_t device,
    struct task *out) FL_CHECK;

/* The plans of all devices of a job that somebody sees, in order, none of which
 * is saved; say gets each.  Who is settled is TASK_DONE or TASK_ACTIVE, and error
 * says it. */
typedef void plan_say(
    void *arg, const struct device *d, const struct plan_task *t);
int plan_dry(struct ask *q, const struct conf *conf, int64_t job, plan_say *say,
    void *arg) FL_CHECK;

/* Recipe and, for updates, the store without asking anybody, for who only sends
 * commands. */
int plan_tools(struct ask *q, const struct conf *conf, bool updates,
    struct plan *out) FL_CHECK;

/* The path of a device's file below the URL of a store, "131705/ip222.bin":
 * as the device names it itself, else after its product.  false: it has no
 * name that could be one. */
struct plan_device {
	struct str product, fw, bc;
};
bool plan_path(const struct plan_device *d, enum part part, struct str build,
    char out[SUPPLY_PATH_MAX]);

#endif
