/*
 * Bytes from a websocket peer.  The first byte chooses the role and a step;
 * the rest is fed whole, byte by byte and in steps: all must see the same.
 */
#include "ws.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

#define MAX 300

static bool
is_text(struct str s)
{
	while (s.len > 0) {
		size_t n = str_utf8_len(s);

		if (n == 0)
			return false;
		s = str_n(s.p + n, s.len - n);
	}
	return true;
}

static void
check_event(const struct ws_event *ev)
{
	bool control = ev->kind >= WS_CLOSE;

	must(ev->data.len <= (control ? 125 : MAX));
	if (ev->kind == WS_TEXT || ev->kind == WS_CLOSE)
		must(is_text(ev->data));
	if (ev->kind == WS_CLOSE)
		must(ev->code == WS_NO_CODE || ws_code_valid(ev->code));
}

static void
tell_event(struct buf *log, const struct ws_event *ev)
{
	check_event(ev);
	buf_be32(log, ev->kind);
	buf_be32(log, ev->kind == WS_CLOSE ? ev->code : 0);
	buf_be32(log, (uint32_t)ev->data.len);
	buf_str(log, ev->data);
}

static void
tell(enum ws_role role, struct str p, size_t step, struct buf *log)
{
	struct ws_event ev;
	struct ws_in w;
	size_t taken, n;
	int rc = 0;

	buf_init(log, (size_t)64 << 20);
	ws_in_init(&w, role, MAX);
	while (rc >= 0 && p.len > 0) {
		n = p.len < step ? p.len : step;
		do {
			rc = ws_in_feed(&w, p.p, n, &taken, &ev);
			must(taken <= n && (rc != 0 || taken == n));
			if (rc > 0)
				tell_event(log, &ev);
			p = str_n(p.p + taken, p.len - taken);
			n -= taken;
		} while (rc > 0);
	}
	must((rc < 0) == (w.fail != 0));
	buf_be32(log, w.fail);
	must(!buf_failed(log));
	ws_in_fini(&w);
}

/* What was received can be sent, and is received again. */
static void
send_again(enum ws_role role, struct str message)
{
	enum ws_role other = role == WS_SERVER ? WS_CLIENT : WS_SERVER;
	struct ws_event ev;
	struct ws_in w;
	struct buf out;
	size_t taken;

	buf_init(&out, message.len + 14);
	ws_frame(&out, role, WS_BINARY, message);
	ws_in_init(&w, other, (uint32_t)message.len);
	must(ws_in_feed(&w, out.data, out.len, &taken, &ev) == 1);
	must(taken == out.len && ev.kind == WS_BINARY);
	must(str_eq(ev.data, message));
	ws_in_fini(&w);
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, bytes, steps;
	enum ws_role role;
	struct str p;

	if (size == 0)
		return 0;
	role = (data[0] & 1) != 0 ? WS_CLIENT : WS_SERVER;
	p = str_n(data + 1, size - 1);
	tell(role, p, size, &whole);
	tell(role, p, 1, &bytes);
	tell(role, p, (size_t)(data[0] >> 1) + 1, &steps);
	must(str_eq(buf_view(&whole), buf_view(&bytes)));
	must(str_eq(buf_view(&whole), buf_view(&steps)));
	buf_fini(&whole);
	buf_fini(&bytes);
	buf_fini(&steps);
	send_again(role, p);
	return 0;
}
