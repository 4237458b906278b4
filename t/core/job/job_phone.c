/*
 * Update jobs for phones of other vendors: which there may be, what they would do,
 * what a phone gets while one works on it, and how it is judged.
 */
#include "job_phone.h"

#include <stdio.h>
#include <string.h>

#include "change.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "device_work.h"
#include "must.h"
#include "phone.h"
#include "phone_check.h"
#include "phone_explain.h"
#include "phone_key.h"
#include "phone_layer.h"
#include "phone_render.h"
#include "phone_resync.h"
#include "phone_serve.h"
#include "phone_window.h"
#include "plan.h"
#include "scene.h"
#include "setting.h"
#include "vendor.h"

#define ONE   "001122000001"
#define TWO   "001122000002"
#define HERE  "192.0.2.1"
#define THERE "198.51.100.1"
#define URL   "http://files.example/{model}/{version}.rom"

static struct arena memory;
static struct phone_types types;
static struct buf body;

static const char conf_text[] =
    "name = Acme\nprefixes = 001122\n"
    "agent = model,firmware ^Acme ([A-Z0-9]+) ([0-9.]+)$\n"
    "step = 1.5 2.0 1.7\nstep = 3 2 -\n"
    "[file {mac}.cfg]\ntemplate = phone.cfg\n"
    "[file common{model}.cfg]\ntemplate = common.cfg\n"
    "firmware = firmware.cfg\n"
    "[file more.cfg]\nfirmware = firmware.cfg\n"
    "[model acmeA1]\nagent = A1, A1-X\nstep = 1.6 2.0 1.8\n"
    "[model acmeB_1]\nagent = B1\n"
    "[model acmeC1]\nagent = C1\nupdates = no\n";

static void
open_vendor(void)
{
	struct err e;

	f.core.templates = vendor_make(conf_text);
	vendor_write("phone.cfg",
	    "{{url}}\n{{#proven}}fw={{firmware_url}}\n{{/proven}}"
	    "{{#accounts}}{{sip_password}}\n{{/accounts}}");
	vendor_write("common.cfg", "in a window {{firmware_url}}\n");
	vendor_write("firmware.cfg",
	    "load {{firmware_url}} {{firmware_path}}{{#firmware_tls}} "
	    "tls{{/firmware_tls}} {{firmware_version}}\n");
	arena_init(&memory, (size_t)4 << 20);
	must(phone_types_load(&memory, f.core.templates, &types, &e) == 0);
}

static void
close_vendor(void)
{
	vendor_remove();
	buf_wipe(&body);
	arena_fini(&memory);
}

/* ---- phones and jobs ---- */

static void
set(const char *layer, const char *name, const char *value)
{
	const struct phone_change c = {str_of(name), str_of(value)};

	must(phone_layer_set(&f.q, str_of(layer), &c, 1) == 0);
}

/* One of north that has come by its own URL; its window is closed. */
static void
phone(const char *mac, const char *type, const char *version)
{
	const struct phone_new in = {.mac = str_of(mac),
	    .type = phone_type_find(&types, str_of(type)),
	    .domain = north,
	    .name = STR("")};
	struct str category = STR("n phones");
	char text[256];

	must(phone_add(&f.q, &in) == 0 &&
	     device_set_categories(&f.q, in.mac, &category, 1) == 0);
	(void)snprintf(text, sizeof(text),
	    "UPDATE phone SET proven = 1, place = '" HERE "', until = 0,"
	    " address = '" HERE "' WHERE device_id = %lld",
	    (long long)id_of(mac));
	must(store_exec(f.core.store, text, &f.err) == 0);
	says(mac, "version", version);
	online(mac, true);
	set(mac, "sip_server", "sip.example");
	set(mac, "sip_user.0", "101");
	set(mac, "sip_password.0", "hush-4711");
}

/* A new job; 0 if it is refused. */
static int64_t
update(const char *models, const char *version, const char *url)
{
	static int n;
	struct str name = str_of(arena_printf(&f.arena, "job %d", ++n));
	struct str category = STR("n phones"), r = str_of(version),
		   m = str_of(models), u = str_of(url);
	const struct job_change x = {.name = &name,
	    .release = &r,
	    .models = &m,
	    .firmware = url[0] != '\0' ? &u : NULL,
	    .categories = &category,
	    .ncategories = 1};
	const struct job_new as = {.domain = north, .work = JOB_PHONES};
	int64_t id = 0;

	return job_add(&f.q, &as, &x, &id) == 0 ? id : 0;
}

