/*
 * Phones of other vendors: who waits and for how long, who becomes what, where
 * ports stand; and the keys they come by.
 */
#include "phone.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "billing.h"
#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "instance.h"
#include "must.h"
#include "phone_key.h"
#include "phone_poll.h"
#include "phone_wait.h"
#include "setting.h"

#define HOUR (60 * 60 * INT64_C(1000))
#define SNOM STR("00041312ab34")
#define PAP  STR("000e08aa0001")

static struct fixture f;
static int64_t own, north, south;
static struct actor north_login;

static int
visit(const char *mac, const char *type, int64_t ports, const char *address)
{
	struct phone_visit in = {.mac = str_of(mac),
	    .key_domain = north,
	    .type = str_of(type),
	    .product = str_of(type),
	    .ports = ports,
	    .firmware = STR("8.7.5.35"),
	    .address = str_of(address)};

	return phone_wait_visit(&f.q, &in);
}

static size_t
waiting(struct ask *q)
{
	struct waiting_phone *list;
	struct str after = STR("");
	size_t n, all = 0;

	do {
		must(phone_wait_list(q, &after, &list, &n) == 0);
		all += n;
	} while (after.len > 0);
	return all;
}

static struct phone_port
port_of(struct ask *q, struct str mac, int64_t port)
{
	struct phone_port *list;
	size_t n;

	must(phone_find(q, mac, &list, &n) == 0);
	for (size_t i = 0; i < n; i++)
		if (list[i].port == port)
			return list[i];
	return (struct phone_port){0};
}

static void
as_north(struct ask *q)
{
	char cred[ACTOR_CRED_SIZE];

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &north_login) == 1);
	*q = fx_as(&f, &north_login);
}

/* ---- keys ---- */

static void
test_keys(void)
{
	char first[PHONE_KEY_SIZE], second[PHONE_KEY_SIZE];
	struct phone_door d, *list;
	struct ask q;
	int64_t generation, after = 0;
	size_t n;

	must(phone_key_new(&f.q, north, first) == 0);
	must(phone_key_new(&f.q, south, second) == 0);
	tap_ok(phone_key_read(&f.core, str_of(first), &d) &&
		   d.domain_id == north &&
		   phone_key_counts(&f.q, north, &generation) == 1 &&
		   generation == d.generation,
	    "a key says whose it is and that it counts");
	second[strlen(second) - 1] ^= 1;
	tap_ok(!phone_key_read(&f.core, str_of(second), &d) &&
		   !phone_key_read(&f.core, STR("1-1-"), &d) &&
		   !phone_key_read(&f.core, STR(""), &d),
	    "another one is none");
	tap_ok(
	    phone_key_new(&f.q, north, second) < 0 && f.err.kind == ERR_EXISTS,
	    "a domain has one");
	must(phone_key_rotate(&f.q, north, second) == 0);
	must(phone_key_counts(&f.q, north, &generation) == 1);
	tap_ok(phone_key_read(&f.core, str_of(first), &d) &&
		   d.generation < generation && strcmp(first, second) != 0,
	    "another generation ends the one before");
	as_north(&q);
	tap_ok(phone_key_list(&q, &after, &list, &n) == 0 && n == 1 &&
		   list[0].domain_id == north && after == 0,
	    "a domain lists its own");
	tap_ok(
	    phone_key_rotate(&q, south, second) < 0 && f.err.kind == ERR_GONE,
	    "and rotates no other's");
}

/* ---- waiting ---- */

