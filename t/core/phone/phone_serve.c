/*
 * What a phone gets that asks: in which window, by which URL, with which
 * secrets; how values come into a file; what a phone writes.
 */
#include "phone_serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "fixture.h"
#include "must.h"
#include "phone.h"
#include "phone_cert.h"
#include "phone_check.h"
#include "phone_diff.h"
#include "phone_key.h"
#include "phone_layer.h"
#include "phone_render.h"
#include "phone_upload.h"
#include "phone_wait.h"
#include "phone_window.h"
#include "setting.h"
#include "vendor.h"

#define MAC   STR("001122aabbcc")
#define HERE  "192.0.2.1"
#define THERE "192.0.2.2"
#define HOUR  (60 * 60 * INT64_C(1000))

static struct fixture f;
static int64_t north, south;
static struct phone_types types;
static const char *folder; /* of all vendors */
static char north_key[PHONE_KEY_SIZE], south_key[PHONE_KEY_SIZE];

/* ---- a vendor ---- */

static const char conf[] =
    "name = Acme\nagent = model,-,firmware ^Acme ([A-Z0-9]+)( ([0-9.]+))?$\n"
    "[file {mac}.cfg]\ntemplate = phone.cfg\n"
    "[file {mac}.xml]\ntemplate = phone.xml\ntype = text/xml\nescape = xml-$\n"
    "[file {mac}.txt]\ntemplate = quoted.txt\nescape = quoted\n"
    "[file {mac}.enc]\ntemplate = phone.cfg\ncipher = openssl-md5\n"
    "[file common.cfg]\ntemplate = phone.cfg\n"
    "[file {mac}.bad]\n"
    "[file {mac}-log.txt]\nupload = yes\n"
    "[words language]\nde = Deutsch\n[words codecs]\ng722 = 9\npcma = 8\n"
    "[model acmeA1]\nagent = A1\nports = 2\n";

static const char template[] =
    "url={{url}}\nmac={{mac}} {{MAC}} {{model}} {{type}}\n"
    "{{#proven}}proven {{poll_seconds}}\n{{/proven}}"
    "admin={{admin_password}}\nlanguage={{language}}\n"
    "time={{time_seconds}} {{time_hours}} {{#time_summer}}dst {{/time_summer}}"
    "{{time_rule}}\n"
    "codecs={{#codecs}}{{n}}:{{word}}{{^last}},{{/last}}{{/codecs}}\n"
    "{{#accounts}}{{account}}={{#on}}{{sip_user}} {{sip_login}} "
    "{{sip_password}}{{/on}}{{^on}}off{{/on}}\n{{/accounts}}"
    "{{#keys}}key {{key}} {{key_type}} {{account}} {{server}}\n{{/keys}}";

static void
make_vendor(void)
{
	struct err e;

	folder = vendor_make(conf);
	vendor_write("phone.cfg", template);
	vendor_write("phone.xml", "<a b=\"{{name}}\"/>");
	vendor_write("quoted.txt", "NAME=\"{{name}}\"\r\n");
	must(phone_types_load(&f.arena, folder, &types, &e) == 0 &&
	     types.n == 1);
}

/* ---- asking ---- */

static struct buf body;

static const char *cert = ""; /* that who asks has shown */

/* Who asks: by this key and, if there is one, this proof. */
static const char *
ask_from(
    const char *key, const char *proof, const char *name, const char *address)
{
	struct phone_request in = {.counts = true,
	    .key = str_of(key),
	    .name = str_of(name),
	    .agent = STR("Acme A1 2.0"),
	    .address = str_of(address),
	    .cert = str_of(cert),
	    .origin = "http://h"};
	struct phone_answer a;

	must(phone_key_read(&f.core, in.key, &in.door));
	if (proof[0] != '\0')
		(void)phone_proof_read(&f.core, str_of(proof), &in.proof);
	buf_wipe(&body);
	buf_init(&body, PHONE_RENDER_MAX);
	must(phone_serve(&f.q, &types, &in, &a, &body) == 1);
	return phone_reason_name(a.reason);
}

