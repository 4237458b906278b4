/* A websocket inside a simulated device: RFC 6455 sections 5.5 and 7. */
#include "talk.h"

#include "tap.h"
#include "ws.h"

/* Has the talk, to whom a client sends in, said want?  It goes on, or not. */
static void
says(struct talk *t, struct str in, struct str want, bool on, const char *name)
{
	struct buf out;
	bool goes_on;

	buf_init(&out, TALK_MAX);
	goes_on = talk_take(t, in, &out);
	tap_ok(str_eq(buf_view(&out), want), "%s", name);
	tap_ok(
	    goes_on == on, "... and the talk %s", on ? "goes on" : "is over");
	buf_fini(&out);
}

static void
frame(struct buf *b, enum ws_kind kind, const char *text)
{
	buf_clear(b);
	ws_frame(b, WS_CLIENT, kind, str_of(text));
}

static void
test_echo(void)
{
	struct talk *t = talk_new(NULL);
	struct buf in;

	buf_init(&in, TALK_MAX);
	frame(&in, WS_TEXT, "hello");
	says(t, str_n(in.data, 4), STR(""), true, "half a frame is waited for");
	says(t, str_n(in.data + 4, in.len - 4), STR("\x81\x05hello"), true,
	    "a message comes back");
	frame(&in, WS_PING, "there?");
	says(t, buf_view(&in), STR("\x8a\x06there?"), true,
	    "a ping is answered with its bytes");
	frame(&in, WS_PONG, "");
	says(t, buf_view(&in), STR(""), true, "a pong is not");
	buf_clear(&in);
	ws_close(&in, WS_CLIENT, WS_GOING_AWAY, STR("bye"));
	says(t, buf_view(&in), STR("\x88\x02\x03\xe9"), false,
	    "a close is confirmed with its code");
	talk_free(&t);
	tap_ok(t == NULL, "it is gone");
	talk_free(&t);
	buf_fini(&in);
}

static void
test_faults(void)
{
	struct talk *t = talk_new(NULL);

	says(t, STR("\x81\x02hi"), STR("\x88\x02\x03\xea"), false,
	    "what a client did not mask is a fault of the protocol");
	says(t, STR("\x81\x02hi"), STR(""), false, "... that is told once");
	talk_free(&t);
	t = talk_new(NULL);
	says(t, STR("\x81\x81\0\0\0\0\xff"), STR("\x88\x02\x03\xef"), false,
	    "so is a text that is no UTF-8");
	talk_free(&t);
}

int
main(void)
{
	test_echo();
	test_faults();
	return tap_end();
}
