/* The tunnel's machine: what goes to the device, what comes to the user. */
#include "tunnel.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

/* All that happened, as text. */
static struct {
	struct buf log;
	struct tunnel t;
	bool blocked;     /* may_send says no */
	bool cut_at_head; /* the user goes in the middle */
	int freed;        /* how often it was said to be free */
} s;

static void
on_frame(struct tunnel *t, enum sc_event event, struct str data)
{
	static const char *const names[] = {
	    "send", "receive", "result", "sent", "shutdown"};

	(void)t;
	buf_printf(&s.log, "%s(%.*s) ", names[event],
	    data.len > 40 ? 0 : (int)data.len, data.p);
}

static bool
may_send(struct tunnel *t)
{
	(void)t;
	return !s.blocked;
}

static void
on_unused(struct tunnel *t)
{
	s.freed += tunnel_is_free(t);
}

static void
on_head(void *arg, const struct http1 *h)
{
	(void)arg;
	buf_printf(&s.log, "head %d ", http1_status(h));
	if (s.cut_at_head)
		tunnel_cut(&s.t);
}

static void
on_body(void *arg, struct str piece)
{
	(void)arg;
	buf_printf(&s.log, "body(%.*s) ", (int)piece.len, piece.p);
}

static void
on_end(void *arg, enum tunnel_end how)
{
	static const char *const names[] = {"whole", "broken", "lost"};

	(void)arg;
	buf_printf(&s.log, "%s ", names[how]);
}

static void
nothing(void *arg)
{
	(void)arg;
}

static const struct tunnel_ops ops = {
    .frame = on_frame, .may_send = may_send, .unused = on_unused};
static const struct tunnel_user user = {.head = on_head,
    .body = on_body,
    .end = on_end,
    .moved = nothing,
    .recheck = nothing};

static void
begin(bool to_head, bool may_upgrade)
{
	struct tunnel_request r = {.user = &user,
	    .arg = NULL,
	    .to_head = to_head,
	    .may_upgrade = may_upgrade};

	s.blocked = s.cut_at_head = false;
	s.freed = 0;
	buf_init(&s.log, 65536);
	tunnel_init(&s.t, 13, &ops, &r);
}

static void
said(const char *want, const char *name)
{
	tap_is_str(s.log.data ? s.log.data : "", want, name);
	buf_clear(&s.log);
}

static void
end(void)
{
	tunnel_fini(&s.t);
	buf_fini(&s.log);
}

static void
result(const char *bytes)
{
	tunnel_device(&s.t, SC_RECEIVE_RESULT, str_of(bytes));
}

static void
event(enum sc_event e)
{
	tunnel_device(&s.t, e, str_n("", 0));
}

/* A request that has gone out; the first receive is pending. */
static void
ask(bool to_head, bool may_upgrade)
{
	begin(to_head, may_upgrade);
	tunnel_write(&s.t, STR("GET"));
	tunnel_write_end(&s.t);
	event(SC_SEND_RESULT);
	said("send(GET) receive() ", "a request goes out, then it is received");
}

static void
test_simple(void)
{
	ask(false, false);
	tap_ok(tunnel_waits(&s.t), "the device owes a result");
	result("HTTP/1.1 200 OK\r\nContent-Le");
	said("receive() ", "a part of the head asks for more");
	result("ngth: 5\r\n\r\nab");
	said("head 200 body(ab) receive() ", "the head and a part of the body");
	result("cde");
	said("body(cde) shutdown() whole ", "the length ends it");
	tap_ok(!tunnel_is_free(&s.t), "the id waits for the confirmation");
	result("more");
	said("", "what comes afterwards is nothing");
	event(SC_SHUTDOWN);
	said("", "a confirmation is not confirmed");
	tap_ok(tunnel_is_free(&s.t), "then the id is free");
	end();
}

