/*
 * The disk fails at a statement while jobs, configurations, phones, logins and
 * alarms work: each failure is told, nothing is half done, and what is asked again
 * is answered as if nothing had happened.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "advance.h"
#include "alarm.h"
#include "alarm_setting.h"
#include "change.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "file.h"
#include "move.h"
#include "must.h"
#include "pause.h"
#include "phone.h"
#include "phone_explain.h"
#include "phone_layer.h"
#include "phone_trace.h"
#include "phone_upload.h"
#include "phone_wait.h"
#include "phone_window.h"
#include "presence.h"
#include "progress.h"
#include "save.h"
#include "setting.h"
#include "siege.h"
#include "signin.h"
#include "state.h"
#include "turn.h"
#include "verdict.h"

#define MAC STR("00041312ab34")

static struct fixture f;
static struct conf conf;
static char database[128];
static int64_t home, other, config, job;

/* ---- the scene ---- */

static void
put(const char *name, const char *text)
{
	must(file_replace(arena_printf(&f.arena, "%s/store/%s", f.folder, name),
		 FILE_MODE_PUBLIC, str_of(text), &f.err) == 0);
}

static void
make_store(void)
{
	must(
	    mkdir(arena_printf(&f.arena, "%s/store", f.folder), 0755) == 0 &&
	    mkdir(arena_printf(&f.arena, "%s/store/141", f.folder), 0755) == 0);
	put("firmware.json",
	    "{\"devices\":[{\"id\":\"IP222\",\"versions\":[\"14r1\"]}],"
	    "\"versions\":[{\"id\":\"14r1\",\"build\":\"141\"}]}");
	put("141/ip222.bin", "x");
}

static void
drop_store(void)
{
	static const char *const names[] = {
	    "141/ip222.bin", "firmware.json", "141", ""};

	for (size_t i = 0; i < COUNT(names); i++)
		must(remove(arena_printf(
			 &f.arena, "%s/store/%s", f.folder, names[i])) == 0);
}

static void
make_device(void)
{
	struct str label = STR("phones");
	struct conn c;

	fx_conn(&c, 1);
	fx_online(&f, "009033000001", home, 1, &c);
	fx_conn_end(&c);
	must(fx_category(&f, home, "phones") > 0 &&
	     device_set_categories(&f.q, STR("009033000001"), &label, 1) == 0);
	must(store_exec(f.core.store,
		 "UPDATE device SET product = 'IP222', fw_build = '131'",
		 &f.err) == 0);
}

/* ---- configurations ---- */

static int
save(int64_t id, const char *text)
{
	struct config_wish w = {.id = id, .domain = home};
	struct config_done done;

	must(json_read(&f.arena, str_of(text), 1 << 16, &w.given.members,
		 &f.err) == 0);
	if (config_save(&f.q, &w, &done) < 0)
		return -1;
	config = done.id;
	return 0;
}

static int
config_comes(void)
{
	return save(0,
	    "{\"type\":\"NTP\",\"desc\":\"time\",\"categories\":[\"phones\"],"
	    "\"ntp1\":\"192.0.2.1\",\"ntp2\":\"\",\"tz\":\"UTC\"}");
}

static int
config_changes(void)
{
	return save(config, "{\"ntp1\":\"192.0.2.2\"}");
}

static int
config_resumes(void)
{
	return state_resume(&f.q, STR("009033000001"));
}

static int
config_goes(void)
{
	return config_remove(&f.q, config);
}

/* ---- another host, and who is left in peace ---- */

static int
move_comes(void)
{
	struct move_wish w = {
	    .from = STR("old.example"), .to = STR("new.example"), .base = "/x"};
	struct move_preview p;

	return move_begin(&f.q, &w, &p);
}

static int
move_stands(void)
{
	struct move_standing s;

	return move_get(&f.q, &s);
}

static int
move_goes_on(void)
{
	return move_turn(&f.q) < 0 ? -1 : 0;
}

static int
move_ends(void)
{
	return move_stop(&f.q);
}

static int
pause_begins(void)
{
	int64_t until = clock_now_ms() + 60000;

	return pause_device(&f.q, STR("009033000001"), until) < 0 ||
		       pause_domain(&f.q, home, until) < 0
		   ? -1
		   : 0;
}

static int
pause_listed(void)
{
	struct pauses p;

	return pause_list(&f.q, home, &p);
}

static int
pause_ends(void)
{
	return pause_device(&f.q, STR("009033000001"), 0) < 0 ||
		       pause_domain(&f.q, home, 0) < 0
		   ? -1
		   : 0;
}

/* ---- jobs ---- */

