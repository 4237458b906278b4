/*
 * One device's run against a device that is a function: which requests come, in
 * which order, and what is kept of their answers.  Whole ways with the real hub
 * are in t/e2e/deliver.t.
 */
#include "config.h"

#include "run.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "move.h"
#include "must.h"
#include "pause.h"
#include "presence.h"
#include "setting.h"
#include "state.h"

#define HW_ID "0090334100be"
#define ROWS                                                                   \
	"[\n"                                                                  \
	"{\"do\": \"write\", \"get\": \"/!config%20write\"},\n"                \
	"{\"do\": \"activate\", \"get\": \"/!config%20activate\"},\n"          \
	"{\"do\": \"uptime\", \"get\": \"/up\", \"attribute\": \"up\"},\n"     \
	"{\"type\": \"NTP\", \"field\": \"ntp1\", \"module\": \"M\", \"cmd\":" \
	" \"c\", \"name\": \"a\"},\n"                                          \
	"{\"type\": \"NTP\", \"field\": \"ntp2\", \"module\": \"M\", \"cmd\":" \
	" \"c\", \"name\": \"b\"},\n"                                          \
	"{\"type\": \"NTP\", \"field\": \"tz\", \"module\": \"M\", \"cmd\":"   \
	" \"z\", \"name\": \"tz\"}\n]\n"

static struct fixture f;
static struct commands *commands;
static struct conn conn; /* the first one */
static int64_t north, seq = 5;
static char asked[4000];    /* paths, with a blank behind each */
static int64_t uptime = -1; /* what the device says */
static const char *broken;  /* a path that is answered so: */
static enum courier_fate fate;
static int status;

static int64_t
save(int64_t id, const char *text)
{
	struct config_wish w = {.id = id, .domain = north};
	struct config_done done;

	must(json_read(&f.arena, str_of(text), 1 << 20, &w.given.members,
		 &f.err) == 0);
	must(config_save(&f.q, &w, &done) == 0);
	return done.id;
}

/* What the device says to a path. */
static void
answer(const char *path, struct courier_answer *a)
{
	*a = (struct courier_answer){.fate = COURIER_ANSWERED, .status = 200};
	buf_init(&a->body, 100);
	if (broken != NULL && strcmp(path, broken) == 0) {
		a->fate = fate;
		a->status = status;
		(void)err_set(&a->err, ERR_IO, "it is gone");
	} else if (strcmp(path, "/up") == 0 && uptime >= 0) {
		buf_printf(&a->body, "<i up=\"%lld\"/>", (long long)uptime);
	}
}

static int
keep(struct run *r, int (*fn)(struct run *r, struct err *e))
{
	int rc = delivery_begin(&f.q);

	must(rc == 0);
	rc = delivery_end(&f.q, fn(r, &f.err));
	run_kept(r);
	return rc;
}

/* A whole run, until stop requests were made; what was asked is in asked. */
static int
run_until(int stop)
{
	struct run *r;
	const struct run_request *x;
	int rc, n = 0;

	asked[0] = '\0';
	rc = run_begin(&f.core, commands, STR(HW_ID), &r, &f.err);
	while (n < stop && (x = run_next(r))->kind == RUN_GET) {
		struct courier_answer a;

		if (x->keep)
			must(keep(r, run_keep) == 0);
		n++;
		(void)strncat(asked, x->path, 500);
		(void)strncat(asked, " ", 2);
		answer(x->path, &a);
		if (n < stop) /* else it is killed before the answer */
			run_take(r, &a);
		buf_fini(&a.body);
	}
	if (n < stop)
		must(keep(r, run_save) == 0);
	run_free(&r);
	return rc;
}

static int
run(void)
{
	return run_until(1000);
}

static void
is_asked(const char *want, const char *name)
{
	tap_is_str(asked, want, name);
}

