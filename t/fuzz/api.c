/*
 * JSON messages to the device API, by an administrator, on a store of its own.
 * The first byte chooses the form of the answer, the rest is the message.
 * What must hold: a message gets JSON objects with "mt", one per line, and a
 * list ends once; what is no message gets nothing.
 */
#include "api.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "must.h"
#include "rig.h"
#include "uri.h"

static struct rig g;

static void
close_rig(void)
{
	rig_close(&g);
}

static void
open_rig(void)
{
	int64_t id;

	rig_open(&g);
	id = rig_domain(&g, "fuzz.example", "password");
	rig_device(&g, "009033000001", id, DEVICE_GW);
	must(atexit(close_rig) == 0);
}

static void
check_lines(struct str all)
{
	const struct json *m;
	struct str line;
	struct arena a;
	struct err e;
	int last = 0;

	while (str_next(&all, '\n', &line) && all.p != NULL) {
		arena_init(&a, 64 << 20);
		must(json_read(&a, line, 16 << 20, &m, &e) == 0);
		must(json_text(json_member(m, "mt")).len > 0);
		must(last == 0);
		last += json_true(json_member(m, "last"));
		arena_fini(&a);
	}
	must(line.len == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	struct reply reply;
	struct arena a;
	struct buf out;
	struct err e = {0};
	struct app_side app = {0};
	struct call c = {.control = "/nonexistent", .reply = &reply};
	struct uris uris = {.origin = "http://h",
	    .base = "/example.com/devices",
	    .sessions = NULL,
	    .open = true};

	if (g.worker == NULL)
		open_rig();
	if (n == 0)
		return 0;
	arena_init(&a, REQ_ARENA_MAX);
	buf_init(&out, 64 << 20);
	session_draw(&uris.session);
	reply_init(&reply, p[0] & 1 ? REPLY_LINES : REPLY_OBJECT,
	    buf_sink(&out), REPLY_NO_END);
	c.q = (struct ask){.core = &g.worker->core,
	    .arena = &a,
	    .who = rig_ask(&g)->who,
	    .err = &e};
	c.uris = &uris;
	c.app = p[0] & 2 ? &app : NULL;
	if (api_call(&c, str_n(p + 1, n - 1)) == 0)
		must(out.len == 0);
	check_lines(buf_view(&out));
	buf_fini(&out);
	arena_fini(&a);
	return 0;
}