static const char *
ask(const char *proof, const char *name)
{
	return ask_from(north_key, proof, name, HERE);
}

static const char *
write_from(
    const char *proof, const char *name, const char *text, const char *address)
{
	struct phone_request in = {.counts = true,
	    .key = str_of(north_key),
	    .name = str_of(name),
	    .agent = STR("Acme A1"),
	    .address = str_of(address),
	    .writes = true,
	    .content = str_of(text)};
	struct phone_answer a;

	must(phone_key_read(&f.core, in.key, &in.door));
	(void)phone_proof_read(&f.core, str_of(proof), &in.proof);
	must(phone_serve(&f.q, &types, &in, &a, &body) == 1);
	return phone_reason_name(a.reason);
}

static const char *
write_as(const char *proof, const char *name, const char *text)
{
	return write_from(proof, name, text, HERE);
}

static bool
has(const char *text)
{
	bool found = body.data != NULL && strstr(body.data, text) != NULL;

	if (!found)
		tap_diag("no %s in %.600s", text, body.data);
	return found;
}

static bool
lacks(const char *text)
{
	return body.data != NULL && strstr(body.data, text) == NULL;
}

static void
set(const char *name, const char *value)
{
	struct phone_change c = {str_of(name), str_of(value)};

	must(phone_layer_set(&f.q, MAC, &c, 1) == 0);
}

static void
proof_of(char out[PHONE_MARK_SIZE])
{
	struct served_phone p;

	must(phone_served(&f.q, MAC, &p) == 1);
	phone_proof_write(&f.core, &p, out);
}

static const char *
place_of(void)
{
	struct served_phone p;

	must(phone_served(&f.q, MAC, &p) == 1);
	return arena_str(&f.arena, p.place);
}

static int
window(int64_t minutes, bool anew, const char *from)
{
	struct phone_opening in = {
	    .mac = MAC, .minutes = minutes, .anew = anew, .from = str_of(from)};
	struct served_phone p;

	return phone_window_set(&f.q, &in, &p);
}

/* ---- from a stranger to a phone ---- */

static void
test_first(void)
{
	int64_t ports;

	tap_is_str(ask("", "001122aabbcc.cfg"), "waiting", "a stranger waits");
	must(phone_promote(&f.q, MAC, north, &ports) == 0 && ports == 2);
	set("sip_server", "sip.example");
	set("sip_user.0", "101");
	set("sip_password.0", "hush-1");
	set("sip_user.1", "102");
	set("sip_login.1", "login2");
	set("admin_password", "hush-2");
	set("language", "de");
	set("time_zone", "Europe/Berlin");
	set("key_type.4", "blf");
	set("key_port.4", "1");
	tap_is_str(ask("", "001122aabbcc.cfg"), "given",
	    "one that was promoted gets its file from where it waited");
	tap_ok(lacks("hush") && lacks("1=101") && lacks("proven"),
	    "without any secret and any account");
	tap_ok(has("url=http://h/p/") && has(north_key), "with its URL");
	tap_ok(has("admin=\n") && has("language=Deutsch\n"),
	    "secrets are empty, other settings are there");
	tap_is_str(ask_from(north_key, "", "001122aabbcc.cfg", "192.0.2.2"),
	    "elsewhere", "from elsewhere it gets nothing");
	tap_is_str(ask_from(south_key, "", "001122aabbcc.cfg", HERE),
	    "other-key", "nor by another tenant's key");
	tap_is_str(ask("", "001122aabbcd.cfg"), "waiting",
	    "nor does another MAC address");
}

