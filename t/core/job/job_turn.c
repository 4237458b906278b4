/*
 * When jobs and devices have their turn.
 */
#include <stdio.h>

#include "clock.h"
#include "db.h"
#include "device_work.h"
#include "must.h"
#include "scene.h"

static void
test_order(void)
{
	int64_t first, second, other;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP411", "n others");
	device("009033000003", "IP222", "s phones");
	first = job("first", "n phones");
	second = job("second", "n others");
	other = job("other", "s phones");
	must(job_start(&f.q, first) == 0);
	clock_shift(1);
	must(job_start(&f.q, second) == 0 && job_start(&f.q, other) == 0);
	look();
	state_is(
	    second, "waiting", "", "UJ3: jobs of a domain wait for each other");
	state_is(other, "running", "", "those of another one do not");
	runs("009033000001", "141");
	look();
	look();
	look();
	state_is(first, "idle", "done", "UJ3: when one has ended");
	state_is(second, "running", "", "UJ3: the next begins");
	forget_all();
}

/* A script that restarts a device in the middle could destroy it. */
static void
test_taken(void)
{
	const struct device_work script = {
	    .holder = "x", .kind = DEVICE_WORK_CONFIG, .last_ms = 60000};
	int64_t id, one;

	device("009033000001", "IP222", "n phones");
	one = id_of("009033000001");
	id = job("night", "n phones");
	must(device_work_take(&f.q, one, &script) == 1 &&
	     job_start(&f.q, id) == 0);
	look();
	tap_is_str(told("009033000001"), "", "who is worked on is not updated");
	task_is(id, "009033000001", TASK_WAITING, "it waits");
	must(device_work_give(&f.q, one, &script) == 0);
	look();
	tap_ok(told("009033000001")[0] == '/', "until that is done");
	tap_is_int(device_work_take(&f.q, one, &script), 0,
	    "who is updated gets no configuration");
	runs("009033000001", "141");
	look();
	tap_is_int(device_work_take(&f.q, one, &script), 1, "until he has it");
	must(device_work_give(&f.q, one, &script) == 0);
	forget_all();
}

static void
test_late(void)
{
	int64_t older, newer;
	struct str name = STR("n phones");

	device("009033000001", "IP222", "n phones");
	online("009033000001", false);
	older = job("older", "n phones");
	newer = job("newer", "n phones");
	must(job_start(&f.q, older) == 0);
	look();
	look();
	state_is(older, "idle", "done", "without devices a job is done");
	must(job_start(&f.q, newer) == 0);
	look();
	look();
	online("009033000001", true);
	look();
	task_is(older, "009033000001", TASK_AWAY,
	    "UJ5: a device that comes online: an older job is not looked at");
	task_is(newer, "009033000001", TASK_ACTIVE, "UJ5: the newest is");
	runs("009033000001", "141");
	look();
	look();
	runs("009033000001", "131");
	online("009033000001", false);
	online("009033000001", true);
	look();
	task_is(newer, "009033000001", TASK_DONE,
	    "UJ6: what had success before is left alone");
	device("009033000002", "IP222", "n others");
	look();
	must(device_set_categories(&f.q, STR("009033000002"), &name, 1) == 0);
	look();
	task_is(newer, "009033000002", TASK_ACTIVE,
	    "UJ5: a device that is new in a category is late, too");
	forget_all();
}

/* One that was added by hand was unfit for ever: the store has nothing for "". */
static void
test_never_here(void)
{
	static const char *const name = "009033000001";
	int64_t id;

	device(name, "", "n phones");
	online(name, false);
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	look();
	task_is(
	    id, name, TASK_AWAY, "a device that was never here is waited for");
	error_is(id, name, "it was never here", "which is said");
	says(name, "product", "IP222");
	online(name, true);
	look();
	task_is(id, name, TASK_ACTIVE, "UJ5: when it comes it is updated");
	forget_all();
}

