#include "ws.h"

#include <string.h>

#include "crypto.h"
#include "must.h"

#define CONTROL_MAX 125
#define REASON_MAX  (CONTROL_MAX - 2)
#define FIN         0x80
#define RSV         0x70
#define MASKED      0x80

static bool
is_control(unsigned opcode)
{
	return opcode >= WS_CLOSE;
}

static int
fail(struct ws_in *w, enum ws_code code)
{
	w->fail = (uint16_t)code;
	return -1;
}

/* ---- UTF-8, byte by byte (RFC 3629 section 4) ---- */

static bool
utf8_start(struct ws_utf8 *u, unsigned char c)
{
	u->lo = 0x80;
	u->hi = 0xbf;
	if (c < 0x80) {
		u->need = 0;
	} else if (c >= 0xc2 && c <= 0xdf) {
		u->need = 1;
	} else if (c >= 0xe0 && c <= 0xef) {
		u->need = 2;
		u->lo = c == 0xe0 ? 0xa0 : 0x80; /* no longer form than due */
		u->hi = c == 0xed ? 0x9f : 0xbf; /* no surrogate */
	} else if (c >= 0xf0 && c <= 0xf4) {
		u->need = 3;
		u->lo = c == 0xf0 ? 0x90 : 0x80;
		u->hi = c == 0xf4 ? 0x8f : 0xbf; /* not above U+10FFFF */
	} else {
		return false;
	}
	return true;
}

/* Length of the plain ASCII at the start, in steps of eight. */
static size_t
ascii_run(const unsigned char *p, size_t n)
{
	uint64_t word;
	size_t i = 0;

	for (; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
	}
	return i;
}

static bool
utf8_add(struct ws_utf8 *u, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (u->need == 0) {
			i += ascii_run(p + i, n - i);
			if (i < n && !utf8_start(u, p[i]))
				return false;
		} else {
			if (p[i] < u->lo || p[i] > u->hi)
				return false;
			u->need--;
			u->lo = 0x80;
			u->hi = 0xbf;
		}
	}
	return true;
}

static bool
utf8_whole(struct str s)
{
	struct ws_utf8 u = {0};

	return utf8_add(&u, (const unsigned char *)s.p, s.len) && u.need == 0;
}

/* ---- masks (section 5.3) ---- */

static void
mask_copy(unsigned char *to, const unsigned char *from, size_t n,
    const unsigned char mask[4], size_t at)
{
	unsigned char turned[8];
	uint64_t word, key;
	size_t i = 0;

	for (size_t k = 0; k < sizeof(turned); k++)
		turned[k] = mask[(at + k) & 3];
	memcpy(&key, turned, sizeof(key));
	for (; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, from + i, sizeof(word));
		word ^= key;
		memcpy(to + i, &word, sizeof(word));
	}
	for (; i < n; i++)
		to[i] = from[i] ^ turned[i & 7];
}

/* ---- frame heads (section 5.2) ---- */

static int
check_opcode(struct ws_in *w)
{
	unsigned opcode = w->head[0] & 0x0f;
	bool fin = (w->head[0] & FIN) != 0;

	if ((w->head[0] & RSV) != 0)
		return fail(w, WS_PROTOCOL);
	switch (opcode) {
	case 0:
		return w->message == 0 ? fail(w, WS_PROTOCOL) : 0;
	case WS_TEXT:
	case WS_BINARY:
		return w->message != 0 ? fail(w, WS_PROTOCOL) : 0;
	case WS_CLOSE:
	case WS_PING:
	case WS_PONG:
		return fin ? 0 : fail(w, WS_PROTOCOL);
	}
	return fail(w, WS_PROTOCOL);
}

static int
check_length_byte(struct ws_in *w)
{
	bool masked = (w->head[1] & MASKED) != 0;

	if (masked != (w->role == WS_SERVER))
		return fail(w, WS_PROTOCOL);
	if (is_control(w->head[0] & 0x0f) && (w->head[1] & 0x7f) > CONTROL_MAX)
		return fail(w, WS_PROTOCOL);
	return 0;
}

/* Bytes of the extended length. */
static size_t
length_bytes(const struct ws_in *w)
{
	unsigned len = w->head[1] & 0x7f;

	return len == 126 ? 2 : len == 127 ? 8 : 0;
}