static void
test_waiting(void)
{
	struct waiting_phone w;
	struct ask q;
	int64_t ports;

	tap_ok(visit("00041312ab34", "snom320", 1, "192.0.2.1") == 1 &&
		   visit("00041312ab34", "snom320", 1, "192.0.2.1") == 1 &&
		   waiting(&f.q) == 1,
	    "a phone that asks waits, once");
	must(visit("00041312ab34", "snom320-1", 1, "192.0.2.2") == 1);
	tap_ok(phone_wait_get(&f.q, SNOM, &w) == 1 &&
		   str_eqz(w.type, "snom320-1") &&
		   str_eqz(w.address, "192.0.2.2") && w.domain_id == north &&
		   w.seen >= w.created,
	    "what it says last is kept");
	clock_shift(-2 * PHONE_WAIT_NOTE_MS);
	must(visit("00041312ab34", "snom320-1", 1, "192.0.2.2") == 1 &&
	     phone_wait_get(&f.q, SNOM, &w) == 1);
	tap_ok(w.seen <= clock_now_ms(),
	    "and when that was, though the clock was set back");
	clock_shift(2 * PHONE_WAIT_NOTE_MS);
	as_north(&q);
	tap_is_int((long long)waiting(&q), 1,
	    "the domain whose key it came by sees it");
	must(fx_device(&f, "009033aa0001", south, DEVICE_PHONE, FX_PASS) == 0);
	tap_is_int(visit("009033aa0001", "snom320", 1, "192.0.2.1"), 0,
	    "what is a device already never waits");
	tap_ok(phone_wait_remove(&f.q, SNOM, &ports) == 0 && ports == 1 &&
		   waiting(&f.q) == 0,
	    "IX3: one that is demoted is gone");
	tap_ok(
	    phone_wait_remove(&f.q, SNOM, &ports) < 0 && f.err.kind == ERR_GONE,
	    "and cannot be demoted again");
}

static void
age(const char *what)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE waiting_phone SET seen = seen - %s", what);
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

/* A hundred addresses with as many MACs each. */
static void
test_bounds(void)
{
	char mac[16], address[32];
	struct waiting_phone w;
	int taken = 0;

	for (int i = 0; i < 200; i++) {
		(void)snprintf(mac, sizeof(mac), "000413%06x", i);
		(void)snprintf(
		    address, sizeof(address), "2001:db8:0:1::%x", i + 1);
		taken += visit(mac, "snom320", 1, address);
	}
	tap_ok(
	    taken == PHONE_WAIT_ADDRESS && waiting(&f.q) == PHONE_WAIT_ADDRESS,
	    "one network fills its share of the list, no more");
	tap_is_int(visit("00041300ffff", "snom320", 1, "192.0.2.9"), 1,
	    "others are listed meanwhile");
	age("2 * 3600000");
	must(visit("000413000000", "snom320", 1, "2001:db8:0:1::1") == 1);
	tap_ok(visit("00041300fffe", "snom320", 1, "2001:db8:0:1::99") == 1 &&
		   phone_wait_get(&f.q, STR("000413000000"), &w) == 1 &&
		   phone_wait_get(&f.q, STR("000413000001"), &w) == 0,
	    "who was not seen for an hour gives way, who asks again does not");
	for (int i = 0; i < 1200; i++) {
		(void)snprintf(mac, sizeof(mac), "000414%06x", i);
		(void)snprintf(
		    address, sizeof(address), "10.0.%d.%d", i / 30, 1);
		(void)visit(mac, "snom320", 1, address);
	}
	tap_ok(waiting(&f.q) == PHONE_WAIT_KEY,
	    "one key fills its share of the list, no more");
	age("31 * 24 * 3600000");
	must(visit("00041400aaaa", "snom320", 1, "192.0.2.9") == 1);
	tap_is_int((long long)waiting(&f.q), 1,
	    "who was not seen for a month is forgotten");
	must(
	    store_exec(f.core.store, "DELETE FROM waiting_phone", &f.err) == 0);
}

/* ---- promoting ---- */

