/*
 * RFC 6455, sections 4.2 and 5 to 8.  What a receiver sees is written as a
 * line: T text, B binary, P ping, O pong, C close with its code; each event
 * ends with "|", and "!code" is the close code a broken rule gives.
 * Most frames here are those a client receives, because they are not masked.
 */
#include "ws.h"

#include <string.h>

#include "count.h"
#include "tap.h"

#define MAX 1000

static void
tell_event(struct buf *log, const struct ws_event *ev)
{
	static const char letters[] = {[WS_TEXT] = 'T',
	    [WS_BINARY] = 'B',
	    [WS_CLOSE] = 'C',
	    [WS_PING] = 'P',
	    [WS_PONG] = 'O'};

	buf_putc(log, letters[ev->kind]);
	if (ev->kind == WS_CLOSE)
		buf_printf(log, "%u", ev->code);
	buf_putc(log, ':');
	buf_str(log, ev->data);
	buf_putc(log, '|');
}

/* Feed p in steps of step bytes and tell what comes out. */
static void
tell(enum ws_role role, struct str p, size_t step, struct buf *log)
{
	struct ws_event ev;
	struct ws_in w;
	size_t taken, n;
	int rc = 0;

	ws_in_init(&w, role, MAX);
	while (rc >= 0 && p.len > 0) {
		n = p.len < step ? p.len : step;
		do {
			rc = ws_in_feed(&w, p.p, n, &taken, &ev);
			if (rc > 0)
				tell_event(log, &ev);
			p = str_n(p.p + taken, p.len - taken);
			n -= taken;
		} while (rc > 0);
	}
	if (rc < 0)
		buf_printf(log, "!%u", w.fail);
	ws_in_fini(&w);
}

static void
sees(enum ws_role role, struct str p, const char *want, const char *name)
{
	struct buf whole, bytes;

	buf_init(&whole, 1 << 20);
	buf_init(&bytes, 1 << 20);
	tell(role, p, p.len, &whole);
	tell(role, p, 1, &bytes);
	tap_is_mem(whole.data, whole.len, want, strlen(want), name);
	if (whole.len != bytes.len ||
	    (whole.len > 0 && memcmp(whole.data, bytes.data, whole.len) != 0))
		tap_ok(false, "%s: the same byte by byte", name);
	buf_fini(&whole);
	buf_fini(&bytes);
}

/* What a client receives, and what a server receives. */
#define CLIENT(bytes, want, name) sees(WS_CLIENT, STR(bytes), want, name)
#define SERVER(bytes, want, name) sees(WS_SERVER, STR(bytes), want, name)

static void
test_examples(void)
{
	CLIENT("\x81\x05Hello", "T:Hello|", "5.7: an unmasked text");
	SERVER("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "T:Hello|",
	    "5.7: a masked text");
	CLIENT("\x01\x03Hel\x80\x02lo", "T:Hello|", "5.7: a fragmented text");
	CLIENT("\x89\x05Hello", "P:Hello|", "5.7: a ping");
	SERVER("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "O:Hello|",
	    "5.7: a masked pong");
}

static void
test_masking(void)
{
	SERVER("\x81\x05", "!1002", "5.1: a server refuses unmasked frames");
	CLIENT("\x81\x85", "!1002", "5.1: a client refuses masked frames");
	SERVER("\x89\x00", "!1002", "5.1: control frames are masked too");
	SERVER("\x02\x83\x01\x02\x03\x04"
	       "\x60\x60\x60"
	       "\x80\x83\x10\x20\x30\x40\x71\x42\x53",
	    "B:abcabc|", "5.3: each frame has its own mask");
	SERVER("\x82\x80\x01\x02\x03\x04", "B:|", "an empty masked message");
}

