/*
 * Sessions of HTTP: how long one lives, that nothing waits for a writer, and
 * that its id tells and opens nothing.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "device_door.h"
#include "fixture.h"
#include "instance.h"
#include "must.h"
#include "session.h"

static struct fixture f;
static int64_t b, c;

/* ---- HTTP sessions ---- */

/* Another program writes all the time: each step must answer at once. */
static void
test_sessions_unheard(void)
{
	int64_t began, to_step;
	struct actor who, found;
	struct session s = {0}, again = {0}, loaded;
	struct store *writer;
	struct ask q;
	char path[96];

	to_step = SESSION_LIFE_MS - clock_now_ms() % SESSION_LIFE_MS;
	clock_shift(to_step);
	must(actor_now(&f.q, "account:0", &who) == 1);
	q = fx_as(&f, &who);
	(void)snprintf(path, sizeof(path), "%s/fleetline.db", f.folder);
	must(store_open(path, false, &writer, &f.err) == 0);
	must(store_begin(writer, STORE_FAST, &f.err) == 0);
	began = clock_mono_ms();
	tap_ok(session_use(&q, &s) == 0 && s.used == 0,
	    "a session begins while another program writes");
	tap_ok(session_use(&q, &again) == 0 && strcmp(again.id, s.id) == 0 &&
		   memcmp(again.secret, s.secret, sizeof(s.secret)) == 0,
	    "it is the same for every program");
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   strcmp(found.cred, "account:0") == 0 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) == 0,
	    "and the door knows it");
	tap_ok(clock_mono_ms() - began < 500, "nothing waited for the writer");
	clock_shift(2 * SESSION_LIFE_MS - 10000);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1,
	    "unheard of it lives to the end of the next step");
	clock_shift(10000);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 0,
	    "and no longer");
	clock_shift(62 * (int64_t)SESSION_LIFE_MS);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) != 0,
	    "when its id comes again, the secret does not");
	clock_shift(-64 * (int64_t)SESSION_LIFE_MS - to_step);
	store_rollback(writer);
	store_close(&writer);
}

static void
test_session_ids(void)
{
	struct actor who;
	struct session s = {0}, next = {0}, loaded;
	struct ask q;
	char id[PASSKEY_ID_LEN + 1];
	int hits = 0;

	must(actor_now(&f.q, "instance", &who) == 1);
	q = fx_as(&f, &who);
	must(session_use(&q, &s) == 0);
	for (unsigned i = 0; i < 256; i++) {
		(void)snprintf(id, sizeof(id), "%.8s%02x", s.id, i);
		if (strcmp(id, s.id) != 0)
			hits += session_load(&f.q, str_of(id), &loaded, &who);
	}
	tap_is_int(hits, 0, "the neighbours of an id are no ids");
	must(actor_now(&f.q, "domain:3", &who) == 1);
	must(session_use(&q, &next) == 0);
	tap_ok(strncmp(s.id, next.id, 4) != 0, "nor does one id tell another");
	actor_local(&who);
	memset(&s, 0, sizeof(s));
	tap_ok(session_use(&q, &s) < 0 && f.err.kind == ERR_LIMIT,
	    "the command line has no session");
}

static void
test_sessions(void)
{
	struct actor who, found;
	struct ask q;
	struct session s = {0}, again = {0}, loaded;
	struct buf out;
	char body[120];

	must(actor_now(&f.q, "domain:3", &who) == 1);
	q = fx_as(&f, &who);
	buf_init(&out, 4096);
	tap_ok(session_use(&q, &s) == 0 && strlen(s.id) == 10,
	    "a cred gets a session");
	tap_ok(session_use(&q, &again) == 0 && strcmp(again.id, s.id) == 0 &&
		   memcmp(again.secret, s.secret, sizeof(s.secret)) == 0,
	    "the same one for every thread");
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   strcmp(found.cred, "domain:3") == 0 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) == 0,
	    "it is found by its id");
	(void)snprintf(
	    body, sizeof(body), "{\"session\":\"%s\",\"hwId\":\"of-c\"}", s.id);
	tap_ok(device_door(&f.q, str_n("", 0), str_of(body), &out) == 0 &&
		   fx_has(&out, "\"session\":{\"id\":\"") &&
		   fx_has(&out, "\"life\":900000") &&
		   fx_has(&out, "\"device\":\"unknown\""),
	    "the door knows it; a device it may not see is unknown");
	buf_clear(&out);
	(void)snprintf(
	    body, sizeof(body), "{\"session\":\"%s\",\"hwId\":\"of-b\"}", s.id);
	tap_ok(device_door(&f.q, str_n("", 0), str_of(body), &out) == 0 &&
		   fx_has(&out, "\"device\":\"offline\""),
	    "one it sees is offline");
	buf_clear(&out);
	tap_ok(device_door(&f.q, STR("instance@0"), STR("{\"hwId\":\"of-b\"}"),
		   &out) == 0 &&
		   fx_has(&out, "\"device\":\"unknown\"") &&
		   !fx_has(&out, "session"),
	    "a session that is over sees nothing");
	buf_fini(&out);
}

static void
test_session_life(void)
{
	struct actor who, found;
	struct ask q;
	struct session s = {0}, loaded;
	struct str pw = STR("PasswordB2");
	struct domain_change change = {.password = &pw};
	char id[PASSKEY_ID_LEN + 1];

	must(actor_now(&f.q, "domain:3", &who) == 1);
	q = fx_as(&f, &who);
	must(session_use(&q, &s) == 0);
	str_copy(id, sizeof(id), str_of(s.id));
	clock_shift(14 * 60000);
	tap_ok(session_load(&f.q, str_of(id), &loaded, &found) == 1,
	    "after 14 minutes it still lives, and this is a use");
	clock_shift(14 * 60000);
	tap_ok(session_use(&q, &s) == 0 && strcmp(s.id, id) == 0,
	    "14 minutes later too");
	clock_shift(15 * 60000 + 1);
	tap_ok(session_load(&f.q, str_of(id), &loaded, &found) == 0,
	    "15 minutes after its last use it is over");
	tap_ok(session_use(&q, &s) == 0 && strcmp(s.id, id) != 0,
	    "the next use makes a new one");
	tap_ok(domain_edit(&f.q, b, &change) == 0 &&
		   session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) != 0,
	    "a changed password ends its keys at once");
	clock_shift(-43 * 60000 - 1);
}

int
main(void)
{
	fx_open(&f);
	(void)fx_domain(&f, "a.example", "PasswordA");
	b = fx_domain(&f, "b.example", "PasswordB");
	c = fx_domain(&f, "c.example", NULL);
	must(fx_device(&f, "of-b", b, DEVICE_PHONE, NULL) == 0);
	must(fx_device(&f, "of-c", c, DEVICE_PHONE, NULL) == 0);
	test_sessions();
	test_session_life();
	test_sessions_unheard();
	test_session_ids();
	fx_close(&f);
	return tap_end();
}
