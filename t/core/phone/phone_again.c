/*
 * Answers that were given lately: found by all that a request says, until anything
 * of what they are made of is another, and by strangers never.
 */
#include "phone_again.h"

#include <string.h>

#include "category.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "fixture.h"
#include "must.h"
#include "phone.h"
#include "phone_key.h"
#include "phone_layer.h"
#include "phone_render.h"
#include "phone_serve.h"
#include "phone_stage.h"
#include "phone_wait.h"
#include "phone_window.h"
#include "vendor.h"

#define MAC     STR("001122aabbcc")
#define FILE_OF "001122aabbcc.cfg"
#define HERE    "192.0.2.1"
#define THERE   "192.0.2.2"

static struct fixture f;
static int64_t north, south, category;
static char key[PHONE_KEY_SIZE];
static struct phone_types types;
static struct buf body;

static void
set(const char *layer, const char *value)
{
	struct phone_change c = {STR("language"), str_of(value)};

	must(phone_layer_set(&f.q, str_of(layer), &c, 1) == 0);
}

static void
window(int64_t minutes, bool anew, const char *from)
{
	struct phone_opening in = {
	    .mac = MAC, .minutes = minutes, .anew = anew, .from = str_of(from)};
	struct served_phone p;

	must(phone_window_set(&f.q, &in, &p) == 0);
}

static void
stage(const char *value)
{
	struct phone_change c = {STR("language"), str_of(value)};
	struct str macs[] = {MAC};
	struct phone_stage_new in = {
	    .layer = STR("all"), .list = &c, .n = 1, .macs = macs, .nmacs = 1};
	int64_t id;

	must(phone_stage_add(&f.q, &in, &id) == 0);
}

static int64_t
staged(void)
{
	struct phone_stage *list;
	size_t n;

	must(phone_stage_list(&f.q, &list, &n) == 0 && n == 1);
	return list[0].id;
}

static void
move_to(int64_t domain)
{
	struct phone_move in = {.mac = MAC, .port = -1, .to = domain};
	struct phone_moved moved;

	must(phone_assign(&f.q, &in, &moved) == 0);
}

/* ---- asking ---- */

struct asked {
	const char *agent, *address, *cert;
};

static const struct asked usual = {"Acme A1 2.0", HERE, ""};
static const char *origin = "http://h";

/* As provision.fcgi does: does it have the file without a look?  Else it is made.
 * The reason goes to why. */
static bool
is_again(const struct asked *x, const char **why)
{
	char proof[PHONE_MARK_SIZE];
	struct phone_again again;
	struct phone_request in = {.counts = true,
	    .key = str_of(key),
	    .name = STR(FILE_OF),
	    .agent = str_of(x->agent),
	    .address = str_of(x->address),
	    .cert = str_of(x->cert),
	    .origin = origin,
	    .again = &again};
	struct served_phone p;
	struct phone_answer a;
	int rc;

	must(phone_served(&f.q, MAC, &p) == 1);
	phone_proof_write(&f.core, &p, proof);
	phone_again_name((const struct str[]){str_of(proof), in.agent,
			     in.address, in.cert, str_of(origin)},
	    5, &again);
	must(phone_key_read(&f.core, in.key, &in.door) &&
	     phone_proof_read(&f.core, str_of(proof), &in.proof));
	buf_clear(&body);
	rc = phone_serve_again(&f.q, &in, &a, &body);
	must(rc >= 0);
	if (rc == 0)
		must(phone_serve(&f.q, &types, &in, &a, &body) == 1);
	*why = phone_reason_name(a.reason);
	must(a.reason != PHONE_GIVEN ||
	     (strcmp(a.known.mac, "001122aabbcc") == 0 || rc == 0));
	return rc > 0;
}

static bool
again(void)
{
	const char *why;

	return is_again(&usual, &why);
}

/* It was given again, and is no longer once this is done. */
#define ENDS(what, change)                                                     \
	do {                                                                   \
		const char *said = "";                                         \
		bool given;                                                    \
		(void)again();                                                 \
		(void)again();                                                 \
		given = is_again(&usual, &said);                               \
		tap_ok(given, "given again before " what ": %s", said);        \
		change;                                                        \
		given = is_again(&usual, &said);                               \
		tap_ok(!given, what " ends that: %s", said);                   \
	} while (0)

/* ---- what counts ---- */