static void
test_calendar(void)
{
	struct str rule = STR("daily 02:30"), hours = STR("02:00-04:00");
	const struct job_change x = {.rule = &rule, .hours = &hours};
	int64_t id, was;
	struct job j;

	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_load(&f.q, id, &j) == 1);
	tap_ok(j.next > clock_now_ms() && j.next <= clock_now_ms() + 25 * HOUR,
	    "a job knows when it begins");
	was = j.next;
	clock_shift(j.next - clock_now_ms() - MINUTE);
	look();
	tap_is_int((long long)sent.n, 0, "not before");
	clock_shift(MINUTE + 1);
	look();
	tap_is_int((long long)sent.n, 1, "then it does");
	must(job_load(&f.q, id, &j) == 1);
	tap_ok(j.next == was + 24 * HOUR, "and knows the next time");
	runs("009033000001", "141");
	look();
	look();
	runs("009033000001", "131");
	must(store_exec(f.core.store, "DELETE FROM task", &f.err) == 0);
	clock_shift(-HOUR);
	look();
	tap_is_int(
	    (long long)sent.n, 0, "a clock put back starts nothing twice");
	clock_shift(3 * 24 * HOUR + 9 * HOUR);
	look();
	must(job_load(&f.q, id, &j) == 1);
	tap_ok(j.wish != JOB_NOTHING && sent.n == 0,
	    "starts that were missed are made up once, in its hours");
	clock_shift(j.next - clock_now_ms() - 29 * MINUTE);
	look();
	tap_is_int((long long)sent.n, 1, "which come");
	forget_all();
}

/* Nothing ever began it, and nobody was told. */
static void
test_once_over(void)
{
	struct str over = STR("once 2020-01-01 02:30"), name = STR("later");
	struct str soon = STR("once 2090-01-01 02:30");
	int64_t id = job("night", "n phones");
	struct job j;

	tap_ok(job_edit(&f.q, id, &(struct job_change){.rule = &over}) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "a job does not begin once at a time that is over");
	must(job_edit(&f.q, id, &(struct job_change){.rule = &soon}) == 0);
	must(store_exec(f.core.store,
		 "UPDATE job SET rule = 'once 2020-01-01 02:30', next = 0",
		 &f.err) == 0);
	tap_ok(job_edit(&f.q, id,
		   &(struct job_change){.rule = &over, .name = &name}) == 0,
	    "one that had its time is edited, though all of it is said again");
	must(job_load(&f.q, id, &j) == 1);
	tap_is_int((long long)j.next, 0, "and begins no second time");
	forget_all();
}

/* The repetition was for those that had failed, of whom nobody was left: it ended
 * as done, and nobody had the release. */
static void
test_edited_between(void)
{
	struct str release = STR("13r1"), back = STR("14r1");
	int64_t id;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	runs("009033000001", "141");
	must(answer(id, "009033000002", VERDICT_ANSWERED, 500) == 0);
	look();
	state_is(id, "waiting", "failures", "a job waits for its repetition");
	must(
	    job_edit(&f.q, id, &(struct job_change){.release = &release}) == 0);
	must(job_edit(&f.q, id, &(struct job_change){.release = &back}) == 0);
	runs("009033000001", "131");
	clock_shift(10 * MINUTE + 1);
	look();
	tap_is_int((long long)sent.n, 2,
	    "with another release its repetition is for all of its devices");
	forget_all();
}

static void
test_hours_end(void)
{
	struct str hours = STR("02:00-04:00");
	const struct job_change x = {.hours = &hours};
	int64_t id, now = clock_now_ms(), day = 24 * HOUR;

	clock_shift(day - now % day + 4 * HOUR - 5 * MINUTE);
	for (int i = 10; i < 40; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 20, "within its hours it begins");
	clock_shift(6 * MINUTE);
	for (int i = 10; i < 30; i++)
		runs(arena_printf(&f.arena, "0090330000%d", i), "141");
	look();
	tap_is_int((long long)sent.n, 0, "outside of them nobody is told");
	state_is(id, "waiting", "", "it gives its turn to others");
	tap_ok(fx_ordered(&f, "\\\"state\\\":\\\"waiting\\\""),
	    "as subscribers hear");
	clock_shift(22 * HOUR);
	look();
	tap_is_int((long long)sent.n, 10, "and goes on when they come again");
	forget_all();
}

int
main(void)
{
	scene_open();
	test_order();
	test_taken();
	test_late();
	test_never_here();
	test_calendar();
	test_once_over();
	test_edited_between();
	test_hours_end();
	scene_close();
	return tap_end();
}
