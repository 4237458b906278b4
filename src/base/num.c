#include "num.h"

#include "must.h"

bool
num_parse(struct str s, int64_t lo, int64_t hi, int64_t *out)
{
	bool negative = s.len > 0 && s.p[0] == '-';
	int64_t v = 0;

	if (s.len == (negative ? 1 : 0))
		return false;
	for (size_t i = negative ? 1 : 0; i < s.len; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	/* v was built negative, because INT64_MIN has no positive twin */
	if (!negative && __builtin_sub_overflow(0, v, &v))
		return false;
	if (v < lo || v > hi)
		return false;
	*out = v;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
num_parse_hex(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.len == 0 || s.len > 16)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = hex_digit(s.p[i]);

		if (digit < 0)
			return false;
		v = v << 4 | (uint64_t)digit;
	}
	*out = v;
	return true;
}

char *
num_put(char *to, uint64_t n, int width)
{
	char digits[20];
	int len = 0;

	must(width <= 20);
	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	for (; width > len; width--)
		*to++ = '0';
	while (len > 0)
		*to++ = digits[--len];
	return to;
}

uint64_t
num_magnitude(int64_t n)
{
	return n < 0 ? -(uint64_t)n : (uint64_t)n;
}

char *
num_put_signed(char *to, int64_t n)
{
	if (n < 0)
		*to++ = '-';
	return num_put(to, num_magnitude(n), 1);
}