static void
test_proven(void)
{
	char proof[PHONE_MARK_SIZE];

	proof_of(proof);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "given", "by its URL");
	tap_ok(has("admin=hush-2\n") && has("1=101 101 hush-1\n") &&
		   has("2=102 login2 \n") && has("proven 86400\n"),
	    "it gets its secrets and accounts");
	tap_ok(has("mac=001122aabbcc 001122AABBCC A1 acmeA1\n"),
	    "it is called as its vendor needs");
	tap_ok(has("time=3600 +1 dst CET-1CEST,M3.5.0,M10.5.0/3\n"),
	    "time zones in the forms that phones know");
	tap_ok(has("codecs=1:8,2:9\n"),
	    "lists in the vendor's words; what has none is left out");
	tap_ok(has("key 4 blf 2 sip.example\n"), "keys with their account");
	set("file_key", "sesame");
	tap_is_str(ask(proof, "001122aabbcc.enc"), "given",
	    "with a key a file that has a cipher");
	tap_ok(body.len > 16 && memcmp(body.data, "Salted__", 8) == 0,
	    "is encrypted as the vendor's phones decrypt it");
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "given", "others");
	tap_ok(has("1=101 101 hush-1\n"), "are not");
	tap_is_str(ask("", "001122aabbcc.cfg"), "own-url",
	    "without it it is nobody now");
	tap_is_str(ask(proof, "common.cfg"), "given",
	    "by its URL it gets a common file, too");
	tap_ok(has("1=101 101 hush-1\n"), "which is its own");
	tap_is_str(ask(proof, "001122aabbcd.cfg"), "no-file",
	    "another phone's file is none");
	tap_is_str(ask(proof, "001122aabbcc.bad"), "no-file",
	    "nor is a name without a template");
	tap_is_str(ask_from(south_key, proof, "001122aabbcc.cfg", HERE),
	    "other-key", "under another tenant's key the proof is none");
	proof[strlen(proof) - 1] ^= 1;
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "own-url",
	    "a proof that was guessed is none");
}

/* How often phones come is one setting, for the rule that says who is online as
 * well. */
static void
test_refresh(void)
{
	char proof[PHONE_MARK_SIZE];

	proof_of(proof);
	must(setting_set(&f.q, "phones.refresh", STR("120")) == 0);
	clock_shift(PHONE_CACHE_MS);
	must(strcmp(ask(proof, "001122aabbcc.cfg"), "given") == 0);
	tap_ok(has("proven 7200\n"), "phones ask as often as is expected");
	set("poll_minutes", "60");
	must(strcmp(ask(proof, "001122aabbcc.cfg"), "given") == 0);
	tap_ok(has("proven 3600\n"), "unless a layer says otherwise");
	set("poll_minutes", "");
	must(setting_set(&f.q, "phones.refresh", STR("1440")) == 0);
}

/* A URL can be copied: whoever has it is elsewhere. */
static void
test_place(void)
{
	char proof[PHONE_MARK_SIZE];

	proof_of(proof);
	tap_is_str(ask_from(north_key, proof, "001122aabbcc.cfg", THERE),
	    "elsewhere", "by its URL, too, it gets nothing from elsewhere");
	tap_is_str(body.data != NULL ? body.data : "", "", "not a byte");
	tap_is_str(ask_from(north_key, "", "001122aabbcc.cfg", THERE),
	    "elsewhere", "nor without it, which is told from its own network");
	tap_is_str(place_of(), HERE, "and is not taken for its place");
	must(window(0, false, "") == 0);
	tap_is_str(ask_from(north_key, proof, "001122aabbcc.cfg", THERE),
	    "outside", "outside of windows its place follows it");
	must(window(5, false, "") == 0);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "elsewhere",
	    "and the next window is for that");
	must(window(5, false, HERE) == 0);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "given",
	    "or for a place that somebody names");
	must(window(5, false, PHONE_FROM_ANY) == 0);
	tap_is_str(ask_from(north_key, proof, "001122aabbcc.cfg", THERE),
	    "given", "who names any lets the first have it");
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "elsewhere", "and no other");
	must(window(5, false, HERE) == 0);
	tap_is_str(write_from(proof, "001122aabbcc-log.txt", "not mine", THERE),
	    "elsewhere", "nor does it write from there");
}

