/* Codes of second factors: the published vectors. */
#include "otp.h"

#include <string.h>

#include "tap.h"

/* RFC 6238 appendix B, SHA-1: seconds, and the last six of its eight digits. */
static const struct {
	int64_t time;
	const char *code;
} vectors[] = {
    {59, "287082"},
    {1111111109, "081804"},
    {1111111111, "050471"},
    {1234567890, "005924"},
    {2000000000, "279037"},
    {20000000000, "353130"},
};

/* RFC 4226 appendix D: the first codes of a counter. */
static const char *const counted[] = {"755224", "287082", "359152", "969429",
    "338314", "254676", "287922", "162583", "399871", "520489"};

/* RFC 4648 chapter 10, without padding. */
static const struct {
	const char *text, *base32;
} encoded[] = {
    {"", ""},
    {"f", "MY"},
    {"fo", "MZXQ"},
    {"foo", "MZXW6"},
    {"foob", "MZXW6YQ"},
    {"fooba", "MZXW6YTB"},
    {"foobar", "MZXW6YTBOI"},
};

static const struct str key = STR("12345678901234567890");

static void
test_codes(void)
{
	char code[OTP_CODE_SIZE];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		otp_code(key, vectors[i].time * 1000 / OTP_STEP_MS, code);
		tap_is_str(code, vectors[i].code, "a vector of RFC 6238");
	}
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		otp_code(key, (int64_t)i, code);
		tap_is_str(code, counted[i], "a vector of RFC 4226");
	}
}

static const char *
shown(struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

static void
test_texts(void)
{
	struct buf b;

	buf_init(&b, OTP_URL_MAX);
	for (size_t i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++) {
		buf_clear(&b);
		otp_base32(str_of(encoded[i].text), &b);
		tap_is_str(
		    shown(&b), encoded[i].base32, "a vector of RFC 4648");
	}
	buf_clear(&b);
	otp_base32(key, &b);
	tap_is_int((long long)b.len, OTP_TEXT_MAX, "a key has 32 characters");
	buf_clear(&b);
	otp_url(STR("example.com"), STR("a b&c:\xc3\xbc"), STR("foobar"), &b);
	tap_is_str(shown(&b),
	    "otpauth://totp/example.com:a%20b%26c%3A%C3%BC?secret=MZXW6YTBOI"
	    "&issuer=example.com",
	    "what is no plain word in a name is encoded");
	buf_fini(&b);
}

int
main(void)
{
	test_codes();
	test_texts();
	return tap_end();
}
