/* HTTP/1 messages: heads, all ways a body ends, what is refused. */
#include "http1.h"

#include <string.h>

#include "buf.h"
#include "count.h"
#include "tap.h"

/* Feed text in pieces of step bytes; write what happens as a line of text. */
static void
run(struct http1 *h, struct str in, size_t step, struct buf *out)
{
	struct http1_event ev;
	size_t taken;

	while (in.len > 0) {
		struct str piece = str_n(in.p, step < in.len ? step : in.len);
		int rc = http1_feed(h, piece, &taken, &ev);

		if (rc < 0) {
			buf_puts(out, "broken");
			return;
		}
		if (rc == 1 && ev.kind == HTTP1_HEAD)
			buf_puts(out, "head ");
		if (rc == 1 && ev.kind == HTTP1_BODY)
			buf_str(out, ev.body);
		if (rc == 1 && ev.kind == HTTP1_END)
			buf_puts(out, " end ");
		in.p += taken;
		in.len -= taken;
		if (rc == 1 && ev.kind == HTTP1_END && http1_upgraded(h)) {
			buf_printf(out, "then %.*s", (int)in.len, in.p);
			return;
		}
	}
}

/* In one piece and byte by byte the same must come out. */
static void
expect(bool request, bool to_head, const char *in, const char *want)
{
	for (size_t step = 1; step <= 4096; step *= 64) {
		struct http1 *h =
		    request ? http1_request_new() : http1_response_new(to_head);
		struct buf out;

		buf_init(&out, 65536);
		run(h, str_of(in), step, &out);
		/* An event leaves nothing of the input behind. */
		if (step == 1 && strstr(want, "then ") != NULL)
			tap_ok(strncmp(out.data, want,
				   (size_t)(strstr(want, "then") - want)) == 0,
			    "byte by byte: %s", want);
		else
			tap_ok(strcmp(out.data ? out.data : "", want) == 0,
			    "in pieces of %zu: %.40s", step, in);
		buf_fini(&out);
		http1_free(&h);
	}
}

static void
test_bodies(void)
{
	expect(false, false, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n",
	    "head ok\n end ");
	expect(false, false,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\nTrail: er\r\n\r\n",
	    "head ab0123456789 end ");
	expect(false, true, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
	    "head  end ");
	expect(false, false, "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n",
	    "head  end ");
	expect(false, false,
	    "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "head  end ");
	expect(false, false,
	    "HTTP/1.0 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
	    "1\r\n\r\nx",
	    "head  end head x end ");
	expect(false, false,
	    "HTTP/1.1 101 Sw\r\nUpgrade: websocket\r\nConnection: "
	    "Upgrade\r\n\r\n\x81\x01x",
	    "head  end then \x81\x01x");
	expect(true, false,
	    "POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET / "
	    "HTTP/1.1\r\n\r\n",
	    "head ab end head  end ");
}

static void
test_eof(void)
{
	struct http1 *h = http1_response_new(false);
	struct buf out;

	buf_init(&out, 1000);
	tap_is_int(
	    http1_eof(h), 0, "nothing at all is an end between messages");
	run(h, STR("HTTP/1.1 200 OK\r\n\r\nbody"), 7, &out);
	tap_is_str(out.data, "head body", "without length the body goes on");
	tap_is_int(http1_eof(h), 1, "until the end of the connection");
	tap_is_int(http1_eof(h), 0, "which ends it once");
	http1_free(&h);

	h = http1_response_new(false);
	buf_clear(&out);
	run(h, STR("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nb"), 99, &out);
	tap_is_int(http1_eof(h), -1, "an end before the length is an error");
	http1_free(&h);

	h = http1_response_new(false);
	buf_clear(&out);
	run(h, STR("HTTP/1.1 200 OK\r\nX: "), 99, &out);
	tap_is_int(http1_eof(h), -1, "an end within the head is an error");
	http1_free(&h);
	buf_fini(&out);
}

static void
test_head(void)
{
	static const char text[] =
	    "PUT /!mod%20cmd?a=b%2f HTTP/1.1\r\nHost:  ap.example \r\n"
	    "Connection: close, UPGRADE\r\nX-Empty:\r\nContent-Length: 0\r\n"
	    "Upgrade: websocket\r\nhost: two\r\n\r\n";
	struct http1 *h = http1_request_new();
	struct http1_event ev;
	size_t taken;

	tap_is_int(http1_feed(h, str_of(text), &taken, &ev), 1, "a whole head");
	tap_ok(str_eqz(http1_method(h), "PUT"), "the method");
	tap_ok(str_eqz(http1_target(h), "/!mod%20cmd?a=b%2f"),
	    "the target stays as it came");
	tap_is_int((long long)http1_count(h), 6, "all headers are there");
	tap_ok(str_eqz(http1_find(h, "HOST"), "ap.example"),
	    "the first of a name is found, trimmed");
	tap_ok(http1_token(h, "connection", STR("upgrade")), "a token");
	tap_ok(!http1_token(h, "connection", STR("up")), "not a part of it");
	tap_ok(http1_has(h, "x-empty") && http1_find(h, "x-empty").len == 0,
	    "an empty value is a header all the same");
	tap_is_int(http1_length(h), 0, "the length");
	tap_ok(http1_upgraded(h), "it asks for an upgrade");
	http1_free(&h);
	tap_ok(h == NULL, "free leaves NULL");
}

static void
test_refused(void)
{
	static const char *const bad[] = {
	    "GET / HTTP/2.0\r\n\r\n",
	    "GET /a b HTTP/1.1\r\n\r\n",
	    "GET /a\tb HTTP/1.1\r\n\r\n",
	    "GET /a\fb HTTP/1.1\r\n\r\n",
	    "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n",
	    "GET / HTTP/1.1\r\nX: a\x01"
	    "b\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
	    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, x\r\n\r\n",
	    "\x16\x03\x01 hello",
	};

	for (size_t i = 0; i < COUNT(bad); i++)
		expect(true, false, bad[i], "broken");
	expect(false, false, "HTTP/1.1 20 OK\r\n\r\n", "broken");
	expect(false, false,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	    "head broken");
}

static void
test_limits(void)
{
	struct http1 *h = http1_request_new();
	struct buf in, out;

	buf_init(&in, 1 << 20);
	buf_init(&out, 1000);
	buf_puts(&in, "GET / HTTP/1.1\r\n");
	for (int i = 0; i <= HTTP1_HEADERS_MAX; i++)
		buf_puts(&in, "a: b\r\n");
	buf_puts(&in, "\r\n");
	run(h, buf_view(&in), 4096, &out);
	tap_is_str(out.data, "broken", "too many headers are refused");
	http1_free(&h);

	h = http1_request_new();
	buf_clear(&in);
	buf_clear(&out);
	buf_puts(&in, "GET /");
	for (int i = 0; i < HTTP1_HEAD_MAX; i++)
		buf_putc(&in, 'a');
	buf_puts(&in, " HTTP/1.1\r\n\r\n");
	run(h, buf_view(&in), 4096, &out);
	tap_is_str(out.data, "broken", "a head that is too long is refused");
	http1_free(&h);
	buf_fini(&in);
	buf_fini(&out);
}

int
main(void)
{
	test_bodies();
	test_eof();
	test_head();
	test_refused();
	test_limits();
	return tap_end();
}
