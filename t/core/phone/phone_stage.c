/*
 * Changes that some phones have first: settings and templates, which phones get
 * them, until when, and what is refused.
 */
#include "phone_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fixture.h"
#include "must.h"
#include "phone.h"
#include "phone_edition.h"
#include "phone_key.h"
#include "phone_serve.h"
#include "phone_window.h"
#include "vendor.h"

#define HERE STR("192.0.2.1")

static struct fixture f;
static int64_t north, south;
static char keys[2][PHONE_KEY_SIZE]; /* of north, south */
static struct phone_types types;
static struct buf body;

/* ---- a vendor and phones ---- */

static void
make_vendor(void)
{
	f.core.templates =
	    vendor_make("name = Acme\n[file {mac}.cfg]\ntemplate = phone.cfg\n"
			"[model acmeA1]\n");
	vendor_write("phone.cfg", "old {{language}} {{vlan}}\n");
	must(phone_types_load(&f.arena, f.core.templates, &types, &f.err) == 0);
}

static void
add_phone(const char *mac, int64_t domain)
{
	struct phone_new in = {.mac = str_of(mac),
	    .type = &types.list[0],
	    .domain = domain,
	    .name = STR("")};
	struct phone_opening open = {
	    .mac = in.mac, .minutes = 60, .from = HERE};
	struct served_phone p;

	must(phone_add(&f.q, &in) == 0 &&
	     phone_window_set(&f.q, &open, &p) == 0);
}

/* What a phone gets by its own URL; the reason, if that is nothing. */
static const char *
get(const char *mac)
{
	char proof[PHONE_MARK_SIZE];
	struct served_phone p;
	struct phone_answer a;
	const char *name = arena_printf(&f.arena, "%s.cfg", mac);
	struct phone_request in = {.counts = true,
	    .name = str_of(name),
	    .address = HERE,
	    .agent = STR(""),
	    .cert = STR("")};

	must(phone_served(&f.q, str_of(mac), &p) == 1);
	phone_proof_write(&f.core, &p, proof);
	in.key = str_of(keys[p.domain_id == south]);
	must(phone_key_read(&f.core, in.key, &in.door) &&
	     phone_proof_read(&f.core, str_of(proof), &in.proof));
	buf_clear(&body);
	must(phone_serve(&f.q, &types, &in, &a, &body) == 1);
	return a.reason == PHONE_GIVEN ? arena_str(&f.arena, buf_view(&body))
				       : phone_reason_name(a.reason);
}

/* ---- staging ---- */

static int64_t last;

static int
stage(struct ask *q, struct phone_stage_new in, const char *mac)
{
	struct str macs[1] = {str_of(mac)};

	in.macs = macs;
	in.nmacs = 1;
	return phone_stage_add(q, &in, &last);
}

static int
stage_setting(
    const char *layer, const char *name, const char *value, const char *mac)
{
	struct phone_change c = {str_of(name), str_of(value)};

	return stage(&f.q,
	    (struct phone_stage_new){
		.layer = str_of(layer), .list = &c, .n = 1},
	    mac);
}

static int
stage_files(const char *json, const char *mac)
{
	const struct json *files;

	must(json_read(&f.arena, str_of(json), 4096, &files, &f.err) == 0);
	return stage(&f.q,
	    (struct phone_stage_new){.layer = STR(""), .files = files}, mac);
}

static void
set(const char *layer, const char *name, const char *value)
{
	struct phone_change c = {str_of(name), str_of(value)};

	must(phone_layer_set(&f.q, str_of(layer), &c, 1) == 0);
}

/* ---- settings ---- */

static void
test_settings(void)
{
	int64_t staged;

	set("domain:north.example", "language", "de");
	must(stage_setting("domain:north.example", "language", "fr",
		 "001122000001") == 0);
	tap_is_str(get("001122000001"), "old fr \n",
	    "a phone that is named has what is staged");
	tap_is_str(get("001122000002"), "old de \n", "another has not");
	staged = last;
	set("domain:north.example", "vlan", "7");
	tap_is_str(get("001122000001"), "old fr 7\n",
	    "what is set meanwhile counts for it as well");
	set("001122000001", "language", "it");
	tap_is_str(get("001122000001"), "old it 7\n",
	    "a nearer layer counts before what is staged");
	set("001122000001", "language", "");
	tap_ok(stage_setting(
		   "domain:north.example", "vlan", "8", "001122000002") < 0 &&
		   f.err.kind == ERR_EXISTS,
	    "of a layer one change is staged at a time");
	must(phone_stage_revert(&f.q, staged) == 0);
	tap_is_str(get("001122000001"), "old de 7\n",
	    "taken back, it has what all have");
}

static void
test_commit(void)
{
	must(stage_setting(
		 "domain:north.example", "vlan", "", "001122000001") == 0);
	tap_is_str(get("001122000001"), "old de \n",
	    "what is staged may take a value away");
	must(phone_stage_commit(&f.q, last) == 0);
	tap_is_str(
	    get("001122000002"), "old de \n", "committed, all phones have it");
	tap_ok(phone_stage_revert(&f.q, last) < 0 && f.err.kind == ERR_GONE,
	    "settings that are committed are settings");
}

