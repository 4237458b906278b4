/* Sessions: rights, keys, what ends them. */
#include "session.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "count.h"
#include "hubwire.h"
#include "tap.h"

#define SECRET                                                                 \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER_SECRET                                                           \
	"ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct sessions all;

static const struct json *
parse(struct arena *a, const char *text)
{
	const struct json *v = NULL;
	struct err e;

	if (json_read(a, str_of(text), HUBWIRE_ORDER_MAX, &v, &e) < 0)
		tap_ok(false, "the test writes JSON");
	return v;
}

static struct session *
open_text(const char *text, int64_t life_ms)
{
	struct session *s;
	struct arena a;

	arena_init(&a, 16u << 20);
	s = session_open(&all, parse(&a, text), life_ms);
	arena_fini(&a);
	return s;
}

#define SESSION(id, cred, rights)                                              \
	"{\"id\":\"" id "\",\"secret\":\"" SECRET "\",\"cred\":\"" cred        \
	"\"," rights "}"

static struct session *
find(const char *id)
{
	return session_find(&all, str_of(id));
}

static void
test_rights(void)
{
	struct session *s = open_text(SESSION("0a1b2c3d4e", "domain:3",
					  "\"admin\":false,\"domains\":[7,3]"),
	    0);

	tap_ok(s != NULL && find("0a1b2c3d4e") == s, "a session is found");
	tap_ok(session_sees(s, 3) && session_sees(s, 7), "it sees its domains");
	tap_ok(!session_sees(s, 4), "no other");
	tap_ok(!session_sees(s, 0), "nor what is unassigned");
	s->admin = true;
	tap_ok(session_sees(s, 0) && session_sees(s, 4),
	    "an administrator sees all");
	session_end(&all, s);
	tap_ok(find("0a1b2c3d4e") == NULL, "when ended it is not found");
}

static void
test_malformed(void)
{
	static const char *const bad[] = {
	    "{}",
	    "{\"id\":\"0a1b2c3d4\",\"secret\":\"" SECRET "\",\"cred\":\"x\"}",
	    "{\"id\":\"0a1b2c3d4e\",\"secret\":\"00\",\"cred\":\"x\"}",
	    "{\"id\":\"0a1b2c3d4e\",\"secret\":\"" SECRET "\"}",
	    "[]",
	};

	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(open_text(bad[i], 0) == NULL, "refused: %.40s", bad[i]);
}

static void
test_keys(void)
{
	struct session *s =
	    open_text(SESSION("0a1b2c3d4e", "domain:3", "\"domains\":[]"), 0);
	char key[CRYPTO_GUID_SIZE];
	bool wide;

	passkey_make(str_of(s->id), s->secret, STR("0090334100be"), key);
	tap_ok(session_key_opens(s, str_of(key), STR("0090334100be"), &wide) &&
		   !wide,
	    "a device's key opens it");
	tap_ok(!session_key_opens(s, str_of(key), STR("0090334100bf"), &wide),
	    "and no other");
	passkey_make(str_of(s->id), s->secret, STR(""), key);
	tap_ok(session_key_opens(s, str_of(key), STR("0090334100bf"), &wide) &&
		   wide,
	    "the session's key opens all, and is told apart");
	tap_ok(!session_key_opens(s, STR(""), STR("0090334100bf"), &wide),
	    "the empty key opens nothing");
	session_end(&all, s);
}

static void
test_looks(void)
{
	struct session *s =
	    open_text(SESSION("0a1b2c3d4e", "domain:3",
			  "\"admin\":false,\"domains\":[3,-12,7,-5]"),
		0);

	tap_ok(session_sees(s, 12) && session_sees(s, 5) && session_sees(s, 7),
	    "what is only looked at is seen");
	tap_ok(!session_reaches(s, 12) && !session_reaches(s, 5) &&
		   session_reaches(s, 7) && session_reaches(s, 3),
	    "and not reached");
	s = open_text(SESSION("0a1b2c3d4e", "account:3",
			  "\"admin\":true,\"readOnly\":true,\"domains\":[]"),
	    0);
	tap_ok(
	    session_sees(s, 0) && session_sees(s, 4) && !session_reaches(s, 4),
	    "who only looks sees all and reaches nothing");
	session_end(&all, s);
}