/* The second phone never had a URL: it has a certificate of its vendor. */
static void
test_cert(void)
{
	static const struct phone_change set[] = {
	    {STR("sip_server"), STR("sip.example")},
	    {STR("sip_user.0"), STR("109")},
	    {STR("sip_password.0"), STR("hush-9")}};
	const struct str second = STR("001122aabbcd");
	int64_t ports;

	must(phone_promote(&f.q, second, north, &ports) == 0);
	must(phone_layer_set(&f.q, second, set, COUNT(set)) == 0);
	cert = "CN=001122AABBCC,O=Acme";
	tap_is_str(ask_from(north_key, "", "001122aabbcd.cfg", THERE),
	    "elsewhere", "another phone's certificate proves nothing");
	tap_is_str(ask("", "001122aabbcd.cfg"), "given",
	    "it gets what it gets without one");
	tap_ok(lacks("hush") && lacks("109"), "and no secret");
	cert = "CN=001122AABBCD,O=Acme";
	tap_is_str(ask_from(south_key, "", "001122aabbcd.cfg", HERE),
	    "other-key", "its own does not help with another tenant's key");
	tap_is_str(ask_from(north_key, "", "001122aabbcd.cfg", THERE), "given",
	    "with its own it comes from wherever it likes");
	tap_ok(has("1=109 109 hush-9\n"), "and gets its secrets at once");
	tap_is_str(ask_from(north_key, "", "common.cfg", THERE), "given",
	    "the name of a file need not say who it is");
	tap_ok(has("1=109 109 hush-9\n"), "its certificate does");
	tap_is_str(ask_from(north_key, "", "001122aabbce.cfg", THERE),
	    "waiting", "another file is another phone's");
	cert = "";
	tap_is_str(ask_from(north_key, "", "001122aabbcd.cfg", THERE),
	    "own-url", "without it it is nobody then");
	must(phone_window_set(&f.q,
		 &(struct phone_opening){.mac = second, .from = STR("")},
		 &(struct served_phone){.device_id = 0}) == 0);
	cert = "CN=001122AABBCD,O=Acme";
	tap_is_str(ask_from(north_key, "", "001122aabbcd.cfg", THERE),
	    "outside", "nor with it outside of its window");
	cert = "";
	must(device_remove(&f.q, second) == 0);
}

static void
test_cert_names(void)
{
	static const char *const good[] = {"CN=001122AABBCC",
	    "CN=00:11:22:aa:bb:cc,O=Acme\\, Inc.,C=US",
	    "O=Acme+CN=001122aabbcc",
	    "serialNumber=1,OU=x\\+y,CN=001122AABBCC"};
	static const char *const bad[] = {"", "CN=", "CN=Acme", "CN",
	    "O=001122AABBCC", "O=x\\,CN=001122AABBCC", "O=x\\",
	    "CN=001122AABBCC,CN=001122AABBCD", "CN=001122AABBCC,CN=x",
	    "CN=x,CN=001122AABBCC", "CN=001122AABBCC\\,x", "OCN=001122AABBCC",
	    "/O=Acme/CN=001122AABBCC", "CN=#0C0C303031313232"};
	char mac[PHONE_MAC_SIZE];

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(phone_cert_read(str_of(good[i]), mac) &&
			   strcmp(mac, "001122aabbcc") == 0,
		    "%s is a phone's", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!phone_cert_read(str_of(bad[i]), mac) && mac[0] == '\0',
		    "\"%s\" is no phone's", bad[i]);
}