static void
test_upload(void)
{
	static char big[SC_SEND_MAX * 2 + 10];

	begin(false, false);
	tunnel_write(&s.t, STR("head"));
	said("", "a head waits for what fits into its frame");
	memset(big, 'x', sizeof(big));
	tunnel_write(&s.t, str_n(big, sizeof(big) - 4));
	said("send() ", "a full frame goes at once");
	tunnel_write(&s.t, STR("tail"));
	said("", "the next send waits for the send result");
	event(SC_SEND_RESULT);
	said("send() ", "then it goes");
	tap_is_int(
	    (long long)tunnel_queued(&s.t), 14, "in pieces of at most 8 KiB");
	event(SC_SEND_RESULT);
	said("", "less than a frame waits for the end of the request");
	tunnel_write_end(&s.t);
	said("send(xxxxxxxxxxtail) ", "the rest");
	event(SC_SEND_RESULT);
	said("receive() ", "a receive only after the whole request");
	event(SC_SEND_RESULT);
	said("", "a second send result is nothing");
	end();
}

static void
test_full_device(void)
{
	begin(false, false);
	s.blocked = true;
	tunnel_write(&s.t, STR("GET"));
	tunnel_write_end(&s.t);
	said("", "nothing is sent while the device's queue is full");
	tap_ok(!tunnel_waits(&s.t), "and the device owes nothing");
	s.blocked = false;
	tunnel_go_on(&s.t);
	said("send(GET) ", "it goes on when there is room");
	end();
}

