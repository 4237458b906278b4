#include "billing_face.h"

#include "billing.h"
#include "count.h"
#include "form.h"
#include "gzip.h"
#include "health.h"
#include "log.h"
#include "net.h"
#include "throttle.h"
#include "xml.h"

#define RATE_START 6000 /* a minute, until the setting was read */

/* Where an error stands: see struct billing_verdict. */
#define BEFORE "status"
#define INSIDE "page"

/* One request and its answer. */
struct exchange {
	struct req *req;
	struct resp *out;
	struct err err;
	struct ask q;
	struct billing_settings settings;
	struct form form;
	struct gzip *gzip; /* NULL: not compressed */
	struct xml *xml;
};

static struct throttle *requests, *wrong_hashes;

int
billing_start(struct web *w, struct err *e)
{
	(void)w;
	(void)e;
	requests = throttle_new(BILLING_ADDRESSES, RATE_START, RATE_START);
	wrong_hashes = throttle_new(
	    BILLING_ADDRESSES, BILLING_WRONG_BURST, BILLING_WRONG_MINUTE);
	return 0;
}

void
billing_stop(void)
{
	throttle_free(&requests);
	throttle_free(&wrong_hashes);
}

/* ---- the answer ---- */

static bool
compressed(const struct exchange *x)
{
	struct str accept = req_param(x->req, "HTTP_ACCEPT_ENCODING");
	bool sent = req_has(x->req, "HTTP_ACCEPT_ENCODING");

	switch (x->settings.gzip) {
	case BILLING_ALWAYS:
		return !sent || gzip_weight(accept) > 0;
	case BILLING_NEGOTIATE:
		return sent && gzip_weight(accept) > 0;
	case BILLING_NEVER:
		break;
	}
	return false;
}

/* The headers, which are the vendor's but for the last ones. */
static void
put_head(struct exchange *x)
{
	struct resp *out = x->out;
	bool xml = x->settings.xml;
	struct str test;

	(void)resp_header(
	    out, "Content-Type", xml ? STR("text/xml") : STR("text/html"));
	if (!form_get(&x->form, "test", &test) || !str_eqz(test, "1"))
		(void)resp_header(out, "Content-Disposition",
		    xml ? STR("attachment; filename=\"mor_api_response.xml\"")
			: STR("attachment; "
			      "filename=\"mor_api_response.html\""));
	(void)resp_header(out, "Content-Transfer-Encoding", STR("binary"));
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	(void)resp_header(out, "Vary", STR("Accept-Encoding"));
	if (x->gzip != NULL)
		(void)resp_header(out, "Content-Encoding", STR("gzip"));
}

static void
begin(struct exchange *x, const char *root)
{
	if (compressed(x))
		x->gzip = gzip_new(resp_sink(x->out));
	put_head(x);
	x->xml =
	    xml_new(x->gzip != NULL ? gzip_sink(x->gzip) : resp_sink(x->out));
	xml_open(x->xml, root);
}

static void
forget(struct exchange *x)
{
	xml_free(&x->xml);
	gzip_free(&x->gzip);
}

static void
finish(struct exchange *x)
{
	if (xml_end(x->xml) == 0 && x->gzip != NULL)
		(void)gzip_end(x->gzip); /* gone or not, this is the end */
	forget(x);
}

static void
refuse(struct exchange *x, int status, const char *root, const char *text)
{
	x->req->refused = true;
	resp_status(x->out, status);
	begin(x, root);
	xml_strz(x->xml, "error", text);
	finish(x);
}

/* The store failed; a list that has begun breaks off, so that nobody takes it
 * for a whole one. */
static void
fail(struct exchange *x)
{
	log_event(LOG_ERROR, "billing",
	    PAIRS(P_STRZ("id", x->req->id), P_STRZ("why", x->err.text)));
	x->req->refused = true;
	forget(x);
	if (resp_restart(x->out))
		refuse(x, 503, BEFORE, "Service is unavailable");
	else
		resp_break(x->out);
}

static void
put_point(struct xml *xml, const struct billing_point *p)
{
	xml_open(xml, "device");
	xml_int(xml, "device_id", p->id);
	xml_strz(xml, "device_type", "SIP");
	xml_str(xml, "ipaddr", p->ipaddr);
	xml_int(xml, "port", p->port);
	xml_close(xml);
}

/* Of a long list the client shall see the first page at once. */
static void
flush(struct exchange *x)
{
	xml_flush(x->xml);
	if (x->gzip != NULL)
		gzip_flush(x->gzip);
	resp_flush(x->out);
}

static void
put_list(struct exchange *x, int64_t user)
{
	struct billing_point *page;
	size_t n = BILLING_PAGE;
	int64_t after = 0;
	bool flushed = false;

	begin(x, INSIDE);
	xml_open(x->xml, "devices");
	while (n == BILLING_PAGE && !xml_failed(x->xml)) {
		struct arena_mark m = arena_mark(x->req->arena);

		if (billing_list(&x->q, user, after, &page, &n) < 0) {
			fail(x);
			return;
		}
		for (size_t i = 0; i < n; i++) {
			put_point(x->xml, &page[i]);
			after = page[i].id;
		}
		arena_reset(x->req->arena, m);
		if (n == BILLING_PAGE && !flushed)
			flush(x);
		flushed = true;
	}
	finish(x);
}