/* Of a phone that was named elsewhere, nothing is noted but the trace. */
static void
test_not_noted(void)
{
	char proof[PHONE_MARK_SIZE];
	struct served_phone p;

	proof_of(proof);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "given", "a phone asks");
	clock_shift(2 * PHONE_WAIT_NOTE_MS);
	tap_is_str(ask_from(north_key, "", "001122aabbcc.cfg", THERE),
	    "elsewhere", "somebody names a phone");
	must(phone_served(&f.q, MAC, &p) == 1);
	tap_ok(str_eqz(p.address, HERE),
	    "orders to fetch files go on to where the phone is");
}

static void
test_key_rotated(void)
{
	struct phone_request in = {.counts = false,
	    .key = str_of(north_key),
	    .name = STR("001122aabbcc.cfg"),
	    .agent = STR(""),
	    .address = STR(HERE)};
	struct phone_answer a;
	char proof[PHONE_MARK_SIZE];

	must(phone_key_read(&f.core, in.key, &in.door));
	tap_is_int(phone_serve(&f.q, &types, &in, &a, &body), 0,
	    "a key that does not count says nothing");
	proof_of(proof);
	must(phone_proof_read(&f.core, str_of(proof), &in.proof));
	tap_ok(phone_serve(&f.q, &types, &in, &a, &body) == 1 &&
		   a.reason == PHONE_GIVEN,
	    "but cuts off nobody who is in");
}

static void
test_window(void)
{
	char proof[PHONE_MARK_SIZE], old[PHONE_MARK_SIZE];

	proof_of(proof);
	must(window(0, false, "") == 0);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "outside",
	    "a window that is closed gives nothing");
	tap_is_str(ask(proof, "nothing"), "outside", "whatever is asked");
	must(window(5, false, "") == 0);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "given", "one that is open");
	clock_shift(HOUR);
	tap_is_str(
	    ask(proof, "001122aabbcc.cfg"), "outside", "closes by itself");
	memcpy(old, proof, sizeof(old));
	must(window(5, true, "198.51.100.7") == 0);
	tap_is_str(ask(old, "001122aabbcc.cfg"), "elsewhere",
	    "a URL of before is none");
	tap_is_str(ask_from(north_key, "", "001122aabbcc.cfg", "198.51.100.7"),
	    "given", "it may come from the address that is named");
	tap_ok(window(PHONE_WINDOW_MAX + 1, false, "") < 0 &&
		   window(-1, false, "") < 0 && window(5, true, "x") < 0,
	    "minutes and addresses have limits");
	tap_ok(window(5, false, PHONE_FROM_ANY) < 0,
	    "who has not come by its URL comes from a place that is named");
	must(window(5, false, HERE) == 0);
}

/* ---- escapes ---- */

static void
test_escapes(void)
{
	char proof[PHONE_MARK_SIZE];
	const struct str name = STR("a\"b\\c$<d>&'");

	must(device_edit(&f.q, MAC, &(struct device_edit){.name = &name}) == 0);
	proof_of(proof);
	tap_is_str(ask(proof, "001122aabbcc.xml"), "given", "an XML file");
	tap_is_str(body.data, "<a b=\"a&quot;b\\c$$&lt;d&gt;&amp;&apos;\"/>",
	    "has its characters as references, and macros doubled");
	tap_is_str(ask(proof, "001122aabbcc.txt"), "given", "a quoted one");
	tap_is_str(body.data, "NAME=\"a\\\"b\\\\c$<d>&'\"\r\n",
	    "keeps its quotes, and its line ends");
}

/* ---- what phones write ---- */

