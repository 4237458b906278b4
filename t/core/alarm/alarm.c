/* Alarms: their states by a set clock, what letters say, who may set what. */
#include "alarm.h"

#include <stdio.h>
#include <string.h>

#include "alarm_kind.h"
#include "alarm_setting.h"
#include "alarm_tell.h"
#include "alarm_up.h"
#include "ask.h"
#include "clock.h"
#include "count.h"
#include "db.h"
#include "fixture.h"
#include "json.h"
#include "must.h"
#include "secret.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define NOON   (INT64_C(20000) * 24 * HOUR + 12 * HOUR)

static struct fixture f;
static int64_t home; /* the domain that alarms are about */

/* ---- the scene ---- */

static struct {
	int64_t now, up, disk_full, disk_max;
	bool mail; /* there is a mail server */
} at;

static int64_t
device_id(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) > 0 ? d.id : 0;
}

static void
presence(const char *hw_id, bool online, int64_t since)
{
	must(db_do(f.core.store, STMT_PRESENCE_SET,
		 ARGS(A_INT(device_id(hw_id)), A_STRZ("main"), A_STRZ("b"),
		     A_INT(1), A_INT(online), A_INT(since), A_INT(1)),
		 &f.err) == 0);
}

static void
place(const char *hw_id, int64_t domain)
{
	must(db_do(f.core.store, STMT_DEVICE_PLACE,
		 ARGS(A_INT(device_id(hw_id)), A_INT(domain)), &f.err) == 0);
}

static void
sql(const char *text)
{
	if (store_exec(f.core.store, text, &f.err) < 0)
		tap_ok(false, "%s", f.err.text);
}

/* One run for one domain: how many alarms it told, -1. */
static int64_t
run_for(int64_t domain)
{
	struct alarm_setting s;
	struct alarm_scene scene = {.setting = &s,
	    .now = at.now,
	    .up = at.up,
	    .disk_full = at.disk_full,
	    .disk_max = at.disk_max};
	const struct alarm_ways ways = {
	    .mail = at.mail, .templates = SRCDIR "/templates"};
	int64_t told = -1;

	f.err = (struct err){0};
	if (alarm_setting_load(&f.q, domain, &s) <= 0 ||
	    alarm_tell(&f.q, &scene, &ways, &told) < 0) {
		tap_diag("%s", f.err.text);
		return -1;
	}
	return told;
}

static int64_t
run(void)
{
	return run_for(home);
}

/* The next letter, which is taken away; false: there is none. */
static bool
take(struct alarm_letter *out)
{
	*out = (struct alarm_letter){0};
	return load_one(ask_loader(&f.q), STMT_ALARM_LETTER_DUE,
		   ARGS(A_INT(INT64_MAX)), load_alarm_letter, out) > 0 &&
	       db_do(f.core.store, STMT_ALARM_LETTER_DONE, ARGS(A_INT(out->id)),
		   &f.err) == 0;
}

static int
drain(void)
{
	struct alarm_letter l;
	int n = 0;

	while (take(&l))
		n++;
	return n;
}

static size_t
listed(int64_t domain)
{
	struct alarm *list;
	size_t n = 0;

	return alarm_list(&f.q, domain, 0, &list, &n) < 0 ? 99 : n;
}

static bool
set(int64_t domain, struct alarm_change x)
{
	char secret[ALARM_SECRET_SIZE];

	f.err = (struct err){0};
	return alarm_setting_set(&f.q, domain, &x, secret) == 0;
}