/* ---- what stands before ---- */

static void
too_many(struct exchange *x, int64_t wait_ms)
{
	resp_retry_after(x->out, wait_ms);
	refuse(x, 429, BEFORE, "Too many requests");
}

/* Addresses that may not ask, or not so often. */
static bool
admitted(struct exchange *x, const char *address)
{
	const struct billing_settings *s = &x->settings;
	int64_t wait = throttle_wait(wrong_hashes, str_of(address));

	if (s->allow.len > 0 && !net_list_has(s->allow, x->req->remote)) {
		refuse(x, 403, BEFORE, "Access from this address is denied");
		return false;
	}
	if (wait == 0 && s->rate > 0) {
		throttle_rate(requests, s->rate, s->rate);
		wait = throttle_take(requests, str_of(address));
	}
	if (wait > 0)
		too_many(x, wait);
	return wait == 0;
}

static bool
is_get(const struct req *r)
{
	return str_eqz(r->method, "GET") || str_eqz(r->method, "HEAD");
}

static bool
acceptable(struct exchange *x)
{
	struct req *r = x->req;

	if (r->body_state == REQ_BODY_TOO_BIG)
		refuse(x, 413, BEFORE, "Request is too large");
	else if (r->body_state == REQ_BODY_SHORT)
		refuse(x, 400, BEFORE, "Request is incomplete");
	return r->body_state == REQ_BODY_WHOLE;
}

static bool
read_form(struct exchange *x)
{
	struct req *r = x->req;

	if (form_query(&x->form, r->query, &x->err) == 0 &&
	    (is_get(r) || form_body(&x->form, req_param(r, "CONTENT_TYPE"),
			      r->body, &x->err) == 0))
		return true;
	refuse(x, 200, BEFORE,
	    x->err.kind == ERR_LIMIT ? "Too many or too long parameters"
				     : "Parameters are not readable");
	return false;
}

/* ---- the request ---- */

/* Where to keep a parameter, and NULL if it was not sent. */
static const struct str *
param(const struct exchange *x, const char *name, struct str *keep)
{
	return form_get(&x->form, name, keep) ? keep : NULL;
}

static void
note_wrong_hash(struct exchange *x, const char *address, const struct str *u)
{
	(void)throttle_take(wrong_hashes, str_of(address));
	log_event(LOG_WARN, "billing.wrong-hash",
	    PAIRS(P_STRZ("id", x->req->id),
		P_STRZ("path", req_log_path(x->req)),
		P_STR("address", x->req->remote),
		P_STRZ("u", u != NULL ? arena_str(x->req->arena, *u) : NULL)));
}

static void
devices_get(struct exchange *x, const char *address)
{
	struct str u, user_id, device, type, hash;
	struct billing_request asked = {
	    .get = is_get(x->req),
	    .u = param(x, "u", &u),
	    .user_id = param(x, "user_id", &user_id),
	    .device = param(x, "device", &device),
	    .type = param(x, "type", &type),
	    .hash = param(x, "hash", &hash),
	};
	struct billing_verdict v;

	x->req->mt = "devices_get";
	if (billing_judge(&x->q, &x->settings, &asked, &v) < 0) {
		fail(x);
		return;
	}
	if (v.wrong_hash)
		note_wrong_hash(x, address, asked.u);
	if (v.error != NULL)
		refuse(x, 200, v.inside ? INSIDE : BEFORE, v.error);
	else
		put_list(x, v.user);
}

/* What stands before every method, then that one. */
static void
serve(struct worker *w, struct req *r, struct resp *out,
    void (*method)(struct exchange *x, const char *address))
{
	struct exchange x = {.req = r, .out = out};
	char address[NET_SHARE_SIZE];

	net_share(r->remote, address);
	x.q = worker_ask(w, r, NULL, &x.err);
	form_init(&x.form, r->arena);
	if (billing_settings(&x.q, &x.settings) < 0)
		fail(&x);
	else if (admitted(&x, address) && acceptable(&x) && read_form(&x))
		method(&x, address);
	secret_wipe(&x.settings.key);
}

static void
serve_devices_get(struct worker *w, struct req *r, struct resp *out)
{
	serve(w, r, out, devices_get);
}

static void
unknown(struct exchange *x, const char *address)
{
	(void)address;
	refuse(x, 200, BEFORE, "There is no such API");
}

static void
serve_unknown(struct worker *w, struct req *r, struct resp *out)
{
	serve(w, r, out, unknown);
}

/* The vendor words no other methods, so there is nothing to read. */
static void
refuse_bare(struct resp *out, int status, const char *phrase)
{
	(void)phrase;
	resp_status(out, status);
}

#define METHODS "GET, HEAD, POST"

static const struct route list[] = {
    HEALTH_ROUTES("/billing"),
    {"/api/devices_get", ROUTE_SUFFIX, METHODS, serve_devices_get,
	"devices_get"},
    {"/api/device_list", ROUTE_SUFFIX, METHODS, serve_devices_get,
	"devices_get"},
    {"/", ROUTE_REST, METHODS, serve_unknown, NULL},
};

const struct routes billing_routes = {list, COUNT(list), refuse_bare};