static void
on_ended(void *arg)
{
	++*(int *)arg;
}

static void
on_changed(void *arg)
{
	*(int *)arg += 100;
}

static void
on_told(void *arg, struct str message)
{
	*(int *)arg += str_eqz(message, "{}") ? 1000 : 0;
}

static const struct session_use_ops ops = {on_ended, on_changed, on_told};

static void
test_cred(void)
{
	struct session_use use = {0};
	struct session *s;
	struct arena a;
	int told = 0;

	s = open_text(SESSION("0000000001", "key:7", "\"domains\":[3]"), 1000);
	(void)open_text(SESSION("0000000002", "key:7", "\"domains\":[3]"), 0);
	(void)open_text(SESSION("0000000003", "key:8", "\"domains\":[3]"), 0);
	session_use(s, &use, &ops, &told);
	arena_init(&a, 1u << 20);
	tap_is_int((long long)sessions_set_rights(&all, STR("key:7"),
		       parse(&a, "{\"admin\":false,\"domains\":[9]}")),
	    2, "rights change for all that live on a key");
	arena_fini(&a);
	tap_ok(session_sees(s, 9) && !session_sees(s, 3), "to the new ones");
	tap_ok(session_sees(find("0000000003"), 3), "for no other");
	tap_is_int(told, 100, "a user of the session hears of it");
	tap_ok(session_tell(s, STR("{}")) && told == 1100,
	    "so it does of a message");
	tap_ok(!session_tell(find("0000000003"), STR("{}")),
	    "which reaches nobody where no app is");
	told = 100;
	tap_is_int((long long)sessions_end_cred(&all, STR("key:7"), 0), 2,
	    "all that live on a key end with it");
	tap_is_int(told, 101, "and their users hear that once");
	tap_ok(use.session == NULL, "and are no users any more");
	tap_ok(find("0000000001") == NULL && find("0000000003") != NULL,
	    "others live on");
	(void)sessions_end_cred(&all, STR("key:8"), 0);
}

/* A session of the HTTP API began anew and its id came again. */
static void
test_newer(void)
{
	struct session_use use = {0};
	struct session *s;
	int told = 0;

	s = open_text(SESSION("0000000001", "key:7", "\"domains\":[3]"), 1000);
	session_use(s, &use, &ops, &told);
	s = open_text(SESSION("0000000001", "key:7", "\"domains\":[4]"), 1000);
	tap_ok(use.session == s && session_sees(s, 4) && told == 0,
	    "the same session told again keeps its users");
	s = open_text("{\"id\":\"0000000001\",\"secret\":\"" OTHER_SECRET
		      "\",\"cred\":\"key:7\",\"domains\":[5]}",
	    1000);
	tap_ok(use.session == NULL && told == 1,
	    "one with another secret ends the earlier one");
	tap_ok(s != NULL && find("0000000001") == s && session_sees(s, 5),
	    "and takes its place");
	(void)sessions_end_cred(&all, STR("key:7"), 0);
}

