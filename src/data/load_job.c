/*
 * Rows of jobs and tasks as values (load.h): column orders of sql_job.def.
 */
#include "load.h"
#include "must.h"
#include "row_job.h"

void
load_job(const struct row *row, struct arena *a, void *out)
{
	struct job *j = out;

	*j = (struct job){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .name = row_dup(row, 2, a),
	    .enabled = row_bool(row, 3),
	    .release = row_dup(row, 4, a),
	    .parts = row_dup(row, 5, a),
	    .rule = row_dup(row, 6, a),
	    .zone = row_dup(row, 7, a),
	    .hours = row_dup(row, 8, a),
	    .keep_launcher = row_bool(row, 9),
	    .stages = row_int(row, 10),
	    .threshold = row_int(row, 11),
	    .next = row_int(row, 12),
	    .state = (enum job_state)row_int(row, 13),
	    .wish = (enum job_wish)row_int(row, 14),
	    .due = row_int(row, 15),
	    .round = row_int(row, 16),
	    .began = row_int(row, 17),
	    .ended = row_int(row, 18),
	    .outcome = (enum job_outcome)row_int(row, 19),
	    .trouble = row_dup(row, 20, a),
	    .work = (enum job_work)row_int(row, 21),
	    .created = row_int(row, 22),
	    .target = row_dup(row, 23, a),
	    .login = row_dup(row, 24, a),
	    .keep = row_int(row, 25),
	    .days = row_int(row, 26),
	};
	must(j->state <= JOB_RUNNING && j->wish <= JOB_LATE &&
	     j->outcome < JOB_OUTCOME__MAX && j->work < JOB_WORK__MAX);
}

void
load_task(const struct row *row, struct arena *a, void *out)
{
	struct task *t = out;

	*t = (struct task){
	    .job_id = row_int(row, 0),
	    .device_id = row_int(row, 1),
	    .state = (enum task_state)row_int(row, 2),
	    .stage = row_int(row, 3),
	    .plan = row_dup(row, 4, a),
	    .step = row_int(row, 5),
	    .sent = row_int(row, 6),
	    .until = row_int(row, 7),
	    .tries = row_int(row, 8),
	    .began = row_int(row, 9),
	    .ended = row_int(row, 10),
	    .error = row_dup(row, 11, a),
	    .hw_id = row_dup(row, 12, a),
	    .name = row_dup(row, 13, a),
	    .domain_id = row_int(row, 14),
	    .type = (enum device_type)row_int(row, 15),
	    .product = row_dup(row, 16, a),
	    .version = row_dup(row, 17, a),
	    .fw = row_dup(row, 18, a),
	    .bc = row_dup(row, 19, a),
	    .fw_build = row_dup(row, 20, a),
	    .bc_build = row_dup(row, 21, a),
	    .online = row_bool(row, 22),
	};
	must(t->state > 0 && t->state < TASK_STATE__MAX &&
	     t->type < DEVICE_TYPE__MAX);
}

void
load_phone_job(const struct row *row, struct arena *a, void *out)
{
	struct phone_job *j = out;

	*j = (struct phone_job){
	    .url = row_dup(row, 0, a),
	    .plan = row_dup(row, 1, a),
	    .step = row_int(row, 2),
	};
}

void
load_job_figures(const struct row *row, struct arena *a, void *out)
{
	struct job_figures *f = out;

	(void)a;
	*f = (struct job_figures){
	    .done = row_int(row, 0),
	    .failed = row_int(row, 1),
	    .done_last = row_int(row, 2),
	    .listed = row_int(row, 3),
	    .saved = row_int(row, 4),
	    .bytes = row_int(row, 5),
	    .saved_last = row_int(row, 6),
	    .runners = row_int(row, 7),
	    .idle = row_int(row, 8),
	    .waiting = row_int(row, 9),
	    .preparing = row_int(row, 10),
	    .running = row_int(row, 11),
	    .wrong = row_int(row, 12),
	};
}

void
load_save(const struct row *row, struct arena *a, void *out)
{
	struct save *s = out;

	*s = (struct save){
	    .id = row_int(row, 0),
	    .device_id = row_int(row, 1),
	    .domain_id = row_int(row, 2),
	    .job_id = row_int(row, 3),
	    .text_id = row_int(row, 4),
	    .made = row_int(row, 5),
	    .size = row_int(row, 6),
	    .hash = row_dup(row, 7, a),
	    .changed = row_bool(row, 8),
	    .instance = row_dup(row, 9, a),
	};
}

void
load_putback(const struct row *row, struct arena *a, void *out)
{
	struct putback *p = out;

	*p = (struct putback){
	    .id = row_int(row, 0),
	    .device_id = row_int(row, 1),
	    .domain_id = row_int(row, 2),
	    .save_id = row_int(row, 3),
	    .kept_id = row_int(row, 4),
	    .instance = row_dup(row, 5, a),
	    .unsaved = row_bool(row, 6),
	    .state = (enum putback_state)row_int(row, 7),
	    .turn = row_int(row, 8),
	    .ordered = row_int(row, 9),
	    .began = row_int(row, 10),
	    .ended = row_int(row, 11),
	    .error = row_dup(row, 12, a),
	    .hw_id = row_dup(row, 13, a),
	};
	must(p->state > 0 && p->state < PUTBACK_STATE__MAX);
}
