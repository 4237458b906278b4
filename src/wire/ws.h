/*
 * ws -- the websocket codec (RFC 6455 sections 4.2, 5 to 8), pure functions.
 *
 * It touches no socket: bytes go in, events and bytes come out.  Both roles
 * are served; the hub is a server, the simulator a client.  No extensions, no
 * subprotocol.  An idle connection costs sizeof(struct ws_in) and no heap, or
 * nothing at all if its owner forgets it meanwhile (ws_in_idle).
 *
 * Why not a library: an idle connection of libwslay costs 9.2 kB, of
 * libwebsockets 2.8 kB or more, of ours 0.4 kB, and connections are what the
 * hub is for; echoes of 100 bytes are 210,000 a second instead of 128,000 and
 * 138,000.  nginx does TLS and HTTP/2, so only this framing is left.
 *
 * Limits: a message (after reassembly) has at most ws_in.max bytes; longer
 * ones fail with 1009.  Fragments are joined; control frames may come between
 * them.  Text is checked as UTF-8 while it arrives (1007), close reasons too.
 * What breaks the framing rules fails with 1002.
 */
#ifndef FL_WS_H
#define FL_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

enum ws_role { WS_SERVER, WS_CLIENT };

/* Values are the opcodes of RFC 6455 section 11.8. */
enum ws_kind {
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10
};

/* Close codes we send (section 7.4.1; 1013 is in the IANA registry). */
enum ws_code {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL = 1002,
	WS_UNSUPPORTED = 1003,
	WS_NO_CODE = 1005, /* never on the wire: a close frame without a code */
	WS_BAD_TEXT = 1007,
	WS_POLICY = 1008,
	WS_TOO_BIG = 1009,
	WS_INTERNAL = 1011,
	WS_TRY_LATER = 1013
};

/* One event: a whole message or a control frame.  data is valid until the
 * next call with the same ws_in; for WS_CLOSE it is the reason. */
struct ws_event {
	enum ws_kind kind;
	uint16_t code; /* of WS_CLOSE; WS_NO_CODE if the frame had none */
	struct str data;
};

/* The incremental UTF-8 check: what must come next. */
struct ws_utf8 {
	uint8_t need;   /* bytes missing of the current sequence */
	uint8_t lo, hi; /* range of the next of them */
};

/* The receiving side of a connection: all fields are private but fail.  There
 * are many idle ones, so it is kept small. */
struct ws_in {
	struct buf held; /* the message so far, then a control frame's data */
	uint64_t left;   /* payload bytes missing of the current frame */
	uint32_t max;    /* longest message */
	uint16_t fail;   /* close code to send after ws_in_feed gave -1 */
	uint8_t role;
	uint8_t opcode;  /* of the current frame */
	uint8_t message; /* opcode of the message being joined, 0 none */
	uint8_t head_len;
	unsigned char head[14]; /* of a frame whose head has not all arrived */
	unsigned char mask[4];
	uint8_t mask_at;
	uint8_t control_len; /* bytes of control data at the end of held */
	struct ws_utf8 utf8;
	bool fin, in_payload;
	bool given; /* the last call gave a message: held can go */
	bool closed;
};

void ws_in_init(struct ws_in *w, enum ws_role role, uint32_t max);
void ws_in_fini(struct ws_in *w);

/*
 * Take bytes from p[0..n); *taken says how many were used.  1: *ev is filled,
 * call again with the rest, even if the rest is empty (the memory of the last
 * event is freed then); 0: all bytes taken, no whole event yet; -1: the peer
 * broke a rule, w->fail is the close code, nothing more is taken.
 * After a WS_CLOSE event further bytes are ignored (taken, 0).
 */
int ws_in_feed(struct ws_in *w, const char *p, size_t n, size_t *taken,
    struct ws_event *ev);

/* Nothing is begun and nothing held: one made anew would go on as well. */
bool ws_in_idle(const struct ws_in *w);

/* Add one frame (never fragmented) to out; a client masks it.  Control data
 * has at most 125 bytes. */
void ws_frame(
    struct buf *out, enum ws_role role, enum ws_kind kind, struct str data);

/*
 * A frame in two steps, to avoid copying a payload into another buffer first:
 * ws_frame_head for len bytes, then those bytes unmasked (server role only).
 */
void ws_frame_head(struct buf *out, enum ws_kind kind, size_t len);

/* A close frame; code WS_NO_CODE sends none.  The reason (UTF-8) is cut at 123
 * bytes, before a sequence that does not fit. */
void ws_close(
    struct buf *out, enum ws_role role, uint16_t code, struct str reason);

/* May this code stand in a close frame we received (section 7.4)? */
bool ws_code_valid(unsigned code);

/* Sec-WebSocket-Accept for a Sec-WebSocket-Key (section 4.2.2); 28 + NUL. */
#define WS_ACCEPT_SIZE 29
void ws_accept(struct str key, char out[WS_ACCEPT_SIZE]);

/* A Sec-WebSocket-Key: 16 bytes in base64, that is 24 characters, "==" last. */
bool ws_key_valid(struct str key);
void ws_key_new(char out[25]);

#endif