static void
test_uploads(void)
{
	char proof[PHONE_MARK_SIZE], name[64];
	struct phone_upload *list;
	size_t n;

	proof_of(proof);
	tap_is_str(write_as(proof, "001122aabbcc-log.txt", "mine"), "saved",
	    "a file that phones write is kept");
	tap_is_str(write_as(proof, "001122aabbcc.cfg", "mine"), "no-file",
	    "another one is not");
	tap_is_str(write_as("", "001122aabbcc-log.txt", "mine"), "own-url",
	    "nor from who has not proven himself");
	tap_is_str(ask(proof, "001122aabbcc-log.txt"), "no-file",
	    "it is never served");
	for (int i = 0; i < PHONE_UPLOADS + 4; i++) {
		struct served_phone p;

		(void)snprintf(name, sizeof(name), "file%02d", i);
		must(phone_served(&f.q, MAC, &p) == 1 &&
		     phone_upload_save(&f.q, &p, str_of(name), STR("x")) == 0);
		clock_shift(1000);
	}
	must(phone_upload_list(&f.q, MAC, &list, &n) == 0);
	tap_ok(n == PHONE_UPLOADS && str_eqz(list[0].name, "file04") &&
		   str_eqz(list[0].content, "x"),
	    "the newest are kept, as they were written");
}

/* ---- another domain ---- */

static void
test_moved(void)
{
	struct phone_move in = {.mac = MAC, .port = -1, .to = south};
	struct phone_upload *uploads;
	struct phone_moved moved;
	struct phone_values v;
	struct device d;
	char proof[PHONE_MARK_SIZE];
	size_t n;

	must(device_get(&f.q, MAC, &d) == 1);
	tap_ok(str_eqz(d.version, "2.0"),
	    "the device has the firmware that its phone said last");
	must(phone_assign(&f.q, &in, &moved) == 0);
	must(phone_layer_get(&f.q, MAC, &v) == 0 &&
	     phone_upload_list(&f.q, MAC, &uploads, &n) == 0);
	tap_ok(v.n == 0 && n == 0,
	    "another domain has neither its settings nor what it wrote");
	proof_of(proof);
	tap_is_str(ask(proof, "001122aabbcc.cfg"), "outside",
	    "and has to open a window itself");
	in.to = north;
	must(phone_assign(&f.q, &in, &moved) == 0);
}

/* ---- other templates ---- */

static void
test_diff(void)
{
	struct phone_types other;
	struct phone_diff d;
	struct err e;

	set("admin_password", "hush-3");
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&types, &types, NULL}, &d) == 0);
	tap_ok(d.n == 0 && d.phones == 2 && d.changed == 0,
	    "the same templates make no difference");
	vendor_write(
	    "quoted.txt", "NAME=\"{{name}}\"\r\nPASS={{admin_password}}");
	must(phone_types_load(&f.arena, folder, &other, &e) == 0);
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&types, &other, NULL}, &d) == 0);
	tap_ok(d.n == 2 && d.changed == 2 &&
		   str_eqz(d.list[0].file, "{mac}.txt") &&
		   d.list[0].phones == 1,
	    "phones with other lines are groups of their own");
	tap_ok(str_eqz(d.list[0].text, "+PASS=(secret)\n") &&
		   str_eqz(d.list[1].text, "+PASS=\n"),
	    "of their new and old lines, without secrets");
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&other, &types, NULL}, &d) == 0);
	tap_ok(d.n == 2 && str_eqz(d.list[1].text, "-PASS=\n"), "and back");
	vendor_write("quoted.txt", "NAME=\"{{name}}\"\r\n{{#name}}x");
	must(phone_types_load(&f.arena, folder, &other, &e) == 0);
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&types, &other, NULL}, &d) == 0);
	tap_ok(d.changed == 2 &&
		   str_holds(d.list[0].text, STR("+!template line 2")),
	    "a template that is wrong is a difference");
	vendor_write("quoted.txt", "NAME=\"{{name}}\"\r\n");
}

static void
add_one(const char *mac)
{
	struct phone_new in = {.mac = str_of(mac),
	    .type = &types.list[0],
	    .domain = south,
	    .name = STR("second")};

	must(phone_add(&f.q, &in) == 0);
}

