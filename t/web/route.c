/* Tables of routes: how one is read, and every path of each program. */
#include "route.h"

#include <stdio.h>
#include <string.h>

#include "billing_face.h"
#include "count.h"
#include "csvapi.h"
#include "devices.h"
#include "metrics.h"
#include "rig.h"
#include "rules.h"
#include "tap.h"

#define BASE "/example.com/devices"

static struct rig g;
static struct rig_answer last;

static bool
has(const struct buf *text, const char *part)
{
	bool found = text->data != NULL && strstr(text->data, part) != NULL;

	if (!found)
		tap_diag("no %s in %.300s", part, text->data);
	return found;
}

static void
request(
    const struct routes *t, const char *method, const char *path, bool internal)
{
	struct arena *a = rig_ask(&g)->arena;
	const char *params[] = {arena_printf(a, "REQUEST_METHOD=%s", method),
	    arena_printf(a, "DOCUMENT_URI=%s", path), "REMOTE_ADDR=192.0.2.7",
	    "HTTP_ACCEPT_ENCODING=identity",
	    internal ? "FLEETLINE_INTERNAL=1" : "X=", NULL};

	rig_answer_end(&last);
	rig_route(&g, t, params, STR(""), &last);
}

/* ---- how a table is read ---- */

static const char *served;
static size_t counted;

static void
one(struct worker *w, struct req *r, struct resp *out)
{
	(void)w;
	(void)out;
	served = "one";
	counted = r->series;
}

static void
two(struct worker *w, struct req *r, struct resp *out)
{
	(void)w;
	(void)out;
	served = "two";
	counted = r->series;
}

static const struct route small[] = {
    {"/plain", ROUTE_PLAIN, "GET, HEAD", one, "plain"},
    {"/based", ROUTE_BASE, "POST", one, "shared"},
    {"/inner", ROUTE_INTERNAL, "POST", two, "shared"},
    {"/x/tail", ROUTE_SUFFIX, "GET", two, NULL},
    {"/below/", ROUTE_BELOW, "GET", one, NULL},
};
static const struct routes table = {small, 5, resp_line};

static const struct route open_end[] = {
    {"/plain", ROUTE_PLAIN, "GET", one, NULL},
    {"/", ROUTE_REST, "GET", two, "rest"},
};
static const struct routes rest = {open_end, 2, resp_error};

static void
goes(const struct routes *t, const char *method, const char *path,
    bool internal, const char *want)
{
	served = "nothing";
	request(t, method, path, internal);
	tap_ok(strcmp(served, want) == 0, "%s %s%s: %s", method, path,
	    internal ? " inside" : "", want);
	if (strcmp(served, want) != 0)
		tap_diag("it was %s, status %d", served, last.status);
}

static void
test_places(void)
{
	goes(&table, "GET", "/plain", false, "one");
	goes(&table, "HEAD", "/plain", false, "one");
	goes(&table, "GET", "/plain", true, "one");
	goes(&table, "GET", "/plain/", false, "nothing");
	goes(&table, "GET", BASE "/plain", false, "nothing");
	goes(&table, "POST", BASE "/based", false, "one");
	goes(&table, "POST", "/based", false, "nothing");
	goes(&table, "POST", BASE "x/based", false, "nothing");
	goes(&table, "POST", "/inner", true, "two");
	goes(&table, "POST", "/inner", false, "nothing");
	goes(&table, "GET", "/a/x/tail", false, "two");
	goes(&table, "GET", "/x/tail/", false, "two");
	goes(&table, "GET", "/x/tail.xml", false, "two");
	goes(&table, "GET", "/x/tail.xml/", false, "two");
	goes(&table, "GET", "/x/tail/.xml", false, "nothing");
	goes(&table, "GET", "/ax/tail", false, "nothing");
	goes(&table, "GET", "/x/tail//", false, "two");
	goes(&table, "GET", "//plain", false, "one");
	goes(&table, "POST", "/" BASE "//based", false, "one");
	goes(&table, "GET", "/a//x//tail", false, "two");
	goes(&table, "POST", "//inner", false, "nothing");
	goes(&table, "GET", "/pl//ain", false, "nothing");
	goes(&table, "GET", "", false, "nothing");
	goes(&table, "GET", BASE "/below/a/b", false, "one");
	goes(&table, "GET", BASE "//below//a", false, "one");
	goes(&table, "GET", BASE "/below", false, "nothing");
	goes(&table, "GET", "/below/a", false, "nothing");
	goes(&table, "GET", "/x" BASE "/below/a", false, "nothing");
	goes(&rest, "GET", "/plain", false, "one");
	goes(&rest, "GET", "/other", false, "two");
	goes(&rest, "GET", "", false, "two");
}