/* Everything as at first: a domain with a webhook and two devices. */
static void
begin(void)
{
	static const int64_t ten = 10, zero = 0;
	const struct str url = STR("http://hooks.example/a"), none = STR("");
	const struct str utc = STR("UTC");

	fx_clear(&f);
	at.now = NOON;
	at.up = NOON - 24 * HOUR;
	at.disk_full = 50;
	at.disk_max = 90;
	at.mail = false;
	presence("009033000001", true, NOON - HOUR);
	presence("009033000002", true, NOON - HOUR);
	(void)set(home, (struct alarm_change){.offline = &zero,
			    .url = &url,
			    .recipients = &none,
			    .quiet = &none,
			    .paused = &zero,
			    .zone = &utc});
	(void)run();
	(void)set(home, (struct alarm_change){.offline = &ten});
	(void)drain();
}

/* ---- states ---- */

static void
test_once(void)
{
	begin();
	presence("009033000001", false, NOON - 9 * MINUTE);
	tap_is_int(run(), 0, "nine minutes are no ten");
	at.now += MINUTE;
	tap_is_int(run(), 1, "ten minutes are: it is told");
	tap_is_int(drain(), 1, "by a letter");
	at.now += HOUR;
	tap_is_int(run(), 0, "it is told once");
	tap_is_int(drain(), 0, "whatever time goes by");
	tap_is_int((long long)listed(home), 1, "it is listed while it holds");
	presence("009033000001", true, at.now);
	tap_is_int(run(), 1, "that it is over is told");
	tap_is_int(drain(), 1, "by a letter");
	tap_is_int(run(), 0, "once as well");
	tap_is_int((long long)listed(home), 0, "and it is forgotten");
	presence("009033000001", false, at.now);
	at.now += 11 * MINUTE;
	tap_is_int(run(), 1, "the next time it is told anew");
}

static void
test_ends(void)
{
	const int64_t zero = 0;
	int64_t other = fx_domain(&f, "away.example", NULL);

	begin();
	presence("009033000001", false, NOON - HOUR);
	presence("009033000002", false, NOON - HOUR);
	tap_is_int(run(), 2, "two devices are told of in one letter");
	tap_is_int(drain(), 1, "which is one");
	place("009033000001", other);
	tap_is_int(run(), 1, "a device that moves away is over here");
	(void)drain();
	place("009033000001", home);
	(void)set(home, (struct alarm_change){.offline = &zero});
	tap_is_int(run(), 0, "who switches it off hears nothing more");
	tap_is_int((long long)listed(home), 0, "and nothing is listed");
}

static void
test_quiet(void)
{
	const struct str night = STR("11:00-13:00");

	begin();
	(void)set(home, (struct alarm_change){.quiet = &night});
	presence("009033000001", false, NOON - HOUR);
	presence("009033000002", false, NOON - HOUR);
	tap_is_int(run(), 0, "in quiet hours nothing is told");
	tap_is_int((long long)listed(home), 2, "but it is known");
	presence("009033000001", true, NOON + 10 * MINUTE);
	at.now = NOON + 20 * MINUTE;
	tap_is_int(run(), 0, "what ends in them");
	tap_is_int((long long)listed(home), 1, "is forgotten");
	at.now = NOON + HOUR;
	tap_is_int(run(), 1, "what holds at their end is told then");
	tap_is_int(drain(), 1, "by a letter");
	at.now = NOON + 24 * HOUR;
	presence("009033000002", true, at.now);
	tap_is_int(run(), 0, "what was told before and is over in them");
	tap_is_int((long long)listed(home), 1, "stays in mind");
	presence("009033000002", false, at.now);
	at.now += 11 * MINUTE;
	tap_is_int(run(), 0, "if it comes again");
	at.now = NOON + 25 * HOUR;
	tap_is_int(run(), 0, "nothing was worth a word");
	presence("009033000002", true, at.now);
	tap_is_int(run(), 1, "until it is really over");
	tap_is_int(drain(), 1, "which is told");
}

