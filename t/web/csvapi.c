/*
 * The rental history as CSV: its parameters, its login, its answers, without
 * sockets.
 */
#include "csvapi.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "csvapi_query.h"
#include "digest.h"
#include "ledger.h"
#include "licence.h"
#include "must.h"
#include "rental.h"
#include "rig.h"
#include "tap.h"

#define PATH   "/example.com/devices/csvapi"
#define DAY_MS INT64_C(86400000)

static struct rig g;
static int64_t red, blue;
static struct rig_answer last;

static bool
has(const struct buf *text, const char *part)
{
	bool found = text->data != NULL && strstr(text->data, part) != NULL;

	if (!found)
		tap_diag("no %s in %.800s", part, text->data);
	return found;
}

/* ---- parameters ---- */

static void
query_is(const char *query, const char *want)
{
	struct arena *a = rig_ask(&g)->arena;
	struct csvapi_query q;
	struct err e = {0};
	const char *got = "good";

	if (csvapi_query(a, str_of(query), &q, &e) < 0)
		got = e.say;
	tap_ok(strcmp(got, want) == 0, "?%.60s: %s", query, want);
	if (strcmp(got, want) != 0)
		tap_diag("got %s", got);
}

#define FROM "from must be milliseconds since 1970"
#define TO   "to must be milliseconds since 1970"
#define FROM_SECONDS                                                           \
	"from looks like seconds: it must be milliseconds since 1970"
#define TO_SECONDS "to looks like seconds: it must be milliseconds since 1970"

static void
test_query(void)
{
	query_is("type=history&all=1", "good");
	query_is("all=true&type=overview&x=y&x=z", "good");
	query_is("type=history&domain=a", "good");
	query_is("type=history&all=&domain=a", "good");
	query_is("type=history&all=0&domain=a", "good");
	query_is("type=history&all=false&domain=a", "good");
	query_is(
	    "type=history&all=2&domain=a", "all must be 1, true, 0 or false");
	query_is("type=history&all=TRUE", "all must be 1, true, 0 or false");
	query_is(
	    "type=history", "domain is missing: name a domain, or set all=1");
	query_is("", "domain is missing: name a domain, or set all=1");
	query_is("all=1", "good");
	query_is("all=1&type=", "type must be history or overview");
	query_is("all=1&type=History", "type must be history or overview");
	query_is("all=1&all=1&type=history", "all must be given once");
	query_is("all=1&type=history&to=1&to=1", "to must be given once");
	query_is("all=1&type=history&lang=de-AT&tz=America%2FSt_Johns", "good");
	query_is("all=1&type=history&lang=xx", "good");
	query_is("all=1&type=history&lang=",
	    "lang must be a language: en, de-AT ...");
	query_is("all=1&type=history&lang=de%00",
	    "lang must be a language: en, de-AT ...");
	query_is("all=1&type=history&tz=nonsense",
	    "tz must be a time zone: UTC, Europe/Berlin ...");
	query_is("all=1&type=history&tz=",
	    "tz must be a time zone: UTC, Europe/Berlin ...");
	query_is("all=1&type=history&from=0&to=253402300799999", "good");
	query_is("all=1&type=history&from=5&to=5", "good");
	query_is("all=1&type=history&from=5&to=4", "from must not be after to");
	query_is("all=1&type=history&from=-1", FROM);
	query_is("all=1&type=history&from=-0", FROM);
	query_is("all=1&type=history&from=%2B1", FROM);
	query_is("all=1&type=history&from=1.5", FROM);
	query_is("all=1&type=history&from=1e3", FROM);
	query_is("all=1&type=history&from=", FROM);
	query_is("all=1&type=history&from=%201", FROM);
	query_is("all=1&type=history&from=253402300800000", FROM);
	query_is("all=1&type=history&from=99999999999999999999999", FROM);
	query_is("all=1&type=history&to=x", TO);
	query_is("all=1&type=overview&from=x&to=-1", "good");
	query_is("all=1&from=1704067200", FROM_SECONDS);
	query_is("all=1&to=1706745600", TO_SECONDS);
	query_is("all=1&from=1704067200&to=1706745600", FROM_SECONDS);
	query_is("all=1&from=1704067200000&to=1706745600", TO_SECONDS);
	query_is("all=1&from=99999999999", FROM_SECONDS);
	query_is("all=1&from=100000000", FROM_SECONDS);
	query_is("all=1&to=99999999&from=1", "good");
	query_is("all=1&from=100000000000", "good");
	query_is("all=1&from=0&to=1706745600000", "good");
	query_is("all=1&type=overview&from=1704067200", "good");
	query_is("all=1&bom=1", "good");
	query_is("all=1&bom=false", "good");
	query_is("all=1&bom=", "good");
	query_is("all=1&bom=yes", "bom must be 1, true, 0 or false");
	query_is("all=1&bom=1&bom=1", "bom must be given once");
}