static struct config_state
state_of(int64_t config)
{
	struct config_state *list;
	const struct config_state *s;
	struct device d;
	size_t n;

	must(device_get(&f.q, STR(HW_ID), &d) == 1);
	must(state_list(&f.q, d.id, &list, &n) == 0);
	s = state_find(list, n, config);
	return s != NULL ? *s : (struct config_state){0};
}

static void
is_state(int64_t config, const char *want, const char *name)
{
	struct config_state s = state_of(config);
	char got[300];

	(void)snprintf(got, sizeof(got), "%s %lld %.*s", state_word(s.result),
	    (long long)s.line, (int)s.why.len, s.why.p);
	tap_is_str(got, want, name);
}

static void
present(bool online)
{
	struct peer p = {.hub = STR("hub1"), .boot = STR(FX_BOOT)};
	struct buf out;
	char body[200];

	(void)snprintf(body, sizeof(body),
	    "{\"list\":[[\"" HW_ID "\",%lld,%s,%lld,\"device\",\"\"]]}",
	    (long long)seq, online ? "true" : "false",
	    (long long)clock_now_ms());
	buf_init(&out, 1000);
	must(presence_apply(&f.q, &p, str_of(body), &out) == 0);
	buf_fini(&out);
}

/* Away for ms, and here again by another connection. */
static void
reconnect(int64_t ms)
{
	present(false);
	clock_shift(ms);
	seq++;
	present(true);
}

#define NTP_X "\"type\":\"NTP\",\"ntp1\":\"1\",\"ntp2\":\"\",\"tz\":\"U\""
#define WRITE "/!config%20write /!config%20activate "

static struct move_standing
standing(void)
{
	struct move_standing s;

	must(move_get(&f.q, &s) == 0);
	return s;
}

static void
test_structured(void)
{
	int64_t ntp = save(0, "{\"type\":\"NTP\",\"ntp1\":\"1\","
			      "\"ntp2\":\"\",\"tz\":\"U% \xc3\xbc\"}");

	tap_ok(run() == 1, "a device lacks what was made");
	is_asked("/M/mod_cmd.xml?cmd=c&a=1&b= "
		 "/M/mod_cmd.xml?cmd=z&tz=U%25%20%C3%BC " WRITE,
	    "B4, DC4: forms in the order of the rows, empty ones too, then "
	    "write and activate");
	is_state(ntp, "delivered 0 ", "that is kept");
	tap_ok(run() == 0, "X10: on this connection it has it");
	reconnect(1000);
	tap_ok(run() == 1, "DC2: on the next it has not");
	reconnect(1000);
	broken = "/!config%20activate";
	fate = COURIER_ANSWERED;
	status = 500;
	(void)run();
	is_state(ntp, "failed 0 HTTP 500 at activate",
	    "what was not activated is not delivered");
	tap_ok(run() == 0, "B5: a failure waits for the next connection");
	reconnect(1000);
	broken = "/M/mod_cmd.xml?cmd=c&a=1&b=";
	fate = COURIER_GONE;
	(void)run();
	is_asked("/M/mod_cmd.xml?cmd=c&a=1&b= ",
	    "who is gone is asked nothing more");
	is_state(ntp, "failed 0 it is gone at NTP /M/mod_cmd.xml",
	    "in words, without values");
	broken = NULL;
	must(config_remove(&f.q, ntp) == 0);
}

