/* The ways in: HTTP with its logins, the questions of the hub, uris. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "api_face.h"
#include "app.h"
#include "clock.h"
#include "crypto.h"
#include "digest.h"
#include "health.h"
#include "must.h"
#include "num.h"
#include "passkey.h"
#include "rig.h"
#include "rules.h"
#include "setting.h"
#include "tap.h"
#include "uri.h"

#define API "REQUEST_URI=/example.com/devices/api"

static struct rig g;
static int64_t red;
static const char *admin;
static struct rig_answer last;

static bool
has(const char *text, const char *part)
{
	bool found = text != NULL && strstr(text, part) != NULL;

	if (!found)
		tap_diag("no %s in %.600s", part, text);
	return found;
}

static void
send_to(rig_serve *serve, const char *const *params, const char *body)
{
	rig_answer_end(&last);
	rig_send(&g, serve, params, str_of(body), &last);
}

/* ---- HTTP ---- */

static void
test_http(void)
{
	const char *auth = arena_printf(
	    rig_ask(&g)->arena, "HTTP_AUTHORIZATION=Bearer %s", admin);

	send_to(api_http, (const char *[]){"REQUEST_METHOD=POST", API, NULL},
	    "{\"mt\":\"KeepAlive\"}");
	tap_is_int(last.status, 401, "without credentials: 401");
	tap_ok(strstr(last.head.data, "MD5") != NULL &&
		   strstr(last.head.data, "SHA-256") >
		       strstr(last.head.data, "MD5"),
	    "with a challenge for MD5 first, SHA-256 last");
	must(setting_set(rig_ask(&g), "digest.order", STR("strong")) == 0);
	send_to(api_http, (const char *[]){"REQUEST_METHOD=POST", API, NULL},
	    "{\"mt\":\"KeepAlive\"}");
	tap_ok(
	    strstr(last.head.data, "MD5") > strstr(last.head.data, "SHA-256"),
	    "digest.order strong: the other way round");
	must(setting_set(rig_ask(&g), "digest.order", STR("")) == 0);
	send_to(api_http,
	    (const char *[]){"REQUEST_METHOD=POST", API, auth, NULL}, "[]");
	tap_ok(last.status == 400 &&
		   has(last.body.data, "{\"error\":\"not a message\"}"),
	    "what is no message: 400");
	send_to(api_http,
	    (const char *[]){"REQUEST_METHOD=POST", API, auth, NULL},
	    "{\"mt\":1}");
	tap_is_int(last.status, 400, "mt must be a text");
	send_to(api_http,
	    (const char *[]){"REQUEST_METHOD=POST", API, auth, NULL},
	    "{\"mt\":\"GetDevice\"}");
	tap_ok(last.status == 200 && last.refused &&
		   has(last.body.data, "\"field\":\"hwId\""),
	    "what a handler refuses: 200 with error");
	send_to(api_http,
	    (const char *[]){"REQUEST_METHOD=POST", API, auth,
		"HTTP_ACCEPT=application/x-ndjson", NULL},
	    "{\"mt\":\"GetPhones\"}");
	tap_ok(has(last.head.data, "Content-Type: application/x-ndjson"),
	    "lines are announced as such");
}

/* ---- digest ---- */

/* The Authorization that answers the challenge of the last 401. */
static const char *
authorization(
    const char *user, const char *password, enum crypto_alg alg, const char *nc)
{
	struct arena *a = rig_ask(&g)->arena;
	const char *at = strstr(last.head.data, "nonce=\"");
	char response[CRYPTO_HEX_MAX];
	struct digest d = {.username = str_of(user),
	    .realm = STR(RIG_REALM_API),
	    .uri = STR("/example.com/devices/api"),
	    .cnonce = STR("abc"),
	    .nc_text = str_of(nc),
	    .alg = alg};

	must(at != NULL);
	d.nonce = str_n(at + 7, strcspn(at + 7, "\""));
	digest_response(&d, STR("POST"), str_of(password), response);
	return arena_printf(a,
	    "HTTP_AUTHORIZATION=Digest username=\"%s\", realm=\"%s\", "
	    "nonce=\"%.*s\", uri=\"/example.com/devices/api\", qop=auth, "
	    "algorithm=%s, nc=%s, cnonce=\"abc\", response=\"%s\"",
	    user, RIG_REALM_API, (int)d.nonce.len, d.nonce.p,
	    alg == CRYPTO_MD5 ? "MD5" : "SHA-256", nc, response);
}

