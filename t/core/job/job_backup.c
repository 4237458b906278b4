/*
 * Backup jobs: by which ways a device is saved.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "must.h"
#include "save.h"
#include "scene.h"

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
	must(verdict_copied(&f.q, &a, false, "the target answers 507") == 0);
	error_is(id, "009033000001", "copy: the target answers 507",
	    "BJ5: without a copy it has failed");
	must(verdict_copied(&f.q, &a, true, "") == 0);
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

int
main(void)
{
	scene_open();
	test_backup_ways();
	test_backup_target();
	test_backup_twenty();
	test_backup_refusals();
	scene_close();
	return tap_end();
}