static int64_t
started(const char *models, const char *version)
{
	int64_t id = update(models, version, URL);

	must(id != 0 && job_start(&f.q, id) == 0);
	look();
	return id;
}

/* What it gets by its own URL, from there, as this version. */
static const char *
asks_from(
    const char *mac, const char *name, const char *version, const char *address)
{
	struct phone_request in = {.counts = true,
	    .name = str_of(name),
	    .agent = str_of(arena_printf(&f.arena, "Acme A1 %s", version)),
	    .address = str_of(address),
	    .cert = STR(""),
	    .origin = "http://h"};
	char key[PHONE_KEY_SIZE], proof[PHONE_MARK_SIZE];
	const struct str who[] = {str_of(mac), in.name, in.agent, in.address};
	struct phone_again again;
	struct phone_answer a;
	struct served_phone p;

	must(phone_served(&f.q, str_of(mac), &p) == 1);
	phone_again_name(who, COUNT(who), &again);
	in.again = &again;
	phone_proof_write(&f.core, &p, proof);
	must(phone_proof_read(&f.core, str_of(proof), &in.proof));
	in.door.domain_id = p.domain_id;
	(void)snprintf(key, sizeof(key), "%lld-1-x", (long long)north);
	in.key = str_of(key);
	buf_wipe(&body);
	buf_init(&body, PHONE_RENDER_MAX);
	/* As provision.fcgi does. */
	must(phone_serve_again(&f.q, &in, &a, &body) == 1 ||
	     phone_serve(&f.q, &types, &in, &a, &body) == 1);
	return phone_reason_name(a.reason);
}

static const char *
asks(const char *mac, const char *name)
{
	return asks_from(mac, name, "1.0", HERE);
}

static const char *
got(void)
{
	return body.data != NULL ? body.data : "";
}

/* The URL among values, and where it is from. */
static const char *
firmware_in(const struct phone_values *values)
{
	const struct phone_value *v = phone_values_find(
	    values, phone_setting_find(STR("firmware_url")), -1);

	return v == NULL ? ""
			 : arena_printf(&f.arena, "%.*s %.*s", (int)v->text.len,
			       v->text.p, (int)v->layer.len, v->layer.p);
}

/* What its layers have. */
static const char *
firmware_of(const char *mac)
{
	struct phone_values values;
	struct served_phone p;

	must(phone_served(&f.q, str_of(mac), &p) == 1 &&
	     phone_values_load(&f.q, &p, STR("acme"), &values) == 0);
	return firmware_in(&values);
}

static void
explained_is(const char *mac, const char *want, const char *name)
{
	struct phone_values v;
	bool sorted = true;

	must(phone_explain(&f.q, &types, str_of(mac), &v) == 0);
	for (size_t i = 1; i < v.n; i++)
		sorted = sorted && v.list[i - 1].of.s <= v.list[i].of.s;
	tap_is_str(firmware_in(&v), want, name);
	tap_ok(sorted, "... in the order of the table");
}

/* How many orders to come wait. */
static int
resyncs(void)
{
	struct phone_resync *list;
	size_t n;

	must(phone_resync_waiting(&f.q, &list, &n) == 0);
	return (int)n;
}

/* The phone was told, and said yes; it may be told again. */
static void
resynced(void)
{
	must(store_exec(f.core.store,
		 "UPDATE phone_resync SET done = 1, told = 1", &f.err) == 0);
}

/* ---- which there may be ---- */

/* So many models. */
static const char *
many(int n)
{
	const char *all = "acmeA1";

	while (--n > 0)
		all = arena_printf(&f.arena, "%s acmeB_1", all);
	return all;
}