static void
test_paused(void)
{
	int64_t until = clock_now_ms() + 2 * HOUR;

	begin();
	tap_ok(set(home, (struct alarm_change){.paused = &until}),
	    "a domain is paused");
	at.now = clock_now_ms();
	at.up = at.now - HOUR;
	presence("009033000001", false, at.now - HOUR);
	tap_is_int(run(), 0, "while it is nothing is told");
	at.now = until;
	tap_is_int(run(), 1, "afterwards what holds is");
	(void)drain();
	until = clock_now_ms() + 400 * 24 * HOUR;
	tap_ok(!set(home, (struct alarm_change){.paused = &until}),
	    "nobody is paused for ever");
}

/* ---- our own outage ---- */

static void
test_outage(void)
{
	begin();
	presence("009033000001", false, NOON - HOUR);
	at.up = 0;
	tap_is_int(run(), 0, "while we are down nobody is offline");
	at.up = NOON;
	tap_is_int(run(), 0, "nor when we have just come back");
	at.now = NOON + 10 * MINUTE - 1;
	tap_is_int(run(), 0, "nor for the time that a device may be offline");
	at.now = NOON + 10 * MINUTE;
	tap_is_int(run(), 1, "but then");
	at.up = 0;
	at.now += HOUR;
	tap_is_int(run(), 0, "what was told before the next outage holds");
	(void)drain();
}

static int64_t
note(const char *boot, bool all, int64_t now)
{
	struct alarm_seen seen = {.all = all};
	int64_t since = -1;

	str_copy(seen.boot, sizeof(seen.boot), str_of(boot));
	return alarm_up_note(&f.q, &seen, now, &since) < 0 ? -1 : since;
}

static void
test_up(void)
{
	struct alarm_seen seen;

	tap_is_int(note("a", true, 1000), 1000, "the first look begins");
	tap_is_int(note("a", true, 2000), 1000, "the next goes on");
	tap_is_int(note("a", true, 90000000), 1000, "however late it is");
	tap_is_int(
	    note("a", false, 90001000), 0, "who does not answer is down");
	tap_is_int(note("a", true, 90002000), 90002000, "and begins anew");
	tap_is_int(note("b", true, 90003000), 90003000,
	    "so does a hub that was started anew");
	tap_is_int(note("b", true, 90002500), 90002500,
	    "and a clock that was set back");
	alarm_up_look("/nonexistent/control", "/nonexistent/internal", &seen);
	tap_ok(!seen.all && strcmp(seen.missing, "hub") == 0,
	    "nobody at the sockets: down");
}

/* ---- what letters say ---- */

static void
test_many(void)
{
	const struct str mail = STR("a@north.example");
	struct alarm_letter l[2];
	const struct json *v = NULL;

	begin();
	at.mail = true;
	(void)set(home, (struct alarm_change){.recipients = &mail});
	sql("INSERT INTO device (id, hw_id, domain_id, rev, type)"
	    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	    "  SELECT i + 1 FROM n WHERE i < 10000)"
	    " SELECT 1000 + i, printf('0090340%05x', i),"
	    "  (SELECT id FROM domain WHERE name = 'north.example'), 1, 2"
	    "  FROM n;"
	    "INSERT INTO presence (device_id, hub, boot, conn, online,"
	    " since) SELECT id, 'main', 'b', id, 0, 1000 FROM device"
	    " WHERE id > 1000");
	tap_is_int(run(), 10000, "ten thousand devices are offline at once");
	tap_ok(take(&l[0]) && take(&l[1]), "a letter for each way");
	tap_is_int(drain(), 0, "and no more");
	if (l[0].way == ALARM_WEBHOOK) {
		struct alarm_letter swap = l[0];

		l[0] = l[1];
		l[1] = swap;
	}
	tap_is_str(arena_str(&f.arena, l[0].subject),
	    "north.example: 10000 new alarms", "the mail says how many");
	tap_ok(str_holds(l[0].body, STR("offline  009034000064\n")) &&
		   !str_holds(l[0].body, STR("009034000065")) &&
		   str_holds(l[0].body, STR("and 9900 more")),
	    "and names a hundred");
	tap_ok(json_read(&f.arena, l[1].body, 1 << 20, &v, &f.err) == 0 &&
		   json_number(json_member(v, "raisedCount"), 0) == 10000 &&
		   json_length(json_member(v, "raised")) == ALARM_SHOWN,
	    "so does the webhook's letter");
	tap_ok(l[0].guid.len == CRYPTO_GUID_SIZE - 1 &&
		   str_eq(json_text(json_member(v, "id")), l[1].guid),
	    "each has an id");
	sql("DELETE FROM device WHERE id > 1000");
	tap_is_int(run(), 10000, "that they are gone is told, too");
	tap_is_int(drain(), 2, "as shortly");
}