static void
with(const char *auth)
{
	send_to(api_http,
	    (const char *[]){"REQUEST_METHOD=POST", API, auth, NULL},
	    "{\"mt\":\"GetUserInfo\"}");
}

static void
test_digest(void)
{
	const char *auth;

	with("X=");
	auth = authorization(
	    "red.example", "red-password", CRYPTO_MD5, "00000001");
	with(auth);
	tap_ok(last.status == 200 && has(last.body.data, "\"admin\":false"),
	    "a domain's password by MD5");
	with(auth);
	tap_ok(last.status == 401 && has(last.head.data, "stale=true"),
	    "the same count again is refused");
	auth = authorization(
	    "RED.example", "red-password", CRYPTO_SHA256, "00000001");
	with(auth);
	tap_is_int(last.status, 200, "by SHA-256, the name in any case");
	with("X=");
	with(authorization(
	    "example.com", g.password, CRYPTO_SHA256, "00000001"));
	tap_ok(last.status == 200 && has(last.body.data, "\"admin\":true"),
	    "the instance password makes an administrator");
	with("X=");
	with(authorization(
	    "red.example", g.password, CRYPTO_SHA256, "00000001"));
	tap_ok(
	    last.status == 401 && strstr(last.head.data, "stale=true") == NULL,
	    "but not for another domain");
	with(authorization("none.example", "", CRYPTO_SHA256, "00000001"));
	tap_is_int(last.status, 401, "an unknown domain has no password");
	with("HTTP_AUTHORIZATION=Basic cmVkOnJlZA==");
	tap_is_int(last.status, 401, "other schemes are challenged");
}

/* ---- uris ---- */

static void
test_links(void)
{
	struct uris l = {.origin = "https://h", .base = "/b", .open = true};
	struct arena *a = rig_ask(&g)->arena;
	struct str uri, hw_id, rest;
	char id[PASSKEY_ID_LEN + 1], key[CRYPTO_GUID_SIZE];

	session_draw(&l.session);
	uri = uris_of(&l, a, STR("009033000001"));
	tap_ok(uris_parse(uri, "/b", &hw_id, &rest) &&
		   str_eqz(hw_id, "009033000001") && rest.len == 0,
	    "a uri is taken apart again");
	uri = str_of(arena_printf(a, "%s%s", uri.p, "a/b?c=d/e"));
	tap_ok(
	    uris_parse(uri, "/b", &hw_id, &rest) && str_eqz(rest, "a/b?c=d/e"),
	    "what follows is the path on the device, with its query");
	tap_ok(!uris_parse(uri, "/c", &hw_id, &rest), "another base is not");
	tap_ok(!uris_parse(STR("https://h/b/passthrough/0090/short/x"), "/b",
		   &hw_id, &rest),
	    "nor is what has no key");
	uris_key(&l, key);
	tap_ok(
	    passkey_session(str_of(key), id) && strcmp(id, l.session.id) == 0,
	    "the session-wide key names its session");
	l.apart = passhost_parse(STR("https://*.pt.h"), &l.place);
	uri = uris_of(&l, a, STR("009033000001"));
	tap_ok(
	    str_starts(uri,
		STR("https://009033000001.pt.h/b/passthrough/009033000001/")),
	    "where devices have origins of their own it points there");
	tap_ok(uris_parse(uri, "/b", &hw_id, &rest) &&
		   str_eqz(hw_id, "009033000001"),
	    "and is taken apart as well");
	l.apart = passhost_parse(STR("https://:8443"), &l.place);
	tap_ok(str_starts(uris_of(&l, a, STR("x")), STR("https://h:8443/b/")),
	    "or to another port of the host that was used");
	l.apart = false;
	l.one_key = true;
	uri = uris_of(&l, a, STR("x"));
	tap_ok(str_eq(uri, str_of(arena_printf(
			       a, "https://h/b/passthrough/x/%s/", key))),
	    "with one key for each session it has that");
	l.origin = NULL;
	tap_ok(uris_of(&l, a, STR("x")).len == 0, "no origin, no uri");
}