static void
test_jobs(void)
{
	static const struct {
		const char *models, *version, *url, *say, *name;
	} rows[] = {{"acmeZ", "2.0", URL, "no such model of phones",
			"a model that nobody knows"},
	    {"acmeA1 acmeC1", "2.0", URL,
		"these phones take firmware in a window only: set firmware_url "
		"and open windows",
		"a vendor or model without a file of firmware alone is "
		"refused, "
		"and told what to do"},
	    {"", "2.0", URL, "a job for phones has models", "no model"},
	    {"acmeA1", "2.0", "", "a job for phones has a firmware URL",
		"no URL"},
	    {"acmeA1", "2.0", "file:///etc/passwd",
		"a job for phones has a firmware URL", "what no phone loads"},
	    {"acmeA1", "2.0", "http://h/{mac}",
		"a job for phones has a firmware URL", "an unknown word"},
	    {"acmeA1", "2.0 x", URL, "a version is one word", "two words"},
	    {"acmeA1", "2:0", URL, "a version is one word", "a colon"}};
	struct str parts = STR("firmware"), models = STR("acmeB_1");
	const struct job_change with_parts = {.parts = &parts},
				with_models = {.models = &models};
	int64_t id;

	for (size_t i = 0; i < COUNT(rows); i++) {
		tap_is_int((long long)update(
			       rows[i].models, rows[i].version, rows[i].url),
		    0, rows[i].name);
		tap_is_str(f.err.say, rows[i].say, "... says so");
	}
	tap_ok(update(many(JOB_PHONE_MODELS), "2.0", URL) > 0 &&
		   update(many(JOB_PHONE_MODELS + 1), "2.0", URL) == 0 &&
		   strcmp(f.err.say, "too many models") == 0,
	    "a job has %d models at most", JOB_PHONE_MODELS);
	id = update("acmeA1", "2.0", URL);
	tap_ok(id > 0, "a job for phones");
	tap_ok(job_edit(&f.q, id, &with_parts) < 0, "has no parts");
	tap_ok(job_edit(&f.q, id, &with_models) == 0, "but other models");
	id = job("night", "n phones");
	tap_ok(job_edit(&f.q, id, &with_models) < 0,
	    "one for devices that keep a connection has no models");
	forget_all();
}

/* ---- plans ---- */

struct planned {
	const char *mac, *want;
};

static void
take_plan(void *arg, const struct device *d, const struct plan_task *t)
{
	struct planned *list = arg;

	for (; list->mac != NULL; list++)
		if (str_eqz(d->hw_id, list->mac))
			tap_is_str(t->words[0] != '\0' ? t->words : t->error,
			    list->want, list->mac);
}

static void
plan_is(int64_t id, struct planned *list)
{
	must(plan_dry(&f.q, &conf, id, take_plan, list) == 0);
}

static void
test_plans(void)
{
	struct planned all[] = {{ONE, "phone:2.0"}, {TWO, "it has it already"},
	    {"001122000003",
		"it has no URL of its own yet: open a window first"},
	    {"001122000004", "phone:1.7 phone:2.0"},
	    {"001122000005", "there is no way from 3.1 to 2.0"},
	    {"001122000006", "phone:1.8 phone:2.0"},
	    {"001122000007", "phone:2.0"}, {NULL, NULL}};
	struct planned one_url[] = {
	    {"001122000004",
		"it goes by way of 1.7: update it to that first, or have "
		"{version} in the URL"},
	    {ONE, "phone:2.0"}, {NULL, NULL}};

	tap_diag("plans of a job for acmeA1");
	phone(ONE, "acmeA1", "1.0");
	phone(TWO, "acmeA1", "2.0.3");
	phone("001122000003", "acmeA1", "1.0");
	phone("001122000004", "acmeA1", "1.5.2");
	phone("001122000005", "acmeA1", "3.1");
	phone("001122000006", "acmeA1", "1.6");
	phone("001122000007", "acmeA1", "2.01");
	must(store_exec(f.core.store,
		 "UPDATE phone SET proven = 0 WHERE device_id ="
		 " (SELECT id FROM device WHERE hw_id = '001122000003')",
		 &f.err) == 0);
	plan_is(update("acmeA1", "2.0", URL), all);
	plan_is(update("acmeA1", "2.0", "http://files.example/fw"), one_url);
	tap_is_int(resyncs(), 0, "a plan tells nobody anything");
	forget_all();
}

/* ---- from start to end ---- */

