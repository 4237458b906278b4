/*
 * scene -- a store of firmware, two domains with categories, and the runner of jobs
 * one look at a time, by a set clock; for the tests of jobs.
 *
 *	scene_open();
 *	device("009033000001", "IP222", "n phones");
 *	id = job("night", "n phones");
 *	must(job_start(&f.q, id) == 0);
 *	look();
 *	task_is(id, "009033000001", TASK_ACTIVE, "it is being updated");
 *	forget_all();
 *	scene_close();
 *
 * Categories of north begin with n ("n phones", "n others"), those of south with s
 * ("s phones").
 */
#ifndef T_SCENE_H
#define T_SCENE_H

#include "advance.h"
#include "fixture.h"
#include "job.h"
#include "verdict.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

extern struct fixture f;
extern struct conf conf;
extern int64_t north, south;
extern struct advance_sends sent; /* by the last look */

void scene_open(void);
void scene_close(void);

/* What a device tells of itself in this column, from now on. */
void says(const char *hw_id, const char *column, const char *value);
/* 0: there is none. */
int64_t id_of(const char *hw_id);
/* Whether it is connected. */
void online(const char *hw_id, bool there);
/* The build of its firmware, from now on. */
void runs(const char *hw_id, const char *build);
/* A device that is there, of a category whose first letter names its domain. */
void device(const char *hw_id, const char *product, const char *category);
/* All jobs and devices go. */
void forget_all(void);
/* A new update job to 14r1; 0 if it is refused. */
int64_t job(const char *name, const char *category);
/* One look of the runner. */
void look(void);
/* What a device was sent in the last look; "". */
const char *told(const char *hw_id);
/* Its task; all 0: none. */
struct task task(int64_t job, const char *hw_id);
/* Its state is this; 0: it has none. */
void task_is(
    int64_t job, const char *hw_id, enum task_state state, const char *name);
/* Why it has failed. */
void error_is(
    int64_t job, const char *hw_id, const char *want, const char *name);
/* State and outcome of a job. */
void state_is(
    int64_t id, const char *state, const char *outcome, const char *name);
/* What came of the command that a device was sent. */
int answer(int64_t job, const char *hw_id, enum verdict_fate fate, int status);

#endif