/* ---- requests ---- */

struct request {
	const char *method, *query, *user, *password;
	const char *header; /* one more, or NULL */
};

static void
send_with(const struct request *r, const char *auth)
{
	struct arena *a = rig_ask(&g)->arena;
	const char *params[] = {arena_printf(a, "REQUEST_METHOD=%s", r->method),
	    arena_printf(a, "REQUEST_URI=" PATH "?%s", r->query),
	    arena_printf(a, "QUERY_STRING=%s", r->query), "DOCUMENT_URI=" PATH,
	    "REMOTE_ADDR=192.0.2.1", auth ? auth : "X=", r->header, NULL};

	rig_answer_end(&last);
	rig_route(&g, &csvapi_routes, params, str_n("", 0), &last);
}

/* The Authorization for the challenge of the last answer, made for uri. */
static const char *
authorization_for(const struct request *r, const char *uri, const char *nc)
{
	struct arena *a = rig_ask(&g)->arena;
	const char *at = strstr(last.head.data, "nonce=\"");
	char response[CRYPTO_HEX_MAX];
	struct digest d = {.username = str_of(r->user),
	    .realm = STR(RIG_NAME),
	    .uri = str_of(uri),
	    .cnonce = STR("abc"),
	    .nc_text = str_of(nc),
	    .alg = CRYPTO_SHA256};

	must(at != NULL);
	d.nonce = str_n(at + 7, strcspn(at + 7, "\""));
	digest_response(&d, str_of(r->method), str_of(r->password), response);
	return arena_printf(a,
	    "HTTP_AUTHORIZATION=Digest username=\"%s\", realm=\"%s\", "
	    "nonce=\"%.*s\", uri=\"%s\", qop=auth, algorithm=SHA-256, "
	    "nc=%s, cnonce=\"abc\", response=\"%s\"",
	    r->user, RIG_NAME, (int)d.nonce.len, d.nonce.p, d.uri.p, nc,
	    response);
}

static const char *
authorization(const struct request *r, const char *nc)
{
	return authorization_for(
	    r, arena_printf(rig_ask(&g)->arena, PATH "?%s", r->query), nc);
}

static void
send_request(const struct request *r)
{
	send_with(r, NULL);
	must(last.status == 401);
	send_with(r, authorization(r, "00000001"));
}

static void
get(const char *query)
{
	send_request(&(struct request){.method = "GET",
	    .query = query,
	    .user = "red.example",
	    .password = "red",
	    .header = NULL});
}

static void
test_login(void)
{
	struct request r = {.method = "GET",
	    .query = "type=history&all=1",
	    .user = "red.example",
	    .password = "red",
	    .header = NULL};
	const char *auth;

	send_with(&r, NULL);
	tap_ok(last.status == 401 && has(&last.head, "text/plain") &&
		   has(&last.body, "login required\n"),
	    "without a login: 401 and a line of text");
	auth = authorization(&r, "00000001");
	send_with(&r, auth);
	tap_is_int(last.status, 200, "a domain's password opens");
	send_with(&r, auth);
	tap_ok(last.status == 401 && has(&last.head, "stale=true"),
	    "the same count again does not");
	auth = authorization(&r, "00000001");
	clock_shift(NONCE_LIFE_MS + 1000);
	send_with(&r, auth);
	tap_ok(last.status == 401 && has(&last.head, "stale=true"),
	    "nor an expired nonce");
	auth = authorization(&r, "00000001");
	r.query = "type=history&all=1&lang=de";
	send_with(&r, auth);
	tap_ok(
	    last.status == 401 && strstr(last.head.data, "stale=true") == NULL,
	    "nor one made for another uri");
	send_with(&r, "HTTP_AUTHORIZATION=Bearer flk_1_x");
	tap_is_int(last.status, 401, "API keys open another door");
	r.method = "POST";
	send_with(&r, NULL);
	tap_ok(last.status == 405 && has(&last.head, "Allow: GET, HEAD") &&
		   has(&last.body, "use GET\n"),
	    "only GET and HEAD are served");
}