static void
test_update(void)
{
	int64_t id;

	phone(ONE, "acmeA1", "1.0");
	tap_is_str(asks(ONE, "commonA1.cfg"), "outside",
	    "without a job there is nothing outside of its window");
	id = started("acmeA1", "2.0");
	task_is(id, ONE, TASK_ACTIVE, "a job begins with a phone");
	tap_is_int(resyncs(), 1, "... which is told to come");
	tap_is_int((long long)sent.n, 0, "... and through no tunnel");
	tap_is_str(asks(ONE, "commonA1.cfg"), "given",
	    "it gets the file that has firmware alone");
	tap_is_str(got(),
	    "load http://files.example/A1/2.0.rom files.example/A1/2.0.rom "
	    "2.0\n",
	    "... with the URL of the job, in its words");
	tap_is_str(asks(ONE, ONE ".cfg"), "outside",
	    "its own file is not there: no window was opened");
	tap_is_str(asks(ONE, "nothing.cfg"), "outside", "nor is another one");
	tap_is_str(firmware_of(ONE), "", "its settings are what they were");
	explained_is(ONE, "http://files.example/A1/2.0.rom job",
	    "... and what it gets is explained by the job");
	look();
	task_is(id, ONE, TASK_ACTIVE, "it still says its old version");
	(void)asks_from(ONE, "commonA1.cfg", "2.0.1", HERE);
	look();
	task_is(id, ONE, TASK_DONE, "M7: it is judged by its next User-Agent");
	state_is(id, "idle", "done", "so the job is done");
	tap_is_str(firmware_of(ONE), "http://files.example/A1/2.0.rom device",
	    "the URL stands in its layer now, so it does not go back");
	tap_is_str(asks_from(ONE, "commonA1.cfg", "2.0.1", HERE), "outside",
	    "and the file is there no longer");
	must(job_start(&f.q, id) == 0);
	look();
	task_is(id, ONE, TASK_DONE, "started again it is left alone");
	forget_all();
}

static void
open_window(int64_t minutes)
{
	const struct phone_opening in = {
	    .mac = STR(ONE), .minutes = minutes, .from = STR("")};
	struct served_phone p;

	must(phone_window_set(&f.q, &in, &p) == 0);
}

static void
test_window(void)
{
	phone(ONE, "acmeA1", "1.0");
	set("model:acmeA1", "firmware_url", "http://old.example/x");
	open_window(60);
	tap_ok(strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
		   strstr(got(), "fw=http://old.example/x\n") != NULL,
	    "in a window its file names the firmware of its settings");
	tap_is_str(asks(ONE, ONE ".cfg"), "given", "... and once more");
	(void)started("acmeA1", "2.0");
	tap_ok(
	    strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
		strstr(got(), "fw=http://files.example/A1/2.0.rom\n") != NULL,
	    "while a job works on it that of the job");
	tap_ok(strcmp(asks(ONE, "commonA1.cfg"), "given") == 0 &&
		   strstr(got(), "in a window") != NULL,
	    "and the common file is what it is in a window");
	clock_shift(HOUR);
	look();
	open_window(60);
	tap_ok(strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
		   strstr(got(), "fw=http://old.example/x\n") != NULL,
	    "when it has failed its file is as before");
	tap_is_str(firmware_of(ONE), "http://old.example/x model:acmeA1",
	    "... and so are its settings");
	open_window(0);
	tap_is_str(asks(ONE, "commonA1.cfg"), "outside",
	    "... and what has firmware alone is gone");
	set("model:acmeA1", "firmware_url", "");
	forget_all();
}

/* What it got a moment ago it gets no longer, when nothing but its task has
 * changed. */