static void
test_script(void)
{
	int64_t x = save(0, "{\"type\":\"EXPERT\",\"script\":"
			    "\"# c\\none %2F\\n\\ntwo\\n\"}");

	reconnect(1000);
	(void)run();
	is_asked("/up /!one%20%252F /!two ",
	    "A1: a line is encoded once more; comments are not sent");
	is_state(x, "delivered 4 ", "the last line is named");
	reconnect(1000);
	(void)run();
	is_asked("/up ", "EX2: it does not run at a reconnect");
	reconnect(DELIVERY_AWAY_MS + 1000);
	(void)run();
	is_asked("/up /!one%20%252F /!two ",
	    "C4: away for more than a minute, it has restarted");
	uptime = 5000;
	reconnect(1000);
	(void)run();
	is_asked("/up ", "C4: it says that it has been running for long");
	uptime = 0;
	reconnect(1000);
	(void)run();
	is_asked("/up /!one%20%252F /!two ", "C4: it says that it has not");
	uptime = -1;
	save(x, "{\"script\":\"three\\nfour\\nfive\\n\"}");
	(void)run_until(2);
	is_asked("/!three /!four ", "EX2: a change runs it; it is killed");
	is_state(x, "running 2 ", "X9: the line was kept before it was sent");
	(void)run();
	is_asked("/!five ", "X9: it goes on behind it");
	is_state(x, "delivered 3 line 2: unknown", "X9: whose fate is unknown");
	broken = "/!two";
	fate = COURIER_ANSWERED;
	status = 404;
	save(x, "{\"script\":\"one\\ntwo\\nthree\\n\"}");
	(void)run();
	is_asked("/!one /!two ", "a line that fails ends it");
	is_state(x, "failed 2 line 2: HTTP 404", "in words");
	broken = NULL;
	must(config_remove(&f.q, x) == 0);
}

static void
test_loop(void)
{
	int64_t x = save(0, "{\"type\":\"EXPERT\",\"script\":\"reset\\n\"}");
	int64_t other;

	uptime = 0;
	for (int i = 0; i < 5; i++) {
		reconnect(5000);
		(void)run();
	}
	is_asked("/up ", "C6: after three restarts right behind it it stops");
	tap_ok(state_of(x).result == CONFIG_STOPPED, "C6: and that is said");
	other = save(0, "{\"type\":\"EXPERT\",\"script\":\"calm\\n\"}");
	(void)run();
	is_asked("/!calm ", "C6: another script that is made lets none go");
	reconnect(5000);
	(void)run();
	is_asked("/up /!calm ", "C6: nor does that it ran, and a restart");
	must(save(other, "{\"script\":\"calmer\\n\"}") == other);
	(void)run();
	is_asked("/!calmer ", "C6: nor that it changes");
	tap_ok(state_of(x).result == CONFIG_STOPPED, "C6: it stays stopped");
	must(config_remove(&f.q, other) == 0);
	must(state_resume(&f.q, STR(HW_ID)) == 0);
	(void)run();
	is_asked("/!reset ", "C6: until an administrator says so");
	must(config_remove(&f.q, x) == 0);
	x = save(0, "{\"type\":\"EXPERT\",\"script\":"
		    "\"mod cmd UP1 check ireset 7\\none\\n\"}");
	(void)run();
	is_asked("/!one /!ireset ", "EX5: the final command of a check");
	reconnect(5000);
	(void)run();
	is_asked("/up ", "EX5: whose serial has run stops there");
	must(config_remove(&f.q, x) == 0);
}

/* A run that has begun, and what is asked of the device until its end. */
static void
go_through(struct run *r)
{
	const struct run_request *x;

	asked[0] = '\0';
	while ((x = run_next(r))->kind == RUN_GET) {
		struct courier_answer a;

		if (x->keep)
			must(keep(r, run_keep) == 0);
		(void)strncat(asked, x->path, 500);
		(void)strncat(asked, " ", 2);
		answer(x->path, &a);
		run_take(r, &a);
		buf_fini(&a.body);
	}
}

static struct run *
begun(void)
{
	struct run *r;

	must(run_begin(&f.core, commands, STR(HW_ID), &r, &f.err) == 1);
	return r;
}

