/*
 * Jobs whose devices leave the domain while the job works, or their categories
 * do: the next domain's devices are none of its business.
 */
#include "ask.h"
#include "db.h"
#include "must.h"
#include "scene.h"
#include "task.h"

#define ONE "009033000001"
#define TWO "009033000002"

static void
set_stages(int64_t id, int64_t stages)
{
	must(job_edit(&f.q, id, &(struct job_change){.stages = &stages}) == 0);
}

/* A job of two devices and two stages, of which the second waits. */
static int64_t
begin_in_two(void)
{
	int64_t id;

	device(ONE, "IP222", "n phones");
	device(TWO, "IP222", "n phones");
	id = job("night", "n phones");
	set_stages(id, 2);
	must(job_start(&f.q, id) == 0);
	look();
	return id;
}

/* It was told to load the firmware of a job of its old domain. */
static void
test_waiting(void)
{
	int64_t id = begin_in_two();

	task_is(id, TWO, TASK_WAITING, "a device waits for the second stage");
	must(device_assign(&f.q, STR(TWO), south, NULL, NULL) == 0);
	online(TWO, true);
	runs(ONE, "141");
	look();
	tap_is_str(told(TWO), "",
	    "a device that goes to another domain is told nothing by jobs of "
	    "the old one");
	look();
	task_is(id, TWO, 0, "and is none of theirs");
	state_is(id, "idle", "done", "which end without it");
	forget_all();
}

/* Its new name and version were shown to who sees the job. */
static void
test_active(void)
{
	int64_t id;
	struct task *list;
	size_t n;

	device(ONE, "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	task_is(id, ONE, TASK_ACTIVE, "a device was told");
	must(device_unassign(&f.q, STR(ONE)) == 0);
	must(task_list(&f.q, &(struct task_page){.job = id}, &list, &n) == 0);
	tap_is_int((long long)n, 0,
	    "what a device does outside of the domain its old jobs do not "
	    "show");
	must(device_assign(&f.q, STR(ONE), north, NULL, NULL) == 0);
	look();
	look();
	state_is(id, "idle", "done", "a job waits for none that has left");
	forget_all();
}

/* Its plan was made before it went. */
static void
test_planned(void)
{
	int64_t id;

	device(ONE, "IP222", "s phones");
	id = job("night", "n phones");
	must(db_do(f.core.store, STMT_TASK_PUT,
		 ARGS(A_INT(id), A_INT(id_of(ONE)), A_INT(TASK_WAITING),
		     A_INT(0), A_STRZ("firmware:141"), A_INT(0), A_STRZ("")),
		 &f.err) == 0);
	task_is(id, ONE, 0, "a plan for who has left meanwhile is not kept");
	forget_all();
}

/* Who waited was told all the same. */
static void
test_second_registration(void)
{
	const char *on = arena_printf(&f.arena,
	    "UPDATE domain SET secondary = 1 WHERE id = %lld",
	    (long long)north);
	int64_t id = begin_in_two();

	must(store_exec(f.core.store, on, &f.err) == 0);
	runs(ONE, "141");
	look();
	tap_is_str(told(TWO), "",
	    "RG1: a job whose domain has become a second registration tells "
	    "nobody more");
	task_is(id, ONE, TASK_DONE, "who was told is watched to the end");
	task_is(id, TWO, TASK_SKIPPED, "who waits never starts");
	look();
	state_is(id, "idle", "aborted", "it is aborted");
	must(store_exec(
		 f.core.store, "UPDATE domain SET secondary = 0", &f.err) == 0);
	forget_all();
}

int
main(void)
{
	scene_open();
	test_waiting();
	test_active();
	test_planned();
	test_second_registration();
	scene_close();
	return tap_end();
}