static void
test_life(void)
{
	struct session_use use = {0};
	struct session *s;
	int told = 0;

	(void)open_text(SESSION("0000000001", "key:7", "\"domains\":[]"), 5000);
	s = open_text(SESSION("0000000002", "key:7", "\"domains\":[]"), 5000);
	(void)open_text(SESSION("0000000003", "key:7", "\"domains\":[]"), 0);
	session_use(s, &use, &ops, &told);
	clock_shift(4000);
	sessions_tick(&all, clock_mono_ms());
	tap_ok(find("0000000001") != NULL, "a use begins the life anew");
	clock_shift(4000);
	sessions_tick(&all, clock_mono_ms());
	tap_ok(find("0000000001") != NULL, "every time");
	clock_shift(5001);
	sessions_tick(&all, clock_mono_ms());
	tap_ok(
	    find("0000000001") == NULL, "unused for its life it is forgotten");
	tap_ok(find("0000000002") != NULL, "not while a request runs");
	tap_ok(find("0000000003") != NULL, "nor when it is an app's");
	session_unuse(&use);
	tap_is_int(told, 0, "nobody was told anything");
	(void)sessions_end_cred(&all, STR("key:7"), 0);
}

static void
test_replace(void)
{
	struct session *s =
	    open_text(SESSION("0000000001", "key:7", "\"domains\":[3]"), 5000);

	tap_ok(open_text(SESSION("0000000001", "key:9", "\"domains\":[4]"),
		   5000) == s,
	    "the same id is the same session");
	tap_ok(session_sees(s, 4) && !session_sees(s, 3), "with new rights");
	tap_is_int((long long)sessions_end_cred(&all, STR("key:7"), 0), 0,
	    "it does not live on the old key any more");
	tap_is_int((long long)sessions_end_cred(&all, STR("key:9"), 0), 1,
	    "but on the new one");
}

static size_t
order_rights(const char *text)
{
	struct arena a;
	size_t n;

	arena_init(&a, 1u << 20);
	n = sessions_set_rights(&all, STR("key:7"), parse(&a, text));
	arena_fini(&a);
	return n;
}

/* Two programs change rights one after the other; their orders cross. */
static void
test_crossing_orders(void)
{
	struct session *s = open_text(
	    SESSION("0000000001", "key:7", "\"rev\":10,\"domains\":[3,4]"), 0);

	tap_is_int((long long)order_rights("{\"rev\":12,\"domains\":[3]}"), 1,
	    "the newer right is taken");
	tap_is_int((long long)order_rights("{\"rev\":11,\"domains\":[3,4]}"), 0,
	    "the older one that comes behind it is not");
	tap_ok(!session_sees(s, 4), "so what was taken away stays away");
	tap_is_int((long long)sessions_end_cred(&all, STR("key:7"), 9), 0,
	    "an end from before the login does not end the new session");
	tap_is_int((long long)order_rights("{\"domains\":[5]}"), 1,
	    "an order without rev is obeyed");
	tap_is_int((long long)sessions_end_cred(&all, STR("key:7"), 13), 1,
	    "an end from after it does");
	tap_is_int((long long)all.outdated, 2, "what came late is counted");
}

static void
test_too_many(void)
{
	struct buf text;

	buf_init(&text, HUBWIRE_ORDER_MAX);
	buf_puts(&text, "{\"id\":\"0000000001\",\"secret\":\"" SECRET
			"\",\"cred\":\"key:7\",\"domains\":[1");
	for (int i = 1; i < HUBWIRE_DOMAINS_MAX; i++)
		buf_puts(&text, ",1000000000");
	buf_puts(&text, "]}");
	tap_ok(open_text(text.data, 0) != NULL,
	    "a session sees as many domains as the contract says");
	(void)sessions_end_cred(&all, STR("key:7"), 0);
	text.len -= 2;
	buf_puts(&text, ",7]}");
	tap_ok(open_text(text.data, 0) == NULL,
	    "with one more there is none, instead of one that sees less");
	buf_fini(&text);
}

int
main(void)
{
	sessions_init(&all);
	test_crossing_orders();
	test_too_many();
	test_rights();
	test_malformed();
	test_keys();
	test_looks();
	test_cred();
	test_newer();
	test_life();
	test_replace();
	tap_is_int((long long)all.by_id.count, 0, "none is left");
	sessions_fini(&all);
	return tap_end();
}
