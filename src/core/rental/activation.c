#include "activation.h"

#include <string.h>

#include "must.h"

#define FORMAT 1
#define SERIAL 8 /* bytes */
#define AMOUNT 6
#define BODY   (1 + SERIAL + AMOUNT)
#define SIGN   10
#define RAW    (BODY + SIGN)
#define DIGITS (RAW * 8 / 5) /* no bits left over */
#define GROUP  8
#define PREFIX "FLK1"

/* Crockford's base32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

_Static_assert(RAW * 8 % 5 == 0, "base32 without padding");

static void
sign(const struct crypto_key *key, const unsigned char body[BODY],
    unsigned char out[32])
{
	unsigned char own[32];

	crypto_hmac_sha256(str_n(key->bytes, sizeof(key->bytes)),
	    STR("rental.activation"), own);
	crypto_hmac_sha256(str_n(own, sizeof(own)), str_n(body, BODY), out);
	explicit_bzero(own, sizeof(own));
}

static void
encode(const unsigned char raw[RAW], char out[ACTIVATION_SIZE])
{
	char *to = out + sizeof(PREFIX) - 1;
	unsigned bits = 0, have = 0;
	size_t at = 0;

	memcpy(out, PREFIX, sizeof(PREFIX) - 1);
	for (size_t i = 0; i < DIGITS; i++) {
		if (i % GROUP == 0)
			*to++ = '-';
		if (have < 5) {
			bits = bits << 8 | raw[at++];
			have += 8;
		}
		have -= 5;
		*to++ = alphabet[bits >> have & 31];
	}
	*to = '\0';
}

/* Value of a digit; -1: none.  What people mistake for a digit counts as it. */
static int
digit(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return 0;
	if (c == 'I' || c == 'L')
		return 1;
	at = c == '\0' ? NULL : strchr(alphabet, c);
	return at == NULL ? -1 : (int)(at - alphabet);
}

/* The digits of the text without blanks, dashes and prefix; their number, or
 * -1. */
static int
take_digits(struct str text, int out[DIGITS])
{
	struct str prefix = STR(PREFIX);
	int n = 0;

	text = str_trim(text);
	if (text.len > 4 * DIGITS || text.len < prefix.len ||
	    !str_eq_nocase(str_n(text.p, prefix.len), prefix))
		return -1;
	for (size_t i = prefix.len; i < text.len; i++) {
		if (text.p[i] == '-' || text.p[i] == ' ')
			continue;
		if (n == DIGITS || digit(text.p[i]) < 0)
			return -1;
		out[n++] = digit(text.p[i]);
	}
	return n;
}

static bool
decode(struct str text, unsigned char raw[RAW])
{
	int digits[DIGITS];
	unsigned bits = 0, have = 0;
	size_t at = 0;

	if (take_digits(text, digits) != DIGITS)
		return false;
	for (size_t i = 0; i < DIGITS; i++) {
		bits = bits << 5 | (unsigned)digits[i];
		have += 5;
		if (have >= 8) {
			have -= 8;
			raw[at++] = (unsigned char)(bits >> have);
		}
	}
	return true;
}

void
activation_make(const struct crypto_key *key, int64_t amount,
    char out[ACTIVATION_SIZE], char serial[ACTIVATION_SERIAL])
{
	unsigned char raw[RAW], sum[32];

	must(amount > 0 && amount <= ACTIVATION_AMOUNT_MAX);
	raw[0] = FORMAT;
	crypto_random(raw + 1, SERIAL);
	for (int i = 0; i < AMOUNT; i++)
		raw[1 + SERIAL + i] =
		    (unsigned char)(amount >> 8 * (AMOUNT - 1 - i));
	sign(key, raw, sum);
	memcpy(raw + BODY, sum, SIGN);
	encode(raw, out);
	crypto_hex(raw + 1, SERIAL, serial);
}

int
activation_read(const struct crypto_key *key, struct str text, int64_t *amount,
    char serial[ACTIVATION_SERIAL])
{
	unsigned char raw[RAW], sum[32];
	int64_t n = 0;

	if (!decode(text, raw))
		return -1;
	sign(key, raw, sum);
	if (!crypto_equal(str_n(raw + BODY, SIGN), str_n(sum, SIGN)) ||
	    raw[0] != FORMAT)
		return -1;
	for (int i = 0; i < AMOUNT; i++)
		n = n << 8 | raw[1 + SERIAL + i];
	if (n <= 0 || n > ACTIVATION_AMOUNT_MAX)
		return -1;
	*amount = n;
	crypto_hex(raw + 1, SERIAL, serial);
	return 0;
}
