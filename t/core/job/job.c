/* Update jobs by a set clock: who is told what, when, and what becomes of it. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advance.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "device_work.h"
#include "file.h"
#include "fixture.h"
#include "must.h"
#include "putback.h"
#include "save.h"
#include "setting.h"
#include "task.h"
#include "task_tell.h"
#include "turn.h"
#include "verdict.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static struct fixture f;
static struct conf conf;
static int64_t north, south;
static struct advance_sends sent; /* by the last look */

/* ---- the scene ---- */

static const char firmware[] =
    "{\"devices\":[{\"id\":\"IP222\",\"versions\":[\"13r1\",\"14r1\"]},"
    "{\"id\":\"IP411\",\"versions\":[\"14r1\"]},"
    "{\"id\":\"IP800\",\"versions\":[\"13r1\"]},"
    "{\"id\":\"IP29\",\"versions\":[\"14r1\"]}],"
    "\"versions\":[{\"id\":\"13r1\",\"build\":\"131\"},"
    "{\"id\":\"14r1\",\"build\":\"141\"}]}";
static const char *const files[] = {"131/ip222.bin", "131/boot222.bin",
    "141/ip222.bin", "141/boot222.bin", "141/ip411.bin"};

static void
put(const char *path, const char *text)
{
	char full[256];

	(void)snprintf(full, sizeof(full), "%s/store/%s", f.folder, path);
	must(file_replace(full, FILE_MODE_PUBLIC, str_of(text), &f.err) == 0);
}

static void
folder(const char *name)
{
	char full[256];

	(void)snprintf(full, sizeof(full), "%s/store%s", f.folder, name);
	must(mkdir(full, 0755) == 0);
}

static void
make_store(void)
{
	folder("");
	folder("/131");
	folder("/141");
	put("firmware.json", firmware);
	for (size_t i = 0; i < COUNT(files); i++)
		put(files[i], "x");
}

static void
drop_store(void)
{
	char command[160];
	static const char *const more[] = {"firmware.json", "131", "141", ""};

	for (size_t i = 0; i < COUNT(files) + COUNT(more); i++) {
		(void)snprintf(command, sizeof(command), "%s/store/%s",
		    f.folder,
		    i < COUNT(files) ? files[i] : more[i - COUNT(files)]);
		must(remove(command) == 0);
	}
}

/* A column of a device, as it tells it from now on. */
static void
says(const char *hw_id, const char *column, const char *value)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "UPDATE device SET %s = '%s' WHERE hw_id = '%s'", column, value,
	    hw_id);
	must(store_exec(f.core.store, text, &f.err) == 0);
}

static int64_t
id_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) > 0 ? d.id : 0;
}

static void
online(const char *hw_id, bool there)
{
	must(db_do(f.core.store, STMT_PRESENCE_SET,
		 ARGS(A_INT(id_of(hw_id)), A_STRZ("main"), A_STRZ("b"),
		     A_INT(1), A_INT(there), A_INT(clock_now_ms()), A_INT(1)),
		 &f.err) == 0);
}

static void
runs(const char *hw_id, const char *build)
{
	says(hw_id, "fw_build", build);
}

/* A device of a category that is there. */
static void
device(const char *hw_id, const char *product, const char *category)
{
	struct str name = str_of(category);
	int64_t domain = category[0] == 's' ? south : north;

	must(fx_device(&f, hw_id, domain, DEVICE_PHONE, FX_PASS) == 0);
	must(device_set_categories(&f.q, str_of(hw_id), &name, 1) == 0);
	says(hw_id, "product", product);
	says(hw_id, "version", "13r1 [131]");
	runs(hw_id, "131");
	online(hw_id, true);
}

static void
forget_all(void)
{
	must(store_exec(f.core.store,
		 "DELETE FROM job; DELETE FROM device WHERE domain_id > 1",
		 &f.err) == 0);
	fx_clear(&f);
	sent.n = 0;
}

static int64_t
job(const char *name, const char *category)
{
	struct str n = str_of(name), c = str_of(category), r = STR("14r1");
	const struct job_change x = {
	    .name = &n, .release = &r, .categories = &c, .ncategories = 1};
	int64_t id = 0;

	if (job_add(&f.q,
		&(struct job_new){.domain = category[0] == 's' ? south : north},
		&x, &id) < 0)
		tap_diag("job %s: %s", name, f.err.text);
	return id;
}

