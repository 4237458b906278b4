/*
 * The instance: making it, settings, audit, import and export, copy, check,
 * and how fast a device is found.
 */
#include "instance.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "account.h"
#include "audit.h"
#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "fleet.h"
#include "login.h"
#include "must.h"
#include "setting.h"

static struct fixture f;
static char complaints[8192];
static int said;

static void
complain(void *arg, const struct fleet_mistake *m)
{
	size_t used = strlen(complaints);

	(void)arg;
	(void)snprintf(complaints + used, sizeof(complaints) - used,
	    "%lld %s: %s\n", (long long)m->line,
	    m->column != NULL ? m->column : "-", m->error);
}

static void
finding(void *arg, const char *line)
{
	(void)arg;
	tap_diag("finding: %s", line);
	said++;
}

/* ---- making ---- */

static void
test_init(void)
{
	struct instance i;
	struct domain d;
	struct stat sb;
	char path[96], db[96], key[96], password[INSTANCE_PASSWORD_SIZE];
	struct conf conf = {.domain = "example.com", .name = "devices"};

	(void)snprintf(db, sizeof(db), "%s/fleetline.db", f.folder);
	(void)snprintf(key, sizeof(key), "%s/secret.key", f.folder);
	conf.database = db;
	conf.key_file = key;
	tap_ok(instance_get(&f.q, &i) == 0 && str_eqz(i.name, "devices") &&
		   str_eqz(i.domain, "example.com"),
	    "the instance has its name and domain");
	tap_ok(
	    domain_get(&f.q, i.domain_id, &d) == 1 && d.deploy && d.is_instance,
	    "its own domain deploys administrative passwords");
	tap_ok(strlen(f.password) == 20, "it has a password of its own");
	tap_ok(
	    instance_init(&conf, password, &f.err) == 0 && password[0] == '\0',
	    "making it again changes nothing");
	(void)snprintf(path, sizeof(path), "%s/fleetline.db", f.folder);
	tap_ok(stat(path, &sb) == 0 && (sb.st_mode & 0077) == 0,
	    "nobody else can read the database");
	conf.key_file = "/nonexistent/key";
	tap_ok(instance_init(&conf, password, &f.err) < 0,
	    "without a place for the key it fails");
}

/* ---- settings and audit ---- */

/* A text that does not fit was an empty one: a list of addresses for all, a
 * hash that no password has. */
static void
test_full_arena(void)
{
	struct arena small;
	struct ask q = f.q;
	struct instance i;
	struct login_found found;
	struct str v, name = STR("full"), password = STR("long enough");
	enum role role = ROLE_MANAGER;
	int64_t id = -1;

	must(setting_set(&f.q, "billing.allow", STR("192.0.2.0/24")) == 0);
	arena_init(&small, 8);
	q.arena = &small;
	tap_ok(
	    setting_get(&q, "billing.allow", &v) < 0 && f.err.kind == ERR_LIMIT,
	    "a setting that does not fit is no empty one");
	arena_fini(&small);
	arena_init(&small, 8);
	f.err = (struct err){0};
	tap_ok(instance_get(&q, &i) < 0 && f.err.kind == ERR_LIMIT,
	    "nor is the name of the instance");
	arena_fini(&small);
	must(
	    account_add(&f.q, &id,
		&(struct account_change){
		    .name = &name, .role = &role, .password = &password}) == 0);
	arena_init(&small, 8);
	f.err = (struct err){0};
	tap_ok(login_account(&q, name, password, &found) < 0 &&
		   f.err.kind == ERR_LIMIT,
	    "nor is a login's hash one that no password has");
	arena_fini(&small);
	must(account_remove(&f.q, id) == 0 &&
	     setting_set(&f.q, "billing.allow", STR("")) == 0);
}

static void
test_settings(void)
{
	struct str v;
	int64_t n = 0;

	tap_ok(
	    setting_get(&f.q, "offer_minutes", &v) == 0 && str_eqz(v, "1440"),
	    "a setting has a default");
	tap_ok(setting_set(&f.q, "offer_minutes", STR("20")) == 0 &&
		   setting_get_int(&f.q, "offer_minutes", &n) == 0 && n == 20,
	    "it is set");
	tap_ok(setting_set(&f.q, "offer_minutes", STR("-1")) < 0 &&
		   f.err.kind == ERR_INPUT &&
		   setting_set(&f.q, "offer_minutes", STR("abc")) < 0 &&
		   setting_set(&f.q, "offer_minutes", STR("1441")) < 0,
	    "outside its limits it is refused");
	tap_ok(setting_set(&f.q, "nonsense", STR("1")) < 0 &&
		   f.err.kind == ERR_GONE &&
		   setting_get(&f.q, "nonsense", &v) < 0,
	    "an unknown one does not exist");
	tap_ok(setting_set(&f.q, "offer_minutes", str_n("", 0)) == 0 &&
		   setting_get_int(&f.q, "offer_minutes", &n) == 0 && n == 1440,
	    "an empty value goes back to the default");
}

