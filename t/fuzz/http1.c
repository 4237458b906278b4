/*
 * HTTP/1 as it comes out of a device's tunnel, and requests, in pieces of
 * sizes the input chooses.  What must hold: taken never exceeds what was
 * given, body pieces lie within it, and nothing follows END but a new HEAD.
 */
#include "http1.h"

#include "fuzz.h"
#include "must.h"

static void
check(bool *in_body, const struct http1_event *ev, struct str piece)
{
	switch (ev->kind) {
	case HTTP1_HEAD:
		must(!*in_body);
		*in_body = true;
		break;
	case HTTP1_BODY:
		must(*in_body && ev->body.p >= piece.p &&
		     ev->body.p + ev->body.len <= piece.p + piece.len);
		break;
	case HTTP1_END:
		must(*in_body);
		*in_body = false;
		break;
	}
}

static void
walk_head(const struct http1 *h)
{
	size_t total = http1_target(h).len;

	for (size_t i = 0; i < http1_count(h); i++)
		total += http1_name(h, i).len + http1_value(h, i).len;
	must(total <= HTTP1_HEAD_MAX);
	(void)http1_token(h, "Connection", STR("close"));
	must(http1_length(h) >= -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct http1 *h;
	struct http1_event ev;
	bool in_body = false;
	size_t at = 1, step, taken;
	int rc = 0;

	if (n < 1)
		return 0;
	step = (p[0] >> 2) + 1u;
	h = p[0] & 1 ? http1_request_new() : http1_response_new(p[0] & 2);
	while (at < n && rc >= 0) {
		struct str piece = str_n(p + at, step < n - at ? step : n - at);

		rc = http1_feed(h, piece, &taken, &ev);
		must(taken <= piece.len && (rc != 0 || taken == piece.len));
		at += taken;
		if (rc != 1)
			continue;
		check(&in_body, &ev, piece);
		walk_head(h);
		if (ev.kind == HTTP1_END && http1_upgraded(h))
			break;
	}
	if (at == n && rc >= 0)
		(void)http1_eof(h);
	http1_free(&h);
	return 0;
}