static void
test_pause(void)
{
	ask(false, false);
	tunnel_pause(&s.t, true);
	result("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
	said("head 200 body(a) ", "paused: no further receive");
	tap_ok(!tunnel_waits(&s.t), "the time-out does not run meanwhile");
	tunnel_pause(&s.t, false);
	said("receive() ", "let go: the next one");
	end();
}

static void
test_ends(void)
{
	ask(false, false);
	result("HTTP/1.1 200 OK\r\n\r\nall");
	said("head 200 body(all) receive() ", "no length: to the end");
	result("");
	said("shutdown() whole ", "an empty result is the end");
	end();

	ask(false, false);
	result("HTTP/1.1 200 OK\r\n\r\nall");
	event(SC_SHUTDOWN);
	said("head 200 body(all) receive() shutdown() whole ",
	    "so is a shutdown from the device, answered once");
	tap_ok(tunnel_is_free(&s.t), "and the id is free at once");
	end();

	ask(false, false);
	result("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
	event(SC_SHUTDOWN);
	said("head 200 body(x) receive() shutdown() broken ",
	    "a shutdown before the length is a broken answer");
	end();

	ask(false, false);
	event(SC_SHUTDOWN);
	said("shutdown() broken ", "so is one before the head");
	end();

	ask(false, false);
	result("");
	said("shutdown() broken ", "so is an empty result before the head");
	end();

	begin(false, false);
	tunnel_write(&s.t, STR("GET"));
	event(SC_SHUTDOWN);
	said("broken ", "so is a shutdown in the middle of the request");
	end();

	ask(false, false);
	result("no HTTP at all\r\n");
	said("shutdown() broken ", "what is no HTTP is broken");
	end();
}

static void
test_without_body(void)
{
	ask(true, false);
	result("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
	said("head 200 shutdown() whole ", "HEAD ends with the head");
	end();
	ask(false, false);
	result("HTTP/1.1 204 No\r\n\r\n");
	said("head 204 shutdown() whole ", "so does 204");
	end();
	ask(false, false);
	result("HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n");
	said("head 304 shutdown() whole ", "so does 304");
	end();
	ask(false, false);
	result("HTTP/1.1 100 Go on\r\n\r\n");
	said("receive() ", "a 100 is skipped");
	result("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	said("head 200 shutdown() whole ", "and the answer follows");
	end();
	ask(false, false);
	result("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	       "2\r\nab\r\n0\r\n\r\nrest");
	said("head 200 body(ab) shutdown() whole ", "the last chunk ends it");
	end();
}

#define SWITCH                                                                 \
	"HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

/* There are devices that take a frame for a request. */
static void
test_one_frame(void)
{
	begin(false, false);
	tunnel_write(&s.t, STR("POST "));
	tunnel_write(&s.t, STR("body"));
	tap_ok(!tunnel_waits(&s.t), "as long the device owes nothing");
	tunnel_write_end(&s.t);
	said("send(POST body) ", "a head and its body travel in one frame");
	end();

	begin(false, false);
	tunnel_write(&s.t, STR("POST "));
	tunnel_write(&s.t, STR("5\r\nhello\r\n"));
	tunnel_write(&s.t, STR("0\r\n\r\n"));
	tunnel_write_end(&s.t);
	said("send(POST 5\r\nhello\r\n0\r\n\r\n) ", "so do the chunks of one");
	end();

	begin(false, false);
	s.blocked = true;
	tunnel_write(&s.t, STR("POST "));
	tunnel_write_end(&s.t);
	said("", "not while the device takes nothing");
	s.blocked = false;
	tunnel_go_on(&s.t);
	said("send(POST ) ", "but as soon as it does");
	end();
}

static void
test_pipe(void)
{
	ask(false, true);
	result(SWITCH "hello");
	said("head 101 body(hello) receive() ", "a 101 makes a pipe");
	tunnel_write(&s.t, STR("abc"));
	said("send(abc) ", "bytes go while a receive is pending");
	tunnel_write(&s.t, STR("def"));
	result("x");
	said("body(x) receive() ", "and come while a send is pending");
	event(SC_SEND_RESULT);
	said("send(def) ", "each way keeps its order");
	result("");
	said("shutdown() whole ", "an empty result ends the pipe");
	end();

	ask(false, true);
	result(SWITCH);
	event(SC_SHUTDOWN);
	said("head 101 receive() shutdown() whole ", "a shutdown too");
	end();

	ask(false, false);
	result(SWITCH);
	said("shutdown() broken ", "a 101 nobody asked for is broken");
	end();

	ask(false, true);
	result("HTTP/1.1 426 No\r\nContent-Length: 1\r\n\r\nx");
	said("head 426 body(x) shutdown() whole ",
	    "an upgrade may be refused like any request");
	end();
}

/* What a device never heard of it is not told the end of either. */
static void
test_never_sent(void)
{
	begin(false, false);
	tunnel_write(&s.t, STR("POST"));
	tunnel_cut(&s.t);
	said("", "a user that goes before anything was sent");
	tap_ok(tunnel_is_free(&s.t) && s.freed == 1, "leaves the id free");
	event(SC_SHUTDOWN);
	event(SC_RECEIVE_RESULT);
	said("", "whatever the device says");
	end();

	begin(false, false);
	tunnel_write(&s.t, STR("POST"));
	event(SC_SHUTDOWN);
	said("broken ", "so does a device that ends what it does not know");
	tap_ok(tunnel_is_free(&s.t) && s.freed == 1, "once");
	end();

	ask(false, false);
	tunnel_cut(&s.t);
	tap_ok(s.freed == 0, "after a frame its answer is waited for");
	end();
}

static void
test_user_goes(void)
{
	ask(false, false);
	tunnel_cut(&s.t);
	said("shutdown() ", "the device is told that the user has gone");
	result("HTTP/1.1 200 OK\r\n\r\n");
	event(SC_SEND_RESULT);
	said("", "late results reach nobody");
	tap_ok(!tunnel_is_free(&s.t), "the id waits");
	event(SC_SHUTDOWN);
	tap_ok(tunnel_is_free(&s.t), "for the confirmation");
	end();

	ask(false, false);
	s.cut_at_head = true;
	result("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
	said("head 200 shutdown() ", "the user may go in the middle of a call");
	end();
}

static void
test_device_goes(void)
{
	ask(false, false);
	tunnel_lost(&s.t);
	said("lost ", "no frame goes to a device that has gone");
	tap_ok(tunnel_is_free(&s.t), "and nothing is waited for");
	end();

	ask(false, false);
	tunnel_cut(&s.t);
	said("shutdown() ", "a request that was cut");
	tunnel_lost(&s.t);
	said("", "ends in silence when the device goes");
	tap_ok(tunnel_is_free(&s.t), "with its id free");
	end();
}

static void
test_strange(void)
{
	begin(false, false);
	tunnel_write(&s.t, STR("GET"));
	result("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	said("", "a result nobody asked for is dropped");
	tunnel_device(&s.t, 99, STR("x"));
	tunnel_device(&s.t, SC_SEND, STR("x"));
	said("", "unknown events and those of the other side are ignored");
	tunnel_write_end(&s.t);
	event(SC_SEND_RESULT);
	said("send(GET) receive() ", "and the request goes on");
	end();
}

int
main(void)
{
	test_simple();
	test_upload();
	test_full_device();
	test_pause();
	test_ends();
	test_without_body();
	test_one_frame();
	test_pipe();
	test_never_sent();
	test_user_goes();
	test_device_goes();
	test_strange();
	return tap_end();
}
