/*
 * RG2: devices are told another host, the first ten first; M10: devices that are
 * left in peace; who works on a device.
 */
#include "move.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "db.h"
#include "device_work.h"
#include "fixture.h"
#include "must.h"
#include "pause.h"
#include "setting.h"

#define OLD     "old.example"
#define NEW     "new.example:8443"
#define BASE    "/example.com/devices"
#define DEVICES 12
#define NEW_URL "wss://" NEW BASE "/sysclients"

static struct fixture f;
static int64_t north;

static void
sql(const char *text)
{
	must(store_exec(f.core.store, text, &f.err) == 0);
}

static int
begin(const char *from, const char *to, bool dry, struct move_preview *out)
{
	struct move_wish w = {
	    .from = str_of(from), .to = str_of(to), .base = BASE, .dry = dry};

	return move_begin(&f.q, &w, out);
}

static bool
refused(const char *to, const char *say)
{
	struct move_preview p;

	return begin(OLD, to, false, &p) < 0 && f.err.say != NULL &&
	       strcmp(f.err.say, say) == 0;
}

static struct move_standing
standing(void)
{
	struct move_standing s;

	must(move_get(&f.q, &s) == 0);
	return s;
}

/* Those that are to be told something now. */
static size_t
chosen(void)
{
	size_t n = 0;
	char id[HWID_MAX];
	struct device d;
	struct str url;

	for (int i = 0; i < DEVICES; i++) {
		(void)snprintf(id, sizeof(id), "0090330300%02x", i);
		must(device_get(&f.q, str_of(id), &d) == 1);
		n += move_of(&f.q, d.id, &url) == 1 && str_eqz(url, NEW_URL);
	}
	return n;
}

static void
test_preview(void)
{
	static const char *const bad[] = {"a/b", "", "a:0", "a:99999",
	    "a:", ":1", "a:b", "a:1:2", "::1", "[::1", "[a]:1", "[::1]x",
	    "a b"};
	static const char *const good[] = {"a", "a:65535", "192.0.2.1:1",
	    "[2001:db8::1]", "[2001:db8::1]:443"};
	struct move_preview p;

	tap_ok(begin(OLD, NEW, true, &p) == 0 && p.scope.known == DEVICES &&
		   p.scope.online == DEVICES && p.n == MOVE_FIRST &&
		   str_eqz(p.first[0], "009033030000"),
	    "RG2: a preview says how many, and who is first");
	tap_ok(refused(NEW, "registration.push is off"), "RG2: it is off");
	must(setting_set(&f.q, "registration.push", STR("manual")) == 0);
	tap_ok(refused(OLD, "they are the same host"), "RG2: another host");
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(refused(bad[i], "invalid host"),
		    "RG2: a host and no more: %s", bad[i]);
	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(begin(OLD, good[i], true, &p) == 0, "RG2: a host: %s",
		    good[i]);
	tap_is_int(move_turn(&f.q), 0, "RG2: nobody is told before it begins");
}

static void
test_ten(void)
{
	struct move_preview p;
	struct move_standing s;

	must(begin(OLD, NEW, false, &p) == 0);
	tap_is_int(move_turn(&f.q), 1, "RG2: it begins");
	tap_is_int((int)chosen(), MOVE_FIRST, "RG2: with the first ten");
	tap_is_int(move_turn(&f.q), 0, "RG2: the others wait");
	sql("UPDATE moved SET told = 1");
	sql("UPDATE device SET host = '" NEW "' WHERE hw_id < '009033030009'");
	tap_is_int(move_turn(&f.q), 0, "RG2: until all ten are back");
	sql("UPDATE device SET host = '" NEW "' WHERE hw_id < '00903303000a'");
	tap_is_int(move_turn(&f.q), 1, "RG2: then they go on");
	s = standing();
	tap_ok(s.m.back == MOVE_FIRST && s.n.away == 2 && s.left.known == 2,
	    "RG2: and it is shown how far it is");
	sql("UPDATE moved SET told = 1");
	sql("UPDATE device SET host = '" NEW "'");
	must(move_turn(&f.q) == 0);
	sql("UPDATE device SET host = '" OLD "' WHERE hw_id = '009033030003'");
	tap_is_int(move_turn(&f.q), 1,
	    "RG2: who connects with the old host later is told, too");
	must(move_stop(&f.q) == 0);
	tap_is_int((int)chosen(), 0, "RG2: until it is stopped");
	tap_is_int(move_turn(&f.q), 0, "RG2: then nobody is told");
}