static void
test_refusals(void)
{
	request(&table, "POST", "/plain", false);
	tap_ok(last.status == 405 && last.refused &&
		   has(&last.head, "Allow: GET, HEAD\r\n") &&
		   has(&last.body, "use GET\n"),
	    "another method: 405 that names the right ones");
	request(&table, "", "/plain", false);
	tap_is_int(last.status, 405, "no method is another one");
	request(&table, "GE", "/plain", false);
	tap_is_int(last.status, 405, "so is the beginning of one");
	request(&table, "GET, HEAD", "/plain", false);
	tap_is_int(last.status, 405, "and all of them at once");
	request(&rest, "PUT", "/other", false);
	tap_ok(last.status == 405 && has(&last.body, "{\"error\":\"use GET\"}"),
	    "in the program's own form");
	request(&table, "GET", "/none", false);
	tap_ok(last.status == 404 && has(&last.body, "not found\n") &&
		   strstr(last.head.data, "Allow") == NULL,
	    "no such path: 404");
	request(&table, "GET", "/inner", false);
	tap_is_int(last.status, 404,
	    "an inner path tells a stranger not even its methods");
}

static void
test_series(void)
{
	size_t plain, shared;

	metrics_open("test");
	routes_open(&table);
	goes(&table, "GET", "/plain", false, "one");
	plain = counted;
	goes(&table, "POST", BASE "/based", false, "one");
	shared = counted;
	tap_ok(plain > 0 && shared > plain, "each row has its series");
	goes(&table, "POST", "/inner", true, "two");
	tap_ok(counted == shared, "rows of one name share it");
	goes(&table, "GET", "/x/tail", false, "two");
	tap_ok(counted == 0, "without a name it is \"other\"");
}

/* ---- the programs ---- */

/* A path of a program as somebody asks for it. */
static const char *
path_of(const struct route *row)
{
	return arena_printf(rig_ask(&g)->arena, "%s%s",
	    row->under == ROUTE_BASE || row->under == ROUTE_BELOW ? BASE : "",
	    row->path);
}

/* Each path refuses each other method, and is hidden where it is internal. */
static void
test_row(const char *name, const struct routes *t, const struct route *row)
{
	static const char *const methods[] = {
	    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"};
	const char *path = path_of(row);
	const char *allow =
	    arena_printf(rig_ask(&g)->arena, "Allow: %s\r\n", row->methods);
	int wrong = 0, tried = 0;

	for (size_t i = 0; i < COUNT(methods); i++) {
		if (strstr(row->methods, methods[i]) != NULL)
			continue;
		tried++;
		request(t, methods[i], path, true);
		wrong += last.status != 405 || !has(&last.head, allow);
	}
	tap_ok(tried > 0 && wrong == 0, "%s: %s refuses %d other methods", name,
	    path, tried);
	request(t, "DELETE", path, false);
	tap_is_int(last.status,
	    row->under == ROUTE_INTERNAL &&
		    t->list[t->n - 1].under != ROUTE_REST
		? 404
		: 405,
	    "in public");
}

static void
test_program(const char *name, const struct routes *t, int unknown)
{
	metrics_open("test");
	routes_open(t);
	for (size_t i = 0; i < t->n; i++)
		test_row(name, t, &t->list[i]);
	request(t, "GET", "/none", false);
	tap_ok(
	    last.status == unknown, "%s: an unknown path: %d", name, unknown);
	request(t, "GET", BASE, true);
	tap_ok(last.status == unknown, "%s: inside as well", name);
}

static void
test_health(const char *folder, const struct routes *t)
{
	struct arena *a = rig_ask(&g)->arena;

	request(t, "GET", arena_printf(a, "%s/health", folder), true);
	tap_ok(last.status == 200 && has(&last.body, "{\"database\":\"ok\"}"),
	    "%s/health", folder);
	request(t, "GET", arena_printf(a, "%s/metrics", folder), true);
	tap_ok(last.status == 200 && has(&last.body, "# TYPE fleetline_test_"),
	    "%s/metrics", folder);
}

static void
test_programs(void)
{
	struct err e;

	test_program("devices", &devices_routes, 404);
	test_program("rules", &rules_routes, 404);
	test_health("/hub", &rules_routes);
	test_program("csvapi", &csvapi_routes, 404);
	test_health("/csvapi", &csvapi_routes);
	tap_ok(billing_start(&g.web, &e) == 0, "billing starts");
	test_program("billing", &billing_routes, 200);
	tap_ok(
	    has(&last.body, "There is no such API"), "in the vendor's words");
	test_health("/billing", &billing_routes);
	billing_stop();
}

int
main(void)
{
	rig_open(&g);
	metrics_open("test");
	test_places();
	test_refusals();
	test_series();
	test_programs();
	rig_answer_end(&last);
	rig_close(&g);
	return tap_end();
}
