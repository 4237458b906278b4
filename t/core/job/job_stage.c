/*
 * Jobs that end before all is done: a roll-out in groups with a threshold, and
 * abort in each state of a job and of its tasks.
 */
#include "clock.h"
#include "must.h"
#include "scene.h"
#include "task.h"
#include "turn.h"

/* ---- five groups, ten percent ---- */

#define GROUPS  5
#define GROUP   30 /* devices of one */
#define ALL     (GROUPS * GROUP)
#define BAD     2 /* the group in which some fail, from 0 */
#define AT_ONCE 20

static int64_t
staged(void)
{
	int64_t stages = GROUPS, threshold = 10, id;
	const struct job_change x = {
	    .stages = &stages, .threshold = &threshold};

	for (int i = 0; i < ALL; i++)
		device(arena_printf(&f.arena, "00903310%04d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	return id;
}

/* How far it goes when so many of the third group fail; the rest is done. */
static int
roll_out(int64_t id, int fail)
{
	int all = 0;

	do {
		look();
		for (size_t i = 0; i < sent.n; i++) {
			const char *name =
			    arena_str(&f.arena, sent.list[i].hw_id);

			if (task(id, name).stage == BAD && fail-- > 0)
				must(answer(id, name, VERDICT_ANSWERED, 500) ==
				     0);
			else
				runs(name, "141");
		}
		all += (int)sent.n;
	} while (sent.n > 0);
	look();
	return all;
}

/* Those that were told, of each group. */
static int64_t
told_of(int64_t id, int64_t stage)
{
	struct job_counts c;
	struct job j;

	must(job_load(&f.q, id, &j) == 1 &&
	     job_count_stage(&f.q, &j, stage, &c) == 0);
	return c.n[TASK_DONE] + c.n[TASK_FAILED];
}

static void
test_threshold(void)
{
	static const struct {
		int fail;
		const char *name;
	} rows[] = {
	    {2, "2 of 30 failed, just below ten percent: all groups follow"},
	    {3, "3 of 30 failed, exactly ten percent: all groups follow"}};
	int64_t id;
	struct job j;

	for (size_t i = 0; i < 2; i++) {
		id = staged();
		tap_is_int(roll_out(id, rows[i].fail), ALL, rows[i].name);
		state_is(id, "waiting", "failures",
		    "... and who failed is tried again");
		forget_all();
	}
	id = staged();
	tap_is_int(roll_out(id, 4), BAD * GROUP + AT_ONCE,
	    "4 of 30 failed, above ten percent: the twenty that were told are "
	    "the last");
	tap_ok(told_of(id, 0) == GROUP && told_of(id, 1) == GROUP &&
		   told_of(id, 2) == AT_ONCE && told_of(id, 3) == 0 &&
		   told_of(id, 4) == 0,
	    "... in the third group; the fourth and fifth never start");
	state_is(id, "idle", "threshold", "... which is how it ended");
	must(job_load(&f.q, id, &j) == 1);
	tap_is_str(arena_str(&f.arena, j.trouble),
	    "4 of 30 devices of group 3 failed, the threshold is 10 percent",
	    "... and says where");
	clock_shift(HOUR);
	look();
	tap_is_int((long long)sent.n, 0, "... and is not repeated (W9)");
	forget_all();
}

/* ---- abort ---- */

static void
ends_aborted(int64_t id, const char *name)
{
	must(job_abort(&f.q, id) == 0);
	look();
	look();
	state_is(id, "idle", "aborted", name);
	tap_is_int((long long)sent.n, 0, "... nobody is told");
	clock_shift(24 * HOUR);
	look();
	tap_is_int((long long)sent.n, 0, "... nor a day later");
}

static void
test_abort_jobs(void)
{
	struct str hours = STR("00:00-00:01");
	const struct job_change night = {.hours = &hours};
	int64_t id, other;

	device("009033000001", "IP222", "n phones");
	device("009033000002", "IP222", "n others");
	id = job("night", "n phones");
	tap_ok(job_abort(&f.q, id) < 0 && f.err.kind == ERR_EXISTS,
	    "abort of an idle job is refused: there is nothing to abort");
	other = job("before", "n others");
	must(job_start(&f.q, other) == 0);
	look();
	clock_shift(1);
	must(job_start(&f.q, id) == 0);
	look();
	state_is(id, "waiting", "", "a job waits for its turn");
	ends_aborted(id, "aborted while it waits for its turn");
	must(answer(other, "009033000002", VERDICT_ANSWERED, 500) == 0);
	look();
	look();
	state_is(other, "waiting", "failures", "one waits to be repeated");
	ends_aborted(other, "aborted while it waits to be repeated");
	must(job_start(&f.q, id) == 0 &&
	     turn_take(&f.q, clock_now_ms(), false) >= 0);
	state_is(id, "preparing", "aborted",
	    "one is preparing, and was aborted before");
	ends_aborted(id, "aborted while it prepares");
	must(job_edit(&f.q, id, &night) == 0 && job_start(&f.q, id) == 0);
	look();
	state_is(id, "waiting", "aborted", "one waits for its hours");
	ends_aborted(id, "aborted while it waits for its hours");
	forget_all();
}

#define PHONES 24 /* that are there; the last is told in the second look */

static void
counts_are(int64_t id, const int64_t want[TASK_STATE__MAX], const char *name)
{
	struct job_counts c;
	struct job j;
	bool same = true;

	must(job_load(&f.q, id, &j) == 1 && job_count(&f.q, &j, &c) == 0);
	for (enum task_state s = TASK_WAITING; s < TASK_STATE__MAX; s++) {
		same = same && c.n[s] == want[s];
		if (c.n[s] != want[s])
			tap_diag(
			    "%s: %lld", task_state_name(s), (long long)c.n[s]);
	}
	tap_ok(same, "%s", name);
}

/* One that is done, one that has failed, twenty that were told, two that wait, one
 * that is away and one that is not updated. */
static int64_t
mixed(const char *away, const char *unfit)
{
	int64_t id;

	for (int i = 0; i < PHONES; i++)
		device(arena_printf(&f.arena, "00903320%04d", i), "IP222",
		    "n phones");
	device(away, "IP222", "n phones");
	online(away, false);
	device(unfit, "IP9", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	must(sent.n == AT_ONCE);
	runs(arena_str(&f.arena, sent.list[0].hw_id), "141");
	must(answer(id, arena_str(&f.arena, sent.list[1].hw_id),
		 VERDICT_ANSWERED, 500) == 0);
	look();
	return id;
}

/* All that were told but one say that they have it. */
static void
all_but_one(int64_t id)
{
	bool spared = false;

	for (int i = 0; i < PHONES; i++) {
		const char *name = arena_printf(&f.arena, "00903320%04d", i);

		if (task(id, name).state != TASK_ACTIVE)
			continue;
		if (spared)
			runs(name, "141");
		spared = true;
	}
}

static void
test_abort_tasks(void)
{
	const char *away = "009033000001", *unfit = "009033000002";
	int64_t id = mixed(away, unfit);

	counts_are(id,
	    (const int64_t[TASK_STATE__MAX]){[TASK_WAITING] = 2,
		[TASK_ACTIVE] = 20,
		[TASK_AWAY] = 1,
		[TASK_DONE] = 1,
		[TASK_FAILED] = 1,
		[TASK_UNFIT] = 1},
	    "a job has tasks in all states");
	must(job_abort(&f.q, id) == 0);
	look();
	counts_are(id,
	    (const int64_t[TASK_STATE__MAX]){[TASK_ACTIVE] = 20,
		[TASK_DONE] = 1,
		[TASK_FAILED] = 1,
		[TASK_SKIPPED] = 3,
		[TASK_UNFIT] = 1},
	    "aborted: who waits or is away never starts, the others stay");
	tap_is_int((long long)sent.n, 0, "... nobody is told any more");
	state_is(id, "running", "aborted", "... who was told is watched");
	all_but_one(id);
	look();
	clock_shift(16 * MINUTE);
	look();
	look();
	counts_are(id,
	    (const int64_t[TASK_STATE__MAX]){[TASK_DONE] = 20,
		[TASK_FAILED] = 2,
		[TASK_SKIPPED] = 3,
		[TASK_UNFIT] = 1},
	    "... to the end: what they say, or their time-out");
	state_is(id, "idle", "aborted", "... then the job has ended");
	online(away, true);
	clock_shift(HOUR);
	look();
	tap_is_int((long long)sent.n, 0,
	    "... is not repeated for who failed, nor begun for who comes");
	forget_all();
}

int
main(void)
{
	scene_open();
	test_threshold();
	test_abort_jobs();
	test_abort_tasks();
	scene_close();
	return tap_end();
}