static void
test_words(void)
{
	const struct str mail = STR("a@north.example"), de = STR("de");
	const struct str zone = STR("Europe/Berlin");
	struct alarm_letter l;
	bool found = false;

	begin();
	at.mail = true;
	(void)set(
	    home, (struct alarm_change){
		      .recipients = &mail, .language = &de, .zone = &zone});
	sql("UPDATE device SET name = 'a' || char(10, 27) || "
	    "'{{domain}}\"<b>'"
	    " WHERE hw_id = '009033000001'");
	presence("009033000001", false, NOON - HOUR);
	tap_is_int(run(), 1, "a device with a name of its own is offline");
	while (take(&l)) {
		if (l.way == ALARM_MAIL) {
			found = true;
			tap_ok(str_holds(l.body,
				   STR("\n2024-10-04 13:00  offline  "
				       "009033000001  a{{domain}}\"<b>\n")),
			    "its name is one line of text, nothing more");
			tap_ok(str_holds(l.subject, STR("1 neue Alarme")),
			    "in the language of the domain");
		} else {
			tap_ok(str_holds(l.body,
				   STR("\"detail\":\"a\\n\\u001b{{domain}}"
				       "\\\"<b>\"")),
			    "and a text in JSON");
		}
	}
	tap_ok(found, "there was a mail");
	sql("UPDATE device SET name = ''");
}

static void
test_disk(void)
{
	const struct str url = STR("http://hooks.example/i");
	int64_t own = 0;
	struct alarm_letter l;

	begin();
	must(db_int(f.core.store, STMT_DOMAIN_BY_NAME,
		 ARGS(A_STRZ("example.com")), &own, &f.err) > 0);
	(void)set(own, (struct alarm_change){.url = &url});
	at.disk_full = 89;
	tap_is_int(run_for(own), 0, "a disk has room");
	at.disk_full = 90;
	tap_is_int(
	    run_for(own), 1, "a disk that is as full as the setting says");
	tap_ok(take(&l) && str_holds(l.body, STR("\"kind\":\"disk\"")) &&
		   str_holds(l.body, STR("\"detail\":\"90 %\"")),
	    "is told, with how full it is");
	tap_is_int(run(), 0, "to nobody but the instance's own domain");
	at.disk_full = 88;
	tap_is_int(run_for(own), 0, "it is not over when it wavers");
	at.disk_full = -1;
	tap_is_int(run_for(own), 0, "nor when nobody knows");
	at.disk_full = 87;
	tap_is_int(run_for(own), 1, "but with some room");
	(void)drain();
	at.disk_full = 100;
	at.disk_max = 0;
	tap_is_int(run_for(own), 0, "0 is never");
	tap_ok(
	    alarm_disk_full("/tmp/x") > 0 && alarm_disk_full("/tmp/x") <= 100,
	    "the disk of a file has a share");
	tap_is_int(alarm_disk_full("/nonexistent/x/y"), -1,
	    "one that is not there has none");
}

