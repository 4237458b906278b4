#include "sysclient.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "form.h"
#include "jout.h"
#include "must.h"
#include "rc4text.h"

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int
take_data(struct str message, size_t head, size_t max, struct str *data)
{
	if (message.len < head || message.len - head > max)
		return -1;
	*data = str_n(message.p + head, message.len - head);
	return 1;
}

int
sc_parse(struct str message, struct sc_msg *out)
{
	const unsigned char *p = (const unsigned char *)message.p;

	memset(out, 0, sizeof(*out));
	if (message.len == 0)
		return -1;
	if (p[0] != SC_ADMIN && p[0] != SC_TUNNEL)
		return 0;
	out->kind = p[0];
	if (out->kind == SC_ADMIN) {
		if (take_data(message, SC_ADMIN_HEAD, SC_JSON_MAX, &out->data) <
		    0)
			return -1;
		out->admin = (uint16_t)(p[1] << 8 | p[2]);
		return 1;
	}
	if (take_data(message, SC_TUNNEL_HEAD, SC_DATA_MAX, &out->data) < 0)
		return -1;
	out->session = be32(p + 1);
	out->event = be32(p + 5);
	return 1;
}

void
sc_add_admin(struct buf *out, uint16_t number, struct str json)
{
	buf_putc(out, SC_ADMIN);
	buf_putc(out, (char)(number >> 8));
	buf_putc(out, (char)(number & 0xff));
	buf_str(out, json);
}

void
sc_add_tunnel(
    struct buf *out, uint32_t session, uint32_t event, struct str data)
{
	buf_putc(out, SC_TUNNEL);
	buf_be32(out, session);
	buf_be32(out, event);
	buf_str(out, data);
}

void
sc_add_receive(struct buf *out, uint32_t session, uint32_t length)
{
	sc_add_tunnel(out, session, SC_RECEIVE, STR(""));
	buf_be32(out, length);
}

void
sc_challenge_new(char out[SC_CHALLENGE_MAX + 1])
{
	uint32_t v;

	crypto_random(&v, sizeof(v));
	(void)snprintf(out, SC_CHALLENGE_MAX + 1, "%u", v);
}

void
sc_digest(const struct sc_identity *who, struct str challenge,
    struct str password, char out[CRYPTO_HEX_MAX])
{
	const struct str parts[] = {
	    who->id, who->product, who->version, challenge, password};

	crypto_join_hex(CRYPTO_SHA256, ':', parts, COUNT(parts), out);
}

/* An object with one string. */
static void
json_one(struct buf *out, const char *name, struct str value)
{
	struct jout j;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_str(&j, name, value);
	jout_end(&j);
}

void
sc_json_password(struct buf *out, struct str password)
{
	json_one(out, "password", password);
}

void
sc_json_challenge(struct buf *out, struct str challenge)
{
	json_one(out, "challenge", challenge);
}

void
sc_json_admin_password(struct buf *out, struct str seed,
    struct str sysclient_password, struct str plain)
{
	struct jout j;
	struct buf pwd;

	buf_init(&pwd, 2 * plain.len);
	must(rc4text_encrypt(&pwd, seed, sysclient_password, plain) == 0);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_str(&j, "seed", seed);
	jout_str(&j, "pwd", buf_view(&pwd));
	jout_end(&j);
	buf_fini(&pwd);
}

/* ---- where ---- */

void
sc_url(struct buf *out, const char *host, const char *base,
    const struct str names[3])
{
	static const char *const all[] = {"?domain=", "&token=", "&category="};

	buf_printf(out, "wss://%s%s/sysclients", host, base);
	for (size_t i = 0; names != NULL && i < COUNT(all); i++) {
		buf_puts(out, all[i]);
		form_encode(out, names[i]);
	}
}