static void
test_window_again(void)
{
	phone(ONE, "acmeA1", "1.0");
	set("model:acmeA1", "firmware_url", "http://old.example/x");
	must(setting_set(&f.q, "jobs.timeout", STR("5")) == 0);
	phone(TWO, "acmeA1", "1.0");
	online(ONE, false);
	online(TWO, false);
	open_window(60);
	(void)started("acmeA1", "2.0");
	for (int i = 0; i < 2; i++)
		tap_ok(strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
			   strstr(got(), "fw=http://old.example/x\n") != NULL,
		    "a file that is found again");
	online(ONE, true);
	look();
	for (int i = 0; i < 2; i++)
		tap_ok(strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
			   strstr(got(), "/A1/2.0.rom\n") != NULL,
		    "is another one as soon as a job works on the phone");
	/* The job goes on with another one. */
	clock_shift(3000);
	online(TWO, true);
	look();
	(void)asks(ONE, ONE ".cfg");
	clock_shift(3000);
	look();
	tap_ok(strcmp(asks(ONE, ONE ".cfg"), "given") == 0 &&
		   strstr(got(), "fw=http://old.example/x\n") != NULL,
	    "... and the old one as soon as that has ended");
	must(setting_set(&f.q, "jobs.timeout", STR("900")) == 0);
	set("model:acmeA1", "firmware_url", "");
	forget_all();
}

static void
test_failures(void)
{
	int64_t id;

	phone(ONE, "acmeA1", "1.0");
	id = started("acmeA1", "2.0");
	resynced();
	clock_shift(HOUR);
	look();
	task_is(id, ONE, TASK_FAILED, "who does not come in time has failed");
	error_is(id, ONE,
	    "phone: no 2.0 in time; it says 1.0, and was told to come: "
	    "answered",
	    "... with what it was told");
	state_is(id, "waiting", "failures", "... and is tried again");
	clock_shift(HOUR);
	look();
	task_is(id, ONE, TASK_ACTIVE, "... it is told once more");
	must(job_abort(&f.q, id) == 0);
	task_is(id, ONE, TASK_ACTIVE, "aborted, who was told is watched");
	(void)asks_from(ONE, "commonA1.cfg", "2.0", HERE);
	look();
	task_is(id, ONE, TASK_DONE, "... to the end");
	forget_all();

	phone(ONE, "acmeA1", "1.0");
	online(ONE, false);
	id = started("acmeA1", "2.0");
	task_is(id, ONE, TASK_AWAY, "who is away is waited for");
	tap_is_str(asks(ONE, "commonA1.cfg"), "outside",
	    "... and gets nothing meanwhile");
	must(job_abort(&f.q, id) == 0);
	tap_is_str(firmware_of(ONE), "", "aborted nothing was set");
	forget_all();
}

static void
test_steps(void)
{
	int64_t id;

	phone(ONE, "acmeA1", "1.5");
	id = started("acmeA1", "2.0");
	(void)asks_from(ONE, "commonA1.cfg", "1.5", HERE);
	tap_ok(strstr(got(), "A1/1.7.rom") != NULL,
	    "5.11: the firmware that lies between comes first");
	(void)asks_from(ONE, "commonA1.cfg", "1.7", HERE);
	look();
	task_is(id, ONE, TASK_WAITING,
	    "... told just now, it is told of the next one later");
	tap_is_str(firmware_of(ONE), "", "... nothing is set in between");
	resynced();
	look();
	task_is(id, ONE, TASK_ACTIVE, "... then");
	(void)asks_from(ONE, "commonA1.cfg", "1.7", HERE);
	tap_ok(
	    strstr(got(), "A1/2.0.rom") != NULL, "... it gets the wanted one");
	(void)asks_from(ONE, "commonA1.cfg", "2.0", HERE);
	look();
	task_is(id, ONE, TASK_DONE, "... and is done");
	forget_all();
}

/* Somebody has told it just now. */
static void
test_told_before(void)
{
	const struct phone_resync_order order = {
	    .mac = STR(ONE), .login = STR(""), .password = STR("")};
	const struct device_work script = {
	    .holder = "deliver", .kind = "script", .last_ms = 60000};
	int64_t id;

	phone(ONE, "acmeA1", "1.0");
	must(phone_resync(&f.q, &order) == 0);
	id = started("acmeA1", "2.0");
	task_is(id, ONE, TASK_WAITING, "a phone that was told just now waits");
	tap_is_str(asks(ONE, "commonA1.cfg"), "outside",
	    "... and comes for that, not for the job");
	must(change_begin(&f.q) == 0);
	tap_is_int(
	    change_end(&f.q,
		device_work_take(&f.q, id_of(ONE), &script) == 1 ? 0 : -1),
	    0, "... others may work on it meanwhile");
	resynced();
	look();
	task_is(id, ONE, TASK_WAITING, "... which the job waits for");
	must(store_exec(f.core.store, "DELETE FROM device_work", &f.err) == 0);
	look();
	task_is(id, ONE, TASK_ACTIVE, "... then it is told for the job");
	forget_all();
}