static void
test_no_way(void)
{
	const struct str none = STR(""), url = STR("http://hooks.example/b");
	const struct str mail = STR("a@north.example");

	begin();
	(void)set(home, (struct alarm_change){.url = &none});
	presence("009033000001", false, NOON - HOUR);
	tap_is_int(run(), 0, "without a way nothing is told");
	tap_is_int((long long)listed(home), 1, "but listed");
	(void)set(home, (struct alarm_change){.recipients = &mail});
	tap_is_int(run(), 0, "addresses are none without a mail server");
	(void)set(home, (struct alarm_change){.url = &url});
	tap_is_int(run(), 1, "what holds is told when there is one");
	(void)set(home, (struct alarm_change){.url = &none});
	tap_is_int(drain(), 0, "letters for a way that was taken are dropped");
}

/* ---- sending ---- */

static bool
always(void *arg)
{
	(void)arg;
	return true;
}

static struct alarm_posted
post(void)
{
	const struct alarm_sender by = {.from = STR("f@example.com"),
	    .rule = {.private_ok = false},
	    .go_on = always};
	struct alarm_posted n = {-1, -1};

	if (alarm_post(&f.q, &by, &n) < 0)
		tap_diag("%s", f.err.text);
	return n;
}

/* A webhook that leads to where it may not. */
static void
test_post(void)
{
	const struct str url = STR("http://127.0.0.1:1/");
	struct alarm_posted n;
	int64_t shifted = 0, waiting = 0;
	int tries = 1;

	begin();
	at.now = clock_now_ms();
	at.up = at.now - 24 * HOUR;
	(void)set(home, (struct alarm_change){.url = &url});
	presence("009033000001", false, at.now - HOUR);
	tap_is_int(run(), 1, "one letter");
	presence("009033000002", false, at.now - HOUR);
	tap_is_int(run(), 1, "and another one");
	n = post();
	tap_is_int(n.failed, 1, "the first fails, the second waits for it");
	must(alarm_setting_waiting(&f.q, home, &waiting) == 0);
	tap_is_int(waiting, 2, "both are waiting");
	n = post();
	tap_is_int(n.failed, 0, "it is not tried again at once");
	while (tries < ALARM_TRIES) {
		int64_t gap = alarm_post_gap(tries);

		clock_shift(gap - MINUTE);
		n = post();
		tap_is_int(n.failed, 0, "not before its time");
		clock_shift(MINUTE);
		shifted += gap;
		n = post();
		tries++;
		if (n.failed != (tries < ALARM_TRIES ? 1 : 2))
			tap_ok(
			    false, "try %d: %lld", tries, (long long)n.failed);
	}
	tap_is_int(shifted / HOUR, 42, "for 42 hours");
	tap_is_int(
	    drain(), 1, "then it is given up, and the next has its turn");
	clock_shift(-shifted);
	tap_ok(alarm_post_gap(1) == 5 * MINUTE &&
		   alarm_post_gap(2) == 10 * MINUTE &&
		   alarm_post_gap(9) == 1280 * MINUTE,
	    "the gaps grow");
}

/* ---- who may set what ---- */

static void
test_limits(void)
{
	const struct {
		struct alarm_change x;
		const char *what;
	} bad[] = {
	    {{.offline = &(int64_t){4}}, "fewer than five minutes"},
	    {{.offline = &(int64_t){43201}}, "more than thirty days"},
	    {{.offline = &(int64_t){-1}}, "a negative number"},
	    {{.recipients = &STR("a@b.example,nobody")}, "no address"},
	    {{.recipients =
		     &STR("a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b")},
		"eleven addresses"},
	    {{.url = &STR("ftp://hooks.example/")}, "a URL of another kind"},
	    {{.url = &STR("http://joe:word@hooks.example/")},
		"a password in a URL"},
	    {{.zone = &STR("Mars/Olympus")}, "no zone"},
	    {{.zone = &STR("../../etc/passwd")}, "a file"},
	    {{.quiet = &STR("22-6")}, "no hours"},
	    {{.language = &STR("../x")}, "no language"},
	    {{.paused = &(int64_t){-1}}, "a time before all times"},
	};
	struct alarm_setting before, after;

	begin();
	must(alarm_setting_get(&f.q, home, &before) == 0);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!set(home, bad[i].x) && f.err.kind == ERR_INPUT &&
			   f.err.say != NULL,
		    "refused: %s", bad[i].what);
	must(alarm_setting_get(&f.q, home, &after) == 0);
	tap_ok(after.offline == before.offline &&
		   str_eq(after.url, before.url) &&
		   str_eq(after.zone, before.zone),
	    "nothing of it is stored");
	tap_ok(!set(9999, (struct alarm_change){0}) && f.err.kind == ERR_GONE,
	    "nor for a domain that is none");
}