static int
read_length(struct ws_in *w)
{
	static const uint64_t least[9] = {[2] = 126, [8] = 65536};
	size_t n = length_bytes(w);
	uint64_t len = n == 0 ? w->head[1] & 0x7f : 0;

	for (size_t i = 0; i < n; i++)
		len = len << 8 | w->head[2 + i];
	if (len < least[n] || len >> 63 != 0)
		return fail(w, WS_PROTOCOL);
	if (!is_control(w->head[0] & 0x0f) && len > w->max - w->held.len)
		return fail(w, WS_TOO_BIG);
	w->left = len;
	return 0;
}

static void
start_frame(struct ws_in *w)
{
	w->opcode = w->head[0] & 0x0f;
	w->fin = (w->head[0] & FIN) != 0;
	if (w->role == WS_SERVER)
		memcpy(w->mask, w->head + w->head_len - 4, 4);
	w->mask_at = 0;
	w->head_len = 0;
	w->in_payload = true;
	if (!is_control(w->opcode) && w->opcode != 0)
		w->message = w->opcode;
}

/* Take one byte of a head.  A rule is checked with the first byte that shows
 * it broken. */
static int
head_byte(struct ws_in *w, unsigned char c)
{
	size_t mask = w->role == WS_SERVER ? 4 : 0;

	w->head[w->head_len++] = c;
	if (w->head_len == 1)
		return check_opcode(w);
	if (w->head_len == 2 && check_length_byte(w) < 0)
		return -1;
	if (w->head_len == 2 + length_bytes(w) && read_length(w) < 0)
		return -1;
	if (w->head_len == 2 + length_bytes(w) + mask)
		start_frame(w);
	return 0;
}

/* ---- payloads ---- */

static int
payload(struct ws_in *w, const unsigned char *p, size_t n)
{
	unsigned char *to = (unsigned char *)buf_reserve(&w->held, n);

	must(to != NULL); /* read_length saw to it */
	if (w->role == WS_SERVER)
		mask_copy(to, p, n, w->mask, w->mask_at);
	else if (n > 0)
		memcpy(to, p, n);
	buf_added(&w->held, n);
	w->mask_at = (uint8_t)((w->mask_at + n) & 3);
	w->left -= n;
	if (is_control(w->opcode))
		w->control_len = (uint8_t)(w->control_len + n);
	else if (w->message == WS_TEXT && !utf8_add(&w->utf8, to, n))
		return fail(w, WS_BAD_TEXT);
	return 0;
}

/* Section 5.5.1: nothing, or a code and a reason. */
static int
end_close(struct ws_in *w, struct ws_event *ev)
{
	const unsigned char *p = (const unsigned char *)ev->data.p;

	ev->code = WS_NO_CODE;
	if (ev->data.len == 1)
		return fail(w, WS_PROTOCOL);
	if (ev->data.len >= 2) {
		ev->code = (uint16_t)(p[0] << 8 | p[1]);
		ev->data = str_n(p + 2, ev->data.len - 2);
		if (!ws_code_valid(ev->code))
			return fail(w, WS_PROTOCOL);
		if (!utf8_whole(ev->data))
			return fail(w, WS_BAD_TEXT);
	}
	w->closed = true;
	return 1;
}

static int
end_frame(struct ws_in *w, struct ws_event *ev)
{
	struct str all = buf_view(&w->held);

	w->in_payload = false;
	ev->code = 0;
	if (is_control(w->opcode)) {
		ev->kind = w->opcode;
		ev->data =
		    str_n(all.p + all.len - w->control_len, w->control_len);
		return ev->kind == WS_CLOSE ? end_close(w, ev) : 1;
	}
	if (!w->fin)
		return 0;
	if (w->utf8.need != 0)
		return fail(w, WS_BAD_TEXT);
	ev->kind = w->message;
	ev->data = all;
	w->message = 0;
	w->given = true;
	return 1;
}

/* The data of the last event is no longer needed. */
static void
let_go(struct ws_in *w)
{
	buf_cut(&w->held, w->held.len - w->control_len);
	w->control_len = 0;
	if (w->given || w->held.len == 0)
		buf_fini(&w->held);
	w->given = false;
}

void
ws_in_init(struct ws_in *w, enum ws_role role, uint32_t max)
{
	memset(w, 0, sizeof(*w));
	buf_init(&w->held, (size_t)max + CONTROL_MAX);
	w->max = max;
	w->role = (uint8_t)role;
}

void
ws_in_fini(struct ws_in *w)
{
	buf_fini(&w->held);
}

bool
ws_in_idle(const struct ws_in *w)
{
	return w->fail == 0 && !w->closed && !w->in_payload &&
	       w->head_len == 0 && w->message == 0 && w->held.data == NULL;
}

int
ws_in_feed(struct ws_in *w, const char *p, size_t n, size_t *taken,
    struct ws_event *ev)
{
	const unsigned char *from = (const unsigned char *)p;
	size_t take;
	int rc = 0;