static void
test_audit(void)
{
	struct audit *rows;
	size_t n;
	struct str pw = STR("VerySecretWord");
	struct domain_change change = {.password = &pw};
	bool leaked = false;

	must(domain_edit(&f.q, 1, &change) == 0);
	tap_ok(audit_list(&f.q, &(struct audit_filter){0}, &rows, &n) == 0 &&
		   n > 3 && str_eqz(rows[0].what, "domain.edit") &&
		   str_eqz(rows[0].who, "local") &&
		   str_eqz(rows[0].on, "example.com") && rows[0].time > 0,
	    "the newest row says who changed what");
	for (size_t i = 0; i < n; i++)
		leaked = leaked ||
			 strstr(rows[i].detail.p, "VerySecretWord") != NULL;
	tap_ok(!leaked, "no row holds a secret");
	tap_ok(audit_list(&f.q, &(struct audit_filter){.before = rows[0].id},
		   &rows, &n) == 0 &&
		   n > 2 && str_eqz(rows[0].what, "setting.set"),
	    "older rows follow");
}

/* ---- import and export ---- */

static int
import(const char *text, bool dry, int64_t *count)
{
	struct fleet_import in = {
	    .text = str_of(text), .dry = dry, .complain = complain};
	int rc;

	complaints[0] = '\0';
	rc = fleet_import(&f.q, &in);
	*count = in.added;
	return rc;
}

static const char good[] =
    "\xEF\xBB\xBFhwId;Name;domain;categories;type;product;"
    "sysclient_password\r\n"
    "00-90-33-00-00-01;\"Desk; \"\"one\"\"\";example.com;x|y;PHONE;IP112;"
    "Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e\r\n"
    "\r\n"
    "gate;;EXAMPLE.com;;GW;;\r\n";

static void
test_import(void)
{
	int64_t count;
	struct device d;

	must(fx_category(&f, 1, "x") > 0 && fx_category(&f, 1, "y") > 0);
	tap_ok(import(good, true, &count) == 0 && count == 2 &&
		   device_get(&f.q, STR("gate"), &d) == 0,
	    "a dry run checks all and changes nothing");
	fx_clear(&f);
	tap_ok(import(good, false, &count) == 0 && count == 2 &&
		   device_get(&f.q, STR("009033000001"), &d) == 1 &&
		   str_eqz(d.name, "Desk; \"one\"") && d.type == DEVICE_PHONE,
	    "an import adds all, with quotes and semicolons in names");
	tap_ok(fx_ordered(&f, "009033000001") && fx_ordered(&f, "gate"),
	    "each is published");
	tap_ok(import("hwId,domain,type,name,categories\n"
		      "n-1,example.com,PHONE,ok,\n"
		      "n 2,example.com,,,\n"
		      "n-3,nowhere,,,\n"
		      "n-4,example.com,TOASTER,,\n"
		      "gate,example.com,,,\n"
		      "n-6,example.com,,,nothing\n",
		   false, &count) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "a file with mistakes is refused");
	tap_is_str(complaints,
	    "3 hwId: invalid hardware id\n4 domain: no such domain\n"
	    "5 type: unknown type\n6 hwId: device is in a domain\n"
	    "7 categories: no such category\n",
	    "each mistake names its line and column");
	tap_ok(
	    device_get(&f.q, STR("n-1"), &d) == 0, "nothing of it was added");
	tap_ok(import("hwId,domain\na,example.com\n\"b,example.com\n", false,
		   &count) < 0 &&
		   strcmp(complaints,
		       "3 -: broken line: quote or too many fields\n") == 0,
	    "an unclosed quote is a mistake of its line");
	tap_ok(import("hwId,colour\n", false, &count) < 0 &&
		   strcmp(complaints, "1 -: unknown column\n") == 0 &&
		   import("", false, &count) < 0 &&
		   import("name,domain\n", false, &count) < 0,
	    "a header that is none is refused");
	tap_ok(import("hwId,domain\nd1,example.com\nD1,example.com\n"
		      "d1,example.com\n",
		   true, &count) < 0 &&
		   strcmp(complaints,
		       "4 hwId: stands in an earlier line, too\n") == 0,
	    "the same device twice in a file is a mistake");
}