/* The status of a request whose digest names uri, with a nonce of its own. */
static int
status_for(const struct request *r, const char *uri)
{
	send_with(r, NULL);
	send_with(r, authorization_for(r, uri, "00000000"));
	return last.status;
}

#define QUERY            "type=history&all=1"
#define ABSOLUTE(origin) origin PATH "?" QUERY

/* The ways in which clients write what they ask for. */
static void
test_uris(void)
{
	static const char *const good[] = {PATH, PATH "?" QUERY,
	    ABSOLUTE("http://fleet.example"), "http://fleet.example" PATH,
	    ABSOLUTE("HTTP://Fleet.Example"),
	    ABSOLUTE("http://fleet.example:80")};
	static const char *const bad[] = {PATH "?", PATH "?all=1", "/", "", "*",
	    "/example.com/devices/csv", PATH "/", QUERY,
	    ABSOLUTE("https://fleet.example"),
	    ABSOLUTE("http://fleet.example:8080"),
	    ABSOLUTE("http://evil.example"), ABSOLUTE("http://fleet.example/x"),
	    "http://fleet.example", ABSOLUTE("//fleet.example"),
	    ABSOLUTE("http://")};
	struct request r = {.method = "GET",
	    .query = QUERY,
	    .user = "red.example",
	    .password = "red",
	    .header = "HTTP_HOST=fleet.example"};
	const char *auth;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		tap_ok(status_for(&r, good[i]) == 200, "uri=\"%s\" is right",
		    good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(
		    status_for(&r, bad[i]) == 401, "uri=\"%s\" is not", bad[i]);
	send_with(&r, NULL);
	auth = authorization_for(&r, PATH, "00000000");
	send_with(&r, auth);
	tap_ok(last.status == 200, "a digest without the query opens");
	r.query = "type=overview&all=1";
	send_with(&r, auth);
	tap_ok(last.status == 401 && has(&last.head, "stale=true"),
	    "once: its count is used, whatever else is asked");
	r.password = "wrong";
	tap_is_int(status_for(&r, PATH), 401, "a wrong password does not");
	r.password = "red";
	r.method = "HEAD";
	tap_is_int(status_for(&r, PATH), 401, "nor is it for other methods");
	tap_is_int(status_for(&r, PATH "?type=overview&all=1"), 200,
	    "which need the whole");
}

static void
test_sight(void)
{
	get("type=history&domain=RED.example");
	tap_is_int(last.status, 200, "a domain sees itself, in any case");
	get("type=history&domain=blue.example");
	tap_ok(last.status == 403 && last.refused &&
		   has(&last.body, "domain does not exist or may not be seen"),
	    "not another one");
	get("type=history&domain=none.example");
	tap_ok(last.status == 403 &&
		   has(&last.body, "domain does not exist or may not be seen"),
	    "which answers as one that does not exist");
	send_request(&(struct request){.method = "GET",
	    .query = "type=history&domain=blue.example",
	    .user = "example.com",
	    .password = g.password,
	    .header = NULL});
	tap_ok(last.status == 200 && has(&last.body, "Number;Date;Domain"),
	    "the instance password sees all; the header line always comes");
	get("type=history");
	tap_ok(last.status == 400 && has(&last.body, "domain is missing"),
	    "what is missing is named");
}

/* ---- a real rental ---- */

static void
rent(int64_t count)
{
	struct rental_change c = {STR("009033000001"), STR("PBX-USER"), count};
	struct rental_order order = {
	    .domain_id = red, .number = -1, .changes = &c, .nchanges = 1};
	struct rental_plan plan;

	must(rental_apply(rig_ask(&g), &order, &plan) == 0);
}

static void
start_rental(void)
{
	struct licence l = {
	    .name = STR("PBX-USER"), .title = STR("PBX user"), .price = 1500};
	struct str reference = STR("=order;7");
	struct rental_edit edit = {.reference = &reference};
	char key[ACTIVATION_SIZE];
	int64_t amount;

	must(licence_set(rig_ask(&g), &l) == 0);
	rig_device(&g, "009033000001", red, DEVICE_GW);
	must(rental_key(rig_ask(&g), 1000000, key) == 0);
	must(rental_load(rig_ask(&g), red, str_of(key), &amount) == 0);
	must(rental_edit(rig_ask(&g), red, &edit) == 0);
	rent(10);
}

/* Lines of the last body. */
static int
lines(void)
{
	int n = 0;

	for (const char *p = last.body.data; (p = strchr(p, '\n')); p++)
		n++;
	return n;
}

static void
test_settled(void)
{
	get("type=history&domain=red.example");
	tap_ok(lines() == 3 &&
		   has(&last.body, ";Credit loaded;;;0;1000;1000;;;"
				   "\r\n2;") &&
		   has(&last.body, ";\"009033000001\";Licence added;PBX-USER;"
				   "10;15;"),
	    "what happened stands there at once");
	tap_ok(has(&last.body, ";\"'=order;7\";\r\n"),
	    "a reference cannot become a formula or a column");
	clock_shift(70 * DAY_MS);
	get("type=history&domain=red.example&lang=de");
	tap_ok(lines() >= 5 && has(&last.body, ";Mietkosten;;;15;-"),
	    "70 days later the months that are over were settled first");
	get("type=overview&domain=red.example");
	tap_ok(lines() == 1 + CSVAPI_MONTHS &&
		   has(&last.body, "Domain;Month;iSC/month\r\nred.example;") &&
		   has(&last.body, ";0\r\n") && has(&last.body, ";15\r\n"),
	    "the overview has a line for each of 24 months");
	get("type=overview&all=1");
	tap_is_int(lines(), 1 + CSVAPI_MONTHS,
	    "domains that never rented are not in it");
}

static void
test_reason(void)
{
	must(rental_correct(
		 rig_ask(&g), red, -1500, STR("=wrong; \"May\" twice")) == 0);
	get("all=1");
	tap_ok(has(&last.body, ";Invoice reference;Reason\r\n"),
	    "the last column is for reasons");
	tap_ok(has(&last.body, ";Correction;;;15;-1.5;") &&
		   has(&last.body,
		       ";\"'=order;7\";\"'=wrong; \"\"May\"\" twice\"\r\n"),
	    "a correction has its own, which is no formula");
	get("all=1&type=overview");
	tap_ok(has(&last.body, "Domain;Month;iSC/month\r\n"),
	    "the overview has none");
}

/* ---- ranges that are over ---- */

static const char *
tag(void)
{
	const char *at = strstr(last.head.data, "ETag: ");

	if (at == NULL)
		return "";
	return arena_printf(rig_ask(&g)->arena, "HTTP_IF_NONE_MATCH=%.*s",
	    (int)strcspn(at + 6, "\r"), at + 6);
}

static const char *
closed_query(const char *more)
{
	/* 40 days ago is in a month before this one. */
	return arena_printf(rig_ask(&g)->arena,
	    "type=history&all=1&from=0&to=%lld%s",
	    (long long)(clock_now_ms() - 40 * DAY_MS), more);
}

static void
test_tags(void)
{
	const char *query = closed_query(""), *first;
	struct request r = {.method = "GET",
	    .query = query,
	    .user = "red.example",
	    .password = "red",
	    .header = NULL};

	get("type=history&all=1");
	tap_ok(tag()[0] == '\0' && has(&last.head, "Cache-Control: no-store"),
	    "an open range has no ETag");
	get(query);
	first = tag();
	tap_ok(first[0] != '\0' &&
		   has(&last.head, "Cache-Control: private, no-cache"),
	    "one that is over has");
	r.header = first;
	send_request(&r);
	tap_ok(last.status == 304 && last.body.len == 0 &&
		   strstr(last.head.data, "Content-Length") == NULL,
	    "which is answered with 304");
	r.header = arena_printf(rig_ask(&g)->arena,
	    "HTTP_IF_NONE_MATCH=\"x\", W/%s", strchr(first, '"'));
	send_request(&r);
	tap_is_int(last.status, 304, "in a list and weak, too");
	r.header = "HTTP_IF_NONE_MATCH=\"x\"";
	send_request(&r);
	tap_is_int(last.status, 200, "another is not");
	rent(20);
	get(query);
	tap_is_str(tag(), first, "what happens now does not change it");
	r.header = NULL;
	r.query = closed_query("&lang=de");
	send_request(&r);
	tap_ok(strcmp(tag(), first) != 0, "another language does");
	r.query = closed_query("&tz=Europe/Berlin");
	send_request(&r);
	tap_ok(strcmp(tag(), first) != 0, "another zone does");
	r = (struct request){.method = "GET",
	    .query = query,
	    .user = "example.com",
	    .password = g.password,
	    .header = NULL};
	send_request(&r);
	tap_is_str(tag(), first,
	    "who sees more domains, none of which rented, gets the same");
	r = (struct request){.method = "HEAD",
	    .query = query,
	    .user = "red.example",
	    .password = "red",
	    .header = NULL};
	send_request(&r);
	tap_ok(last.status == 200 && last.body.len == 0 &&
		   strcmp(tag(), first) == 0 &&
		   strstr(last.head.data, "Content-Length") == NULL,
	    "HEAD tells the same without a body");
}

static void
test_bom(void)
{
	const char *first;
	struct buf plain;

	get("all=1&lang=de");
	plain = last.body;
	last.body = (struct buf){0};
	get("all=1&lang=de&bom=1");
	tap_ok(last.body.len == plain.len + 3 &&
		   memcmp(last.body.data, "\xef\xbb\xbf", 3) == 0 &&
		   memcmp(last.body.data + 3, plain.data, plain.len) == 0,
	    "bom=1: a byte order mark, then the same");
	get("all=1&lang=de&bom=0");
	tap_ok(last.body.len == plain.len, "bom=0: none");
	get("all=1&type=overview&bom=true");
	tap_ok(strncmp(last.body.data,
		   "\xef\xbb\xbf"
		   "Domain;",
		   10) == 0,
	    "the overview has one, too");
	get("all=1&bom=1&from=1704067200");
	tap_ok(last.status == 400 && strncmp(last.body.data, "from", 4) == 0,
	    "an error has none");
	buf_fini(&plain);
	get(closed_query(""));
	first = tag();
	get(closed_query("&bom=1"));
	tap_ok(first[0] != '\0' && strcmp(tag(), first) != 0,
	    "the ETag knows which it is");
}

static void
test_names(void)
{
	get("type=history&all=1&from=1704067200000&to=1706745600000");
	tap_ok(has(&last.head, "filename=\"rental-history-all-2024-01-01-"
			       "2024-02-01.csv\""),
	    "the file is named by its range");
	get("type=history&domain=red.example&tz=America/St_Johns"
	    "&from=1704067200000");
	tap_ok(has(&last.head, "filename=\"rental-history-red.example-"
			       "2023-12-31-now.csv\""),
	    "as its days are in the zone");
	get("type=overview&domain=red.example&from=7");
	tap_ok(has(&last.head, "filename=\"rental-overview-red.example.csv\""),
	    "an overview has none");
	tap_ok(has(&last.head,
		   "Content-Type: text/csv; charset=utf-8; header=present"),
	    "it says what it is");
}

static void
test_guessing(void)
{
	struct request r = {.method = "GET",
	    .query = "type=history&all=1",
	    .user = "blue.example",
	    .password = "wrong",
	    .header = NULL};
	int status[1000], tried = 0;

	for (int i = 0; i < 1000; i++) {
		send_with(&r, NULL);
		send_with(&r, authorization(&r, "00000001"));
		status[i] = last.status;
		tried += last.status == 401;
	}
	tap_ok(tried >= 10 && tried < 20 && status[999] == 429,
	    "of 1,000 wrong passwords about ten are tried");
	tap_ok(has(&last.head, "Retry-After: ") &&
		   has(&last.body, "too many wrong logins\n"),
	    "the others are told when to come again");
	r.password = "blue";
	send_request(&r);
	tap_is_int(last.status, 429, "the right one is not tried either");
	get("type=history&all=1");
	tap_is_int(last.status, 200, "another user is not hindered");
	clock_shift(6001);
	send_request(&r);
	tap_is_int(last.status, 200, "after six seconds the right one opens");
}

int
main(void)
{
	rig_open(&g);
	red = rig_domain(&g, "red.example", "red");
	blue = rig_domain(&g, "blue.example", "blue");
	must(red > 0 && blue > 0);
	test_query();
	test_login();
	test_uris();
	test_sight();
	start_rental();
	test_settled();
	test_reason();
	test_tags();
	test_bom();
	test_names();
	test_guessing();
	rig_answer_end(&last);
	rig_close(&g);
	return tap_end();
}