static void
test_rights(void)
{
	struct actor own = {0}, other = {0};
	struct alarm_setting s;
	struct alarm *list;
	char secret[ALARM_SECRET_SIZE];
	const int64_t ten = 10;
	const struct alarm_change x = {.offline = &ten};
	size_t n;
	int64_t after = 0,
		partner = fx_domain(&f, "partner.example", "pass word 1");
	int64_t stranger = fx_domain(&f, "stranger.example", "pass word 2");
	char cred[ACTOR_CRED_SIZE];
	struct ask as;

	begin();
	must(domain_grant(&f.q,
		 &(struct grant){.domain = partner, .target = home}) == 0);
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)home);
	must(actor_now(&f.q, cred, &own) > 0);
	as = fx_as(&f, &own);
	tap_ok(alarm_setting_set(&as, home, &x, secret) == 0,
	    "a domain sets its own");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)partner);
	must(actor_now(&f.q, cred, &other) > 0);
	as = fx_as(&f, &other);
	presence("009033000001", false, NOON - HOUR);
	must(run() == 1);
	tap_ok(alarm_list(&as, home, 0, &list, &n) == 0 && n == 1,
	    "who sees its devices sees its alarms");
	tap_ok(alarm_list_all(&as, &after, &list, &n) == 0 && n == 1 &&
		   list[0].domain_id == home && after > 0,
	    "among those of all domains, too");
	tap_ok(alarm_setting_get(&as, home, &s) < 0 &&
		   f.err.kind == ERR_DENIED &&
		   alarm_setting_set(&as, home, &x, secret) < 0 &&
		   f.err.kind == ERR_DENIED,
	    "but neither sees where they go nor sets it");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)stranger);
	must(actor_now(&f.q, cred, &other) > 0);
	as = fx_as(&f, &other);
	tap_ok(
	    alarm_list(&as, home, 0, &list, &n) < 0 && f.err.kind == ERR_GONE &&
		alarm_setting_get(&as, home, &s) < 0 && f.err.kind == ERR_GONE,
	    "for others it is not there");
	after = 0;
	tap_ok(alarm_list_all(&as, &after, &list, &n) == 0 && n == 0,
	    "nor is any alarm among those of all");
}

static bool
draws(struct alarm_change x, char secret[ALARM_SECRET_SIZE])
{
	return alarm_setting_set(&f.q, home, &x, secret) == 0 &&
	       strlen(secret) == ALARM_SECRET_SIZE - 1;
}

static void
test_secret(void)
{
	const struct str a = STR("http://hooks.example/s"), none = STR("");
	const struct str b = STR("http://other.example/s");
	char first[ALARM_SECRET_SIZE], second[ALARM_SECRET_SIZE];
	struct secret clear;
	struct str sealed;

	begin();
	tap_ok(draws((struct alarm_change){.url = &a}, first),
	    "a webhook gets a secret");
	tap_ok(!draws((struct alarm_change){.url = &a}, second) &&
		   second[0] == '\0',
	    "which is shown once");
	tap_ok(alarm_setting_secret(&f.q, home, &clear) == 0 &&
		   str_eqz(secret_str(&clear), first),
	    "it signs the letters");
	tap_ok(load_one(ask_loader(&f.q), STMT_ALARM_SECRET, ARGS(A_INT(home)),
		   load_str, &sealed) > 0 &&
		   !str_holds(sealed, str_of(first)) &&
		   !str_holds(sealed, str_of(first + 4)),
	    "and is sealed in the store");
	tap_ok(draws((struct alarm_change){.url = &b}, second) &&
		   strcmp(first, second) != 0,
	    "another URL gets another one");
	tap_ok(draws((struct alarm_change){.new_secret = true}, first) &&
		   strcmp(first, second) != 0,
	    "and who wants a new one");
	tap_ok(!draws((struct alarm_change){.url = &none}, first) &&
		   alarm_setting_secret(&f.q, home, &clear) == 0 &&
		   clear.len == 0,
	    "without a URL there is none");
	tap_ok(!set(home, (struct alarm_change){.new_secret = true}),
	    "nor a new one");
}

