/*
 * A sysclient message: what is read can be written again byte for byte; a
 * secret comes back from its encryption.
 */
#include "sysclient.h"

#include "fuzz.h"
#include "must.h"
#include "rc4text.h"

static void
round_trip(struct str message)
{
	struct sc_msg m;
	struct buf out;
	int rc = sc_parse(message, &m);

	must(rc >= -1 && rc <= 1);
	if (rc <= 0)
		return;
	must(m.data.len <= (m.kind == SC_ADMIN ? SC_JSON_MAX : SC_DATA_MAX));
	buf_init(&out, message.len);
	if (m.kind == SC_ADMIN)
		sc_add_admin(&out, m.admin, m.data);
	else
		sc_add_tunnel(&out, m.session, m.event, m.data);
	must(str_eq(buf_view(&out), message));
	buf_fini(&out);
}

/* seed "\n" key "\n" secret */
static void
seal_and_open(struct str text)
{
	struct str seed, key, secret = text;
	struct buf hex, plain;

	if (!str_next(&secret, '\n', &seed) || !str_next(&secret, '\n', &key) ||
	    secret.p == NULL)
		return;
	buf_init(&hex, 2 * secret.len);
	buf_init(&plain, secret.len);
	if (rc4text_encrypt(&hex, seed, key, secret) == 0) {
		must(hex.len == 2 * secret.len);
		must(rc4text_decrypt(&plain, seed, key, buf_view(&hex)) == 0);
		must(str_eq(buf_view(&plain), secret));
	} else {
		must(seed.len + key.len > RC4TEXT_KEY_MAX);
	}
	buf_clear(&plain);
	if (rc4text_decrypt(&plain, seed, key, secret) < 0)
		must(plain.len == 0);
	buf_fini(&hex);
	buf_fini(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	round_trip(str_n(data, size));
	seal_and_open(str_n(data, size));
	return 0;
}