static void
test_promoted(void)
{
	struct device d;
	struct phone_port a, b;
	struct ask q;
	int64_t ports;

	must(visit("000e08aa0001", "pap2t", 2, "192.0.2.1") == 1);
	tap_ok(phone_promote(&f.q, PAP, 4711, &ports) < 0 &&
		   f.err.kind == ERR_GONE && waiting(&f.q) == 1,
	    "into a domain that is none it does not go");
	tap_ok(phone_promote(&f.q, PAP, south, &ports) == 0 && ports == 2 &&
		   waiting(&f.q) == 0,
	    "IX2: a phone is promoted with all its ports");
	must(device_get(&f.q, PAP, &d) == 1);
	tap_ok(d.domain_id == south && d.type == DEVICE_PHONE && d.other &&
		   str_eqz(d.product, "pap2t") &&
		   str_eqz(d.version, "8.7.5.35"),
	    "it is a device then, of another vendor");
	a = port_of(&f.q, PAP, 0);
	b = port_of(&f.q, PAP, 1);
	tap_ok(a.id == d.id && b.id > d.id && a.domain_id == south &&
		   b.domain_id == south && a.key_domain == north,
	    "port 0 has the device's id, the other one of the same sequence");
	tap_ok(phone_promote(&f.q, PAP, south, &ports) < 0 &&
		   f.err.kind == ERR_GONE,
	    "twice it cannot be promoted");
	tap_is_int(visit("000e08aa0001", "pap2t", 2, "192.0.2.1"), 0,
	    "and it does not wait when it asks again");
	as_north(&q);
	tap_ok(port_of(&q, PAP, 0).id == 0 && port_of(&q, PAP, 1).id == 0,
	    "another domain does not see it, though it came by its key");
}

static int
move(struct ask *q, int64_t port, int64_t from, int64_t to,
    struct phone_moved *out)
{
	struct phone_move in = {.mac = PAP,
	    .port = port,
	    .verify = from != 0,
	    .from = from,
	    .to = to};

	return phone_assign(q, &in, out);
}

static void
test_assigned(void)
{
	struct phone_moved m;
	struct device d;
	struct ask q;

	tap_ok(move(&f.q, 1, south, north, &m) == 0 && m.moved == 1 &&
		   m.n == 1 && m.list[0].domain_id == north,
	    "IX4: one port is assigned");
	tap_ok(port_of(&f.q, PAP, 0).domain_id == south &&
		   device_get(&f.q, PAP, &d) == 1 && d.domain_id == south,
	    "the other stays");
	as_north(&q);
	tap_ok(port_of(&q, PAP, 1).port == 1 && port_of(&q, PAP, 0).id == 0,
	    "its new domain sees it, without the other");
	tap_ok(move(&f.q, 1, south, north, &m) == 0 && m.moved == 0 &&
		   m.list[0].domain_id == north,
	    "from where it is not, it is not moved");
	tap_ok(move(&f.q, 0, 0, own, &m) == 0 && m.moved == 1 &&
		   port_of(&f.q, PAP, 0).domain_id == own &&
		   port_of(&f.q, PAP, 1).domain_id == north,
	    "port 0 is the device, which moves; the other stays");
	tap_ok(move(&f.q, -1, 0, south, &m) == 0 && m.moved == 2 && m.n == 2 &&
		   port_of(&f.q, PAP, 1).domain_id == south,
	    "without a number all ports move");
	tap_ok(move(&f.q, 0, 0, own, &m) == 0 &&
		   port_of(&f.q, PAP, 1).domain_id == south,
	    "a port does not follow its device");
	tap_ok(move(&f.q, 2, 0, own, &m) < 0 && f.err.kind == ERR_GONE,
	    "a port that it has not is none");
	tap_ok(move(&q, 1, 0, north, &m) < 0 && f.err.kind == ERR_DENIED,
	    "assigning is for administrators");
}