static void
test_removed(void)
{
	int64_t gone = fx_domain(&f, "gone.example", NULL), n = -1;
	const struct str url = STR("http://hooks.example/g");

	begin();
	(void)set(gone, (struct alarm_change){.url = &url});
	sql("INSERT INTO alarm (domain_id, kind, subject, detail, raised, told,"
	    " cleared) SELECT id, 'job', 'x', '', 1, 1, 2 FROM domain"
	    " WHERE name = 'gone.example'");
	tap_is_int(run_for(gone), 1, "a domain is told something");
	must(db_do(f.core.store, STMT_DOMAIN_REMOVE, ARGS(A_INT(gone)),
		 &f.err) == 0);
	tap_is_int(drain(), 0, "its letters go with it");
	tap_is_int(db_int(f.core.store, STMT_ALARM_NEW_COUNT, ARGS(A_INT(gone)),
		       &n, &f.err) > 0
		       ? n
		       : -1,
	    0, "and its alarms");
}

static void
test_jobs(void)
{
	struct alarm_letter l;

	begin();
	sql("INSERT INTO job SELECT 7, 0, 1, id, 'night', 1, '14r1', "
	    "'firmware',"
	    " '', 'UTC', '', 0, 1, 100, 0, '', '', NULL, 0, 0, 0, 2, 9, 1, 5,"
	    " 6, 4, '' FROM domain WHERE name = 'north.example'");
	tap_is_int(run(), 0, "a job that will be repeated has not failed yet");
	sql("UPDATE job SET wish = 0");
	tap_is_int(run(), 1, "one that will not is told");
	tap_ok(take(&l) && str_holds(l.body, STR("job-failed")) &&
		   str_holds(l.body, STR("night")),
	    "by its name");
	tap_is_int(run(), 0, "once");
	tap_ok(str_holds(l.body, STR("0 of 0 devices failed")) &&
		   !str_holds(l.body, STR("too many")),
	    "and how many failed");
	sql("UPDATE job SET outcome = 1");
	tap_is_int(run(), 1, "that it ended well is, too");
	(void)drain();
	sql("INSERT INTO task SELECT 7, id, CASE hw_id WHEN '009033000001'"
	    " THEN 5 ELSE 6 END, 0, '', 0, 0, 0, 0, 0, 0, '' FROM device"
	    " WHERE hw_id IN ('009033000001', '009033000002')");
	sql("UPDATE job SET outcome = 3");
	tap_ok(run() == 1 && take(&l) &&
		   str_holds(
		       l.body, STR("1 of 2 devices failed, too many to go on")),
	    "or that its threshold stopped it");
	sql("UPDATE job SET outcome = 1");
	tap_is_int(run(), 1, "and that this is over");
	(void)drain();
	sql("UPDATE job SET outcome = 2");
	tap_is_int(run(), 0, "one that somebody aborted is no alarm");
	sql("DELETE FROM job");
	(void)drain();
}