static void
test_same(void)
{
	const char *why;
	char first[4096];

	tap_ok(!again(), "the first time somebody looks");
	tap_ok(!again(), "and again, because it was noted that it came");
	tap_ok(again() && again(), "then nobody does");
	str_copy(first, sizeof(first), buf_view(&body));
	phone_again_clear();
	tap_ok(!again() && str_eqz(buf_view(&body), first) && body.len > 0,
	    "and it is the same file");
	tap_ok(!is_again(&(struct asked){"Acme A1 2.1", HERE, ""}, &why),
	    "who says another version is looked at");
	tap_ok(!is_again(&(struct asked){"Acme A1 2.0", THERE, ""}, &why) &&
		   strcmp(why, "elsewhere") == 0,
	    "who comes from elsewhere gets nothing: %s", why);
	(void)again();
	(void)again();
	must(again());
	origin = "http://i";
	tap_ok(!again(), "who asks by another name gets that in his file");
	origin = "http://h";
}

static void
test_changes(void)
{
	ENDS("a setting", set("all", "de"));
	tap_ok(strstr(body.data, "language=de") != NULL, "at once");
	ENDS("a setting of its category",
	    set("category:north.example/hall", "fr"));
	ENDS("a layer that goes", set("category:north.example/hall", ""));
	ENDS("a change that is staged", stage("it"));
	ENDS("one that is taken back",
	    must(phone_stage_revert(&f.q, staged()) == 0));
	stage("es");
	ENDS("one that is committed",
	    must(phone_stage_commit(&f.q, staged()) == 0));
	ENDS("another category",
	    must(device_set_categories(&f.q, MAC, NULL, 0) == 0));
	ENDS("another name", must(device_rename(&f.q, MAC, STR("Anna")) == 0));
	ENDS("another domain", move_to(south));
	move_to(north);
	window(60, false, HERE); /* moving closes it */
}

/* When it was there last. */
static int64_t
seen(void)
{
	struct served_phone p;

	must(phone_served(&f.q, MAC, &p) > 0);
	return p.seen;
}

static void
traced(enum phone_reason reason, const char *address)
{
	must(phone_trace_add(
		 &f.q, &(const struct phone_event){.key_domain = north,
			   .mac = MAC,
			   .address = str_of(address),
			   .file = STR("x.cfg"),
			   .status = 200,
			   .reason = reason}) >= 0);
}

static void
test_contact(void)
{
	int64_t before;

	(void)again();
	(void)again();
	must(again());
	before = seen();
	traced(PHONE_GIVEN, HERE);
	tap_is_int(seen(), before, "who was there just now is not noted");
	clock_shift(PHONE_WAIT_NOTE_MS + 1);
	tap_ok(again() && seen() == before,
	    "a minute later nobody has to look, who is served writes nothing");
	traced(PHONE_OUTSIDE, HERE);
	traced(PHONE_GIVEN, THERE);
	tap_is_int(seen(), before, "nor what was refused, or is elsewhere");
	traced(PHONE_GIVEN, HERE);
	tap_ok(seen() >= before + PHONE_WAIT_NOTE_MS && again(),
	    "with the trace that it got a file it is noted, which ends "
	    "nothing");
}

/* It asked, and before that was noted it was found not to have asked for long:
 * it stayed offline until it asked a minute later or more, which is a day. */
static void
test_contact_offline(void)
{
	struct device d;

	clock_shift(PHONE_WAIT_NOTE_MS + 1);
	must(store_exec(f.core.store,
		 "UPDATE presence SET online = 0 WHERE hub = ''", &f.err) == 0);
	traced(PHONE_OUTSIDE, HERE);
	must(device_get(&f.q, MAC, &d) == 1);
	tap_ok(!d.online, "who got nothing does not come by his trace");
	traced(PHONE_GIVEN, HERE);
	must(device_get(&f.q, MAC, &d) == 1);
	tap_ok(d.online, "who got a file is online with the trace of it");
}

/* Nothing was noted until the clock was there again. */
static void
test_contact_set_back(void)
{
	struct served_phone p;
	int64_t day = 24 * 60 * INT64_C(60000), before;

	clock_shift(day);
	must(phone_served(&f.q, MAC, &p) > 0 &&
	     phone_contact(&f.q, &p, STR(HERE)) == 0);
	before = seen();
	clock_shift(-day);
	traced(PHONE_GIVEN, HERE);
	tap_ok(seen() <= before - day + 1000,
	    "a trace is noted though the clock was set back");
	clock_shift(day);
	must(phone_served(&f.q, MAC, &p) > 0 &&
	     phone_contact(&f.q, &p, STR(HERE)) == 0);
	clock_shift(-day);
	must(phone_served(&f.q, MAC, &p) > 0 &&
	     phone_contact(&f.q, &p, STR(HERE)) == 0);
	tap_ok(seen() <= before - day + 1000, "and a visit");
}