/* ---- the runner, one look ---- */

static void
look(void)
{
	int64_t now = clock_now_ms();
	int rc;

	must(turn_calendar(&f.q, now) == 0 && turn_late(&f.q, now) == 0 &&
	     turn_take(&f.q, now, false) == 0);
	while ((rc = turn_prepare(&f.q, &conf)) > 0)
		continue;
	if (rc < 0 || verdict_devices(&f.q, now) < 0 ||
	    advance(&f.q, &conf, now, &sent) < 0) {
		tap_diag("look: %s", f.err.text);
		must(false);
	}
}

/* What a device was sent in the last look; "". */
static const char *
told(const char *hw_id)
{
	for (size_t i = 0; i < sent.n; i++)
		if (str_eqz(sent.list[i].hw_id, hw_id))
			return sent.list[i].path;
	return "";
}

static struct task
task(int64_t job, const char *hw_id)
{
	struct task t = {0};

	must(load_one(ask_loader(&f.q), STMT_TASK_OF,
		 ARGS(A_INT(job), A_INT(id_of(hw_id))), load_task, &t) >= 0);
	return t;
}

static void
task_is(int64_t job, const char *hw_id, enum task_state state, const char *name)
{
	struct task t = task(job, hw_id);

	tap_is_str(t.state > 0 ? task_state_name(t.state) : "none",
	    state > 0 ? task_state_name(state) : "none", name);
	if (t.state != state && t.error.len > 0)
		tap_diag("%.*s", (int)t.error.len, t.error.p);
}

static void
error_is(int64_t job, const char *hw_id, const char *want, const char *name)
{
	tap_is_str(arena_str(&f.arena, task(job, hw_id).error), want, name);
}

static void
state_is(int64_t id, const char *state, const char *outcome, const char *name)
{
	struct job j = {0};

	must(job_load(&f.q, id, &j) == 1);
	tap_ok(strcmp(job_state_name(&j), state) == 0 &&
		   strcmp(job_outcome_name(j.outcome), outcome) == 0,
	    "%s: %s %s", name, job_state_name(&j), job_outcome_name(j.outcome));
}

static int
answer(int64_t job, const char *hw_id, enum verdict_fate fate, int status)
{
	const struct verdict_answer a = {.job = job,
	    .device = id_of(hw_id),
	    .sent = task(job, hw_id).sent,
	    .fate = fate,
	    .status = status};

	return verdict_answer(&f.q, &a);
}

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
	tap_ok(strstr(task_hint(DEVICE_PHONE), "UP1") != NULL &&
		   strstr(task_hint(DEVICE_PHONE), "HTTPCLIENT0") != NULL &&
		   strstr(task_hint(DEVICE_APP_PLATFORM), "manager") != NULL,
	    "UJ7: and a hint which trace to switch on");
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
test_plans(void)
{
	static const struct {
		const char *hw_id, *product;
		enum task_state state;
		const char *error;
	} rows[] = {
	    {"009033000001", "IP9", TASK_UNFIT,
		"the store has nothing for \"IP9\""},
	    {"009033000002", "IP800", TASK_UNFIT,
		"the store has no 14r1 for IP800"},
	    {"009033000003", "IP29", TASK_FAILED,
		"the store has no 141/ip29.bin"},
	    {"009033000004", "IP222", TASK_UNFIT, "it has it already"},
	    {"009033000005", "IP222", TASK_UNFIT, "it is another vendor's"},
	    {"009033000006", "IP222", TASK_UNFIT,
		"App Platforms are not updated: how is not public"},
	};
	int64_t id;

	for (size_t i = 0; i < COUNT(rows); i++)
		device(rows[i].hw_id, rows[i].product, "n phones");
	runs("009033000004", "141");
	says("009033000005", "other", "1");
	says("009033000006", "type", "4");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_int((long long)sent.n, 0, "UJ6: nobody is told anything");
	for (size_t i = 0; i < COUNT(rows); i++) {
		task_is(id, rows[i].hw_id, rows[i].state, rows[i].product);
		error_is(id, rows[i].hw_id, rows[i].error, "with its reason");
	}
	forget_all();
}

