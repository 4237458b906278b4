/*
 * Bodies of requests to the REST of ipcortex, by an administrator, on a store of
 * its own.  The first byte chooses the command, the rest is the body; into an
 * object the administrator's key is put.  What must hold: whatever is sent, the
 * answer is a JSON object with a result, and numrows is a number.
 */
#include "dialplan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "fuzz.h"
#include "json.h"
#include "must.h"
#include "phone_wait.h"
#include "rig.h"

#define BODY_ROOM (DIALPLAN_BODY_MAX + 256)

static struct rig g;
static const char *key;
static int64_t domain;

static void
close_rig(void)
{
	dialplan_stop();
	rig_close(&g);
}

static void
open_rig(void)
{
	struct err e;

	rig_open(&g);
	g.web.conf.templates = SRCDIR "/templates";
	must(dialplan_start(&g.web, &e) == 0);
	domain = rig_domain(&g, "acme", "password");
	key = rig_key(&g, "sys", 0);
	must(atexit(close_rig) == 0);
}

/* There is always one that waits. */
static void
wait_one(void)
{
	struct phone_visit in = {.mac = STR("000e08aa0001"),
	    .key_domain = domain,
	    .type = STR("pap2t"),
	    .product = STR("Linksys PAP2T"),
	    .ports = 2,
	    .firmware = STR(""),
	    .address = STR("192.0.2.1")};
	struct arena *a = rig_ask(&g)->arena;
	struct arena_mark m = arena_mark(a);

	must(phone_wait_visit(rig_ask(&g), &in) >= 0);
	arena_reset(a, m);
}

static void
check_answer(const struct rig_answer *got)
{
	const struct json *v;
	enum json_kind rows;
	struct arena a;
	struct err e;

	arena_init(&a, 64 << 20);
	must(json_read(&a, buf_view(&got->body), 16 << 20, &v, &e) == 0);
	must(json_text(json_member(v, "result")).len > 0);
	rows = json_kind(json_member(v, "numrows"));
	must(rows == JSON_NONE || rows == JSON_INT);
	must(got->status == 200 || got->status == 413);
	arena_fini(&a);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	static const char *const paths[] = {"assign", "create", "promote",
	    "demote", "active", "inactive", "readtypes/phone", "assign/phone"};
	static char body[BODY_ROOM], path[64];
	const char *params[] = {"REQUEST_METHOD=POST", path,
	    "REMOTE_ADDR=192.0.2.1", "CONTENT_TYPE=application/json", NULL};
	struct rig_answer got;
	size_t at = 0;

	if (g.worker == NULL)
		open_rig();
	if (n == 0 || n > DIALPLAN_BODY_MAX)
		return 0;
	wait_one();
	(void)snprintf(path, sizeof(path), "DOCUMENT_URI=/rest/dialplan/%s",
	    paths[p[0] % COUNT(paths)]);
	if (n > 1 && p[1] == '{')
		at = (size_t)snprintf(body, sizeof(body),
		    "{\"auth\":{\"key\":\"%s\"},\"type\":\"phone\"%s", key,
		    n > 2 && p[2] == '}' ? "" : ",");
	memcpy(body + at, p + (at > 0 ? 2 : 1), n - (at > 0 ? 2 : 1));
	at += n - (at > 0 ? 2 : 1);
	rig_route(&g, &dialplan_routes, params, str_n(body, at), &got);
	check_answer(&got);
	rig_answer_end(&got);
	return 0;
}