/* What changes or goes between the look and the request. */
static void
test_meanwhile(void)
{
	int64_t x = save(0, "{\"type\":\"EXPERT\",\"script\":\"a1\\na2\\n\"}");
	int64_t ntp = save(0, "{" NTP_X "}");
	struct run *r;

	(void)run_until(4 + 2); /* killed at the second line */
	is_state(x, "running 2 ", "a script is interrupted");
	r = begun();
	save(x, "{\"script\":\"b1\\nb2\\nb3\\n\"}");
	go_through(r);
	is_asked("", "a script that has changed meanwhile is not gone on with");
	must(keep(r, run_save) == 0);
	run_free(&r);
	(void)run();
	is_asked("/!b1 /!b2 /!b3 ", "it is sent from its first line on, once");
	reconnect(1000);
	r = begun();
	save(ntp, "{\"tz\":\"V\"}");
	go_through(r);
	must(keep(r, run_save) == 0);
	run_free(&r);
	(void)run();
	is_asked("/M/mod_cmd.xml?cmd=c&a=1&b= /M/mod_cmd.xml?cmd=z&tz=V " WRITE,
	    "nor are values of another revision than is noted");
	reconnect(1000);
	r = begun();
	must(run_next(r)->kind == RUN_GET);
	must(config_remove(&f.q, ntp) == 0);
	go_through(r);
	tap_ok(keep(r, run_save) == 0,
	    "a configuration that goes meanwhile stops nothing");
	run_free(&r);
	must(config_remove(&f.q, x) == 0);
}

/* RG2 */
static void
test_move(void)
{
	struct move_wish w = {
	    .from = STR("old.example"), .to = STR("new.example"), .base = "/b"};
	struct move_preview p;
	struct device d;
	struct str url;

	must(device_get(&f.q, STR(HW_ID), &d) == 1);
	must(setting_set(&f.q, "registration.push", STR("manual")) == 0);
	must(store_exec(f.core.store, "UPDATE device SET host = 'old.example'",
		 &f.err) == 0);
	must(move_begin(&f.q, &w, &p) == 0 && move_turn(&f.q) == 1);
	must(run() == 1);
	is_asked("/!config%20change%20SYSCLIENT%20/sysadmin%20"
		 "wss%253A%252F%252Fnew.example%252Fb%252Fsysclients " WRITE,
	    "RG2, A1: the URL is encoded as a value, and the line as a path");
	tap_is_int(move_of(&f.q, d.id, &url), 0, "RG2: once");
	must(move_begin(&f.q, &w, &p) == 0 && move_turn(&f.q) == 1);
	broken = "/!config%20activate";
	fate = COURIER_GONE;
	(void)run();
	broken = NULL;
	must(move_turn(&f.q) == 0);
	tap_ok(standing().m.ended == 0,
	    "RG2: a line that breaks off when it is activated is no failure");
	must(move_begin(&f.q, &w, &p) == 0 && move_turn(&f.q) == 1);
	broken = "/!config%20write";
	(void)run();
	broken = NULL;
	must(move_turn(&f.q) == 0);
	tap_ok(standing().m.ended > 0, "RG2: one before is");
}

/* M10 */
static void
test_pause(void)
{
	int64_t ntp = save(0, "{" NTP_X "}");

	reconnect(1000);
	must(pause_device(&f.q, STR(HW_ID), clock_now_ms() + 60000) == 0);
	tap_ok(run() == 0, "M10: who is paused lacks nothing");
	is_asked("", "M10: and is asked nothing");
	clock_shift(61000);
	tap_ok(run() == 1, "M10: when that is over he gets it");
	must(config_remove(&f.q, ntp) == 0);
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", "n");
	fx_online(&f, HW_ID, north, seq, &conn);
	commands = commands_read(STR(ROWS), &f.err);
	must(commands != NULL);
	tap_ok(run() == 0, "a device without configurations lacks nothing");
	test_structured();
	test_script();
	test_loop();
	test_meanwhile();
	test_move();
	test_pause();
	commands_drop(&commands);
	fx_conn_end(&conn);
	fx_close(&f);
	return tap_end();
}
