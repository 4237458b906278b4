/*
 * Configurations: who has them, which devices they are for, what is told of
 * them (chapter 8, additions B; each demand by its name).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "config_match.h"
#include "count.h"
#include "db.h"
#include "file.h"
#include "fixture.h"
#include "must.h"
#include "state.h"

static struct fixture f;
static int64_t north, south;
static struct config_done done;

#define NTP                                                                    \
	"\"type\":\"NTP\",\"ntp1\":\"192.0.2.1\",\"ntp2\":\"\",\"tz\":\"UTC\""

static const struct json *
members(const char *text)
{
	const struct json *v;

	must(json_read(&f.arena, str_of(text), 1 << 20, &v, &f.err) == 0);
	return v;
}

/* Saves what the members say; the id, or -1 with the error in f.err. */
static int64_t
save_as(struct ask *q, int64_t domain, int64_t id, const char *text)
{
	struct config_wish w = {
	    .id = id, .domain = domain, .given.members = members(text)};

	return config_save(q, &w, &done) < 0 ? -1 : done.id;
}

static int64_t
add(int64_t domain, const char *text)
{
	return save_as(&f.q, domain, 0, text);
}

static bool
edit(int64_t id, const char *text)
{
	return save_as(&f.q, 0, id, text) == id;
}

static void
drop(int64_t id)
{
	must(config_remove(&f.q, id) == 0);
}

static int64_t
device_id(const char *hw_id)
{
	struct device d;

	must(device_get(&f.q, str_of(hw_id), &d) == 1);
	return d.id;
}

/* The ids of what a device should have, "1,2,". */
static const char *
matches(const char *hw_id)
{
	static char out[200];
	struct config *list;
	size_t n, len = 0;

	must(config_matches(&f.q, device_id(hw_id), &list, &n) == 0);
	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s,",
		    config_type_name(list[i].type));
	return out;
}

static void
label(const char *hw_id, const char *one, const char *two)
{
	struct str names[] = {str_of(one), str_of(two)};
	size_t n = two != NULL ? 2 : one != NULL ? 1 : 0;

	must(device_set_categories(&f.q, str_of(hw_id), names, n) == 0);
}

/* ---- which devices ---- */

#define PHONE_ID "009033000001"
#define GW_ID    "009033000002"

static void
test_all(void)
{
	int64_t all = add(north, "{" NTP "}");
	int64_t a =
	    add(north, "{\"type\":\"TLS_PROFILE\",\"profile\":\"strict\","
		       "\"categories\":[\"a\"]}");
	int64_t b =
	    add(north, "{\"type\":\"MEDIA\",\"stunServer\":\"stun.example\","
		       "\"categories\":[{\"name\":\"b\"}]}");

	must(all > 0 && a > all && b > a);
	tap_is_str(matches(PHONE_ID), "NTP,",
	    "DC1: one without categories is for all devices of the domain");
	label(PHONE_ID, "a", NULL);
	tap_is_str(matches(PHONE_ID), "NTP,TLS_PROFILE,",
	    "DC1: one with categories for those that have one of them");
	label(PHONE_ID, "a", "b");
	tap_is_str(matches(PHONE_ID), "MEDIA,NTP,TLS_PROFILE,",
	    "DC1: a device in two categories gets both, in the order of types");
	tap_is_str(matches(GW_ID), "NTP,", "DC1: another device does not");
	tap_is_str(matches("009033000003"), "", "nor one of another domain");
	label(PHONE_ID, NULL, NULL);
	drop(all);
	drop(a);
	drop(b);
}

static void
test_unassigned(void)
{
	int64_t id = add(north, "{" NTP "}");

	must(device_unassign(&f.q, STR(GW_ID)) == 0);
	tap_is_str(matches(GW_ID), "", "DC3: an unassigned device gets none");
	must(device_assign(&f.q, STR(GW_ID), north, NULL, NULL) == 0);
	tap_is_str(
	    matches(GW_ID), "NTP,", "DC2: one that begins to match gets them");
	must(fx_device(&f, "009033000004", north, DEVICE_PHONE, NULL) == 0);
	tap_is_str(matches("009033000004"), "",
	    "one that may take an open offer gets none before it is confirmed");
	drop(id);
}

static void
set_flags(const char *hw_id, int fxs, int other)
{
	char sql[120];

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE device SET fxs = %d, other = %d WHERE hw_id = '%s'", fxs,
	    other, hw_id);
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