static void
test_heads(void)
{
	CLIENT("\xc1", "!1002", "5.2: RSV1 is refused with its byte");
	CLIENT("\xa1", "!1002", "5.2: RSV2 is refused");
	CLIENT("\x91", "!1002", "5.2: RSV3 is refused");
	CLIENT("\x83", "!1002", "5.2: opcode 3 is refused");
	CLIENT("\x84", "!1002", "5.2: opcode 4 is refused");
	CLIENT("\x85", "!1002", "5.2: opcode 5 is refused");
	CLIENT("\x86", "!1002", "5.2: opcode 6 is refused");
	CLIENT("\x87", "!1002", "5.2: opcode 7 is refused");
	CLIENT("\x8b", "!1002", "5.2: opcode 11 is refused");
	CLIENT("\x8c", "!1002", "5.2: opcode 12 is refused");
	CLIENT("\x8d", "!1002", "5.2: opcode 13 is refused");
	CLIENT("\x8e", "!1002", "5.2: opcode 14 is refused");
	CLIENT("\x8f", "!1002", "5.2: opcode 15 is refused");
	CLIENT(
	    "\x82\x7e\x00\x7d", "!1002", "5.2: 125 in 16 bits is not minimal");
	CLIENT("\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", "!1002",
	    "5.2: 65535 in 64 bits is not minimal");
	CLIENT("\x82\x7f\x80\x00\x00\x00\x00\x01\x00\x00", "!1002",
	    "5.2: a 64 bit length with the high bit is refused");
	CLIENT("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", "!1009",
	    "a length above the limit is refused with the head");
}

static void
test_control(void)
{
	char frame[2 + 126] = "\x89\x7d";
	char want[126 + 3] = "P:";

	memset(frame + 2, 'x', 125);
	memset(want + 2, 'x', 125);
	want[127] = '|';
	sees(WS_CLIENT, str_n(frame, 127), want, "5.5: 125 bytes are allowed");
	CLIENT("\x89\x7e", "!1002", "5.5: 126 are not");
	CLIENT("\x8a\x7f", "!1002", "5.5: nor a 64 bit length");
	CLIENT("\x09\x00", "!1002", "5.5: a fragmented ping is refused");
	CLIENT("\x0a\x00", "!1002", "5.5: a fragmented pong is refused");
	CLIENT("\x08\x00", "!1002", "5.5: a fragmented close is refused");
	CLIENT("\x89\x00\x8a\x00", "P:|O:|", "5.5: empty ping and pong");
	CLIENT("\x89\x02\xff\xfe", "P:\xff\xfe|",
	    "5.5.2: a ping need not be UTF-8");
}

static void
test_fragments(void)
{
	CLIENT("\x01\x01"
	       "a\x89\x01p\x00\x01"
	       "b\x8a\x00\x80\x01"
	       "c",
	    "P:p|O:|T:abc|", "5.4: control frames between fragments");
	CLIENT("\x02\x00\x00\x00\x80\x00", "B:|",
	    "5.4: fragments may all be empty");
	CLIENT("\x01\x01"
	       "a\x80\x00",
	    "T:a|", "5.4: the last fragment may be empty");
	CLIENT("\x01\x01"
	       "a\x81",
	    "!1002", "5.4: no text inside a fragmented message");
	CLIENT("\x02\x01"
	       "a\x02",
	    "!1002", "5.4: no binary inside a fragmented message");
	CLIENT("\x80", "!1002", "5.4: a continuation needs a start");
	CLIENT("\x00", "!1002", "5.4: also one that is not the last");
	CLIENT("\x82\x01"
	       "a\x80",
	    "B:a|!1002", "5.4: none continues a finished message");
	CLIENT("\x01\x01"
	       "a\x88\x02\x03\xe8"
	       "\x80\x01z",
	    "C1000:|", "5.5.1: a close ends all, even between fragments");
	CLIENT("\x82\x01"
	       "a\x82\x01"
	       "b",
	    "B:a|B:b|", "messages follow each other");
}