static void
test_lost(void)
{
	struct move_preview p;
	struct move_standing s;

	sql("UPDATE device SET host = '" OLD "'");
	must(begin(OLD, NEW, false, &p) == 0 && move_turn(&f.q) == 1);
	clock_shift(MOVE_BACK_MS + 1000);
	must(move_turn(&f.q) == 0);
	s = standing();
	tap_ok(s.m.ended > 0 && s.m.why.len > 0 && s.n.failed == MOVE_FIRST,
	    "RG2: if one of the first does not come back it stops");
	must(begin(OLD, NEW, false, &p) == 0 && move_turn(&f.q) == 1);
	sql("UPDATE moved SET told = 1, why = 'HTTP 404'"
	    " WHERE device_id = (SELECT min(device_id) FROM moved)");
	must(move_turn(&f.q) == 0);
	tap_ok(standing().m.ended > 0, "RG2: or cannot be told");
}

static void
test_who(void)
{
	struct move_preview p;

	must(pause_domain(&f.q, north, clock_now_ms() + 60000) == 0);
	must(begin(OLD, NEW, false, &p) == 0);
	tap_is_int(move_turn(&f.q), 0, "RG2: nobody who is paused");
	must(pause_domain(&f.q, north, 0) == 0);
	sql("UPDATE device SET other = 1 WHERE hw_id = '009033030000'");
	sql("UPDATE device SET type_told = 4 WHERE hw_id = '009033030001'");
	must(begin(OLD, NEW, true, &p) == 0);
	tap_is_int((int)p.scope.known, DEVICES - 2,
	    "RG2: none of other vendors, no App Platforms");
	sql("UPDATE domain SET secondary = 1 WHERE name = 'north.example'");
	must(begin(OLD, NEW, true, &p) == 0);
	tap_is_int((int)p.scope.known, 0, "RG1: no second registration");
	sql("UPDATE domain SET secondary = 0");
	sql("UPDATE device SET other = 0, type_told = 2");
	must(move_stop(&f.q) == 0);
}

static bool
hears(const char *url)
{
	must(move_heard(&f.q, str_of(url), BASE) == 0);
	return standing().m.ended == 0;
}

static void
test_heard(void)
{
	struct actor who = {.account = -1, .home = north, .own = north};
	struct ask as = fx_as(&f, &who);
	struct move_standing s;

	must(move_heard(&as, STR("https://evil.example/x"), BASE) == 0);
	tap_is_int((int)standing().m.told.len, 0,
	    "RG2: a domain's PBX is not believed");
	tap_ok(!hears("https://" OLD "/example.com/devices/devices"),
	    "RG2: the first host that the PBX says is no change");
	tap_ok(!hears("https://" NEW "/x"),
	    "RG2: with manual another one begins nothing");
	must(setting_set(&f.q, "registration.push", STR("pbx")) == 0);
	tap_ok(hears("https://third.example/x"),
	    "RG2: with pbx another one begins it");
	s = standing();
	tap_ok(str_eqz(s.m.from, NEW) && str_eqz(s.m.to, "third.example") &&
		   str_eqz(s.m.url, "wss://third.example" BASE "/sysclients"),
	    "RG2: from the one before, always by wss");
	must(move_heard(&f.q, STR("no url"), BASE) == 0);
	tap_ok(str_eqz(standing().m.told, "third.example"),
	    "RG2: what is no URL says nothing");
	who.admin = false;
	tap_ok(move_get(&as, &s) < 0 && f.err.kind == ERR_DENIED,
	    "RG2: it is for administrators");
}

/* ---- pauses ---- */