static void
test_windows(void)
{
	const char *why = "";
	bool yes;

	ENDS("a window that is closed", window(0, false, ""));
	yes = is_again(&usual, &why);
	tap_ok(!yes && strcmp(why, "outside") == 0, "and nothing is given: %s",
	    why);
	window(5, false, "");
	ENDS("a window that closes by itself",
	    clock_shift(6 * 60 * INT64_C(1000)));
	yes = is_again(&usual, &why);
	tap_ok(!yes && strcmp(why, "outside") == 0, "nor then: %s", why);
	window(60, false, "");
	ENDS("a URL that is new", window(60, true, HERE));
	ENDS("a certificate that comes from elsewhere",
	    (void)is_again(
		&(struct asked){"Acme A1 2.0", THERE, "CN=001122AABBCC"},
		&why));
	tap_ok(!is_again(&usual, &why) && strcmp(why, "elsewhere") == 0,
	    "who has only the URL gets nothing more: %s", why);
	window(60, false, HERE);
}

/* ---- what it costs ---- */

static int64_t
statements(void)
{
	struct core_stats s;

	core_times(&f.core, &s);
	return s.statements;
}

static void
test_costs(void)
{
	static const struct str said[] = {STR("a guess")};
	struct phone_again name;
	struct phone_again_file file;
	int64_t before = statements();

	phone_again_name(said, 1, &name);
	must(phone_again_get(&f.q, &name, &file, &body) == 0);
	tap_is_int(statements() - before, 0,
	    "a stranger costs no look into the store");
	(void)again();
	(void)again();
	must(again());
	phone_again_name(said, 1, &name);
	file.until_ms = INT64_MAX;
	phone_again_put(&name, 1, &file);
	before = statements();
	tap_ok(phone_again_get(&f.q, &name, &file, &body) == 0 &&
		   statements() - before == 0,
	    "nor who is known, and of an older change gets nothing");
	traced(PHONE_GIVEN, HERE);
	before = statements();
	for (int i = 0; i < 2; i++) {
		must(phone_again_get(&f.q, &name, &file, &body) == 0);
		tap_is_int(statements() - before, 1,
		    "once something was written it is one, the first time");
	}
}

static void
test_bound(void)
{
	struct phone_again first = {.hash = {1}}, name = {.hash = {1}};
	struct phone_again_file file = {.until_ms = INT64_MAX};
	int64_t before;

	phone_again_put(&first, 1, &file);
	for (unsigned char i = 1; i < 100; i++) {
		name.hash[31] = i;
		phone_again_put(&name, 1, &file);
	}
	traced(PHONE_GIVEN, HERE);
	before = statements();
	must(phone_again_get(&f.q, &first, &file, &body) == 0);
	tap_is_int(statements() - before, 0,
	    "who came longest ago gives way to others");
	must(phone_again_get(&f.q, &name, &file, &body) == 0);
	tap_is_int(statements() - before, 1, "the last one is there");
}

static void
open_all(void)
{
	static const struct str hall[] = {STR("hall")};
	const char *folder;

	fx_open(&f);
	buf_init(&body, PHONE_RENDER_MAX);
	north = fx_domain(&f, "north.example", FX_PASS);
	south = fx_domain(&f, "south.example", FX_PASS);
	category = fx_category(&f, north, "hall");
	must(phone_key_new(&f.q, north, key) == 0);
	folder = vendor_make("name = Acme\n"
			     "agent = model,-,firmware ^Acme ([A-Z0-9]+)"
			     "( ([0-9.]+))?$\n"
			     "[file {mac}.cfg]\ntemplate = phone.cfg\n"
			     "[model acmeA1]\nagent = A1\n");
	f.core.templates = folder;
	vendor_write("phone.cfg", "{{url}} language={{language}} {{name}}\n");
	must(phone_types_load(&f.arena, folder, &types, &f.err) == 0);
	must(phone_add(&f.q, &(struct phone_new){.mac = MAC,
				 .type = &types.list[0],
				 .domain = north,
				 .name = STR("")}) == 0 &&
	     device_set_categories(&f.q, MAC, hall, 1) == 0);
	window(60, false, HERE);
}

int
main(void)
{
	open_all();
	test_same();
	test_changes();
	test_contact();
	test_contact_offline();
	test_contact_set_back();
	test_windows();
	test_costs();
	test_bound();
	vendor_remove();
	buf_wipe(&body);
	fx_close(&f);
	return tap_end();
}