#define PHONE_VALUES                                                           \
	"\"coder\":\"G711A\",\"srtpKey\":\"0\",\"srtpCipher\":\"1\","          \
	"\"dialTone\":1"
#define PEM                                                                    \
	"-----BEGIN CERTIFICATE-----\\nMAMCAQU=\\n"                            \
	"-----END CERTIFICATE-----"

static void
test_types(void)
{
	int64_t ids[] = {
	    add(north, "{\"type\":\"EXPERT\",\"script\":\"config write\"}"),
	    add(north,
		"{\"type\":\"TRUST_LIST\",\"certs\":[{\"pem\":\"" PEM "\"}]}"),
	    add(north, "{\"type\":\"FXS_PHONE\"," PHONE_VALUES "}"),
	    add(north, "{\"type\":\"PHONE\"," PHONE_VALUES "}"),
	    add(north, "{" NTP "}"),
	};

	tap_is_str(matches(PHONE_ID), "NTP,PHONE,TRUST_LIST,EXPERT,",
	    "a phone gets PHONE, the order is that of types, EXPERT is last");
	tap_is_str(matches(GW_ID), "NTP,TRUST_LIST,EXPERT,",
	    "a gateway neither PHONE nor FXS_PHONE");
	set_flags(GW_ID, 1, 0);
	tap_is_str(matches(GW_ID), "NTP,FXS_PHONE,TRUST_LIST,EXPERT,",
	    "with analog ports it gets FXS_PHONE");
	set_flags(GW_ID, 0, 1);
	tap_is_str(matches(GW_ID), "NTP,",
	    "what is not the vendor's gets neither scripts nor trust lists");
	set_flags(GW_ID, 0, 0);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		drop(ids[i]);
}

/* A category that goes takes no limit with it. */
static void
test_last_category(void)
{
	int64_t k = fx_category(&f, north, "gone");
	int64_t id = add(north, "{" NTP ",\"categories\":[\"gone\"]}");
	struct config_labels labels;
	struct buf text;
	struct config c;
	struct jout j;

	must(category_remove(&f.q, k) == 0);
	tap_is_str(matches(PHONE_ID), "",
	    "one that lost its last category is for nobody, not for all");
	must(config_get(&f.q, id, &c) == 1);
	buf_init(&text, 4096);
	jout_init(&j, buf_sink(&text));
	must(config_labels(&f.q, &c, &labels) == 0);
	config_json_open(&j, NULL, &c, &labels);
	jout_end(&j);
	tap_ok(fx_has(&text, "\"matchesNone\":true"), "and says so");
	buf_fini(&text);
	must(edit(id, "{\"categories\":[],\"matchesNone\":true}"));
	tap_is_str(matches(PHONE_ID), "",
	    "given back as it was shown it stays for nobody");
	must(edit(id, "{\"categories\":[]}"));
	tap_is_str(matches(PHONE_ID), "NTP,", "who empties it means all");
	drop(id);
}

/* ---- saving ---- */

static void
test_revision(void)
{
	int64_t id = add(north, "{" NTP ",\"desc\":\"clock\"}");

	tap_is_int(done.revision, 1, "a new one has revision 1");
	must(edit(id, "{\"desc\":\"the clock\"}"));
	tap_is_int(done.revision, 1, "a description is no new revision");
	must(edit(id, "{\"ntp1\":\"192.0.2.1\"}"));
	tap_is_int(done.revision, 1, "nor are the same values");
	must(edit(id, "{\"ntp1\":\"192.0.2.9\"}"));
	tap_is_int(done.revision, 2, "another value is");
	tap_ok(
	    fx_ordered(&f, "\"topic\":\"configs\""), "subscribers hear of it");
	tap_ok(!edit(id, "{\"type\":\"MEDIA\"}") && f.err.kind == ERR_INPUT,
	    "its type stays");
	tap_ok(!edit(id, "{\"ntp1\":null}") && strcmp(done.wrong, "ntp1") == 0,
	    "what it needs cannot be taken away");
	drop(id);
	tap_ok(fx_ordered(&f, "\"body\":\"\\\"id\\\":"), "as of its end");
	tap_ok(!edit(id, "{}") && f.err.kind == ERR_GONE, "then it is gone");
}