/* ---- AppWebsocket ---- */

/* "NAME=value" for the state the last answer gave. */
static const char *
state_param(void)
{
	const char *at = strstr(last.body.data, "\"state\":\"");

	must(at != NULL);
	at += 9;
	return arena_printf(rig_ask(&g)->arena, "HTTP_X_FLEETLINE_STATE=%.*s",
	    (int)strcspn(at, "\""), at);
}

static void
ask_app(const char *state, const char *message)
{
	send_to(app_question,
	    (const char *[]){"REQUEST_METHOD=POST", "REQUEST_URI=/hub/app",
		"HTTP_X_FLEETLINE_BASE=https://host.example", state, NULL},
	    message);
}

/* An AppLogin for the challenge of the last answer. */
static const char *
app_login(const char *domain, const char *password)
{
	const char *at = strstr(last.body.data, "\"challenge\":\"");
	struct str parts[] = {STR("app"), str_of(domain), STR("sip"),
	    STR("guid"), STR("dn"), str_n("", 0), str_of(password)};
	char digest[CRYPTO_HEX_MAX];

	must(at != NULL);
	at += 13;
	parts[5] = str_n(at, strcspn(at, "\""));
	crypto_join_hex(CRYPTO_SHA256, ':', parts, 7, digest);
	return arena_printf(rig_ask(&g)->arena,
	    "{\"mt\":\"AppLogin\",\"app\":\"app\",\"domain\":\"%s\","
	    "\"sip\":\"sip\",\"guid\":\"guid\",\"dn\":\"dn\","
	    "\"digest\":\"%s\",\"src\":\"s\"}",
	    domain, digest);
}

/* The state of a new login. */
static const char *
login(const char *domain, const char *password)
{
	ask_app("X=", "{\"mt\":\"AppChallenge\"}");
	ask_app(state_param(), app_login(domain, password));
	return state_param();
}

static void
test_app(void)
{
	const char *message;

	ask_app("X=", "{\"mt\":\"GetDevices\"}");
	tap_ok(has(last.body.data, "\"error\":\"login required\""),
	    "nothing is told before the login");
	ask_app("X=", "{\"mt\":\"KeepAlive\",\"src\":\"k\"}");
	tap_ok(has(last.body.data, "{\"mt\":\"KeepAlive\",\"src\":\"k\"}\n"),
	    "but KeepAlive is echoed");
	ask_app("X=", "{\"mt\":\"AppChallenge\"}");
	message = app_login("red.example", "red-password");
	ask_app(state_param(), message);
	tap_ok(
	    has(last.body.data, "\"cred\":\"domain:") &&
		has(last.body.data, "{\"mt\":\"AppLoginResult\",\"src\":\"s\","
				    "\"ok\":true,\"app\":\"app\","
				    "\"domain\":\"example.com\"}\n"),
	    "a domain's password opens a session");
	tap_ok(strstr(last.body.data, "red-password") == NULL,
	    "and the password is nowhere in the answer");
	(void)login("red.example", "wrong");
	tap_ok(has(last.body.data, "\"ok\":false") &&
		   strstr(last.body.data, "\"session\"") == NULL,
	    "a wrong one does not");
	ask_app(state_param(), message);
	tap_ok(has(last.body.data, "\"ok\":false"),
	    "a challenge is good for one login");
	for (int i = 0; i < 3; i++)
		ask_app(state_param(), message);
	tap_ok(has(last.body.data, "\"close\":1008"),
	    "the fifth wrong login closes the connection");
}

/* Guesses are counted for the name that they are for, written or not. */
static void
test_app_guard(void)
{
	for (int i = 0; i < 30; i++)
		ask_app("X=",
		    i % 2 == 0 ? "{\"mt\":\"AppCheckLogin\",\"digest\":\"00\"}"
			       : "{\"mt\":\"AppCheckLogin\",\"digest\":\"00\","
				 "\"domain\":\"EXAMPLE.com\"}");
	(void)login("example.com", g.password);
	tap_ok(has(last.body.data, "\"ok\":false"),
	    "guesses without a domain slow down the instance's");
	(void)login("", g.password);
	tap_ok(has(last.body.data, "\"ok\":false"),
	    "and those for its name the logins without");
	(void)login("red.example", "red-password");
	tap_ok(has(last.body.data, "\"ok\":true"), "but not those for another");
	clock_shift(60 * 60 * 1000);
	(void)login("", g.password);
	tap_ok(has(last.body.data, "\"ok\":true") &&
		   has(last.body.data, "\"cred\":\"instance\""),
	    "later the instance password opens again, without a domain");
}

