/*
 * The tunnel under any sequence of what device and user may do.  Each byte of
 * the input chooses a step, some take bytes behind it as a response.  What must
 * hold: one send and one receive at a time, no send of less than a frame before
 * the request is whole, one shutdown at most, no data frame after it, and not a
 * word to the user after the end.
 */
#include "tunnel.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

static struct {
	struct tunnel t;
	bool sending, receiving, shut, over, head, unused;
	size_t up, sent;
} s;

static void
on_frame(struct tunnel *t, enum sc_event event, struct str data)
{
	must(t == &s.t && !s.shut);
	if (event == SC_SEND) {
		must(!s.sending && data.len > 0 && data.len <= SC_SEND_MAX);
		must(data.len == SC_SEND_MAX || t->up_ended);
		s.sending = true;
		s.sent += data.len;
		must(s.sent <= s.up);
	} else if (event == SC_RECEIVE) {
		must(!s.receiving);
		s.receiving = true;
	} else {
		must(event == SC_SHUTDOWN && s.sent > 0);
		s.shut = true;
	}
}

static bool
may_send(struct tunnel *t)
{
	return t->id != 0;
}

static void
on_unused(struct tunnel *t)
{
	must(t == &s.t && tunnel_is_free(t) && !s.unused);
	s.unused = true;
}

static void
on_head(void *arg, const struct http1 *h)
{
	must(arg == &s && !s.over && !s.head);
	must(http1_status(h) >= 200 || http1_status(h) == 101);
	s.head = true;
}

static void
on_body(void *arg, struct str piece)
{
	must(arg == &s && !s.over && s.head && piece.len > 0);
}

static void
on_end(void *arg, enum tunnel_end how)
{
	must(arg == &s && !s.over);
	must(how != TUNNEL_WHOLE || s.head);
	s.over = true;
}

static void
on_moved(void *arg)
{
	must(arg == &s && !s.over);
}

static const struct tunnel_ops ops = {
    .frame = on_frame, .may_send = may_send, .unused = on_unused};
static const struct tunnel_user user = {.head = on_head,
    .body = on_body,
    .end = on_end,
    .moved = on_moved,
    .recheck = on_moved};

static void
from_user(unsigned step)
{
	static const char text[20000];

	if (s.over)
		return;
	if (step == 0 && s.up < sizeof(text) * 8) {
		s.up += step + 1;
		tunnel_write(&s.t, str_n(text, 1));
	} else if (step == 1 && s.up < sizeof(text) * 8) {
		s.up += sizeof(text);
		tunnel_write(&s.t, str_n(text, sizeof(text)));
	} else if (step == 2)
		tunnel_write_end(&s.t);
	else if (step == 3)
		tunnel_pause(&s.t, true);
	else if (step == 4)
		tunnel_pause(&s.t, false);
	else if (step == 5) {
		s.over = true;
		tunnel_cut(&s.t);
	}
}

static void
from_device(unsigned step, struct str bytes)
{
	if (step == 0) {
		s.sending = false;
		tunnel_device(&s.t, SC_SEND_RESULT, str_n("", 0));
	} else if (step == 1) {
		s.receiving = false;
		tunnel_device(&s.t, SC_RECEIVE_RESULT, bytes);
	} else if (step == 2)
		tunnel_device(&s.t, SC_SHUTDOWN, str_n("", 0));
	else if (step == 3)
		tunnel_device(&s.t, 77, bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tunnel_request r = {
	    .user = &user, .arg = &s, .to_head = false, .may_upgrade = false};
	size_t n;

	if (size == 0)
		return 0;
	memset(&s, 0, sizeof(s));
	r.to_head = data[0] & 1;
	r.may_upgrade = data[0] & 2;
	tunnel_init(&s.t, 1, &ops, &r);
	for (size_t at = 1; at < size; at++) {
		unsigned step = data[at];

		if (step < 8)
			from_user(step);
		else if (step == 9) {
			n = size - at - 1;
			n = n > 0 && data[at + 1] < n ? data[at + 1] : n;
			from_device(1, str_n(data + at + 1, n));
			at += n;
		} else if (step == 20) {
			s.shut = true; /* no frame goes to who is gone */
			tunnel_lost(&s.t);
			must(s.over && tunnel_is_free(&s.t));
		} else
			from_device(step % 4 == 1 ? 0 : step % 4, str_n("", 0));
		must(!s.over || tunnel_queued(&s.t) == 0);
	}
	tunnel_fini(&s.t);
	return 0;
}
