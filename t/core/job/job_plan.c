/*
 * What update jobs plan for each device, by what the store has.
 */
#include <stdio.h>
#include <string.h>

#include "category.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "must.h"
#include "plan.h"
#include "scene.h"
#include "task.h"

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
	struct task failed;
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
	failed = task(id, "009033000003");
	tap_is_str(task_hint(&failed), "",
	    "of one that was told nothing no trace says anything");
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

/* A device that waited began it anew in the moment in which it had failed, so that
 * nobody was ever told of an alarm. */
static void
test_trouble_stays(void)
{
	char from[128], to[128];
	int64_t id;

	(void)snprintf(from, sizeof(from), "%s/store", f.folder);
	(void)snprintf(to, sizeof(to), "%s/gone", f.folder);
	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_start(&f.q, id) == 0);
	look();
	runs("009033000001", "141");
	look();
	state_is(id, "idle", "done", "a job is done");
	must(rename(from, to) == 0);
	device("009033000002", "IP222", "n phones");
	for (int round = 0; round < 3; round++) {
		look();
		clock_shift(11 * MINUTE);
	}
	for (int i = 0; i < 3; i++)
		look();
	state_is(id, "idle", "failures",
	    "one that cannot begin with who came late has failed, and stays "
	    "so");
	must(rename(to, from) == 0 && job_start(&f.q, id) == 0);
	look();
	task_is(id, "009033000002", TASK_ACTIVE, "until it is started again");
	forget_all();
}

/* Why a job could not begin; it is removed. */
static void
trouble_is(int64_t id, const char *want, const char *name)
{
	struct job j;

	must(job_start(&f.q, id) == 0);
	look();
	must(job_load(&f.q, id, &j) == 1);
	tap_is_str(arena_str(&f.arena, j.trouble), want, name);
	state_is(id, "waiting", "failures", "it has not ended well");
	must(job_remove(&f.q, id) == 0);
}

/* It ended as done, with nobody updated and no word but in each task. */
static void
test_release_mistyped(void)
{
	struct str release = STR("14r11");
	const struct job_change x = {.release = &release};
	int64_t id;

	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	must(job_edit(&f.q, id, &x) == 0);
	trouble_is(id, "the store has no release 14r11",
	    "a job to a release that the store does not have cannot begin");
	forget_all();
}

static void
test_categories_gone(void)
{
	const struct job_new backup = {.domain = north, .work = JOB_BACKUP};
	struct str name = STR("saves"), category = STR("n gone");
	const struct job_change x = {
	    .name = &name, .categories = &category, .ncategories = 1};
	int64_t update, save = 0;
	int64_t gone = fx_category(&f, north, "n gone");

	must(gone > 0);
	update = job("night", "n gone");
	must(job_add(&f.q, &backup, &x, &save) == 0 &&
	     category_remove(&f.q, gone) == 0);
	trouble_is(update, "its categories have gone",
	    "nor can one whose categories were all removed");
	trouble_is(save, "its categories have gone", "a backup job neither");
	forget_all();
}

#define DRY_MAX 600

static void
say_dry(void *arg, const struct device *d, const struct plan_task *t)
{
	char *out = arg;

	(void)d;
	(void)snprintf(out, DRY_MAX, "%s %.500s", task_state_name(t->state),
	    t->words[0] != '\0' ? t->words : t->error);
}

static void
dry_is(int64_t id, const char *want, const char *name)
{
	char got[DRY_MAX] = "nobody";

	must(plan_dry(&f.q, &conf, id, say_dry, got) == 0);
	tap_is_str(got, want, name);
}

/* A dry run said that a device would be updated, and a start left it alone. */
static void
test_dry_run(void)
{
	int64_t id;

	device("009033000001", "IP222", "n phones");
	id = job("night", "n phones");
	dry_is(id, "waiting firmware:141", "a dry run says what is next");
	must(job_start(&f.q, id) == 0);
	look();
	dry_is(id, "active it is at work on it", "who is at work");
	runs("009033000001", "141");
	look();
	runs("009033000001", "131");
	dry_is(id, "done it had success in this job before",
	    "and who is left alone though it runs something else");
	must(job_start(&f.q, id) == 0);
	look();
	tap_is_str(told("009033000001"), "", "which is what happens then");
	task_is(id, "009033000001", TASK_DONE, "UJ6: it was done");
	forget_all();
}

int
main(void)
{
	scene_open();
	test_plans();
	test_hostile();
	test_parts();
	test_launcher_stays();
	test_secondary();
	test_store_gone();
	test_trouble_stays();
	test_release_mistyped();
	test_categories_gone();
	test_dry_run();
	scene_close();
	return tap_end();
}