	*taken = w->closed ? n : 0;
	if (w->fail != 0)
		return -1;
	if (!w->in_payload)
		let_go(w);
	while (rc == 0 && *taken < n) {
		if (!w->in_payload) {
			rc = head_byte(w, from[(*taken)++]);
		} else {
			take = n - *taken;
			if (take > w->left)
				take = (size_t)w->left;
			rc = payload(w, from + *taken, take);
			*taken += take;
		}
		if (rc == 0 && w->in_payload && w->left == 0)
			rc = end_frame(w, ev);
	}
	return rc;
}

/* ---- sending ---- */

static void
add_head(struct buf *out, enum ws_role role, enum ws_kind kind, size_t len)
{
	unsigned char masked = role == WS_CLIENT ? MASKED : 0;
	uint64_t wide = len;

	must(!is_control(kind) || len <= CONTROL_MAX);
	buf_putc(out, (char)(FIN | kind));
	if (len < 126) {
		buf_putc(out, (char)(masked | len));
	} else if (len < 65536) {
		buf_putc(out, (char)(masked | 126));
		buf_putc(out, (char)(len >> 8));
		buf_putc(out, (char)(len & 0xff));
	} else {
		buf_putc(out, (char)(masked | 127));
		buf_be32(out, (uint32_t)(wide >> 32));
		buf_be32(out, (uint32_t)(wide & 0xffffffff));
	}
}

void
ws_frame_head(struct buf *out, enum ws_kind kind, size_t len)
{
	add_head(out, WS_SERVER, kind, len);
}

void
ws_frame(struct buf *out, enum ws_role role, enum ws_kind kind, struct str data)
{
	unsigned char mask[4];
	char *to;

	add_head(out, role, kind, data.len);
	if (role == WS_SERVER) {
		buf_str(out, data);
		return;
	}
	crypto_random(mask, sizeof(mask));
	buf_add(out, mask, sizeof(mask));
	to = buf_reserve(out, data.len);
	if (to == NULL)
		return;
	mask_copy((unsigned char *)to, (const unsigned char *)data.p, data.len,
	    mask, 0);
	buf_added(out, data.len);
}

void
ws_close(struct buf *out, enum ws_role role, uint16_t code, struct str reason)
{
	char payload[CONTROL_MAX];
	size_t n = reason.len;

	if (code == WS_NO_CODE) {
		ws_frame(out, role, WS_CLOSE, STR(""));
		return;
	}
	must(ws_code_valid(code));
	if (n > REASON_MAX) {
		n = REASON_MAX;
		while (n > 0 && ((unsigned char)reason.p[n] & 0xc0) == 0x80)
			n--;
	}
	payload[0] = (char)(code >> 8);
	payload[1] = (char)(code & 0xff);
	if (n > 0)
		memcpy(payload + 2, reason.p, n);
	ws_frame(out, role, WS_CLOSE, str_n(payload, n + 2));
}

bool
ws_code_valid(unsigned code)
{
	/* 1004 to 1006 and 1015 never travel; 1012 to 1014 are in the registry
	 * of section 11.7; 3000 to 4999 belong to libraries and programs */
	return (code >= 1000 && code <= 1003) ||
	       (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/* ---- the handshake (section 4) ---- */

static void
base64_fixed(struct str raw, char *out, size_t size)
{
	struct buf b;

	buf_init(&b, size);
	crypto_base64(raw, &b);
	must(b.len + 1 == size);
	str_copy(out, size, buf_view(&b));
	buf_fini(&b);
}

void
ws_accept(struct str key, char out[WS_ACCEPT_SIZE])
{
	unsigned char raw[CRYPTO_HASH_MAX];
	struct crypto_hash h;
	size_t n;

	crypto_hash_init(&h, CRYPTO_SHA1);
	crypto_hash_add(&h, key);
	crypto_hash_add(&h, STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
	n = crypto_hash_end(&h, raw);
	base64_fixed(str_n(raw, n), out, WS_ACCEPT_SIZE);
}

bool
ws_key_valid(struct str key)
{
	struct buf raw;
	bool ok;

	if (key.len != 24)
		return false;
	buf_init(&raw, 64);
	ok = crypto_unbase64(key, &raw) == 0 && raw.len == 16;
	buf_fini(&raw);
	return ok;
}

void
ws_key_new(char out[25])
{
	unsigned char raw[16];

	crypto_random(raw, sizeof(raw));
	base64_fixed(str_n(raw, sizeof(raw)), out, 25);
}
