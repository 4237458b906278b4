/*
 * Update jobs by a set clock: who is told what, what becomes of it, and what may be
 * changed.
 */
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "clock.h"
#include "db.h"
#include "must.h"
#include "scene.h"
#include "task.h"
#include "task_tell.h"

/* ---- tests ---- */

static void
test_way(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n others");
	id = job("night", "n phones");
	look();
	tap_is_int((long long)sent.n, 0, "a job begins when it is started");
	tap_ok(job_start(&f.q, id) == 0, "somebody starts it");
	look();
	tap_is_int(
	    (long long)sent.n, 1, "UJ2: devices of its category are told");
	tap_is_str(told("009033000001"),
	    "/!mod%20cmd%20UP0%20/sync%20prot%20http://fleet.example/store/141/"
	    "ip222.bin%20ireset%20141",
	    "to load the file of the release");
	task_is(id, "009033000001", TASK_ACTIVE, "it is being updated");
	look();
	tap_is_int((long long)sent.n, 0, "nobody is told twice");
	tap_ok(answer(id, "009033000001", VERDICT_UNKNOWN, 0) == 0,
	    "a connection that is cut while it loads is no failure");
	task_is(id, "009033000001", TASK_ACTIVE, "it is being updated still");
	runs("009033000001", "141");
	look();
	task_is(id, "009033000001", TASK_DONE, "it is done when it says so");
	look();
	state_is(id, "idle", "done", "then the job is done");
	tap_ok(fx_ordered(&f, "\\\"outcome\\\":\\\"done\\\""),
	    "which subscribers hear, were it never so short");
	task_is(id, "009033000002", 0, "others have no task");
	forget_all();
}

/* Some devices tell no build of their own, but in their version. */
static void
test_versions(void)
{
	static const char *const name = "009033000001";
	int64_t id;

	device(name, "IP222", "n phones");
	says(name, "fw_build", "");
	says(name, "bc_build", "");
	says(name, "version", "13r1 dvl [13.1141/1141/141x]");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	task_is(id, name, TASK_ACTIVE, "no word of its version is the build");
	says(name, "version", "14r1 dvl [14.141/141/210]");
	look();
	task_is(id, name, TASK_DONE, "a word of its version is");
	forget_all();
}