static int
job_comes(void)
{
	struct str name = STR("night"), release = STR("14r1"),
		   label = STR("phones");
	const struct job_change x = {.name = &name,
	    .release = &release,
	    .categories = &label,
	    .ncategories = 1};

	return job_add(&f.q,
	    &(struct job_new){.domain = home, .work = JOB_UPDATE}, &x, &job);
}

static int
job_changes(void)
{
	struct str hours = STR("00:00-23:59");
	const struct job_change x = {.hours = &hours};

	return job_edit(&f.q, job, &x);
}

static int
job_begins(void)
{
	return job_start(&f.q, job);
}

static int
turns(void)
{
	int64_t now = clock_now_ms();

	return turn_calendar(&f.q, now) < 0 || turn_late(&f.q, now) < 0
		   ? -1
		   : turn_take(&f.q, now, false);
}

static int
prepares(void)
{
	return turn_prepare(&f.q, &conf) < 0 ? -1 : 0;
}

/* What could not be prepared is tried again after a while. */
static void
begin_again(void)
{
	clock_shift(INT64_C(11 * 60 * 1000));
	must(turns() == 0 && prepares() == 0);
}

static struct advance_send sent; /* the first; its texts are gone */

static int
goes_on(void)
{
	struct advance_sends all;
	int rc = advance(&f.q, &conf, clock_now_ms(), &all);

	if (rc == 0 && all.n > 0)
		sent = all.list[0];
	return rc;
}

static int
is_told(void)
{
	static struct progress p;

	p.due_ms = 0;
	return progress_tell(&f.q, &p);
}

static int
answers(void)
{
	const struct verdict_answer a = {.job = job,
	    .device = sent.device,
	    .sent = sent.sent,
	    .fate = VERDICT_ANSWERED,
	    .status = 500};

	return verdict_answer(&f.q, &a);
}

static int
is_judged(void)
{
	return verdict_devices(&f.q, clock_now_ms()) < 0 ? -1 : 0;
}

static int
is_aborted(void)
{
	return job_abort(&f.q, job);
}

static int
job_goes(void)
{
	return job_remove(&f.q, job);
}

/* ---- backups ---- */

static int64_t kept;

static int
backup_comes(void)
{
	struct str name = STR("nightly"), label = STR("phones"),
		   target = STR("https://files.example/"), login = STR("anna"),
		   password = STR("secret");
	const struct job_change x = {.name = &name,
	    .categories = &label,
	    .ncategories = 1,
	    .target = &target,
	    .login = &login,
	    .password = &password};

	return job_add(&f.q,
	    &(struct job_new){.domain = home, .work = JOB_BACKUP}, &x, &job);
}

/* What the runner does when a device has answered. */
static int
is_saved(void)
{
	static const struct saveform form;
	struct device d;
	struct save_new x = {
	    .domain_id = home, .job_id = job, .text = STR("config a\r\n")};

	if (device_get(&f.q, STR("009033000001"), &d) <= 0)
		return -1;
	x.device_id = d.id;
	if (change_begin(&f.q) < 0)
		return -1;
	return change_end(&f.q, save_put(&f.q, &form, &x, &kept));
}

static int
is_shown(void)
{
	struct buf text;
	struct save s;
	int rc = save_get(&f.q, kept, &s);

	if (rc <= 0)
		return -1;
	rc = save_text(&f.q, &s, &text);
	buf_wipe(&text);
	return rc;
}

static int
save_goes(void)
{
	return save_remove(&f.q, kept);
}

/* ---- phones of other vendors ---- */

static int
phone_asks(void)
{
	const struct phone_visit in = {.mac = MAC,
	    .key_domain = home,
	    .type = STR("snom.300"),
	    .product = STR("snom 300"),
	    .ports = 2,
	    .firmware = STR("8"),
	    .address = STR("192.0.2.7")};

	return phone_wait_visit(&f.q, &in) < 0 ? -1 : 0;
}

static int
is_noted(void)
{
	const struct phone_event e = {.key_domain = home,
	    .mac = MAC,
	    .address = STR("192.0.2.7"),
	    .file = STR("snom300.htm"),
	    .status = 404,
	    .reason = PHONE_WAITS};

	return phone_trace_add(&f.q, &e);
}

static int
trace(void)
{
	struct phone_traced *list;
	int64_t before = 0;
	size_t n;

	return phone_trace_list(&f.q, MAC, &before, &list, &n);
}

static int
is_promoted(void)
{
	int64_t ports;

	return phone_promote(&f.q, MAC, home, &ports);
}

static int
moves(void)
{
	const struct phone_move in = {.mac = MAC, .port = -1, .to = other};
	struct phone_moved out;

	return phone_assign(&f.q, &in, &out);
}

static int
asks_again(void)
{
	struct served_phone p;

	return phone_served(&f.q, MAC, &p) <= 0
		   ? -1
		   : phone_contact(&f.q, &p, STR("192.0.2.8"));
}