/* What a device says is hostile. */
static void
test_hostile(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	says("009033000001", "fw", "../../firmware.json");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	tap_ok(strstr(told("009033000001"), "/141/ip222.bin") != NULL,
	    "a file name that would leave its folder is none");
	forget_all();
	device("009033000001", "IP222/x y", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	task_is(id, "009033000001", TASK_UNFIT, "nor is such a product one");
	forget_all();
}

static void
test_parts(void)
{
	struct str parts = STR("boot firmware");
	const struct job_change x = {.parts = &parts};
	int64_t id;

	device("009033000001", "IP222", "n phones");
	says("009033000001", "pbx_active", "1");
	says("009033000001", "bc_build", "131");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	look();
	tap_ok(strstr(told("009033000001"), "/sync%20boot%20http") != NULL,
	    "parts come in their order");
	says("009033000001", "bc_build", "141");
	look();
	tap_ok(strstr(told("009033000001"), "/sync%20prot%20http") != NULL,
	    "the next when the one before is done");
	runs("009033000001", "141");
	look();
	tap_ok(strstr(told("009033000001"), "PBX0") != NULL &&
		   strstr(told("009033000001"), "fleet.example/store") != NULL,
	    "UJ9: a PBX gets the App Store path");
	must(answer(id, "009033000001", VERDICT_ANSWERED, 200) == 0);
	look();
	tap_ok(strstr(told("009033000001"), "launcher") != NULL,
	    "UJ9: and the version of the launcher");
	must(answer(id, "009033000001", VERDICT_ANSWERED, 200) == 0);
	task_is(id, "009033000001", TASK_DONE, "UJ9: then it is done");
	forget_all();
}

static void
test_launcher_stays(void)
{
	bool keep = true;
	const struct job_change x = {.keep_launcher = &keep};
	int64_t id;

	device("009033000001", "IP222", "n phones");
	says("009033000001", "pbx_active", "1");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0 && job_start(&f.q, id) == 0);
	look();
	tap_is_str(arena_str(&f.arena, task(id, "009033000001").plan),
	    "firmware:141 store:141",
	    "UJ9: the flag leaves out the launcher, not the path");
	forget_all();
}

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
test_secondary(void)
{
	const char *on = arena_printf(&f.arena,
	    "UPDATE domain SET secondary = 1 WHERE id = %lld",
	    (long long)north);
	int64_t id;

	device("009033000001", "IP222", "n phones");
	must(store_exec(f.core.store, on, &f.err) == 0);
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	error_is(id, "009033000001", "its domain is a second registration",
	    "RG1: a second registration updates nothing");
	must(store_exec(
		 f.core.store, "UPDATE domain SET secondary = 0", &f.err) == 0);
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

static void
test_store_gone(void)
{
	char from[128], to[128];
	struct job j;
	int64_t id;

	(void)snprintf(from, sizeof(from), "%s/store", f.folder);
	(void)snprintf(to, sizeof(to), "%s/gone", f.folder);
	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0 && rename(from, to) == 0);
	look();
	must(job_load(&f.q, id, &j) == 1);
	state_is(id, "waiting", "failures", "without a store it cannot begin");
	tap_ok(strstr(arena_str(&f.arena, j.trouble), "firmware.json") != NULL,
	    "and says why");
	must(rename(to, from) == 0);
	clock_shift(11 * MINUTE);
	look();
	look();
	tap_ok(task(id, "009033000001").state == TASK_ACTIVE || sent.n == 1,
	    "it is tried again");
	forget_all();
}

/* ---- backups ---- */

static int64_t
backup(const char *name, const char *target)
{
	struct str n = str_of(name), c = STR("n phones"), t = str_of(target);
	const struct job_change x = {
	    .name = &n, .categories = &c, .ncategories = 1, .target = &t};
	int64_t id = 0;

	if (job_add(&f.q,
		&(struct job_new){.domain = north, .work = JOB_BACKUP}, &x,
		&id) < 0)
		tap_diag("job %s: %s", name, f.err.text);
	return id;
}