/* Devices that fail, and say so. */
static void
test_failures(void)
{
	int64_t id;

	for (int i = 0; i < 3; i++)
		device(arena_printf(&f.arena, "00903300000%d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	must(answer(id, "009033000000", VERDICT_ANSWERED, 404) == 0);
	must(answer(id, "009033000001", VERDICT_ANSWERED, 200) == 0);
	must(answer(id, "009033000002", VERDICT_NOT_SENT, 0) == 0);
	task_is(id, "009033000000", TASK_FAILED, "one that says no has failed");
	error_is(id, "009033000000", "firmware: the device answers 404",
	    "UJ7: a failure has its step and words");
	for (int i = 0; i < 3; i++) {
		static const struct {
			enum device_type type;
			const char *plan, *has;
		} rows[] = {{DEVICE_PHONE, "firmware:1", "UP1 and HTTPCLIENT0"},
		    {DEVICE_APP_PLATFORM, "manager", "manager"},
		    {DEVICE_PHONE, "phone:2.0", "phone trace"}};
		const struct task t = {.type = rows[i].type,
		    .plan = str_of(rows[i].plan),
		    .state = TASK_FAILED,
		    .began = 1};

		tap_ok(strstr(task_hint(&t), rows[i].has) != NULL,
		    "UJ7: and a hint where to look: %s", rows[i].has);
	}
	task_is(
	    id, "009033000001", TASK_ACTIVE, "one that says yes is waited for");
	task_is(id, "009033000002", TASK_WAITING,
	    "one that was not there was not told");
	online("009033000002", false);
	look();
	task_is(id, "009033000002", TASK_AWAY, "it is not waited for");
	clock_shift(16 * MINUTE);
	look();
	error_is(id, "009033000001",
	    "firmware: no 141 in time; it says 13r1 [131], and is online",
	    "who says nothing new in time has failed");
	look();
	state_is(id, "waiting", "failures", "the job waits to be repeated");
	forget_all();
}

/* How often a device is told in the next minutes; each look fails it. */
static int
count_told(int64_t id, const char *hw_id, int minutes)
{
	int n = 0;

	for (int i = 0; i < minutes; i++) {
		clock_shift(MINUTE);
		look();
		n += told(hw_id)[0] != '\0';
		if (told(hw_id)[0] != '\0')
			must(answer(id, hw_id, VERDICT_ANSWERED, 500) == 0);
	}
	return n;
}

static void
test_repetitions(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	runs("009033000002", "141");
	must(answer(id, "009033000001", VERDICT_ANSWERED, 500) == 0);
	look();
	look();
	state_is(id, "waiting", "failures", "it has ended with a failure");
	tap_is_int(count_told(id, "009033000001", 9), 0,
	    "UJ8: it is not repeated within ten minutes");
	tap_is_int(count_told(id, "009033000001", 2), 1, "UJ8: then it is");
	tap_is_str(told("009033000002"), "", "UJ8: for who failed only");
	tap_is_int(count_told(id, "009033000001", 8), 0,
	    "UJ8: again ten minutes after its end");
	tap_is_int(count_told(id, "009033000001", 4), 1, "UJ8: a second time");
	tap_is_int(count_told(id, "009033000001", 60), 0, "UJ8: and no third");
	state_is(id, "idle", "failures", "then it stays so");
	must(job_start(&f.q, id) == 0);
	look();
	tap_ok(
	    told("009033000001")[0] != '\0' && told("009033000002")[0] == '\0',
	    "UJ6: started anew it is for who had no success in it");
	forget_all();
}

static void
test_stages(void)
{
	int64_t id, stages = 5, threshold = 10;
	const struct job_change x = {
	    .stages = &stages, .threshold = &threshold};
	struct job_counts c;
	struct job j;

	for (int i = 10; i < 60; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 10, "the first stage of five begins");
	for (size_t i = 0; i < 9; i++)
		runs(arena_str(&f.arena, sent.list[i].hw_id), "141");
	must(answer(id, arena_str(&f.arena, sent.list[9].hw_id),
		 VERDICT_ANSWERED, 500) == 0);
	look();
	tap_is_int((long long)sent.n, 10,
	    "as many failures as the threshold: the next begins");
	must(answer(id, arena_str(&f.arena, sent.list[0].hw_id),
		 VERDICT_ANSWERED, 500) == 0);
	must(answer(id, arena_str(&f.arena, sent.list[1].hw_id),
		 VERDICT_ANSWERED, 500) == 0);
	look();
	must(job_load(&f.q, id, &j) == 1 && job_count(&f.q, &j, &c) == 0);
	tap_ok(c.n[TASK_SKIPPED] == 30 && c.n[TASK_ACTIVE] == 8,
	    "more than that: the rest never starts");
	clock_shift(16 * MINUTE);
	look();
	look();
	state_is(id, "idle", "threshold",
	    "what was told is waited for, that is all");
	clock_shift(HOUR);
	look();
	tap_is_int((long long)sent.n, 0, "it is not repeated");
	forget_all();
}

/* Bug: nothing was left to be stopped, so it was repeated. */
static void
test_only_stage(void)
{
	int64_t id, stages = 1, threshold = 50;
	const struct job_change x = {
	    .stages = &stages, .threshold = &threshold};
	struct job j;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	look();
	must(answer(id, "009033000001", VERDICT_ANSWERED, 500) == 0);
	runs("009033000002", "141");
	look();
	look();
	state_is(id, "waiting", "failures",
	    "a job whose only group fails up to its threshold is repeated");
	must(job_abort(&f.q, id) == 0);
	runs("009033000002", "131");
	must(store_exec(f.core.store, "DELETE FROM task", &f.err) == 0);
	must(job_start(&f.q, id) == 0);
	look();
	must(answer(id, "009033000001", VERDICT_ANSWERED, 500) == 0 &&
	     answer(id, "009033000002", VERDICT_ANSWERED, 500) == 0);
	look();
	look();
	state_is(id, "idle", "threshold",
	    "a job whose only group fails beyond its threshold is stopped");
	must(job_load(&f.q, id, &j) == 1);
	tap_is_str(arena_str(&f.arena, j.trouble),
	    "2 of 2 devices of group 1 failed, the threshold is 50 percent",
	    "it says why");
	clock_shift(HOUR);
	look();
	tap_is_int((long long)sent.n, 0, "and is not repeated");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 2, "unless somebody starts it");
	forget_all();
}

/* More than one event holds. */
static void
test_tell(void)
{
	struct task_span span = {.from = clock_now_ms()};
	int64_t id, stages = 1;
	struct job j;

	for (int i = 10; i < 80; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &(struct job_change){.stages = &stages}) == 0);
	must(job_start(&f.q, id) == 0);
	look();
	span.to = clock_now_ms() + 1;
	must(job_load(&f.q, id, &j) == 1 && change_begin(&f.q) == 0);
	tap_ok(change_end(&f.q, task_tell(&f.q, &j, &span)) == 0 &&
		   fx_ordered(&f, "\\\"more\\\":false"),
	    "TaskUpdate: those that were told");
	must(store_exec(f.core.store,
		 "UPDATE task SET state = 4, ended = 1 + began WHERE began > 0;"
		 "UPDATE task SET state = 5, ended = 8888 WHERE began = 0",
		 &f.err) == 0);
	span = (struct task_span){8888, 8889};
	must(change_begin(&f.q) == 0);
	tap_ok(change_end(&f.q, task_tell(&f.q, &j, &span)) == 0 &&
		   fx_ordered(&f, "\\\"state\\\":\\\"failed\\\""),
	    "TaskUpdate: those that have ended");
	must(store_exec(f.core.store, "UPDATE task SET state = 5, ended = 9999",
		 &f.err) == 0);
	span = (struct task_span){9999, 10000};
	must(change_begin(&f.q) == 0);
	tap_ok(change_end(&f.q, task_tell(&f.q, &j, &span)) == 0 &&
		   fx_ordered(&f, "\\\"more\\\":true"),
	    "TaskUpdate: of more than one event holds it says so");
	forget_all();
}

