#include "trust.h"

#include <string.h>

#define BEGIN_ANY STR("-----BEGIN ")
#define BEGIN     STR("-----BEGIN CERTIFICATE-----")
#define END       STR("-----END CERTIFICATE-----")
#define PEM_LINE  64

static int
wrong(struct err *e)
{
	return err_say(e, ERR_INPUT, "not a certificate in PEM form");
}

/* Where text stands in s; s.len: nowhere. */
static size_t
place_of(struct str s, struct str text)
{
	for (size_t i = 0; i + text.len <= s.len; i++)
		if (memcmp(s.p + i, text.p, text.len) == 0)
			return i;
	return s.len;
}

static struct str
from(struct str s, size_t at)
{
	return str_n(s.p + at, s.len - at);
}

/* Base64 without its line ends and blanks. */
static int
decode(struct str lines, struct buf *der)
{
	struct buf packed;
	int rc = 0;

	buf_init(&packed, 2 * TRUST_DER_MAX);
	for (size_t i = 0; i < lines.len; i++)
		if (!str_in(lines.p[i], 0, " \t\r\n"))
			buf_putc(&packed, lines.p[i]);
	if (buf_failed(&packed) || crypto_unbase64(buf_view(&packed), der) < 0)
		rc = -1;
	buf_fini(&packed);
	return rc;
}

/* One SEQUENCE that ends where the bytes do (X.690 8.1.3, 8.9). */
static bool
is_sequence(struct str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	size_t octets, len = 0;

	if (der.len < 2 || p[0] != 0x30)
		return false;
	if (p[1] < 0x80)
		return der.len == 2 + (size_t)p[1];
	octets = p[1] & 0x7fU;
	if (octets == 0 || octets > 3 || der.len < 2 + octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | p[2 + i];
	return der.len == 2 + octets + len;
}

/* The same text for the same certificate, whoever wrote it. */
static const char *
encode(struct arena *a, struct str der)
{
	struct buf flat, pem;
	const char *out = NULL;

	buf_init(&flat, 2 * TRUST_DER_MAX);
	buf_init(&pem, 3 * TRUST_DER_MAX);
	crypto_base64(der, &flat);
	buf_str(&pem, BEGIN);
	for (size_t i = 0; i < flat.len; i++) {
		if (i % PEM_LINE == 0)
			buf_putc(&pem, '\n');
		buf_putc(&pem, flat.data[i]);
	}
	buf_putc(&pem, '\n');
	buf_str(&pem, END);
	buf_putc(&pem, '\n');
	if (!buf_failed(&flat) && !buf_failed(&pem))
		out = arena_str(a, buf_view(&pem));
	buf_fini(&flat);
	buf_fini(&pem);
	return out;
}

static int
take(struct arena *a, struct str lines, struct trust_cert *out, struct err *e)
{
	struct crypto_hash h;
	struct buf der;
	int rc = -1;

	buf_init(&der, TRUST_DER_MAX);
	if (decode(lines, &der) < 0 || !is_sequence(buf_view(&der))) {
		(void)wrong(e);
	} else {
		crypto_hash_init(&h, CRYPTO_SHA256);
		crypto_hash_add(&h, buf_view(&der));
		(void)crypto_hash_hex(&h, out->fingerprint);
		out->pem = str_of(encode(a, buf_view(&der)));
		rc = out->pem.len > 0 ? 1
				      : err_set(e, ERR_LIMIT, "no room for it");
	}
	buf_fini(&der);
	return rc;
}

int
trust_next(
    struct arena *a, struct str *rest, struct trust_cert *out, struct err *e)
{
	size_t at = place_of(*rest, BEGIN_ANY), end;

	if (at == rest->len)
		return 0;
	*rest = from(*rest, at);
	if (!str_starts(*rest, BEGIN))
		return wrong(e);
	*rest = from(*rest, BEGIN.len);
	end = place_of(*rest, END);
	if (end == rest->len)
		return wrong(e);
	if (take(a, str_n(rest->p, end), out, e) < 0)
		return -1;
	*rest = from(*rest, end + END.len);
	return 1;
}
