/*
 * Settings of phones of other vendors: what a value may be, which layer counts,
 * who may change what, and that nothing stands in the database in clear.
 */
#include "phone_layer.h"

#include <stdio.h>
#include <string.h>

#include "db.h"
#include "device.h"
#include "fixture.h"
#include "must.h"
#include "phone.h"
#include "phone_type.h"

#define MAC STR("00041312ab34")

static struct fixture f;
static int64_t north, south;
static struct actor north_login;

/* ---- values ---- */

static void
test_value(const char *name, const char *value, bool want)
{
	struct phone_setting_at of;
	struct err e;

	tap_ok(phone_setting_read(str_of(name), &of) &&
		   (phone_setting_check(of.s, str_of(value), &e) == 0) == want,
	    "%s %s \"%.20s\"", name, want ? "may be" : "is never", value);
}

static void
test_name(const char *name, bool want)
{
	struct phone_setting_at of;

	tap_ok(phone_setting_read(str_of(name), &of) == want, "%s is %s", name,
	    want ? "a setting" : "none");
}

static void
test_settings(void)
{
	struct err e;

	test_name("sip_user", true);
	test_name("sip_user.999", true);
	test_name("sip_user.1000", false);
	test_name("sip_user.", false);
	test_name("sip_user.x", false);
	test_name("language.1", false);
	test_name("key_type", false);
	test_name("key_type.0", false);
	test_name("key_type.1", true);
	test_name("colour", false);
	test_name("", false);
	test_value("sip_port", "5061", true);
	test_value("sip_port", "0", false);
	test_value("sip_port", "5061 ", false);
	test_value("sip_transport", "tls", true);
	test_value("sip_transport", "sctp", false);
	test_value("codecs", "g722,pcma", true);
	test_value("codecs", "g722,", false);
	test_value("codecs", "g722,mp3", false);
	test_value("sip_server", "sip.example", true);
	test_value("sip_server", "[2001:db8::1]", true);
	test_value("sip_server", "a b", false);
	test_value("firmware_url", "https://files.example/a%20b", true);
	test_value("firmware_url", "javascript:x", false);
	test_value("firmware_url", "http://a\"b", false);
	test_value("time_zone", "Europe/Berlin", true);
	test_value("time_zone", "../../etc/passwd", false);
	test_value("sip_name", "J\xc3\xb6rg \"<&", true);
	tap_ok(phone_setting_check(phone_setting_find(STR("sip_name")),
		   STR("a\r\nb"), &e) < 0 &&
		   phone_setting_check(phone_setting_find(STR("sip_server")),
		       STR("a\nb"), &e) < 0,
	    "no value has line ends");
	test_value("sip_name", "", false);
}

/* ---- layers ---- */

static int
set_as(struct ask *q, const char *layer, const char *name, const char *value)
{
	struct phone_change c = {str_of(name), str_of(value)};

	return phone_layer_set(q, str_of(layer), &c, 1);
}

static int
set(const char *layer, const char *name, const char *value)
{
	return set_as(&f.q, layer, name, value);
}

/* "value from layer" */
static const char *
has(const char *name, int64_t at)
{
	static char text[256];
	struct served_phone p;
	struct phone_values v;
	const struct phone_value *one;

	must(phone_served(&f.q, MAC, &p) == 1);
	must(phone_values_load(&f.q, &p, STR("snom"), &v) == 0);
	one = phone_values_find(&v, phone_setting_find(str_of(name)), at);
	if (one == NULL)
		return "nothing";
	(void)snprintf(text, sizeof(text), "%.*s from %.*s", (int)one->text.len,
	    one->text.p, (int)one->layer.len, one->layer.p);
	return text;
}

static void
test_layers(void)
{
	static const char *const layers[] = {"all", "vendor:snom",
	    "model:snom320", "domain:north.example",
	    "category:north.example/hall", "category:north.example/kitchen",
	    "00041312ab34"};
	static const char *const names[] = {"all", "vendor:snom",
	    "model:snom320", "domain:north.example", "category:hall",
	    "category:kitchen", "device"};
	char want[64];

	tap_is_str(has("language", -1), "en from default",
	    "without a layer the table's value counts");
	tap_is_str(has("sip_server", 0), "nothing", "if it has one");
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
		(void)snprintf(want, sizeof(want), "s%zu", i);
		must(set(layers[i], "sip_server", want) == 0);
		(void)snprintf(want, sizeof(want), "s%zu from %s", i, names[i]);
		tap_is_str(has("sip_server", 0), want, "the nearer one counts");
	}
	for (size_t i = sizeof(layers) / sizeof(layers[0]); i > 0; i--)
		must(set(layers[i - 1], "sip_server", "") == 0);
	tap_is_str(has("sip_server", 0), "nothing", "unset is as before");
}