static void
test_abort(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n phones");
	online("009033000002", false);
	id = job("night", "n phones");
	tap_ok(job_abort(&f.q, id) < 0 && f.err.kind == ERR_EXISTS,
	    "what has not begun is not aborted");
	must(job_start(&f.q, id) == 0);
	tap_ok(job_start(&f.q, id) < 0 && f.err.kind == ERR_EXISTS,
	    "what waits for its turn is not started again");
	must(job_abort(&f.q, id) == 0);
	look();
	state_is(
	    id, "idle", "aborted", "aborted while it waits it never begins");
	must(job_start(&f.q, id) == 0);
	look();
	must(job_abort(&f.q, id) == 0);
	look();
	task_is(id, "009033000001", TASK_ACTIVE,
	    "aborted, who was told is watched");
	task_is(id, "009033000002", TASK_SKIPPED, "and the rest never starts");
	runs("009033000001", "141");
	look();
	look();
	task_is(id, "009033000001", TASK_DONE, "to the end");
	state_is(id, "idle", "aborted", "which is the job's, too");
	online("009033000002", true);
	look();
	tap_is_int((long long)sent.n, 0, "who comes later is left alone");
	forget_all();
}

/* Edited, disabled, removed while it runs. */
static void
test_changes(void)
{
	int64_t id;
	struct str release = STR("13r1");
	bool off = false;
	const struct job_change x = {.release = &release},
				y = {.enabled = &off};
	struct job j;

	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	tap_ok(job_edit(&f.q, id, &x) < 0 && f.err.kind == ERR_EXISTS,
	    "a job at work is not edited");
	tap_ok(job_edit(&f.q, id, &y) == 0, "but disabled");
	runs("009033000001", "141");
	look();
	look();
	state_is(id, "idle", "aborted", "which aborts it");
	tap_ok(job_start(&f.q, id) < 0 && f.err.kind == ERR_INPUT,
	    "disabled it is not started");
	tap_ok(job_edit(&f.q, id, &x) == 0, "now it may be edited");
	task_is(id, "009033000001", 0,
	    "with another release what was done counts no longer");
	off = true;
	must(job_edit(&f.q, id, &y) == 0 && job_start(&f.q, id) == 0);
	look();
	tap_is_int(
	    (long long)sent.n, 1, "it goes back where no step forbids it");
	tap_ok(job_remove(&f.q, id) == 0 && job_load(&f.q, id, &j) == 0,
	    "a job at work can be removed");
	tap_ok(answer(id, "009033000001", VERDICT_ANSWERED, 200) == 0,
	    "an answer comes for nobody");
	look();
	tap_is_int((long long)sent.n, 0, "and nothing follows");
	forget_all();
}

/* Rights, limits, what is refused. */
static void
test_refusals(void)
{
	struct str name = STR("x"), release = STR("14r1"),
		   none = STR("no such"), phones = STR("n phones"),
		   bad = STR("no rule"), apps = STR("apps"),
		   twice = STR("boot boot"), zone = STR("Nowhere/Atall");
	const struct job_new update = {.domain = north, .work = JOB_UPDATE};
	struct job_change x = {.name = &name, .release = &release};
	struct actor who;
	struct ask q;
	struct job j;
	int64_t id;
	char cred[32];

	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_INPUT,
	    "a job has categories");
	x.categories = &none;
	x.ncategories = 1;
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_GONE,
	    "that there are");
	x.categories = &phones;
	x.rule = &bad;
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_INPUT,
	    "its calendar is one");
	x.rule = NULL;
	x.zone = &zone;
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_INPUT,
	    "so is its zone");
	x.zone = NULL;
	x.parts = &twice;
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_INPUT,
	    "a part is named once");
	x.parts = &apps;
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 &&
		   strstr(f.err.text, "not public") != NULL,
	    "what is not public is refused in words");
	x.parts = NULL;
	tap_ok(job_add(&f.q, &update, &x, &id) == 0, "else it is one");
	tap_ok(job_add(&f.q, &update, &x, &id) < 0 && f.err.kind == ERR_EXISTS,
	    "whose name is its own");
	id = job("mine", "n phones");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)south);
	must(actor_now(&f.q, cred, &who) == 1);
	q = fx_as(&f, &who);
	tap_ok(job_get(&q, id, &j) == 0 && job_start(&q, id) < 0 &&
		   f.err.kind == ERR_GONE && job_remove(&q, id) < 0 &&
		   f.err.kind == ERR_GONE,
	    "a domain does not see the jobs of another");
	tap_ok(job_add(&q, &update, &x, &id) < 0 && f.err.kind == ERR_GONE,
	    "and makes none there");
	forget_all();
}

int
main(void)
{
	scene_open();
	test_way();
	test_versions();
	test_failures();
	test_repetitions();
	test_stages();
	test_only_stage();
	test_tell();
	test_abort();
	test_changes();
	test_refusals();
	scene_close();
	return tap_end();
}
