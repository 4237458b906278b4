/*
 * sysclient -- the binary protocol between a device and Devices.
 *
 * Source: innovaphone SDK, doc/protocol/sysclient.htm (frames, events,
 * digest); byte order and value shapes from captures in open source clients.
 * One websocket binary message is one sysclient message:
 *
 *	admin	0x01, message number (16 bit), JSON text to the end
 *	tunnel	0x02, session id (32 bit), event (32 bit), data to the end
 *
 * All numbers are big-endian.  Unknown numbers are ignored, not refused.
 */
#ifndef FL_SYSCLIENT_H
#define FL_SYSCLIENT_H

#include <stdint.h>

#include "buf.h"
#include "crypto.h"
#include "str.h"

enum sc_kind { SC_ADMIN = 1, SC_TUNNEL = 2 };

enum sc_admin {
	SC_IDENTIFY = 0,         /* dev -> srv */
	SC_PASSWORD = 1,         /* srv -> dev {"password"} */
	SC_CHALLENGE = 2,        /* srv -> dev {"challenge"} */
	SC_ADMIN_PASSWORD = 3,   /* srv -> dev {"seed","pwd"} */
	SC_PROVISION = 4,        /* dev -> srv {"id","code"}: an FXS port */
	SC_PROVISION_RESULT = 5, /* srv -> dev {"error"?} */
	SC_CONFIGURATION = 6     /* srv -> dev {"config","last"} */
};

enum sc_event {
	SC_SEND = 0,           /* srv -> dev, request bytes */
	SC_RECEIVE = 1,        /* srv -> dev, 32 bit length */
	SC_RECEIVE_RESULT = 2, /* dev -> srv, response bytes; empty = end */
	SC_SEND_RESULT = 3,    /* dev -> srv: the next send may follow */
	SC_SHUTDOWN = 4        /* both ways */
};

#define SC_ADMIN_HEAD    3
#define SC_TUNNEL_HEAD   9
#define SC_JSON_MAX      65536 /* admin JSON we accept */
#define SC_DATA_MAX      65536 /* tunnel data we accept in one message */
#define SC_SEND_MAX      8192  /* tunnel data we send in one message */
#define SC_PASSWORD_LEN  32    /* sysclient password, crypto_token() */
#define SC_SEED_LEN      16
#define SC_CHALLENGE_MAX 10 /* decimal digits */

struct sc_msg {
	enum sc_kind kind;
	uint16_t admin;   /* SC_ADMIN: message number, may be unknown */
	uint32_t session; /* SC_TUNNEL */
	uint32_t event;   /* SC_TUNNEL: event, may be unknown */
	struct str data;  /* JSON text or tunnel bytes, borrowed */
};

/* 1 a message, 0 an unknown kind (ignore it), -1 too short or too long. */
int sc_parse(struct str message, struct sc_msg *out);

void sc_add_admin(struct buf *out, uint16_t number, struct str json);
void sc_add_tunnel(
    struct buf *out, uint32_t session, uint32_t event, struct str data);
void sc_add_receive(struct buf *out, uint32_t session, uint32_t length);

/* A random challenge: the decimal digits of a 32 bit number. */
void sc_challenge_new(char out[SC_CHALLENGE_MAX + 1]);

/* hex(SHA-256(id:product:version:challenge:password)), decoded strings. */
struct sc_identity {
	struct str id, product, version;
};
void sc_digest(const struct sc_identity *who, struct str challenge,
    struct str password, char out[CRYPTO_HEX_MAX]);

/* JSON bodies of the frames the server sends. */
void sc_json_password(struct buf *out, struct str password);
void sc_json_challenge(struct buf *out, struct str challenge);
/* pwd = hex(RC4(key = seed ":" sysclient password, plain)), see rc4text.h; seed
 * and password have the lengths above (together at most RC4TEXT_KEY_MAX). */
void sc_json_admin_password(struct buf *out, struct str seed,
    struct str sysclient_password, struct str plain);

/*
 * The URL by which a device registers, always by TLS (additions A1, 5.5):
 * "wss://<host><base>/sysclients"; names (domain, token, category; NULL: none)
 * are its query, each encoded.
 */
void sc_url(struct buf *out, const char *host, const char *base,
    const struct str names[3]);

#endif