/* Owner of all ports that stand with the device. */
static void
test_owned(void)
{
	struct account_change in = {
	    .name = &STR("acme"), .role = &(enum role){ROLE_USER}};
	struct billing_point *list;
	struct phone_moved m;
	int64_t id = -1;
	size_t n;

	must(account_add(&f.q, &id, &in) == 0);
	must(move(&f.q, -1, 0, south, &m) == 0);
	must(device_own(&f.q, PAP, id) == 0);
	tap_ok(billing_list(&f.q, id, 0, &list, &n) == 0 && n == 2 &&
		   list[0].id == port_of(&f.q, PAP, 0).id &&
		   list[1].id == port_of(&f.q, PAP, 1).id,
	    "a billing system sees a row for each port");
	tap_ok(str_eqz(list[0].ipaddr, "192.0.2.1") &&
		   str_eqz(list[1].ipaddr, "192.0.2.1"),
	    "with the address that the phone asked from");
	must(setting_set(&f.q, "billing.address", STR("connection")) == 0 &&
	     billing_list(&f.q, id, 0, &list, &n) == 0);
	tap_ok(n == 2 && str_eqz(list[0].ipaddr, "192.0.2.1"),
	    "as well where that of connections is wanted: it has none");
	must(setting_set(&f.q, "billing.address", STR("reported")) == 0);
	must(move(&f.q, 1, 0, north, &m) == 0);
	tap_ok(billing_list(&f.q, id, 0, &list, &n) == 0 && n == 1,
	    "a port that is assigned elsewhere is its owner's no more");
	must(move(&f.q, 1, 0, south, &m) == 0);
	tap_ok(billing_list(&f.q, id, 0, &list, &n) == 0 && n == 2,
	    "and is again when it comes back");
}

static void
test_added(void)
{
	static const struct phone_type type = {
	    .key = STR("snom320"), .name = STR("Snom 320"), .ports = 1};
	struct phone_new in = {
	    .mac = STR("00041399cc01"), .type = &type, .domain = north};
	struct phone_port p;
	struct device d;

	in.name = STR("Reception");
	tap_ok(phone_add(&f.q, &in) == 0 && device_get(&f.q, in.mac, &d) == 1 &&
		   str_eqz(d.name, "Reception") &&
		   str_eqz(d.product, "Snom 320"),
	    "a phone can be added by hand");
	p = port_of(&f.q, in.mac, 0);
	tap_ok(p.domain_id == north && p.seen == 0 && p.key_domain == 0,
	    "it has never asked");
	tap_ok(phone_add(&f.q, &in) < 0 && f.err.kind == ERR_EXISTS,
	    "and cannot be added again");
	must(visit("00041399cc02", "snom320", 1, "192.0.2.1") == 1);
	in.mac = STR("00041399cc02");
	tap_ok(phone_add(&f.q, &in) < 0 && f.err.kind == ERR_EXISTS,
	    "nor can one that waits");
}

/* ---- going ---- */

static int
may(struct ask *q, int64_t id)
{
	(void)q;
	(void)id;
	return 0;
}

static void
test_gone(void)
{
	struct phone_moved m;
	int64_t west = fx_domain(&f, "west.example", NULL);
	int64_t id, spent;

	must(move(&f.q, 1, 0, west, &m) == 0);
	must(domain_remove(&f.q, west, may) == 0);
	tap_is_int(port_of(&f.q, PAP, 1).domain_id, south,
	    "a port goes back to its device when its domain goes");
	must(device_unassign(&f.q, PAP) == 0);
	tap_ok(port_of(&f.q, PAP, 0).domain_id == 0 &&
		   visit("000e08aa0001", "pap2t", 2, "192.0.2.1") == 1 &&
		   phone_promote(&f.q, PAP, north, &id) == 0,
	    "one that is in no domain waits again and is promoted again");
	id = port_of(&f.q, PAP, 1).id;
	must(device_remove(&f.q, PAP) == 0);
	tap_ok(db_int(f.core.store, STMT_ID_SPENT,
		   ARGS(A_STRZ("point"), A_INT(id)), &spent, &f.err) == 1 &&
		   port_of(&f.q, PAP, 1).id == 0,
	    "a phone that is removed takes its ports along; their ids are"
	    " spent");
}