static void
ask_api(const char *state, const char *cursor, const char *message)
{
	send_to(api_hub,
	    (const char *[]){"REQUEST_METHOD=POST", "REQUEST_URI=/hub/api",
		state, cursor, NULL},
	    message);
}

static const char *
cursor_param(void)
{
	const char *at = strstr(last.body.data, "\"cursor\":\"");

	if (at == NULL)
		return NULL;
	at += 10;
	return arena_printf(rig_ask(&g)->arena, "HTTP_X_FLEETLINE_CURSOR=%.*s",
	    (int)strcspn(at, "\""), at);
}

static void
test_subscribe(void)
{
	static const char message[] =
	    "{\"mt\":\"GetDevices\",\"recvUpdates\":true,\"src\":\"x\","
	    "\"domainIds\":\"2,3\"}";
	const char *state = login("red.example", "red-password");

	ask_api(state, "X=", message);
	tap_ok(has(last.body.data,
		   "{\"subscribe\":{\"topic\":\"devices\",\"src\":\"x\","
		   "\"assigned\":true,\"unassigned\":false,"
		   "\"domains\":[2,3]},\"cursor\":\"") &&
		   strchr(last.body.data, '\n') ==
		       last.body.data + last.body.len - 1,
	    "a subscription comes before the first page");
	ask_api(state, cursor_param(), message);
	tap_ok(has(last.body.data,
		   "{}\n{\"mt\":\"GetDevicesResult\",\"src\":\"x\","
		   "\"devices\":["),
	    "then the page, with its src");
	ask_api(state, "X=", "{\"mt\":\"GetDomains\",\"recvUpdates\":true}");
	tap_ok(has(last.body.data, "{\"subscribe\":{\"topic\":\"domains\"}"),
	    "domains too");
	ask_api(state, "X=", "nonsense");
	tap_is_str(last.body.data, "{}\n{\"error\":\"not a message\"}\n",
	    "what is no message is told so");
	ask_api(state, "X=", "{\"mt\":\"SetDeviceFilter\"}");
	tap_is_str(last.body.data, "{}\n", "silence stays silence");
	ask_api("X=", "X=", "{\"mt\":\"GetDevices\"}");
	tap_is_str(last.body.data, "{\"close\":1008}\n",
	    "without a login the connection ends");
}

static void
add_devices(int n)
{
	char hw_id[32];

	for (int i = 0; i < n; i++) {
		(void)snprintf(hw_id, sizeof(hw_id), "0090340%05x", i);
		rig_device(&g, hw_id, red, DEVICE_PHONE);
	}
}

/* Walk over a long list as the hub does; each device must come once. */
static void
test_pages(void)
{
	const char *state = login("red.example", "red-password");
	const char *cursor = "X=", *at;
	char *seen = mem_new(3000);
	int answers = 0, once = 0, lasts = 0;
	size_t longest = 0;

	add_devices(2000);
	do {
		ask_api(state, cursor, "{\"mt\":\"GetPhones\",\"src\":\"p\"}");
		answers++;
		longest = last.body.len > longest ? last.body.len : longest;
		for (at = last.body.data;
		     (at = strstr(at, "\"hwId\":\"0090340")) != NULL;
		     at += 15) {
			uint64_t i = 0;

			must(num_parse_hex(str_n(at + 15, 5), &i));
			seen[i]++;
		}
		lasts += strstr(last.body.data, "\"last\":true") != NULL;
		cursor = cursor_param();
	} while (cursor != NULL && answers < 100);
	for (int i = 0; i < 2000; i++)
		once += seen[i] == 1;
	tap_is_int(once, 2000, "each device of a long list comes once");
	tap_ok(answers > 1 && longest <= HUBWIRE_LINES_MAX,
	    "in answers of at most 256 KiB");
	tap_is_int(lasts, 1, "and one end");
	mem_free(seen);
}