/* ---- who else asks ---- */

static void
test_strangers(void)
{
	int64_t id;

	phone(ONE, "acmeA1", "1.0");
	phone(TWO, "acmeB_1", "1.0");
	id = started("acmeA1", "2.0");
	tap_is_str(asks(TWO, "commonA1.cfg"), "outside",
	    "a phone without an open task gets nothing");
	tap_is_str(asks_from(ONE, "commonA1.cfg", "2.0", THERE), "elsewhere",
	    "from another network a copied URL gets nothing");
	look();
	task_is(
	    id, ONE, TASK_ACTIVE, "... and what it says counts for nothing");
	tap_is_str(
	    asks(ONE, "commonA1.cfg"), "given", "... the phone itself goes on");
	must(store_exec(f.core.store, "UPDATE phone SET proven = 0", &f.err) ==
	     0);
	{
		struct phone_request in = {.counts = true,
		    .key = STR("k"),
		    .name = STR(ONE ".cfg"),
		    .agent = STR("Acme A1 2.0"),
		    .address = STR(HERE),
		    .cert = STR(""),
		    .door = {.domain_id = north}};
		struct phone_answer a;

		must(phone_serve(&f.q, &types, &in, &a, &body) == 1);
		tap_is_str(phone_reason_name(a.reason), "outside",
		    "who only names the phone gets nothing, by whatever file");
	}
	look();
	task_is(id, ONE, TASK_ACTIVE, "... and does not say its version");
	forget_all();
}

static void
move_to(const char *mac, int64_t domain)
{
	const struct phone_move in = {
	    .mac = str_of(mac), .port = -1, .to = domain};
	struct phone_moved out;

	must(phone_assign(&f.q, &in, &out) == 0);
}

/* What was planned for it, and what works on it, ends where its domain does. */
static void
test_moved(void)
{
	int64_t id;

	phone(ONE, "acmeA1", "1.0");
	phone(TWO, "acmeA1", "1.0");
	online(TWO, false);
	id = started("acmeA1", "2.0");
	task_is(id, ONE, TASK_ACTIVE, "a job of north works on a phone");
	move_to(ONE, south);
	tap_is_str(asks(ONE, "commonA1.cfg"), "outside",
	    "moved to south it is told nothing by a job of north");
	(void)asks_from(ONE, "commonA1.cfg", "2.0", HERE);
	look();
	tap_is_str(firmware_of(ONE), "",
	    "... and nothing is set in its layer, though it says the version");
	must(store_exec(f.core.store,
		 "UPDATE task SET state = 1; UPDATE job SET state = 2,"
		 " outcome = 0",
		 &f.err) == 0);
	online(TWO, true);
	move_to(TWO, south);
	online(TWO, true);
	look();
	tap_is_int(resyncs(), 1, "one that only waited is not told to come");
	task_is(id, TWO, 0, "... and is none of the job's any more");
	forget_all();
}

/* Who may change a domain may bring firmware to its phones, from where he likes,
 * as he may by its settings. */
static void
test_rights(void)
{
	struct str name = STR("mine"), r = STR("2.0"), m = STR("acmeA1"),
		   u = STR(URL), category = STR("n phones");
	const struct job_change x = {.name = &name,
	    .release = &r,
	    .models = &m,
	    .firmware = &u,
	    .categories = &category,
	    .ncategories = 1};
	const struct job_new as = {.domain = north, .work = JOB_PHONES};
	const int64_t domains[] = {south, north};
	int64_t id = 0;

	for (int i = 0; i < 2; i++) {
		char cred[32];
		struct actor who;
		struct ask q;

		(void)snprintf(
		    cred, sizeof(cred), "domain:%lld", (long long)domains[i]);
		must(actor_now(&f.q, cred, &who) == 1);
		q = fx_as(&f, &who);
		tap_is_int(job_add(&q, &as, &x, &id) == 0, i,
		    i == 0 ? "a domain makes no job for phones of another"
			   : "but for its own");
	}
	forget_all();
}