static void
test_utf8(void)
{
	CLIENT("\x81\x06\xce\xba\xe1\xbd\xb9\x7f",
	    "T:\xce\xba\xe1\xbd\xb9\x7f|", "8.1: UTF-8 is accepted");
	CLIENT("\x01\x01\xf0\x00\x01\x9f\x89\x00\x00\x01\x98\x80\x01\x80",
	    "P:|T:\xf0\x9f\x98\x80|", "8.1: a sequence may span fragments");
	CLIENT("\x81\x04\xf4\x8f\xbf\xbf", "T:\xf4\x8f\xbf\xbf|",
	    "8.1: U+10FFFF is accepted");
	CLIENT("\x81\x03\xef\xbf\xbf", "T:\xef\xbf\xbf|",
	    "8.1: a noncharacter is accepted");
	CLIENT("\x81\x03\xed\x9f\xbf", "T:\xed\x9f\xbf|",
	    "8.1: the last before the surrogates is accepted");
	CLIENT("\x81\x7e\x03\xe8\x80", "!1007",
	    "8.1: a stray continuation fails before the frame is whole");
	CLIENT("\x81\x0a\xc0", "!1007", "8.1: 0xc0 fails at once");
	CLIENT("\x81\x0a\xc1", "!1007", "8.1: 0xc1 fails at once");
	CLIENT("\x81\x0a\xf5", "!1007", "8.1: 0xf5 fails at once");
	CLIENT("\x81\x0a\xff", "!1007", "8.1: 0xff fails at once");
	CLIENT("\x81\x0a\xe0\x9f", "!1007", "8.1: an overlong three fails");
	CLIENT("\x81\x0a\xf0\x8f", "!1007", "8.1: an overlong four fails");
	CLIENT("\x81\x0a\xed\xa0", "!1007", "8.1: a surrogate fails");
	CLIENT("\x81\x0a\xf4\x90", "!1007", "8.1: above U+10FFFF fails");
	CLIENT("\x81\x0a\xce"
	       "a",
	    "!1007", "8.1: ASCII inside a sequence fails");
	CLIENT("\x01\x01\xe2\x00\x01\x28", "!1007",
	    "8.1: a fault across fragments fails in the second");
	CLIENT("\x81\x02\xe2\x82", "!1007", "8.1: a cut sequence fails");
	CLIENT("\x01\x01\xe2\x80\x00", "!1007",
	    "8.1: also when an empty fragment ends it");
	CLIENT("\x82\x02\xe2\x28", "B:\xe2\x28|", "binary is not checked");
	CLIENT("\x81\x12"
	       "0123456789abcdef\xc3\xa4"
	       "\x81\x11"
	       "0123456789abcdef\xa4",
	    "T:0123456789abcdef\xc3\xa4|!1007",
	    "8.1: also behind a long run of ASCII");
}

/* A text frame with a NUL cannot be a C string, so it is looked at alone. */
static void
test_nul(void)
{
	struct ws_event ev = {0};
	struct ws_in w;
	size_t taken;

	ws_in_init(&w, WS_CLIENT, MAX);
	tap_ok(ws_in_feed(&w,
		   "\x81\x03"
		   "a\0b",
		   5, &taken, &ev) == 1,
	    "U+0000 is UTF-8");
	tap_is_mem(ev.data.p, ev.data.len, "a\0b", 3, "it stays in the text");
	ws_in_fini(&w);
}

static bool
close_accepted(unsigned code)
{
	char frame[4] = {'\x88', 2, (char)(code >> 8), (char)(code & 0xff)};
	struct ws_event ev;
	struct ws_in w;
	size_t taken;
	int rc;

	ws_in_init(&w, WS_CLIENT, MAX);
	rc = ws_in_feed(&w, frame, sizeof(frame), &taken, &ev);
	ws_in_fini(&w);
	return rc == 1 ? ev.code == code : w.fail != WS_PROTOCOL;
}

static void
test_close_codes(void)
{
	static const struct {
		unsigned from, to;
		bool good;
	} ranges[] = {{0, 999, false}, {1000, 1003, true}, {1004, 1006, false},
	    {1007, 1014, true}, {1015, 2999, false}, {3000, 4999, true},
	    {5000, 65535, false}};

	for (size_t i = 0; i < COUNT(ranges); i++) {
		unsigned wrong = 0;

		for (unsigned c = ranges[i].from; c <= ranges[i].to; c++)
			wrong += close_accepted(c) != ranges[i].good;
		tap_ok(wrong == 0, "7.4: close codes %u to %u are %s",
		    ranges[i].from, ranges[i].to,
		    ranges[i].good ? "accepted" : "refused");
	}
}

static void
test_close(void)
{
	CLIENT("\x88\x00", "C1005:|", "5.5.1: a close without a code");
	CLIENT("\x88\x01\x03", "!1002", "5.5.1: one byte is no code");
	CLIENT("\x88\x05\x03\xe9"
	       "bye",
	    "C1001:bye|", "5.5.1: code and reason");
	CLIENT("\x88\x04\x03\xe8\xc3\xa4", "C1000:\xc3\xa4|",
	    "5.5.1: the reason is UTF-8");
	CLIENT("\x88\x04\x03\xe8\xc3\x28", "!1007",
	    "8.1: a reason that is not fails");
	CLIENT("\x88\x03\x03\xe8\xc3", "!1007", "8.1: also a cut one");
	CLIENT("\x88\x00\x81\x01x\xff\xff", "C1005:|",
	    "5.5.1: nothing is read after a close");
}