/* n names that fill most of what a message may have. */
static void
add_names(struct buf *b, const char *name, int n)
{
	buf_printf(b, ",\"%s\":[", name);
	for (int i = 0; i < n; i++)
		buf_printf(b, "%s\"%050d\"", i > 0 ? "," : "", i);
	buf_puts(b, "]");
}

/* The longest message there may be: its filter travels in the question. */
static void
test_long_filter(void)
{
	const char *state = login("red.example", "red-password");
	struct buf text;
	const char *cursor;

	buf_init(&text, HUBWIRE_MESSAGE_MAX);
	buf_puts(&text, "{\"mt\":\"GetDevices\",\"recvUpdates\":true");
	add_names(&text, "categories", FIELD_LIST_MAX);
	add_names(&text, "subcategories", FIELD_LIST_MAX);
	buf_puts(&text, ",\"domainIds\":\"2");
	for (int i = 1; i < FIELD_LIST_MAX; i++)
		buf_printf(&text, ",%lld", 1000000000000LL + i);
	buf_puts(&text, "\"}");
	tap_ok(!buf_failed(&text) && text.len > HUBWIRE_MESSAGE_MAX * 9 / 10,
	    "a message as long as one may be");
	ask_api(state, "X=", text.data);
	cursor = cursor_param();
	tap_ok(has(last.body.data, "{\"subscribe\":{") && cursor != NULL &&
		   strlen(cursor) < 40 + HUBWIRE_CURSOR_MAX,
	    "a filter that long is subscribed with, and its cursor is short");
	if (cursor != NULL)
		ask_api(state, cursor, text.data);
	tap_is_str(last.body.data,
	    "{}\n{\"mt\":\"GetDevicesResult\",\"devices\":[],\"last\":true}\n",
	    "and its page comes");
	ask_api(state, "HTTP_X_FLEETLINE_CURSOR=0.0.0.x", text.data);
	tap_is_int(last.status, 400, "what is no cursor of ours is refused");
	buf_fini(&text);
}

#define ONE_OF_MANY(conn)                                                      \
	"X-Fleetline-Hub: h/0e6ff4c7-7a88-40c4-98eb-8c91903933e6\n"            \
	"X-Fleetline-Conn: " conn "\n"