static void
test_refused(void)
{
	int64_t plain;

	must(category_add(&f.q, north, STR("plain"), false, &plain) == 0);
	tap_ok(add(north, "{\"type\":\"NONE\"}") < 0 &&
		   strcmp(done.wrong, "type") == 0,
	    "a type that there is not is refused");
	tap_ok(add(north, "{" NTP ",\"categories\":[\"none\"]}") < 0 &&
		   f.err.kind == ERR_GONE,
	    "a category that there is not");
	tap_ok(add(north, "{" NTP ",\"categories\":[\"plain\"]}") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "one that is not for configurations");
	tap_ok(add(north, "{" NTP ",\"categories\":7}") < 0 &&
		   add(north, "{" NTP ",\"categories\":[7]}") < 0,
	    "what is no list of names");
	tap_ok(add(north, "{" NTP ",\"desc\":7}") < 0 &&
		   strcmp(done.wrong, "desc") == 0,
	    "a description that is none");
	tap_ok(add(99, "{" NTP "}") < 0 && f.err.kind == ERR_GONE,
	    "a domain that there is not");
}

static void
test_limit(void)
{
	int i = 0;

	while (i < CONFIG_MAX && add(south, "{" NTP "}") > 0) {
		i++;
		fx_clear(&f);
	}
	tap_is_int(i, CONFIG_MAX, "a domain has room for 500");
	tap_ok(add(south, "{" NTP "}") < 0 && f.err.kind == ERR_LIMIT,
	    "for no more");
	must(store_exec(f.core.store, "DELETE FROM config WHERE revision > 0",
		 &f.err) == 0);
}

/* ---- secrets ---- */

#define ALARM                                                                  \
	"\"type\":\"ALARM_SERVER\",\"url\":\"https://192.0.2.7/log\","         \
	"\"setLogUrl\":true,\"logUser\":\"u\",\"logPassword\":\"Gr3en-"        \
	"s3cret\""

static bool
in_file(const char *name, const char *secret)
{
	char path[128];
	struct buf text;
	struct err e;
	bool found;

	(void)snprintf(path, sizeof(path), "%s/%s", f.folder, name);
	buf_init(&text, 64 << 20);
	must(file_text(path, 32 << 20, &text, &e) == 1);
	found = memmem(text.data, text.len, secret, strlen(secret)) != NULL;
	buf_fini(&text);
	return found;
}

static void
test_sealed(void)
{
	int64_t id = add(north, "{" ALARM "}");
	struct config_item *items;
	struct config c;
	size_t n;

	tap_ok(id > 0 && !in_file("fleetline.db", "Gr3en-s3cret") &&
		   !in_file("fleetline.db-wal", "Gr3en-s3cret"),
	    "secrets do not stand in the files of the store");
	must(config_get(&f.q, id, &c) == 1);
	must(config_items(&f.q, &c, &items, &n) == 0);
	tap_ok(n == 4 && strcmp(items[3].field->name, "logPassword") == 0 &&
		   str_eqz(items[3].text, "Gr3en-s3cret"),
	    "who delivers gets them in clear");
	must(edit(id, "{\"logUser\":\"v\"}"));
	tap_ok(config_items(&f.q, &c, &items, &n) < 0 && f.err.kind == ERR_GONE,
	    "but not those of another revision");
	must(config_get(&f.q, id, &c) == 1 &&
	     config_items(&f.q, &c, &items, &n) == 0);
	tap_ok(str_eqz(items[3].text, "Gr3en-s3cret") &&
		   str_eqz(items[2].text, "v"),
	    "who edits something else leaves them alone");
	drop(id);
}

/* ---- rights ---- */

static void
domain_actor(struct actor *who, const int64_t *id)
{
	*who = (struct actor){.account = -1,
	    .home = *id,
	    .own = *id,
	    .domains = id,
	    .ndomains = 1};
	str_copy(who->cred, sizeof(who->cred), STR("domain:2"));
}

