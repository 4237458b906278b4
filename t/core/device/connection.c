/* What is kept of a device's connections. */
#include "connection.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fixture.h"
#include "must.h"
#include "presence.h"

static struct fixture f;
static int64_t own, other;

/* A batch of entries (without the brackets around the list) from a hub. */
static void
batch(const char *hub, const char *boot, const char *list)
{
	struct peer p = {.hub = str_of(hub), .boot = str_of(boot)};
	struct buf out, body;

	buf_init(&out, 64 << 10);
	buf_init(&body, HUBWIRE_BATCH_BYTES);
	buf_printf(&body, "{\"subscribers\":0,\"list\":[%s]}", list);
	if (presence_apply(&f.q, &p, buf_view(&body), &out) < 0)
		tap_diag("%s", f.err.text);
	buf_fini(&body);
	buf_fini(&out);
	fx_clear(&f);
}

/* "since-until cause address|...", newest first; a future marks "now". */
static const char *
list(struct ask *q, const char *hw_id)
{
	static char out[4096];
	struct connection *c;
	struct buf text;
	size_t n;
	int rc = connection_list(q, str_of(hw_id), &c, &n);

	if (rc <= 0)
		return rc < 0 ? "error" : "none";
	buf_init(&text, sizeof(out));
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%s%lld-%lld %.*s %.*s", i > 0 ? "|" : "",
		    (long long)c[i].began,
		    (long long)(c[i].ended > 1000000 ? 1000000 : c[i].ended),
		    (int)c[i].cause.len, c[i].cause.p, (int)c[i].remote.len,
		    c[i].remote.p);
	str_copy(out, sizeof(out), buf_view(&text));
	buf_fini(&text);
	return out;
}

static void
device(const char *hw_id)
{
	must(fx_device(&f, hw_id, own, DEVICE_PHONE, NULL) == 0);
	fx_clear(&f);
}

static void
test_cause(void)
{
	device("a");
	tap_is_str(list(&f.q, "a"), "", "a device that never came has none");
	batch("h", "b1", "[\"a\",1,true,100,\"device\",\"192.0.2.1\"]");
	tap_is_str(
	    list(&f.q, "a"), "100-0  192.0.2.1", "since when, and from where");
	batch("h", "b1",
	    "[\"a\",1,false,200,\"device\",\"192.0.2.1\",\"silent\"]");
	tap_is_str(list(&f.q, "a"), "100-200 silent 192.0.2.1",
	    "why a device is offline is kept");
	batch("h", "b1",
	    "[\"a\",2,false,300,\"device\",\"192.0.2.2\",\"closed\"]");
	tap_is_str(list(&f.q, "a"),
	    "300-300 closed 192.0.2.2|100-200 silent 192.0.2.1",
	    "one that came and went within a batch is kept, too");
	batch("h", "b1", "[\"a\",3,true,400,\"device\"]");
	batch("h", "b1", "[\"a\",3,false,500,\"device\"]");
	tap_ok(strncmp(list(&f.q, "a"), "400-500 lost |", 14) == 0,
	    "a hub of the former edition says neither address nor cause");
	batch("h", "b1",
	    "[\"a\",4,true,600,\"device\",\"192.0.2.4\"],"
	    "[\"a\",4,false,700,\"device\",\"192.0.2.4\",\"tired\",1,2]");
	tap_ok(strncmp(list(&f.q, "a"), "600-700 lost 192.0.2.4|", 23) == 0,
	    "a hub of a later edition may say more");
}

static void
test_replaced(void)
{
	device("r");
	batch("h", "b1", "[\"r\",10,true,100,\"device\",\"192.0.2.1\"]");
	batch("h", "b1",
	    "[\"r\",11,true,200,\"device\",\"192.0.2.2\"],"
	    "[\"r\",10,false,200,\"device\",\"192.0.2.1\",\"replaced\"]");
	tap_is_str(list(&f.q, "r"),
	    "200-0  192.0.2.2|100-200 replaced 192.0.2.1",
	    "a newer connection ends the older one, in whatever order");
	batch("h2", "c1", "[\"r\",1,true,300,\"device\",\"192.0.2.3\"]");
	tap_ok(strncmp(list(&f.q, "r"),
		   "300-0  192.0.2.3|200-300 replaced 192.0.2.2|", 43) == 0,
	    "on another hub as well");
}