static int
phone_set(void)
{
	static const struct phone_change list[] = {
	    {STR("sip_user"), STR("101")}, {STR("sip_password.0"), STR("x")}};

	return phone_layer_set(&f.q, MAC, list, COUNT(list));
}

static int
phone_gets(void)
{
	struct served_phone p;
	struct phone_values v;

	return phone_served(&f.q, MAC, &p) <= 0
		   ? -1
		   : phone_values_load(&f.q, &p, STR("snom"), &v);
}

static int
window_opens(void)
{
	const struct phone_opening in = {
	    .mac = MAC, .minutes = 5, .anew = true, .from = STR("192.0.2.8")};
	struct served_phone p;

	return phone_window_set(&f.q, &in, &p);
}

/* ---- an update of it ---- */

static int
phone_job_comes(void)
{
	struct str name = STR("desks"), release = STR("9.9"),
		   label = STR("desks"), models = STR("snom320"),
		   url = STR("http://files.example/x");
	const struct job_change x = {.name = &name,
	    .release = &release,
	    .models = &models,
	    .firmware = &url,
	    .categories = &label,
	    .ncategories = 1};
	const struct job_new as = {.domain = other, .work = JOB_PHONES};

	return job_add(&f.q, &as, &x, &job);
}

/* It has come by its own URL, and is one of the category. */
static void
phone_has_come(void)
{
	struct str label = STR("desks");

	must(fx_category(&f, other, "desks") > 0 &&
	     device_set_categories(&f.q, MAC, &label, 1) == 0 &&
	     store_exec(f.core.store,
		 "UPDATE phone SET proven = 1, type = 'snom320';"
		 "UPDATE presence SET online = 1;",
		 &f.err) == 0);
}

static void
phone_says(void)
{
	must(store_exec(f.core.store,
		 "UPDATE device SET version = '9.9' WHERE other = 2",
		 &f.err) == 0);
}

static int
phone_is_explained(void)
{
	struct phone_types types;
	struct phone_values v;

	return phone_types_load(&f.arena, conf.templates, &types, &f.err) < 0
		   ? -1
		   : phone_explain(&f.q, &types, MAC, &v);
}

static int
phone_writes(void)
{
	struct served_phone p;

	return phone_served(&f.q, MAC, &p) <= 0
		   ? -1
		   : phone_upload_save(&f.q, &p, STR("log"), STR("text"));
}

static int
is_read(void)
{
	struct phone_upload *list;
	size_t n;

	return phone_upload_list(&f.q, MAC, &list, &n);
}

/* ---- logins ---- */

static char login[SIGNIN_SIZE];
static struct actor anna;

static int
account_comes(void)
{
	struct str name = STR("anna"), password = STR("Secret");
	enum role role = ROLE_USER;
	const struct account_change in = {.name = &name,
	    .role = &role,
	    .password = &password,
	    .domains = &home,
	    .ndomains = 1};
	int64_t id = -1;

	return account_add(&f.q, &id, &in);
}

static int
logs_in(void)
{
	struct signin_new in = {.kind = SIGNIN_TOKEN,
	    .remote = STR("192.0.2.9"),
	    .agent = STR("x")};

	if (login_account(&f.q, STR("anna"), STR("Secret"), &in.found) < 0)
		return -1;
	return signin_open(&f.q, &in, login, &anna);
}

static int
uses(void)
{
	struct actor who;

	return signin_use(&f.q, str_of(login), SIGNIN_TOKEN, &who) < 0 ? -1 : 0;
}

static int
lists(void)
{
	struct signin *list;
	size_t n;

	return signin_list(&f.q, anna.account, &list, &n);
}

static int
ends(void)
{
	return signin_end(&f.q, anna.account, anna.login);
}

static int
expires(void)
{
	clock_shift((int64_t)48 * 3600 * 1000);
	return signin_expire(&f.q);
}

/* ---- lists of devices ---- */

static int
page(void)
{
	const int64_t domains[] = {home, other};
	const struct device_filter filter = {
	    .assigned = true, .domains = domains, .ndomains = COUNT(domains)};
	struct device_order order = {.sort = STR("name"), .limit = 10};
	struct device_page out;

	return device_sorted(&f.q, &filter, &order, &out);
}

/* ---- alarms ---- */

static bool
yes(void *arg)
{
	(void)arg;
	return true;
}

static int
alarm_set(void)
{
	struct str to = STR("a@north.example");
	int64_t minutes = 5;
	const struct alarm_change x = {.offline = &minutes, .recipients = &to};
	char secret[ALARM_SECRET_SIZE];

	return alarm_setting_set(&f.q, home, &x, secret);
}