static void
test_limit(void)
{
	static char frame[2 * MAX], want[MAX + 8];

	memset(want, 'y', sizeof(want));
	memcpy(want, "B:", 2);
	memcpy(want + MAX + 2, "|", 2);
	memset(frame, 'y', sizeof(frame));
	memcpy(frame, "\x82\x7e\x03\xe8", 4);
	sees(WS_CLIENT, str_n(frame, 4 + MAX), want, "max bytes are accepted");
	memcpy(frame, "\x82\x7e\x03\xe9", 4);
	sees(WS_CLIENT, str_n(frame, 4), "!1009", "7.4.1: one more is not");
	memcpy(frame, "\x02\x7e\x03\xe7", 4);
	memcpy(frame + 4 + 999, "\x89\x01y\x80\x01y", 6);
	memset(want, 'y', sizeof(want));
	memcpy(want, "P:y|B:", 6);
	memcpy(want + MAX + 6, "|", 2);
	sees(WS_CLIENT, str_n(frame, 4 + 999 + 6), want,
	    "fragments together reach max, a ping does not count");
	memcpy(frame + 4 + 999, "\x80\x02", 2);
	sees(WS_CLIENT, str_n(frame, 4 + 999 + 2), "!1009",
	    "fragments together beyond it are refused with the head");
}

/* Whatever has begun is not forgotten: two fragments, byte by byte. */
static void
test_idle(struct ws_in *w)
{
	static const char bytes[] = "\x02\x01x\x80\x01y";
	struct ws_event ev;
	size_t taken;
	int idle = 0, rc = 0;

	for (size_t i = 0; i < 6 && rc == 0; i++) {
		rc = ws_in_feed(w, bytes + i, 1, &taken, &ev);
		idle += ws_in_idle(w);
	}
	tap_ok(rc == 1 && ev.data.len == 2, "a message in pieces is whole");
	tap_is_int(idle, 0, "and there was always something of it");
}

static void
test_memory(void)
{
	struct ws_event ev;
	struct ws_in w;
	size_t taken;

	tap_ok(sizeof(w) <= 128, "an idle connection costs at most 128 bytes");
	ws_in_init(&w, WS_CLIENT, 65536);
	(void)ws_in_feed(&w, "\x82\x7e\xff\xff", 4, &taken, &ev);
	tap_ok(w.held.data == NULL,
	    "an announced length costs nothing before bytes come");
	(void)ws_in_feed(&w, "abcd", 4, &taken, &ev);
	tap_ok(w.held.room < 256, "memory follows what has arrived");
	ws_in_fini(&w);
	ws_in_init(&w, WS_CLIENT, 65536);
	tap_ok(ws_in_feed(&w, "\x82\x01x", 3, &taken, &ev) == 1 &&
		   ws_in_feed(&w, "", 0, &taken, &ev) == 0 &&
		   w.held.data == NULL && ws_in_idle(&w),
	    "after a message no heap is held, and nothing else is");
	test_idle(&w);
	tap_ok(ws_in_feed(&w, "\x89\x01x", 3, &taken, &ev) == 1 &&
		   ws_in_feed(&w, "", 0, &taken, &ev) == 0 &&
		   w.held.data == NULL,
	    "after a ping no heap is held");
	tap_ok(ws_in_feed(&w, "\xff", 1, &taken, &ev) == -1 &&
		   ws_in_feed(&w, "\x82\x01x", 3, &taken, &ev) == -1 &&
		   w.fail == WS_PROTOCOL,
	    "a failed connection stays failed");
	ws_in_fini(&w);
}

/* A frame of n bytes of payload, written and read back. */
static void
round_trip(enum ws_role role, size_t n, const char *head)
{
	static char data[70000];
	struct ws_event ev;
	struct buf out;
	struct ws_in w;
	size_t taken;

	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i * 7);
	buf_init(&out, 1 << 20);
	ws_in_init(&w, role == WS_SERVER ? WS_CLIENT : WS_SERVER, 1 << 20);
	ws_frame(&out, role, WS_BINARY, str_n(data, n));
	if (role == WS_SERVER)
		tap_ok(memcmp(out.data, head, 2) == 0,
		    "5.2: the length of %zu bytes is minimal", n);
	tap_ok(ws_in_feed(&w, out.data, out.len, &taken, &ev) == 1 &&
		   taken == out.len && ev.data.len == n &&
		   memcmp(ev.data.p, data, n) == 0,
	    "%zu bytes come back from a %s", n,
	    role == WS_SERVER ? "server" : "client");
	ws_in_fini(&w);
	buf_fini(&out);
}