static int
says_text(int64_t job, const char *hw_id, const char *text)
{
	const struct verdict_answer a = {.job = job,
	    .device = id_of(hw_id),
	    .sent = task(job, hw_id).sent,
	    .fate = VERDICT_ANSWERED,
	    .status = 200,
	    .body = str_of(text)};

	return verdict_answer(&f.q, &a);
}

static int64_t
saves_of(const char *hw_id)
{
	struct save_page p = {.hw_id = str_of(hw_id)};
	struct save *list;
	size_t n;

	must(save_list(&f.q, &p, &list, &n) == 0);
	return (int64_t)n;
}

static void
test_backup_ways(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	id = backup("night", "");
	must(job_start(&f.q, id) == 0);
	look();
	tap_ok(strstr(told("009033000001"), "/sync%20scfg%20http") != NULL,
	    "BJ3: a device is told to put its configuration");
	must(answer(id, "009033000001", VERDICT_ANSWERED, 200) == 0);
	look();
	tap_is_str(told("009033000001"), "", "it may put it behind its answer");
	clock_shift(VERDICT_PUT_MS);
	look();
	tap_is_str(told("009033000001"), "/cfg.txt",
	    "BJ3: not for long: then it is read");
	must(says_text(id, "009033000001", "config a\r\n") == 0);
	task_is(id, "009033000001", TASK_DONE, "which is done when it is kept");
	tap_is_int(saves_of("009033000001"), 1, "as it is");
	look();
	must(job_start(&f.q, id) == 0);
	look();
	tap_ok(
	    told("009033000001")[0] == '/', "the next night it is saved again");
	must(answer(id, "009033000001", VERDICT_UNKNOWN, 0) == 0);
	task_is(id, "009033000001", TASK_ACTIVE,
	    "H2: a connection that is cut is no failure: it may still come");
	clock_shift(16 * MINUTE);
	look();
	look();
	must(answer(id, "009033000001", VERDICT_UNKNOWN, 0) == 0);
	error_is(id, "009033000001", "read: the device gives no whole answer",
	    "half an answer is not kept");
	tap_is_int(saves_of("009033000001"), 1, "nor listed");
	forget_all();
}

static void
test_backup_target(void)
{
	int64_t id;
	struct verdict_answer a = {.status = 200};

	device("009033000001", "IP222", "n phones");
	id = backup("night", "https://files.example/x");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_str(told("009033000001"), "/cfg.txt",
	    "A7: for a target the configuration is read");
	a.job = id;
	a.device = id_of("009033000001");
	a.sent = task(id, "009033000001").sent;
	tap_is_int(says_text(id, "009033000001", "config a\r\n"), 1,
	    "a copy is to be made");
	task_is(id, "009033000001", TASK_ACTIVE, "until then it is not done");
	must(verdict_copied(&f.q, &a, "the target answers 507") == 0);
	error_is(id, "009033000001", "copy: the target answers 507",
	    "BJ5: without a copy it has failed");
	must(verdict_copied(&f.q, &a, NULL) == 0);
	task_is(
	    id, "009033000001", TASK_FAILED, "what comes later says nothing");
	forget_all();
}

static void
test_backup_twenty(void)
{
	int64_t id, update;

	for (int i = 10; i < 33; i++)
		device(arena_printf(&f.arena, "0090330000%d", i), "IP222",
		    "n phones");
	id = backup("night", "");
	update = job("update", "n phones");
	must(job_start(&f.q, id) == 0);
	clock_shift(1);
	must(job_start(&f.q, update) == 0);
	look();
	tap_is_int((long long)sent.n, 20, "BJ2: twenty devices at once");
	look();
	tap_is_int((long long)sent.n, 0, "BJ2: and not more");
	state_is(update, "waiting", "", "BJ2: one job after the other");
	forget_all();
}