static int
alarms(void)
{
	const struct alarm_sender by = {.go_on = yes};
	struct alarm_count count;

	clock_shift(INT64_C(600000));
	return alarm_run(&f.q, &conf, &by, &count);
}

static int
figures(void)
{
	struct alarm_figures out;

	return alarm_figures(&f.q, &out);
}

/* ---- the siege ---- */

static const struct {
	const char *name;
	int (*ask)(void);
	enum effort effort;
	void (*before)(void);
} questions[] = {
    {.name = "a configuration comes", .ask = config_comes},
    {.name = "it changes", .ask = config_changes},
    {.name = "scripts run once more", .ask = config_resumes},
    {.name = "a job comes", .ask = job_comes},
    {.name = "it changes", .ask = job_changes},
    {.name = "somebody starts it", .ask = job_begins},
    {.name = "it gets its turn", .ask = turns},
    {.name = "it is prepared", .ask = prepares, .effort = NOTED},
    {.name = "its devices are told", .ask = goes_on, .before = begin_again},
    {.name = "subscribers hear of it", .ask = is_told},
    {.name = "a device answers", .ask = answers},
    {.name = "devices are judged", .ask = is_judged},
    {.name = "it goes on", .ask = goes_on},
    {.name = "it is aborted", .ask = is_aborted},
    {.name = "a move to another host", .ask = move_comes},
    {.name = "how it stands", .ask = move_stands},
    {.name = "it goes on", .ask = move_goes_on},
    {.name = "it is stopped", .ask = move_ends},
    {.name = "a device is left in peace", .ask = pause_begins},
    {.name = "who is", .ask = pause_listed},
    {.name = "no longer", .ask = pause_ends},
    {.name = "it goes", .ask = job_goes},
    {.name = "a backup job comes", .ask = backup_comes},
    {.name = "a configuration is saved", .ask = is_saved},
    {.name = "it is shown", .ask = is_shown},
    {.name = "it is forgotten", .ask = save_goes},
    {.name = "the configuration goes", .ask = config_goes},
    {.name = "a phone asks", .ask = phone_asks},
    {.name = "its request is noted", .ask = is_noted},
    {.name = "somebody looks what it asked for", .ask = trace},
    {.name = "it is promoted", .ask = is_promoted},
    {.name = "its ports move", .ask = moves},
    {.name = "it asks from another address", .ask = asks_again},
    {.name = "it has settings", .ask = phone_set},
    {.name = "what it gets", .ask = phone_gets},
    {.name = "an update of it comes",
	.ask = phone_job_comes,
	.before = phone_has_come},
    {.name = "somebody starts that", .ask = job_begins},
    {.name = "it gets its turn", .ask = turns},
    {.name = "it is prepared", .ask = prepares, .effort = NOTED},
    {.name = "the phone is told", .ask = goes_on, .before = begin_again},
    {.name = "what it gets now", .ask = phone_is_explained},
    {.name = "it says that it has it", .ask = is_judged, .before = phone_says},
    {.name = "the update goes", .ask = job_goes},
    {.name = "its window opens", .ask = window_opens},
    {.name = "it writes a file", .ask = phone_writes},
    {.name = "somebody reads that", .ask = is_read},
    {.name = "an account comes", .ask = account_comes},
    {.name = "it logs in", .ask = logs_in},
    {.name = "it uses its login", .ask = uses, .effort = BEST},
    {.name = "its logins are listed", .ask = lists},
    {.name = "a list of devices", .ask = page},
    {.name = "it logs out", .ask = ends},
    {.name = "logins are over", .ask = expires},
    {.name = "alarms are set", .ask = alarm_set},
    {.name = "alarms are told", .ask = alarms, .effort = NOTED},
    {.name = "their figures", .ask = figures},
};

int
main(void)
{
	fx_open(&f);
	(void)snprintf(database, sizeof(database), "%s/fleetline.db", f.folder);
	conf = (struct conf){.state = f.folder,
	    .database = database,
	    .run = f.folder,
	    .url = "http://fleet.example",
	    .device_url = "http://fleet.example",
	    .templates = SRCDIR "/templates",
	    .fetch_local = "",
	    .private_ok = true};
	home = fx_domain(&f, "north.example", "north-password");
	other = fx_domain(&f, "south.example", "south-password");
	f.core.templates = conf.templates;
	make_store();
	make_device();
	must(setting_set(&f.q, "registration.push", STR("manual")) == 0);
	for (size_t i = 0; i < COUNT(questions); i++) {
		int times;

		if (questions[i].before != NULL)
			questions[i].before();
		times = siege(&f, questions[i].ask, questions[i].effort);
		tap_ok(times > 0, "%s: %d statements may fail",
		    questions[i].name, times);
		if (times < 0)
			tap_diag("%s", f.err.text);
	}
	drop_store();
	fx_close(&f);
	return tap_end();
}
