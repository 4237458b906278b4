#include "otp.h"

#include <stdio.h>

#include "crypto.h"

#define CODES 1000000 /* of OTP_DIGITS digits */

/* RFC 4226 chapter 5.3. */
void
otp_code(struct str key, int64_t step, char out[OTP_CODE_SIZE])
{
	unsigned char counter[8], mac[CRYPTO_SHA1_SIZE];
	uint32_t n = 0;
	size_t at;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	crypto_hmac_sha1(key, str_n(counter, sizeof(counter)), mac);
	at = mac[sizeof(mac) - 1] & 15;
	for (size_t i = 0; i < 4; i++)
		n = n << 8 | mac[at + i];
	(void)snprintf(out, OTP_CODE_SIZE, "%0*u", OTP_DIGITS,
	    (unsigned)((n & INT32_MAX) % CODES));
}

void
otp_base32(struct str key, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < key.len; i++) {
		bits = (bits << 8 | (unsigned char)key.p[i]) & 0xfff;
		have += 8;
		while (have >= 5) {
			have -= 5;
			buf_putc(out, digits[bits >> have & 31]);
		}
	}
	if (have > 0)
		buf_putc(out, digits[bits << (5 - have) & 31]);
}

/* RFC 3986 chapter 2.3: what need not be encoded. */
static void
add_encoded(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (str_only(str_n(s.p + i, 1), STR_ALNUM, "-._~"))
			buf_putc(out, s.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
}

void
otp_url(struct str issuer, struct str account, struct str key, struct buf *out)
{
	buf_puts(out, "otpauth://totp/");
	add_encoded(out, issuer);
	buf_putc(out, ':');
	add_encoded(out, account);
	buf_puts(out, "?secret=");
	otp_base32(key, out);
	buf_puts(out, "&issuer=");
	add_encoded(out, issuer);
}