/* A device gets back what it had. */
static void
test_putback(void)
{
	struct save_page page = {.hw_id = STR("009033000001")};
	struct putback_wish wish = {.seconds = 0};
	struct putback p, twice;
	struct save *list;
	struct buf text;
	const char *ticket;
	size_t n;
	int64_t id;

	device("009033000001", "IP222", "n phones");
	id = backup("night", "https://files.example/x");
	must(job_start(&f.q, id) == 0);
	look();
	must(says_text(id, "009033000001", "config a\r\n") == 1 &&
	     save_list(&f.q, &page, &list, &n) == 0 && n == 1);
	wish.save = list[0].id;
	tap_ok(
	    putback_begin(&f.q, &conf, &wish, &p) < 0 && f.err.kind == ERR_BUSY,
	    "BJ6: who is worked on gets nothing back");
	must(answer(id, "009033000001", VERDICT_ANSWERED, 500) == 0);
	must(putback_begin(&f.q, &conf, &wish, &p) == 0);
	tap_ok(strstr(p.path, "/sync%20cfg%20http") != NULL,
	    "BJ6: else it is told to load it");
	tap_ok(putback_begin(&f.q, &conf, &wish, &twice) < 0,
	    "BJ6: by one at a time");
	ticket = strstr(p.path, "/dav/") + strlen("/dav/");
	must(putback_text(&f.q, str_n(ticket, 32), &text) == 0);
	tap_is_str(arena_str(&f.arena, buf_view(&text)), "config a\r\n",
	    "BJ6: from a URL that has it, secrets and all");
	buf_wipe(&text);
	tap_ok(putback_text(&f.q, str_n(ticket, 32), &text) < 0 &&
		   f.err.kind == ERR_GONE,
	    "once");
	buf_wipe(&text);
	must(putback_end(&f.q, &p) == 0);
	online("009033000001", false);
	wish.save = list[0].id;
	tap_ok(
	    putback_begin(&f.q, &conf, &wish, &p) < 0 && f.err.kind == ERR_BUSY,
	    "BJ6: who is offline gets nothing back");
	forget_all();
}

static void
test_backup_refusals(void)
{
	struct str name = STR("x"), phones = STR("n phones"),
		   release = STR("14r1"), ftp = STR("ftp://x/"),
		   query = STR("http://x/?a"), web = STR("http://x/"),
		   login = STR("anna"), colon = STR("a:b"),
		   password = STR("secret");
	const struct job_new as = {.domain = north, .work = JOB_BACKUP};
	struct job_change x = {
	    .name = &name, .categories = &phones, .ncategories = 1};
	struct actor who;
	struct ask q;
	char cred[32];
	int64_t id;

	x.release = &release;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0 && f.err.kind == ERR_INPUT,
	    "a backup has no release");
	x.release = NULL;
	x.target = &ftp;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0, "a target is on the web");
	x.target = &query;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0, "and a folder");
	x.target = NULL;
	x.login = &login;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0, "who logs in does it there");
	x.target = &web;
	x.login = &colon;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0, "by a name that can be told");
	x.login = NULL;
	x.password = &password;
	tap_ok(job_add(&f.q, &as, &x, &id) < 0, "a password has a name");
	x.login = &login;
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &who) == 1);
	q = fx_as(&f, &who);
	tap_ok(job_add(&q, &as, &x, &id) < 0 && f.err.kind == ERR_DENIED,
	    "a domain's login names no target");
	tap_ok(job_add(&f.q, &as, &x, &id) == 0, "else it is one");
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
	fx_open(&f);
	conf = (struct conf){.state = f.folder,
	    .device_url = "http://fleet.example",
	    .base = "/example.com/devices",
	    .templates = SRCDIR "/templates",
	    .fetch_local = "",
	    .private_ok = true};
	f.core.templates = conf.templates;
	north = fx_domain(&f, "north.example", "north secret");
	south = fx_domain(&f, "south.example", "south secret");
	must(fx_category(&f, north, "n phones") > 0 &&
	     fx_category(&f, north, "n others") > 0 &&
	     fx_category(&f, south, "s phones") > 0);
	make_store();
	test_way();
	test_versions();
	test_failures();
	test_repetitions();
	test_thousand();
	test_plans();
	test_hostile();
	test_parts();
	test_launcher_stays();
	test_order();
	test_twenty();
	test_taken();
	test_secondary();
	test_late();
	test_stages();
	test_only_stage();
	test_tell();
	test_abort();
	test_changes();
	test_calendar();
	test_hours_end();
	test_store_gone();
	test_refusals();
	test_backup_ways();
	test_backup_target();
	test_backup_twenty();
	test_putback();
	test_backup_refusals();
	drop_store();
	fx_close(&f);
	return tap_end();
}