/* Several at once: a line for each, in their order. */
static void
test_many(void)
{
	const char *const params[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/hub/identify-many", "FLEETLINE_INTERNAL=1", NULL};
	struct buf body;
	const char *known, *broken;

	buf_init(&body, 1 << 20);
	buf_puts(&body, ONE_OF_MANY("7") "Content-Length: 36\n\n"
					 "{\"id\":\"009033aaaaaa\","
					 "\n\"version\":\"1\"}" ONE_OF_MANY(
					     "8") "Content-Length: 1\n\n{");
	rig_answer_end(&last);
	rig_route(&g, &rules_routes, params, buf_view(&body), &last);
	known = strstr(last.body.data, "\"as\":\"claim\"");
	broken = strstr(last.body.data, "\"close\":1008");
	tap_ok(last.status == 200 && known != NULL && broken != NULL &&
		   known < broken && strchr(known, '\n') < broken,
	    "several devices are answered, each by its line");
	for (int i = 0; i < HUBWIRE_MANY; i++)
		buf_puts(&body, ONE_OF_MANY("9") "Content-Length: 1\n\n{");
	rig_answer_end(&last);
	rig_route(&g, &rules_routes, params, buf_view(&body), &last);
	tap_is_int(last.status, 400, "more than so many are refused");
	rig_answer_end(&last);
	rig_route(&g, &rules_routes, params, STR(""), &last);
	tap_is_int(last.status, 400, "none at all as well");
	rig_answer_end(&last);
	rig_route(
	    &g, &rules_routes, params, STR("Content-Length: 0\n\n"), &last);
	tap_is_int(last.status, 400, "and one that no hub asks");
	buf_fini(&body);
}

static void
test_rules(void)
{
	const char *const identify[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/hub/identify", "FLEETLINE_INTERNAL=1",
	    "HTTP_X_FLEETLINE_HUB=h/0e6ff4c7-7a88-40c4-98eb-8c91903933e6",
	    "HTTP_X_FLEETLINE_CONN=7", NULL};
	const char *const public[] = {
	    "REQUEST_METHOD=POST", "REQUEST_URI=/hub/identify", NULL};

	rig_answer_end(&last);
	rig_route(&g, &rules_routes, public, STR("{}"), &last);
	tap_is_int(last.status, 404, "questions come over the internal way");
	rig_answer_end(&last);
	rig_route(&g, &rules_routes, identify,
	    STR("{\"id\":\"009033aaaaaa\",\"product\":\"IP111\","
		"\"version\":\"1\"}"),
	    &last);
	tap_ok(last.status == 200 && has(last.body.data, "\"as\":\"claim\""),
	    "an unknown device becomes a claim");
	test_many();
}

/* Without hub and nginx: down, with reasons for the few. */
static void
test_health(void)
{
	const char *const far[] = {
	    "REQUEST_URI=/health", "REMOTE_ADDR=192.0.2.7", NULL};
	const char *const near[] = {
	    "REQUEST_URI=/health", "REMOTE_ADDR=127.0.0.1", NULL};
	const char *const key[] = {"REQUEST_URI=/metrics",
	    "REMOTE_ADDR=192.0.2.7",
	    arena_printf(
		rig_ask(&g)->arena, "HTTP_AUTHORIZATION=Bearer %s", admin),
	    NULL};
	const char *const user[] = {"REQUEST_URI=/metrics",
	    "REMOTE_ADDR=192.0.2.7",
	    arena_printf(rig_ask(&g)->arena, "HTTP_AUTHORIZATION=Bearer %s",
		rig_user_key(&g, "plain")),
	    NULL};

	g.web.conf.commands = "/nowhere/commands.json";
	send_to(health_serve, far, "");
	tap_ok(last.status == 503, "without a hub the health is 503");
	tap_is_str(last.body.data, "{\"status\":\"down\"}\n",
	    "and strangers hear no more than that");
	send_to(health_serve, near, "");
	tap_is_str(last.body.data,
	    "{\"status\":\"down\",\"parts\":{\"database\":\"not written\","
	    "\"clock\":\"ok\","
	    "\"hub\":\"no answer\",\"rules\":\"no answer\","
	    "\"billing\":\"no answer\",\"csvapi\":\"no "
	    "answer\",\"dialplan\":\"no answer\","
	    "\"provision\":\"no answer\",\"deliver\":\"no "
	    "answer\",\"tasks\":\"no answer\","
	    "\"commands\":\"cannot open /nowhere/commands.json: "
	    "No such file or directory\","
	    "\"sockets\":\"ws\"}}\n",
	    "this machine hears which part it is");
	send_to(scrape_serve, far, "");
	tap_is_int(last.status, 403, "metrics are not for strangers");
	send_to(scrape_serve, key, "");
	tap_ok(last.status == 200 &&
		   has(last.body.data, "fleetline_devices 2000\n") &&
		   has(last.body.data, "fleetline_hub_up 0\n") &&
		   has(last.body.data,
		       "fleetline_devices_online{domain=\"red.example\"} 0"),
	    "an administrator's key gets them");
	send_to(scrape_serve, user, "");
	tap_is_int(last.status, 403, "a user's does not");
	send_to(health_serve, user, "");
	tap_is_str(last.body.data, "{\"status\":\"down\"}\n",
	    "nor does it make an operator");
}

/* rules.fcgi does not start without what its sweep needs. */
static void
test_sweep(void)
{
	struct web none = {.conf = {.database = "/nonexistent/fleetline.db",
			       .key_file = "/nonexistent/secret.key",
			       .run = "/nonexistent"}};
	struct err e = {0};

	tap_ok(rules_sweep_start(&none, &e) < 0 && e.kind == ERR_IO &&
		   strstr(e.text, "/nonexistent/secret.key") != NULL,
	    "the sweep needs the key and the store");
}

int
main(void)
{
	rig_open(&g);
	red = rig_domain(&g, "red.example", "red-password");
	admin = rig_key(&g, "root", 0);
	test_http();
	test_digest();
	test_links();
	test_app();
	test_subscribe();
	test_pages();
	test_long_filter();
	test_health();
	test_rules();
	test_app_guard();
	test_sweep();
	rig_answer_end(&last);
	rig_close(&g);
	return tap_end();
}
