/*
 * Requests at the door of phones, on a store of its own with two phones: one that
 * has a URL of its own, and one that has not come yet.  Lines: the method, a
 * blank and what stands behind /p/; the User-Agent; the name of a certificate;
 * Range; If-None-Match; the rest is the body.  In the path '@' stands for a tenant
 * key and '%' for the proof of the first phone; a '!' before the method: from
 * another network.  What must hold: an answer is one that there is, a 404 has the
 * bytes of every 404, and a secret is in none but for who proves something, the
 * first phone in its own network; what was written is never served.
 */
#include "provision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "fuzz.h"
#include "must.h"
#include "phone.h"
#include "phone_key.h"
#include "phone_layer.h"
#include "phone_upload.h"
#include "phone_wait.h"
#include "phone_window.h"
#include "rig.h"

#define FIRST   STR("001565aabbcc") /* has a URL */
#define SECOND  STR("000413aabbcc")
#define HERE    "192.0.2.1"
#define SECRET  "hush-4711-hush"
#define WRITTEN "\x01written\x01"

static struct rig g;
static char key[PHONE_KEY_SIZE], proof[PHONE_MARK_SIZE];

static void
close_rig(void)
{
	provision_stop();
	rig_close(&g);
}

static void
add(struct str mac, const char *type, int64_t domain)
{
	static const struct phone_change set[] = {
	    {STR("sip_server"), STR("sip.example")},
	    {STR("sip_user"), STR("101")}, {STR("sip_password"), STR(SECRET)}};
	struct phone_visit in = {.mac = mac,
	    .key_domain = domain,
	    .type = str_of(type),
	    .product = str_of(type),
	    .ports = 1,
	    .firmware = STR(""),
	    .address = STR(HERE)};
	struct ask *q = rig_ask(&g);
	struct served_phone p;
	int64_t ports;

	must(phone_wait_visit(q, &in) == 1 &&
	     phone_promote(q, mac, domain, &ports) == 0 &&
	     phone_layer_set(q, mac, set, COUNT(set)) == 0 &&
	     phone_served(q, mac, &p) == 1);
	if (proof[0] == '\0') {
		phone_proof_write(q->core, &p, proof);
		must(phone_window_proven(q, &p) == 0);
	}
}

/* Whoever had a certificate may have taken it elsewhere. */
static void
open_window(struct str mac)
{
	struct phone_opening in = {
	    .mac = mac, .minutes = PHONE_WINDOW_MAX, .from = STR(HERE)};
	struct served_phone p;

	must(phone_window_set(rig_ask(&g), &in, &p) == 0);
}

/* Memory of the rig's own questions lives as long as the rig. */
static void
make_ready(bool moved)
{
	struct arena *a = rig_ask(&g)->arena;
	struct arena_mark m = arena_mark(a);

	if (moved) {
		open_window(FIRST);
		open_window(SECOND);
	}
	arena_reset(a, m);
}

static void
open_rig(void)
{
	struct err e;
	int64_t domain;

	rig_open(&g);
	g.web.conf.templates = SRCDIR "/templates";
	must(provision_start(&g.web, &e) == 0);
	domain = rig_domain(&g, "acme", "password");
	must(phone_key_new(rig_ask(&g), domain, key) == 0);
	add(FIRST, "yealinkT46S", domain);
	add(SECOND, "snom320", domain);
	must(atexit(close_rig) == 0);
}

struct ask_line {
	struct str method, path, agent, cert, range, etag, body;
	bool away;
};

static void
read_input(struct str in, struct ask_line *out)
{
	struct str *lines[] = {
	    &out->path, &out->agent, &out->cert, &out->range, &out->etag};

	*out = (struct ask_line){.method = str_n("", 0)};
	out->away = in.len > 0 && in.p[0] == '!';
	if (out->away)
		in = str_n(in.p + 1, in.len - 1);
	for (size_t i = 0; i < COUNT(lines); i++) {
		*lines[i] = str_n("", 0);
		(void)str_next(&in, '\n', lines[i]);
	}
	(void)str_next(&out->path, ' ', &out->method);
	out->body = in;
}

/* Does the text hold what another one stands for? */
static bool
is_in(struct str text, char c)
{
	return text.len > 0 && memchr(text.p, c, text.len) != NULL;
}

static const char *
path_of(struct arena *a, struct str in)
{
	struct buf out;
	const char *res;

	buf_init(&out, 65536);
	buf_puts(&out, "DOCUMENT_URI=/p/");
	for (size_t i = 0; i < in.len && in.p[i] != '\0'; i++)
		if (in.p[i] == '@')
			buf_puts(&out, key);
		else if (in.p[i] == '%')
			buf_puts(&out, proof);
		else
			buf_add(&out, &in.p[i], 1);
	res = arena_str(a, buf_view(&out));
	buf_fini(&out);
	return res;
}

static void
check(const struct ask_line *in, const struct rig_answer *got)
{
	struct str body = buf_view(&got->body);
	bool proven = in->cert.len > 0 || (is_in(in->path, '%') && !in->away);

	must(got->status == 200 || got->status == 201 || got->status == 206 ||
	     got->status == 304 || got->status == 404 || got->status == 416);
	must(got->status != 404 || str_eqz(body, "not found\n"));
	must(got->status != 201 || body.len == 0);
	must(proven || !str_holds(body, STR(SECRET)));
	must(!str_holds(body, STR(WRITTEN)));
}

static void
check_uploads(void)
{
	struct arena *a = rig_ask(&g)->arena;
	struct arena_mark m = arena_mark(a);
	struct phone_upload *list;
	size_t n;

	must(phone_upload_list(rig_ask(&g), FIRST, &list, &n) == 0 &&
	     n <= PHONE_UPLOADS);
	arena_reset(a, m);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	struct ask_line in;
	struct rig_answer got;
	struct arena a;
	const char *params[8];
	char text[4200];

	static bool moved = true;

	if (g.worker == NULL)
		open_rig();
	if (n > 4096)
		return 0;
	make_ready(moved);
	read_input(str_n(p, n), &in);
	moved = in.cert.len > 0;
	(void)snprintf(
	    text, sizeof(text), "%s%.*s", WRITTEN, (int)in.body.len, in.body.p);
	arena_init(&a, (size_t)1 << 20);
	params[0] = arena_printf(
	    &a, "REQUEST_METHOD=%.*s", (int)in.method.len, in.method.p);
	params[1] = path_of(&a, in.path);
	params[2] = in.away ? "REMOTE_ADDR=192.0.2.2" : "REMOTE_ADDR=" HERE;
	params[3] = arena_printf(
	    &a, "HTTP_USER_AGENT=%.*s", (int)in.agent.len, in.agent.p);
	params[4] = arena_printf(
	    &a, "FLEETLINE_CLIENT=%.*s", (int)in.cert.len, in.cert.p);
	params[5] =
	    arena_printf(&a, "HTTP_RANGE=%.*s", (int)in.range.len, in.range.p);
	params[6] = arena_printf(
	    &a, "HTTP_IF_NONE_MATCH=%.*s", (int)in.etag.len, in.etag.p);
	params[7] = NULL;
	rig_route(&g, &provision_routes, params, str_of(text), &got);
	check(&in, &got);
	if (got.status == 201)
		check_uploads();
	rig_answer_end(&got);
	arena_fini(&a);
	return 0;
}