static void
test_pause(void)
{
	int64_t now = clock_now_ms();
	struct device d;
	struct pauses p;

	must(device_get(&f.q, STR("009033030005"), &d) == 1);
	tap_is_int(pause_on(&f.q, d.id), 0, "M10: nobody is paused");
	must(pause_device(&f.q, d.hw_id, now + 60000) == 0);
	tap_is_int(pause_on(&f.q, d.id), 1, "M10: a device is");
	tap_ok(pause_list(&f.q, north, &p) == 0 && p.until == 0 && p.n == 1 &&
		   str_eq(p.list[0].hw_id, d.hw_id),
	    "M10: which is listed");
	clock_shift(61000);
	tap_is_int(pause_on(&f.q, d.id), 0, "M10: until its time is over");
	must(pause_domain(&f.q, north, clock_now_ms() + 60000) == 0);
	tap_is_int(pause_on(&f.q, d.id), 1, "M10: with its domain");
	must(pause_domain(&f.q, north, 0) == 0);
	tap_is_int(pause_on(&f.q, d.id), 0, "M10: which can be ended");
	tap_ok(pause_device(&f.q, d.hw_id, 1) < 0 && f.err.kind == ERR_INPUT,
	    "M10: a time that is over is none");
	tap_ok(pause_domain(&f.q, north, now + 2 * PAUSE_MAX_MS) < 0,
	    "M10: nor one that never comes");
}

static void
test_pause_rights(void)
{
	int64_t until = clock_now_ms() + 60000;
	int64_t south = fx_domain(&f, "south.example", "south-password");
	struct actor who = {.account = -1, .home = south, .own = south};
	struct ask as = fx_as(&f, &who);
	struct pauses p;

	who.domains = &south;
	who.ndomains = 1;
	str_copy(who.cred, sizeof(who.cred), STR("domain:3"));
	tap_ok(pause_device(&as, STR("009033030005"), until) < 0 &&
		   f.err.kind == ERR_GONE,
	    "M10: another domain's devices are not there");
	tap_ok(pause_domain(&as, north, until) < 0 &&
		   pause_list(&as, north, &p) < 0,
	    "M10: nor is the domain");
	tap_ok(pause_domain(&as, south, until) == 0,
	    "M10: a domain's own login pauses it");
}

/* ---- who works on a device ---- */

static void
test_work(void)
{
	struct device_work mine = {"one", DEVICE_WORK_CONFIG, 1000};
	struct device_work other = {"two", "update", 1000};
	struct device d;

	must(device_get(&f.q, STR("009033030006"), &d) == 1);
	tap_is_int(device_work_take(&f.q, d.id, &mine), 1, "a device is taken");
	tap_is_int(device_work_take(&f.q, d.id, &other), 0, "by one at a time");
	must(device_work_give(&f.q, d.id, &other) == 0);
	tap_is_int(device_work_take(&f.q, d.id, &other), 0,
	    "who has not got it cannot give it away");
	must(device_work_give(&f.q, d.id, &mine) == 0);
	tap_is_int(device_work_take(&f.q, d.id, &other), 1, "given back");
	clock_shift(1001);
	tap_is_int(device_work_take(&f.q, d.id, &mine), 1,
	    "who died loses it when its time is over");
	tap_is_int(device_work_take(&f.q, 999999, &mine), 0,
	    "nor is one that has gone");
	must(device_work_clear(&f.q, "update") == 0);
	tap_is_int(device_work_take(&f.q, d.id, &other), 0,
	    "what another kind holds stays");
	must(device_work_clear(&f.q, DEVICE_WORK_CONFIG) == 0);
	tap_is_int(device_work_take(&f.q, d.id, &other), 1,
	    "what the one before held is free");
}

int
main(void)
{
	struct conn c[DEVICES];
	char id[HWID_MAX];

	fx_open(&f);
	north = fx_domain(&f, "north.example", "north-password");
	for (int i = 0; i < DEVICES; i++) {
		(void)snprintf(id, sizeof(id), "0090330300%02x", i);
		fx_online(&f, id, north, 10 + i, &c[i]);
	}
	sql("UPDATE device SET host = '" OLD "'");
	test_preview();
	test_ten();
	test_lost();
	test_who();
	test_heard();
	test_pause();
	test_pause_rights();
	test_work();
	for (int i = 0; i < DEVICES; i++)
		fx_conn_end(&c[i]);
	fx_close(&f);
	return tap_end();
}