static int export(struct buf *out)
{
	struct fleet_export x = {.out = buf_sink(out)};

	return fleet_export(&f.q, &x);
}

static void
test_export(void)
{
	struct buf out, again;
	int64_t count;

	buf_init(&out, 1 << 20);
	buf_init(&again, 1 << 20);
	tap_ok(export(&out) == 0, "the fleet is exported");
	tap_is_str(out.data,
	    "hwId,name,domain,categories,type,product\n"
	    "009033000001,\"Desk; \"\"one\"\"\",example.com,x|y,PHONE,IP112\n"
	    "gate,,example.com,,GW,\n",
	    "as a file that an import reads");
	must(device_remove(&f.q, STR("gate")) == 0 &&
	     device_remove(&f.q, STR("009033000001")) == 0);
	tap_ok(import(out.data, false, &count) == 0 && count == 2 &&
		   export(&again) == 0 && strcmp(out.data, again.data) == 0,
	    "and gives the same fleet again");
	buf_fini(&out);
	buf_fini(&again);
}

/* ---- copy and check ---- */

static void
test_care(void)
{
	char path[96], key[96];
	struct core copy;
	struct core_stats here, there;

	(void)snprintf(path, sizeof(path), "%s/copy.db", f.folder);
	(void)snprintf(key, sizeof(key), "%s/secret.key", f.folder);
	tap_ok(instance_check(&f.q, finding, NULL) == 0 && said == 0,
	    "a sound instance has no findings");
	tap_ok(instance_backup(&f.q, path) == 0, "a copy is made");
	tap_ok(instance_backup(&f.q, path) < 0, "but never over a file");
	tap_ok(core_open_files(&copy, path, key, NULL, &f.err) == 0 &&
		   core_stats(&copy, &there, &f.err) == 0 &&
		   core_stats(&f.core, &here, &f.err) == 0 &&
		   here.devices == there.devices && here.rev == there.rev,
	    "the copy opens and holds the same");
	core_close(&copy);
	must(store_exec(f.core.store,
		 "INSERT INTO device_secret (device_id, offered)"
		 " SELECT id, x'00112233' FROM device WHERE hw_id = 'gate'"
		 " ON CONFLICT (device_id) DO UPDATE"
		 " SET offered = excluded.offered",
		 &f.err) == 0);
	said = 0;
	tap_ok(instance_check(&f.q, finding, NULL) == 1 && said == 1,
	    "a secret that does not open is found");
}

/* What a start needs is told without reading the whole database. */
static void
test_start(void)
{
	struct conf conf = {.domain = "example.com", .name = "devices"};
	struct str right = str_of(f.password), wrong = STR("another");
	unsigned char *key = f.core.key.bytes;

	said = 0;
	tap_ok(instance_check_start(&f.q, &conf, &right, finding, NULL) == 0 &&
		   said == 0,
	    "configuration, key and password are those of the store");
	tap_is_int(instance_check_start(&f.q, &conf, &wrong, finding, NULL), 1,
	    "a password that does not open the instance is found");
	conf.domain = "else.example";
	tap_is_int(instance_check_start(&f.q, &conf, NULL, finding, NULL), 1,
	    "so is another domain in the configuration");
	conf.name = "phones";
	tap_is_int(instance_check_start(&f.q, &conf, NULL, finding, NULL), 2,
	    "and another name");
	conf = (struct conf){.domain = "example.com", .name = "devices"};
	key[0] ^= 1;
	tap_is_int(instance_check_start(&f.q, &conf, &right, finding, NULL), 1,
	    "and the key of another database");
	key[0] ^= 1;
	said = 0;
}

/* ---- speed, as a figure only ---- */

static void
test_speed(void)
{
	struct device d;
	struct ask q = f.q;
	struct arena_mark m;
	int64_t t0, calls = 20000;
	bool all = true;

	m = arena_mark(&f.arena);
	t0 = clock_mono_us();
	for (int64_t i = 0; i < calls; i++) {
		all = all && device_get(&q, STR("009033000001"), &d) == 1;
		arena_reset(&f.arena, m);
	}
	t0 = clock_mono_us() - t0;
	tap_ok(all, "a device is found each of %lld times", (long long)calls);
	tap_diag("device_get: %.2f us each", (double)t0 / (double)calls);
}

int
main(void)
{
	fx_open(&f);
	test_init();
	test_settings();
	test_full_arena();
	test_audit();
	test_import();
	test_export();
	test_start();
	test_care();
	test_speed();
	fx_close(&f);
	return tap_end();
}