static void
test_numbers(void)
{
	must(set("all", "sip_user.1", "far1") == 0);
	must(set("all", "sip_user", "far") == 0);
	tap_is_str(has("sip_user", 1), "far1 from all",
	    "of one layer that with a number counts");
	tap_is_str(has("sip_user", 0), "far from all", "for that port only");
	must(set("domain:north.example", "sip_user", "near") == 0);
	tap_is_str(has("sip_user", 1), "near from domain:north.example",
	    "a nearer one without a number takes all");
	must(set("00041312ab34", "key_type.3", "blf") == 0);
	tap_is_str(has("key_type", 3), "blf from device", "keys have numbers");
	tap_is_str(has("key_type", 2), "nothing", "each its own");
}

/* ---- who may ---- */

static void
test_rights(void)
{
	char cred[ACTOR_CRED_SIZE];
	struct phone_values v;
	struct ask q;

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &north_login) == 1);
	q = fx_as(&f, &north_login);
	tap_ok(set_as(&q, "domain:north.example", "vlan", "7") == 0 &&
		   set_as(&q, "00041312ab34", "vlan", "8") == 0,
	    "a domain sets its own and its phones'");
	tap_ok(set_as(&q, "all", "vlan", "9") < 0 && f.err.kind == ERR_DENIED,
	    "what is for all, only an administrator");
	tap_ok(set_as(&q, "vendor:snom", "vlan", "9") < 0 &&
		   set_as(&q, "model:snom320", "vlan", "9") < 0,
	    "nor a vendor's");
	tap_ok(set_as(&q, "domain:south.example", "vlan", "9") < 0 &&
		   f.err.kind == ERR_GONE,
	    "another domain is none");
	tap_ok(phone_layer_get(&q, STR("domain:south.example"), &v) < 0 &&
		   f.err.kind == ERR_GONE,
	    "nor is it shown");
	tap_ok(phone_layer_get(&q, STR("00041312ab34"), &v) == 0 && v.n == 2,
	    "a layer shows what it has itself");
	north_login.read_only = north_login.changing = true;
	tap_ok(set_as(&q, "00041312ab34", "vlan", "9") < 0 &&
		   f.err.kind == ERR_DENIED,
	    "who only looks sets nothing");
	tap_ok(set("here", "vlan", "9") < 0 && f.err.kind == ERR_INPUT,
	    "another word is no layer");
	tap_ok(set("model:a b", "vlan", "9") < 0 &&
		   set("vendor:", "vlan", "9") < 0,
	    "nor an empty one");
}

/* ---- secrets ---- */

static void
test_sealed(void)
{
	struct phone_change both[2] = {
	    {STR("sip_password.0"), STR("hush-4711")},
	    {STR("no_such"), STR("x")}};
	struct row *row;
	bool clear = false;
	int rc;

	tap_ok(phone_layer_set(&f.q, MAC, both, 2) < 0 &&
		   strcmp(has("sip_password", 0), "nothing") == 0,
	    "all or nothing");
	must(phone_layer_set(&f.q, MAC, both, 1) == 0);
	tap_is_str(has("sip_password", 0), "hush-4711 from device",
	    "a secret is there");
	rc = db_first(
	    f.core.store, STMT_PHONE_LAYER, ARGS(A_STRZ("all")), &row, &f.err);
	must(rc > 0);
	clear = str_holds(row_str(row, 4), STR("far"));
	db_done(row);
	tap_ok(!clear, "nothing of a layer stands there in clear");
	must(set("00041312ab34", "sip_password.0", "") == 0);
	tap_is_str(has("sip_password", 0), "nothing", "and can be taken away");
}

static void
test_limits(void)
{
	static struct phone_change many[PHONE_CHANGES_MAX + 1];

	for (size_t i = 0; i <= PHONE_CHANGES_MAX; i++)
		many[i] = (struct phone_change){STR("vlan"), STR("1")};
	tap_ok(phone_layer_set(&f.q, MAC, many, PHONE_CHANGES_MAX + 1) < 0 &&
		   f.err.kind == ERR_LIMIT,
	    "a step has a limit");
	tap_ok(phone_layer_set(&f.q, MAC, many, 0) < 0, "and something in it");
}

int
main(void)
{
	static const struct phone_type type = {
	    .key = STR("snom320"), .name = STR("Snom 320"), .ports = 1};
	struct phone_new in = {
	    .mac = MAC, .type = &type, .name = STR("reception")};
	struct str names[] = {STR("kitchen"), STR("hall")};

	fx_open(&f);
	north = fx_domain(&f, "north.example", FX_PASS);
	south = fx_domain(&f, "south.example", FX_PASS);
	in.domain = north;
	must(phone_add(&f.q, &in) == 0);
	(void)fx_category(&f, north, "kitchen");
	(void)fx_category(&f, north, "hall");
	must(device_edit(&f.q, MAC,
		 &(struct device_edit){
		     .categories = names, .ncategories = 2}) == 0);
	test_settings();
	test_layers();
	test_numbers();
	test_rights();
	test_sealed();
	test_limits();
	must(south != 0);
	fx_close(&f);
	return tap_end();
}