static void
test_sending(void)
{
	static const struct {
		size_t n;
		const char *head;
	} sizes[] = {{0, "\x82\x00"}, {1, "\x82\x01"}, {125, "\x82\x7d"},
	    {126, "\x82\x7e"}, {65535, "\x82\x7e"}, {65536, "\x82\x7f"}};
	struct buf a, b;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		round_trip(WS_SERVER, sizes[i].n, sizes[i].head);
		round_trip(WS_CLIENT, sizes[i].n, sizes[i].head);
	}
	buf_init(&a, 1000);
	buf_init(&b, 1000);
	ws_frame(&a, WS_SERVER, WS_BINARY, STR("abc"));
	ws_frame_head(&b, WS_BINARY, 3);
	buf_puts(&b, "abc");
	tap_is_mem(
	    a.data, a.len, b.data, b.len, "a frame in two steps is the same");
	buf_clear(&a);
	buf_clear(&b);
	ws_frame(&a, WS_CLIENT, WS_TEXT, STR("same"));
	ws_frame(&b, WS_CLIENT, WS_TEXT, STR("same"));
	tap_ok(a.len == 10 && memcmp(a.data + 2, b.data + 2, 4) != 0,
	    "5.3: each frame has a new mask");
	buf_fini(&a);
	buf_fini(&b);
}

static void
test_sending_close(void)
{
	char reason[201], want[201] = "C1008:";
	struct buf out;

	buf_init(&out, 1000);
	ws_close(&out, WS_SERVER, WS_NO_CODE, STR(""));
	tap_is_mem(out.data, out.len, "\x88\x00", 2, "a close without a code");
	buf_clear(&out);
	ws_close(&out, WS_SERVER, WS_GOING_AWAY, STR("bye"));
	sees(WS_CLIENT, buf_view(&out), "C1001:bye|", "a close with a reason");
	buf_clear(&out);
	ws_close(&out, WS_CLIENT, WS_NORMAL, STR("bye"));
	sees(WS_SERVER, buf_view(&out), "C1000:bye|", "a client's close");
	buf_clear(&out);
	memset(reason, 'r', sizeof(reason));
	memcpy(reason + 121, "\xe2\x82\xac", 3);
	memset(want + 6, 'r', 121);
	memcpy(want + 6 + 121, "|", 2);
	ws_close(&out, WS_SERVER, WS_POLICY, str_n(reason, 200));
	sees(WS_CLIENT, buf_view(&out), want,
	    "a long reason is cut between characters");
	buf_fini(&out);
}

static void
test_handshake(void)
{
	char accept[WS_ACCEPT_SIZE], a[25], b[25];

	ws_accept(STR("dGhlIHNhbXBsZSBub25jZQ=="), accept);
	tap_is_str(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
	    "1.3: the accept value of the example");
	tap_ok(ws_key_valid(STR("dGhlIHNhbXBsZSBub25jZQ==")),
	    "4.2.1: 16 bytes in base64 are a key");
	tap_ok(!ws_key_valid(STR("")), "nothing is no key");
	tap_ok(!ws_key_valid(STR("dGhlIHNhbXBsZSBub25jZQ")),
	    "a key without padding is none");
	tap_ok(!ws_key_valid(STR("dGhlIHNhbXBsZSBub25jZWE=")),
	    "17 bytes are no key");
	tap_ok(!ws_key_valid(STR("dGhlIHNhbXBsZSBub25jZ!==")),
	    "another alphabet is no key");
	tap_ok(!ws_key_valid(STR("dGhlIHNhbXBsZSBub25j    ")),
	    "blanks are no key");
	ws_key_new(a);
	ws_key_new(b);
	tap_ok(ws_key_valid(str_of(a)) && strcmp(a, b) != 0,
	    "4.1: keys are made anew");
}

int
main(void)
{
	test_examples();
	test_masking();
	test_heads();
	test_control();
	test_fragments();
	test_utf8();
	test_nul();
	test_close();
	test_close_codes();
	test_limit();
	test_memory();
	test_sending();
	test_sending_close();
	test_handshake();
	return tap_end();
}
