#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "device_work.h"
#include "file.h"
#include "must.h"
#include "setting.h"
#include "task.h"
#include "turn.h"

struct fixture f;
struct conf conf;
int64_t north, south;
struct advance_sends sent; /* by the last look */

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
void
says(const char *hw_id, const char *column, const char *value)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "UPDATE device SET %s = '%s' WHERE hw_id = '%s'", column, value,
	    hw_id);
	must(store_exec(f.core.store, text, &f.err) == 0);
}

int64_t
id_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) > 0 ? d.id : 0;
}

void
online(const char *hw_id, bool there)
{
	must(db_do(f.core.store, STMT_PRESENCE_SET,
		 ARGS(A_INT(id_of(hw_id)), A_STRZ("main"), A_STRZ("b"),
		     A_INT(1), A_INT(there), A_INT(clock_now_ms()), A_INT(1)),
		 &f.err) == 0);
}

void
runs(const char *hw_id, const char *build)
{
	says(hw_id, "fw_build", build);
}

/* A device of a category that is there. */
void
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

void
forget_all(void)
{
	must(store_exec(f.core.store,
		 "DELETE FROM job; DELETE FROM device WHERE domain_id > 1",
		 &f.err) == 0);
	fx_clear(&f);
	sent.n = 0;
}

int64_t
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

void
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
const char *
told(const char *hw_id)
{
	for (size_t i = 0; i < sent.n; i++)
		if (str_eqz(sent.list[i].hw_id, hw_id))
			return sent.list[i].path;
	return "";
}

struct task
task(int64_t job, const char *hw_id)
{
	struct task t = {0};

	must(load_one(ask_loader(&f.q), STMT_TASK_OF,
		 ARGS(A_INT(job), A_INT(id_of(hw_id))), load_task, &t) >= 0);
	return t;
}

void
task_is(int64_t job, const char *hw_id, enum task_state state, const char *name)
{
	struct task t = task(job, hw_id);

	tap_is_str(t.state > 0 ? task_state_name(t.state) : "none",
	    state > 0 ? task_state_name(state) : "none", name);
	if (t.state != state && t.error.len > 0)
		tap_diag("%.*s", (int)t.error.len, t.error.p);
}

void
error_is(int64_t job, const char *hw_id, const char *want, const char *name)
{
	tap_is_str(arena_str(&f.arena, task(job, hw_id).error), want, name);
}

void
state_is(int64_t id, const char *state, const char *outcome, const char *name)
{
	struct job j = {0};

	must(job_load(&f.q, id, &j) == 1);
	tap_ok(strcmp(job_state_name(&j), state) == 0 &&
		   strcmp(job_outcome_name(j.outcome), outcome) == 0,
	    "%s: %s %s", name, job_state_name(&j), job_outcome_name(j.outcome));
}

int
answer(int64_t job, const char *hw_id, enum verdict_fate fate, int status)
{
	const struct verdict_answer a = {.job = job,
	    .device = id_of(hw_id),
	    .sent = task(job, hw_id).sent,
	    .fate = fate,
	    .status = status};

	return verdict_answer(&f.q, &a);
}

void
scene_open(void)
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
}

void
scene_close(void)
{
	drop_store();
	fx_close(&f);
}