static void
test_hub_gone(void)
{
	device("g");
	batch("h", "b1", "[\"g\",20,true,100,\"device\",\"192.0.2.1\"]");
	batch("h", "b2", "");
	tap_is_str(list(&f.q, "g"), "100-1000000 hub 192.0.2.1",
	    "what an ended hub held ended with it");
	tap_ok(strncmp(list(&f.q, "r"), "300-0 ", 6) == 0,
	    "what another hub holds did not: it has an id of its own");
}

static void
test_administrator(void)
{
	char before[256];
	struct claim *claims;
	int64_t counted = 0;
	size_t n;

	device("u");
	batch("h", "b2", "[\"u\",30,true,100,\"device\",\"192.0.2.1\"]");
	must(device_unassign(&f.q, STR("u")) == 0);
	tap_is_str(list(&f.q, "u"), "100-1000000 administrator 192.0.2.1",
	    "taken out of its domain: an administrator did it");
	must(device_claims(&f.q, STR("u"), &claims, &n) == 0 && n == 1);
	tap_ok(str_eqz(claims[0].remote, "192.0.2.1"),
	    "its connection says where it comes from, though it is a claim");
	must(db_int(f.core.store, STMT_CLAIM_SHARE, ARGS(A_STRZ("192.0.2.1")),
		 &counted, &f.err) >= 0);
	tap_is_int(counted, 1, "and is counted by that address");
	must(device_assign(&f.q, STR("u"), own, NULL, NULL) == 0);
	fx_clear(&f);
	batch("h", "b2", "[\"u\",31,true,300,\"device\",\"192.0.2.9\"]");
	str_copy(before, sizeof(before), str_of(list(&f.q, "u")));
	tap_ok(strncmp(before, "300-0  192.0.2.9|100-1000000 adm", 32) == 0,
	    "and the count goes on after it comes back");
	batch("h", "b2", "[\"u\",31,true,400,\"claim\",\"192.0.2.9\"]");
	tap_ok(strncmp(list(&f.q, "u"), "300-400 administrator ", 22) == 0,
	    "a connection that became a claim ended as the device's");
}

static void
test_kept(void)
{
	struct buf text;
	struct connection *c;
	size_t n = 0;

	device("k");
	buf_init(&text, HUBWIRE_BATCH_BYTES);
	for (int i = 1; i <= 50; i++)
		buf_printf(&text,
		    "%s[\"k\",%d,true,%d,\"device\",\"192.0.2.1\"]",
		    i > 1 ? "," : "", 100 + i, i);
	batch("h", "b2", text.data);
	buf_fini(&text);
	tap_ok(connection_list(&f.q, STR("k"), &c, &n) == 1 &&
		   n == CONNECTIONS_KEPT && c[0].began == 50 &&
		   c[n - 1].began == 31,
	    "the last twenty are kept, even of fifty in one batch");
}

/* The list as a domain sees it. */
static const char *
seen_by(const char *cred, const char *hw_id)
{
	struct actor who;
	struct ask q;

	must(actor_now(&f.q, cred, &who) == 1);
	q = fx_as(&f, &who);
	return list(&q, hw_id);
}

static void
test_tenants(void)
{
	device("t");
	batch("h", "b2",
	    "[\"t\",200,true,100,\"device\",\"192.0.2.1\"],"
	    "[\"t\",201,true,200,\"device\",\"192.0.2.2\"]");
	tap_ok(strncmp(seen_by("domain:2", "t"), "200-0  192.0.2.2|", 17) == 0,
	    "a domain sees the connections of its device");
	tap_is_str(seen_by("domain:3", "t"), "none", "another does not");
	must(device_assign(&f.q, STR("t"), other, NULL, NULL) == 0);
	fx_clear(&f);
	tap_is_str(seen_by("domain:3", "t"), "",
	    "who gets a device does not get the addresses of its past");
	batch("h", "b2", "[\"t\",202,true,300,\"device\",\"192.0.2.3\"]");
	tap_is_str(
	    seen_by("domain:3", "t"), "300-0  192.0.2.3", "but those to come");
	tap_is_str(
	    seen_by("domain:2", "t"), "none", "and the former domain nothing");
}

int
main(void)
{
	fx_open(&f);
	own = fx_domain(&f, "own.example", "Own-Password");
	other = fx_domain(&f, "other.example", "Other-Password");
	test_cause();
	test_replaced();
	test_hub_gone();
	test_administrator();
	test_kept();
	test_tenants();
	fx_close(&f);
	return tap_end();
}