/* ---- polling ---- */

#define REFRESH (2 * 1440 * 60 * INT64_C(1000)) /* twice the setting */

static struct device
device_of(struct str mac)
{
	struct device d;

	must(device_get(&f.q, mac, &d) == 1);
	return d;
}

/* A phone that is where it was does not wait for somebody who writes. */
static void
test_waits_for_nobody(struct str mac)
{
	struct str address = STR("2001:db8::7");
	struct served_phone p;
	struct store *other;
	char path[128];
	int64_t seen, began = clock_mono_ms();

	(void)snprintf(path, sizeof(path), "%s/fleetline.db", f.folder);
	must(store_open(path, false, &other, &f.err) == 0 &&
	     store_begin(other, STORE_FAST, &f.err) == 0);
	must(phone_served(&f.q, mac, &p) == 1);
	seen = p.seen;
	clock_shift(2 * PHONE_WAIT_NOTE_MS);
	tap_ok(phone_contact(&f.q, &p, address) == 0 &&
		   clock_mono_ms() - began < 2 * PHONE_WAIT_NOTE_MS + 500,
	    "a phone that comes while somebody writes waits for nobody");
	must(phone_served(&f.q, mac, &p) == 1);
	tap_ok(p.seen == seen, "and is not noted");
	store_rollback(other);
	store_close(&other);
	must(phone_contact(&f.q, &p, address) == 0 &&
	     phone_served(&f.q, mac, &p) == 1);
	tap_ok(p.seen > seen, "but at its next visit");
}

static void
test_polls(void)
{
	static const struct str mac = STR("0004138a0001");
	struct served_phone p;
	struct device d;
	int64_t ports, now = clock_now_ms();

	must(visit("0004138a0001", "snom320", 1, "192.0.2.77") == 1);
	must(phone_promote(&f.q, mac, north, &ports) == 0);
	d = device_of(mac);
	tap_ok(d.polls && d.other && d.online && d.nifs == 1 &&
		   str_eqz(d.ifs[0].ipv4, "192.0.2.77"),
	    "a phone that asked is online, with its address");
	tap_ok(phone_poll_left(&f.q, now) == 0 && device_of(mac).online,
	    "as long as it asks");
	must(phone_poll_left(&f.q, now + REFRESH + 60000) == 0);
	d = device_of(mac);
	tap_ok(!d.online && d.since >= now,
	    "who has not asked for twice his time is offline");
	must(phone_served(&f.q, mac, &p) == 1);
	tap_ok(phone_contact(&f.q, &p, STR("2001:db8::7")) == 0, "it asks");
	d = device_of(mac);
	tap_ok(d.online && d.nifs == 1 && str_eqz(d.ifs[0].ipv6, "2001:db8::7"),
	    "and is back, with another address");
	test_waits_for_nobody(mac);
	must(phone_add(
		 &f.q, &(struct phone_new){.mac = STR("0004138a0002"),
			   .type = &(struct phone_type){.key = STR("snom320"),
			       .name = STR("Snom 320"),
			       .ports = 1},
			   .domain = north,
			   .name = STR("")}) == 0);
	d = device_of(STR("0004138a0002"));
	tap_ok(d.polls && !d.online, "who never asked is not");
}

int
main(void)
{
	struct instance i;

	fx_open(&f);
	must(instance_get(&f.q, &i) == 0);
	own = i.domain_id;
	north = fx_domain(&f, "north.example", FX_PASS);
	south = fx_domain(&f, "south.example", FX_PASS);
	test_keys();
	test_waiting();
	test_bounds();
	test_promoted();
	test_assigned();
	test_owned();
	test_added();
	test_gone();
	test_polls();
	fx_close(&f);
	return tap_end();
}