/* The device of which a backup job is tried at the first look. */
static void
test_backups(void)
{
	struct alarm_letter l;

	begin();
	sql("INSERT INTO job SELECT 8, 1, 1, id, 'night', 1, '', '', '', 'UTC',"
	    " '', 0, 1, 100, 0, '', '', NULL, 30, 0, 0, 0, 0, 0, 5, 6, 1, ''"
	    " FROM domain WHERE name = 'north.example'");
	sql("INSERT INTO task SELECT 8, id, 4, 0, 'read', 0, 0, 0, 1, 5, 6, ''"
	    " FROM device WHERE hw_id = '009033000001'");
	tap_is_int(run(), 0, "a device that is saved is no alarm");
	sql("UPDATE task SET state = 5");
	tap_is_int(run(), 1, "M9: one of which there is no backup is told");
	tap_ok(take(&l) && str_holds(l.body, STR("backup-missing")) &&
		   str_holds(l.body, STR("009033000001")),
	    "by its hardware id");
	tap_is_int(run(), 0, "once");
	sql("INSERT INTO save_text SELECT 1, id, NULL, x'00', x'00', x'00', ''"
	    " FROM device WHERE hw_id = '009033000001'");
	sql("INSERT INTO save SELECT 2, d.id, d.domain_id, 8, 1,"
	    " 32503680000000, 1, x'00', '' FROM device d"
	    " WHERE d.hw_id = '009033000001'");
	tap_is_int(run(), 1, "that there is one is told, too");
	sql("DELETE FROM save; UPDATE job SET enabled = 0");
	tap_is_int(run(), 0, "a job that is disabled misses nothing");
	sql("DELETE FROM job");
	(void)drain();
}

static void
test_phones(void)
{
	struct alarm_letter l;

	begin();
	sql("INSERT INTO phone SELECT id, NULL, 'snom320', '', 0, 0,"
	    " '192.0.2.1', 1, 0, 1 FROM device WHERE hw_id = '009033000001'");
	tap_is_int(run(), 0, "a phone that nobody asked for is no alarm");
	sql("INSERT INTO phone_trace SELECT 1, id, '009033000001',"
	    " '192.0.2.1', 'a.cfg', 12, 404, 0, 1727900000000, 1 FROM domain"
	    " WHERE name = 'north.example'");
	tap_is_int(run(), 0, "nor is one that was, days ago");
	sql("INSERT INTO phone_trace SELECT 2, id, '009033000001',"
	    " '192.0.2.2', 'a.cfg', 12, 404, 0, 1728040000000, 1 FROM domain"
	    " WHERE name = 'north.example'");
	tap_is_int(run(), 1, "one that was, from another network, is told");
	tap_ok(take(&l) && str_holds(l.body, STR("phone-elsewhere")) &&
		   str_holds(l.body, STR("009033000001")) &&
		   str_holds(l.body, STR("192.0.2.2")),
	    "with the address");
	tap_is_int(run(), 0, "once");
	at.now += 25 * HOUR;
	tap_is_int(run(), 1, "a day later it is over");
	(void)drain();
	at.now -= 25 * HOUR;
	tap_is_int(run(), 1, "it comes again when it is asked for again");
	(void)drain();
	sql("DELETE FROM phone_trace; DELETE FROM phone");
	tap_is_int(run(), 1, "what is no phone any more is over");
	(void)drain();
}

int
main(void)
{
	fx_open(&f);
	home = fx_domain(&f, "north.example", "pass word 0");
	(void)fx_device(&f, "009033000001", home, DEVICE_PHONE, FX_PASS);
	(void)fx_device(&f, "009033000002", home, DEVICE_PHONE, FX_PASS);
	test_once();
	test_ends();
	test_quiet();
	test_paused();
	test_outage();
	test_up();
	test_many();
	test_words();
	test_disk();
	test_jobs();
	test_backups();
	test_phones();
	test_no_way();
	test_post();
	test_limits();
	test_rights();
	test_secret();
	test_removed();
	fx_close(&f);
	return tap_end();
}