/* Each phone has lines of its own, so many of them. */
static void
add_lines(int n, struct phone_types *out)
{
	struct buf text;
	struct err e;

	buf_init(&text, 65536);
	for (int i = 0; i < n; i++)
		buf_printf(&text, "%d = {{mac}} %.60s\r\n", i,
		    "a line of some length, so that few of them are many "
		    "bytes");
	buf_putc(&text, '\0');
	vendor_write("quoted.txt", text.data);
	buf_fini(&text);
	must(phone_types_load(&f.arena, folder, out, &e) == 0);
	vendor_write("quoted.txt", "NAME=\"{{name}}\"\r\n");
}

/* However many phones there are. */
static void
test_diff_bounds(void)
{
	struct phone_types other;
	struct phone_diff d;
	size_t bytes = 0;
	char mac[16];

	for (int i = 0; i < 90; i++) {
		(void)snprintf(mac, sizeof(mac), "0011220000%02x", i);
		add_one(mac);
	}
	add_lines(180, &other);
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&types, &other, NULL}, &d) == 0);
	for (size_t i = 0; i < d.n; i++)
		bytes += d.list[i].text.len;
	tap_ok(bytes <= PHONE_DIFF_BYTES &&
		   bytes > PHONE_DIFF_BYTES - PHONE_DIFF_TEXT,
	    "so many lines are kept: %zu bytes", bytes);
	tap_ok(d.others > 0 && (int64_t)d.n + d.others == d.changed &&
		   d.changed == d.phones,
	    "files beyond that are counted");
	add_lines(400, &other);
	must(phone_diff(
		 &f.q, &(struct phone_diff_of){&types, &other, NULL}, &d) == 0);
	tap_ok(d.n == 1 &&
		   str_eqz(d.list[0].text, "+(more lines than are shown)\n"),
	    "of one with too many lines that is said");
}

/* ---- mistakes ---- */

static char said[1024];

static void
say(void *arg, const char *finding)
{
	(void)arg;
	(void)strncat(
	    said, strrchr(finding, '/') + 1, sizeof(said) - strlen(said) - 2);
	(void)strncat(said, "\n", 2);
}

static void
test_check(void)
{
	static const struct phone_hearer to = {say, NULL};
	char path[256];
	struct err e;

	(void)snprintf(path, sizeof(path), "%s/acme", folder);
	tap_is_int(phone_check(path, &to, &e), 0, "a vendor without mistakes");
	vendor_write(
	    "phone.cfg", "\n\n{{#accounts}}{{sip_sever}}{{/accounts}}");
	vendor_write("phone.xml", "\n{{{name}}}");
	tap_is_int(phone_check(path, &to, &e), 1, "a slot without escapes");
	vendor_write("phone.xml", "{{#name}}");
	tap_is_int(phone_check(path, &to, &e), 2,
	    "a name that is none, a section without end");
	tap_is_str(said,
	    "phone.xml:2: writes as it is: name\n"
	    "phone.cfg:3: unknown name sip_sever\n"
	    "phone.xml:1: a section does not end: name\n",
	    "each is found in its line, also inside of a list, and told once");
}

int
main(void)
{
	fx_open(&f);
	buf_init(&body, PHONE_RENDER_MAX);
	north = fx_domain(&f, "north.example", FX_PASS);
	south = fx_domain(&f, "south.example", FX_PASS);
	must(phone_key_new(&f.q, north, north_key) == 0 &&
	     phone_key_new(&f.q, south, south_key) == 0);
	make_vendor();
	test_first();
	test_proven();
	test_refresh();
	test_place();
	test_not_noted();
	test_cert();
	test_cert_names();
	test_key_rotated();
	test_window();
	test_escapes();
	test_uploads();
	test_moved();
	add_one("001122aabb99");
	test_diff();
	test_diff_bounds();
	test_check();
	vendor_remove();
	buf_wipe(&body);
	fx_close(&f);
	return tap_end();
}
