#include "isc.h"

#include <stdio.h>

#include "num.h"

#define DECIMALS  3
#define PARTS     1000
#define WHOLE_MAX (INT64_MAX / PARTS - 1)

void
isc_print(int64_t amount, char out[ISC_SIZE])
{
	uint64_t n = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	int len;

	len = snprintf(out, ISC_SIZE, "%s%llu.%03llu", amount < 0 ? "-" : "",
	    (unsigned long long)(n / PARTS), (unsigned long long)(n % PARTS));
	while (out[len - 1] == '0')
		out[--len] = '\0';
	if (out[len - 1] == '.')
		out[len - 1] = '\0';
}

static bool
begins_with_digit(struct str s)
{
	return str_span(s, STR_DIGITS, "") > 0;
}

/* Up to three digits behind the point, as 1/1000. */
static bool
parse_decimals(struct str text, int64_t *out)
{
	if (!begins_with_digit(text) || text.len > DECIMALS ||
	    !num_parse(text, 0, PARTS - 1, out))
		return false;
	for (size_t i = text.len; i < DECIMALS; i++)
		*out *= 10;
	return true;
}

bool
isc_parse(struct str text, int64_t lo, int64_t hi, int64_t *out)
{
	bool negative = text.len > 0 && text.p[0] == '-';
	int64_t whole, decimals = 0, amount;
	size_t point;

	if (negative)
		text = str_n(text.p + 1, text.len - 1);
	point = str_find(text, '.');
	if (!begins_with_digit(text) ||
	    !num_parse(str_n(text.p, point), 0, WHOLE_MAX, &whole))
		return false;
	if (point < text.len &&
	    !parse_decimals(
		str_n(text.p + point + 1, text.len - point - 1), &decimals))
		return false;
	amount = whole * PARTS + decimals;
	if (negative)
		amount = -amount;
	if (amount < lo || amount > hi)
		return false;
	*out = amount;
	return true;
}
