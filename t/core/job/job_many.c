/*
 * Update jobs with many devices: how many at once, and which are tried again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "device_work.h"
#include "must.h"
#include "scene.h"
#include "setting.h"

/* ---- a thousand devices, of which every tenth fails ---- */

#define MANY      1000
#define MANY_FAIL 100

static const char *
nth(int i)
{
	return arena_printf(&f.arena, "00903310%04d", i);
}

/* What was told to each. */
static int
take_many(int64_t id, int times[MANY])
{
	for (size_t i = 0; i < sent.n; i++) {
		const char *name = arena_str(&f.arena, sent.list[i].hw_id);
		int at = atoi(name + 8);

		times[at]++;
		if (at % (MANY / MANY_FAIL) != 0)
			runs(name, "141");
		else
			must(answer(id, name, VERDICT_ANSWERED, 500) == 0);
	}
	return (int)sent.n;
}

/* Until nobody is told any more; each twenty take a minute. */
static int
work_many(int64_t id, int times[MANY])
{
	int all = 0, n;

	do {
		struct arena_mark m = arena_mark(&f.arena);

		look();
		n = take_many(id, times);
		all += n;
		arena_reset(&f.arena, m);
		if (n > 0)
			clock_shift(MINUTE);
	} while (n > 0);
	return all;
}

/* What is told from the end of a round on: nothing until ten minutes after. */
static int
repeat_many(int64_t id, int times[MANY])
{
	struct job j = {0};

	must(job_load(&f.q, id, &j) == 1);
	clock_shift(j.ended + 10 * MINUTE - 1 - clock_now_ms());
	tap_is_int(work_many(id, times), 0,
	    "UJ8: nobody is told before ten minutes after the end");
	clock_shift(1);
	return work_many(id, times);
}

static void
test_thousand(void)
{
	static int times[MANY];
	int64_t id;
	int wrong = 0;

	for (int i = 0; i < MANY; i++) {
		struct arena_mark m = arena_mark(&f.arena);

		device(nth(i), "IP222", "n phones");
		arena_reset(&f.arena, m);
	}
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	tap_is_int(work_many(id, times), MANY, "all of a thousand are told");
	tap_is_int(repeat_many(id, times), MANY_FAIL,
	    "UJ8: then a hundred again, those that failed");
	tap_is_int(repeat_many(id, times), MANY_FAIL, "UJ8: a second time");
	clock_shift(HOUR);
	tap_is_int(work_many(id, times), 0, "UJ8: and no third");
	state_is(id, "idle", "failures", "then the job has ended");
	for (int i = 0; i < MANY; i++)
		wrong += times[i] != (i % (MANY / MANY_FAIL) == 0 ? 3 : 1);
	tap_is_int(wrong, 0, "UJ8: who failed three times, all others once");
	forget_all();
}

static void
test_twenty(void)
{
	int64_t id;

	for (int i = 10; i < 55; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 20, "UJ4: twenty devices at once");
	look();
	tap_is_int((long long)sent.n, 0, "UJ4: and not more");
	runs("009033000010", "141");
	runs("009033000011", "141");
	look();
	tap_is_int((long long)sent.n, 2, "UJ4: who is done makes room");
	must(setting_set(&f.q, "jobs.devices", STR("21")) == 0);
	for (int i = 12; i < 22; i++)
		runs(arena_printf(&f.arena, "0090330000%d", i), "141");
	device("009033000070", "IP222", "s phones");
	must(job_start(&f.q, job("other", "s phones")) == 0);
	look();
	tap_ok(sent.n > 0 && sent.n <= 11,
	    "jobs of all domains have a limit, too");
	must(setting_set(&f.q, "jobs.devices", STR("100")) == 0);
	forget_all();
}

/* The first twenty that waited were all that was looked at. */
static void
test_taken_by_others(void)
{
	const struct device_work script = {
	    .holder = "deliver", .kind = "script", .last_ms = HOUR};
	int64_t id;

	for (int i = 10; i < 31; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	for (int i = 10; i < 30; i++)
		must(device_work_take(&f.q,
			 id_of(arena_printf(&f.arena, "0090330000%d", i)),
			 &script) == 1);
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 1,
	    "twenty devices that others work on hold up nobody behind them");
	task_is(id, "009033000030", TASK_ACTIVE, "who is free is told");
	clock_shift(HOUR + MINUTE);
	look();
	tap_is_int((long long)sent.n, 20, "and they when their time has come");
	forget_all();
}

int
main(void)
{
	scene_open();
	test_thousand();
	test_twenty();
	test_taken_by_others();
	scene_close();
	return tap_end();
}