static void
test_rights(void)
{
	int64_t id = add(north, "{" NTP "}");
	struct actor own, other;
	struct ask as, foreign;
	struct config c, *list;
	size_t n;

	domain_actor(&own, &north);
	domain_actor(&other, &south);
	as = fx_as(&f, &own);
	foreign = fx_as(&f, &other);
	tap_ok(config_get(&as, id, &c) == 1 &&
		   save_as(&as, 0, id, "{\"desc\":\"mine\"}") == id,
	    "a domain's own login sees and changes its configurations");
	tap_ok(config_get(&foreign, id, &c) == 0 &&
		   config_list(&foreign, north, 0, &list, &n) < 0 &&
		   f.err.kind == ERR_GONE,
	    "another's sees none");
	tap_ok(save_as(&foreign, 0, id, "{}") < 0 && f.err.kind == ERR_GONE &&
		   config_remove(&foreign, id) < 0 && f.err.kind == ERR_GONE &&
		   save_as(&foreign, north, 0, "{" NTP "}") < 0 &&
		   f.err.kind == ERR_GONE,
	    "and changes none: as if they did not exist");
	own.read_only = own.changing = true;
	tap_ok(save_as(&as, 0, id, "{\"desc\":\"his\"}") < 0 &&
		   f.err.kind == ERR_DENIED && config_remove(&as, id) < 0 &&
		   save_as(&as, north, 0, "{" NTP "}") < 0 &&
		   f.err.kind == ERR_DENIED,
	    "who only looks changes none");
	drop(id);
}

static void
test_phone_categories(void)
{
	int64_t a = add(north,
	    "{\"type\":\"PHONE\"," PHONE_VALUES ",\"categories\":[\"a\"]}");
	int64_t b = add(north, "{" NTP ",\"categories\":[\"b\"]}");
	struct category *list;
	size_t n;

	must(config_phone_categories(&f.q, north, &list, &n) == 0);
	tap_ok(n == 1 && str_eqz(list[0].name, "a"),
	    "categories of phones are those that such a configuration has");
	drop(a);
	drop(b);
}

/* 500 others in the domain cost nothing: they are never looked at. */
static void
test_plan(void)
{
	char plan[4096];

	must(store_plan(f.core.store, STMT_CONFIG_MATCHES, plan, sizeof(plan),
		 &f.err) == 0);
	tap_ok(strstr(plan, "config_domain (domain_id=? AND limited=?)") &&
		   strstr(plan, "config_domain (domain_id=?)") == NULL,
	    "what a device should have is found without what others should");
}

static void
test_warnings(void)
{
	int64_t id = add(north, "{\"type\":\"EXPERT\",\"script\":\"mod cmd UP1 "
				"check ser 1\\nconfig write\"}");

	tap_is_int((int)done.nwarnings, 0, "EX6: a good script has no warning");
	must(edit(id, "{\"script\":\"mod cmd UP1 check ser 1\\nconfig write\\n"
		      "config activate\"}"));
	tap_ok(
	    done.nwarnings == 1 && strcmp(done.warnings[0].what, "serial") == 0,
	    "EX6: a changed one with the same serial is warned about");
	drop(id);
}

/* As messages and the command line show them. */
static void
test_words(void)
{
	static const char *const rules[] = {
	    [CONFIG_RULE_NONE] = "first",
	    [CONFIG_RULE_VERSION] = "version",
	    [CONFIG_RULE_UPTIME] = "uptime",
	    [CONFIG_RULE_AWAY] = "away",
	};
	static const char *const results[] = {
	    [CONFIG_RUNNING] = "running",
	    [CONFIG_DELIVERED] = "delivered",
	    [CONFIG_FAILED] = "failed",
	    [CONFIG_STOPPED] = "stopped",
	};

	for (size_t i = 0; i < COUNT(rules); i++)
		if (rules[i] != NULL)
			tap_is_str(state_rule((enum config_rule)i), rules[i],
			    "a rule that told a restart");
	for (size_t i = 0; i < COUNT(results); i++)
		if (results[i] != NULL)
			tap_is_str(state_word((enum config_result)i),
			    results[i], "what became of a delivery");
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", "north-password");
	south = fx_domain(&f, "south.example", "south-password");
	(void)fx_category(&f, north, "a");
	(void)fx_category(&f, north, "b");
	must(fx_device(&f, PHONE_ID, north, DEVICE_PHONE, FX_PASS) == 0);
	must(fx_device(&f, GW_ID, north, DEVICE_GW, FX_PASS) == 0);
	must(fx_device(&f, "009033000003", south, DEVICE_GW, FX_PASS) == 0);
	test_all();
	test_unassigned();
	test_types();
	test_last_category();
	test_revision();
	test_refused();
	test_limit();
	test_sealed();
	test_rights();
	test_phone_categories();
	test_warnings();
	test_plan();
	test_words();
	fx_close(&f);
	return tap_end();
}
