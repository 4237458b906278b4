/* Certificates in PEM form, and their fingerprints (additions D1, D4). */
#include "trust.h"

#include <string.h>

#include "tap.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"
/* SEQUENCE { INTEGER 5 } */
#define FIVE "MAMCAQU="

static struct arena a;
static struct err e;

/* The number of certificates in text, or -1; the last one in *last. */
static int
count(const char *text, struct trust_cert *last)
{
	struct str rest = str_of(text);
	int n = 0, rc;

	while ((rc = trust_next(&a, &rest, last, &e)) > 0)
		n++;
	return rc < 0 ? -1 : n;
}

static void
test_good(void)
{
	struct trust_cert c;
	struct crypto_hash h;
	char sum[CRYPTO_HEX_MAX];

	crypto_hash_init(&h, CRYPTO_SHA256);
	crypto_hash_add(&h, str_n("\x30\x03\x02\x01\x05", 5));
	(void)crypto_hash_hex(&h, sum);
	tap_is_int(count(BEGIN FIVE "\n" END, &c), 1, "a certificate is found");
	tap_is_str(
	    c.fingerprint, sum, "D1: its fingerprint is SHA-256 of the DER");
	tap_ok(str_eqz(c.pem, BEGIN FIVE "\n" END), "its text is as it was");
	tap_is_int(count("of an authority\n" BEGIN "MAM\r\n CAQU=\r\n" END
			 "and\n" BEGIN FIVE "\n" END "!",
		       &c),
	    2, "several may stand in a text, with words between");
	tap_ok(str_eqz(c.pem, BEGIN FIVE "\n" END),
	    "however it was broken into lines, it is the same text");
	tap_is_int(count("nothing", &c), 0, "there may be none");
	tap_is_int(count("", &c), 0, "in no text as well");
}

static void
test_bad(void)
{
	struct trust_cert c;

	tap_is_int(
	    count(BEGIN FIVE, &c), -1, "one that does not end is refused");
	tap_is_int(count(BEGIN "M?MCAQU=\n" END, &c), -1, "what is no base64");
	tap_is_int(count(BEGIN END, &c), -1, "an empty one");
	tap_is_int(count(BEGIN "AgEF\n" END, &c), -1, "what is no SEQUENCE");
	tap_is_int(count(BEGIN "MAQCAQU=\n" END, &c), -1,
	    "a SEQUENCE longer than its bytes");
	tap_is_int(
	    count(BEGIN "MIEDAgEF\n" END, &c), 1, "a long form of length");
	tap_is_int(
	    count(BEGIN "MIADAgEF\n" END, &c), -1, "an indefinite length");
	tap_is_int(count("-----BEGIN PRIVATE KEY-----\n" FIVE
			 "\n-----END PRIVATE KEY-----\n",
		       &c),
	    -1, "a private key is none");
	tap_is_int(e.kind, ERR_INPUT, "it is the sender's fault");
}

static void
test_long(void)
{
	static char text[4 * TRUST_DER_MAX];
	struct trust_cert c;
	size_t n = strlen(BEGIN);

	memcpy(text, BEGIN, n);
	memset(text + n, 'M', 2 * TRUST_DER_MAX);
	memcpy(text + n + 2 * TRUST_DER_MAX, END, strlen(END) + 1);
	tap_is_int(count(text, &c), -1, "one that is too long is refused");
}

int
main(void)
{
	arena_init(&a, 1 << 20);
	test_good();
	test_bad();
	test_long();
	arena_fini(&a);
	return tap_end();
}