static void
test_refused_settings(void)
{
	tap_ok(stage_setting(
		   "domain:north.example", "vlan", "x", "001122000001") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "a value that it may not have is not staged");
	tap_ok(stage_setting(
		   "domain:north.example", "vlan", "7", "001122000003") < 0 &&
		   f.err.kind == ERR_GONE,
	    "nor for a phone of another layer");
	tap_ok(stage_setting("001122000001", "vlan", "7", "001122000001") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nor is what is one phone's own");
	tap_ok(stage_setting("all", "vlan", "7", "00112200000f") < 0 &&
		   f.err.kind == ERR_GONE,
	    "nor for a phone that there is not");
}

/* ---- templates ---- */

static void
test_templates(void)
{
	int64_t first;

	must(stage_files("{\"acme/phone.cfg\":\"new {{language}}\\n\"}",
		 "001122000001") == 0);
	first = last;
	tap_is_str(get("001122000001"), "new de\n",
	    "a phone that is named has the templates that are staged");
	tap_is_str(get("001122000002"), "old de \n", "another the old ones");
	must(phone_stage_commit(&f.q, first) == 0);
	tap_is_str(
	    get("001122000003"), "new en\n", "committed, all phones have them");
	must(stage_files("{\"acme/phone.cfg\":\"third\\n\"}", "001122000002") ==
	     0);
	tap_is_str(
	    get("001122000002"), "third\n", "others are staged over them");
	tap_is_str(get("001122000001"), "new de\n", "for whom they are");
	must(phone_stage_commit(&f.q, last) == 0);
	tap_is_str(get("001122000001"), "third\n", "and take their place");
	must(phone_stage_revert(&f.q, last) == 0);
	tap_is_str(get("001122000001"), "old de \n",
	    "taken back, all have what is installed");
}

/* Programs keep few of those that they have read. */
static void
test_many_editions(void)
{
	bool ok = true;

	for (int i = 0; i < 80; i++) {
		const char *json = arena_printf(
		    &f.arena, "{\"acme/phone.cfg\":\"edition %d\\n\"}", i);

		must(stage_files(json, "001122000001") == 0);
		ok = ok && strcmp(get("001122000001"),
			       arena_printf(&f.arena, "edition %d\n", i)) == 0;
		must(phone_stage_revert(&f.q, last) == 0);
	}
	tap_ok(ok, "the eightieth change of templates is served as the first");
}

static void
test_refused_templates(void)
{
	tap_ok(stage_files("{\"acme/phone.cfg\":\"{{nothing}}\"}",
		   "001122000001") < 0 &&
		   strcmp(f.err.text, "acme/phone.cfg:1: unknown name "
				      "nothing") == 0,
	    "a template with a mistake is not staged, and where it is is told");
	tap_diag("%s", f.err.text);
	tap_ok(stage_files("{\"acme/vendor.conf\":\"name = A\\nx\"}",
		   "001122000001") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nor is a vendor with one");
	tap_ok(stage_files("{\"other/phone.cfg\":\"x\"}", "001122000001") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nor what belongs to no vendor");
	tap_ok(stage_files("{\"acme/phone.cfg\":7}", "001122000001") < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nor what is no text");
	tap_is_str(
	    get("001122000001"), "old de \n", "phones have seen none of it");
}

/* ---- who may ---- */

static void
test_rights(void)
{
	struct actor login;
	struct ask q = f.q;
	struct phone_stage *list;
	size_t n;
	int64_t theirs;
	char cred[32];

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &login) == 1);
	must(stage_setting(
		 "domain:south.example", "vlan", "7", "001122000003") == 0);
	theirs = last;
	q.who = &login;
	tap_ok(phone_stage_commit(&q, last) < 0 && f.err.kind == ERR_GONE &&
		   phone_stage_revert(&q, last) < 0 && f.err.kind == ERR_GONE,
	    "another domain's change nobody ends");
	tap_ok(phone_stage_list(&q, &list, &n) == 0 && n == 0, "nor sees it");
	tap_ok(phone_stage_list(&f.q, &list, &n) == 0 && n == 1 &&
		   list[0].phones == 1,
	    "an administrator does");
	tap_ok(stage(&q, (struct phone_stage_new){.layer = STR("")},
		   "001122000001") < 0 &&
		   f.err.kind == ERR_DENIED,
	    "templates are for administrators");
	must(phone_stage_revert(&f.q, theirs) == 0);
}

/* Nothing of it stands in the database in clear. */
static void
test_sealed(void)
{
	struct phone_stage *list;
	size_t n;

	must(stage_setting("domain:north.example", "admin_password", "hush-9",
		 "001122000001") == 0 &&
	     phone_stage_list(&f.q, &list, &n) == 0);
	tap_ok(n == 1 && list[0].fields.len > 0 &&
		   !str_holds(list[0].fields, STR("hush")),
	    "a secret that is staged is sealed");
	must(phone_stage_revert(&f.q, last) == 0);
}

int
main(void)
{
	fx_open(&f);
	buf_init(&body, (size_t)64 << 10);
	north = fx_domain(&f, "north.example", FX_PASS);
	south = fx_domain(&f, "south.example", FX_PASS);
	make_vendor();
	must(phone_key_new(&f.q, north, keys[0]) == 0 &&
	     phone_key_new(&f.q, south, keys[1]) == 0);
	add_phone("001122000001", north);
	add_phone("001122000002", north);
	test_settings();
	test_commit();
	add_phone("001122000003", south);
	test_refused_settings();
	test_templates();
	test_many_editions();
	test_refused_templates();
	test_rights();
	test_sealed();
	vendor_remove();
	buf_fini(&body);
	fx_close(&f);
	return tap_end();
}