/* ---- beside other jobs ---- */

static void
test_beside(void)
{
	int64_t a, b, devices;

	phone(ONE, "acmeA1", "1.0");
	phone(TWO, "acmeB_1", "1.0");
	device("009033000001", "IP222", "n phones");
	a = started("acmeA1", "2.0");
	task_is(a, ONE, TASK_ACTIVE, "a job is for phones of its models");
	task_is(a, TWO, 0, "... not for others of the category");
	task_is(a, "009033000001", 0, "... nor for devices with a connection");
	(void)asks_from(ONE, "commonA1.cfg", "2.0", HERE);
	look();
	b = started("acmeB_1", "2.0");
	task_is(b, TWO, TASK_ACTIVE, "another one is for other models");
	(void)asks_from(TWO, "commonB1.cfg", "2.0", HERE);
	look();
	phone("001122000003", "acmeA1", "1.0");
	look();
	look();
	task_is(a, "001122000003", TASK_ACTIVE,
	    "a phone that comes later is for its models' job, though that of "
	    "other models is newer");
	devices = job("night", "n phones");
	must(job_start(&f.q, devices) == 0);
	(void)asks_from("001122000003", "commonA1.cfg", "2.0", HERE);
	look();
	look();
	task_is(devices, "009033000001", TASK_ACTIVE,
	    "one for devices works on devices");
	task_is(devices, ONE, 0, "... and on no phone");
	forget_all();
}

/* ---- templates ---- */

static char said[1024];

static void
hear(void *arg, const char *finding)
{
	(void)arg;
	(void)snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n",
	    strrchr(finding, '/') + 1);
}

/* A template with a mistake reaches no phone, as others. */
static void
test_told_nothing_else(void)
{
	struct phone_types was = types;
	struct err e;

	vendor_write("firmware.cfg", "{{firmware_url}} {{url}}\n");
	must(phone_types_load(&memory, f.core.templates, &types, &e) == 0);
	phone(ONE, "acmeA1", "1.0");
	(void)started("acmeA1", "2.0");
	tap_is_str(asks(ONE, "commonA1.cfg"), "template",
	    "a phone is not told either what the file may not name");
	tap_ok(strstr(got(), "http://h/") == NULL, "... nor half of it");
	types = was;
	forget_all();
}

static void
test_check(void)
{
	const struct phone_hearer to = {hear, NULL};
	char path[256];
	struct err e;

	(void)snprintf(path, sizeof(path), "%s/acme", f.core.templates);
	tap_is_int(phone_check(path, &to, &e), 0, "the vendor has no faults");
	vendor_write("firmware.cfg", "{{firmware_url}}\n{{sip_server}}\n");
	tap_is_int(phone_check(path, &to, &e), 1,
	    "a file of firmware alone may name nothing else");
	tap_is_str(said, "firmware.cfg:2: unknown name sip_server\n",
	    "... which is told with its line");
	for (int i = 0; i < 2; i++) {
		said[0] = '\0';
		vendor_write("firmware.cfg", i == 0 ? "{{url}}" : "{{mac}}");
		tap_is_int(phone_check(path, &to, &e), 1,
		    i == 0 ? "not even the phone's own URL"
			   : "nor its address");
	}
	said[0] = '\0';
	test_told_nothing_else();
	said[0] = '\0';
	vendor_write("vendor.conf", "name = Acme\nstep = 1 2\nupdates = "
				    "no\n[file x]\nfirmware = ../x\n");
	tap_is_int(phone_check(path, &to, &e), 3, "values that are none");
	tap_is_str(said,
	    "vendor.conf:2: a step is \"FROM TO VIA\", or \"FROM TO -\"\n"
	    "vendor.conf:3: \"updates = no\" belongs to a model\n"
	    "vendor.conf:5: a template is called by letters, digits, '.', '_' "
	    "and '-'\n",
	    "... are told with their lines");
}

int
main(void)
{
	scene_open();
	open_vendor();
	test_jobs();
	test_plans();
	test_update();
	test_window();
	test_window_again();
	test_failures();
	test_steps();
	test_told_before();
	test_strangers();
	test_rights();
	test_moved();
	test_beside();
	test_check();
	close_vendor();
	scene_close();
	return tap_end();
}
