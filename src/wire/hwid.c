#include "hwid.h"

/* 12 hex digits, "-" or ":" between pairs; the digits go to out. */
static bool
is_mac(struct str in, char out[HWID_MAX + 1])
{
	size_t n = 0;
	bool mark = true; /* the last character was no digit */

	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (c == '-' || c == ':') {
			if (mark || n % 2 != 0)
				return false;
			mark = true;
			continue;
		}
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!str_in(c, STR_DIGITS, "abcdef") || n == 12)
			return false;
		out[n++] = c;
		mark = false;
	}
	out[n] = '\0';
	return n == 12 && !mark;
}

bool
hwid_ok(struct str id)
{
	return id.len > 0 && id.len <= HWID_MAX &&
	       str_only(id, STR_ALNUM, "._:-") && !str_eqz(id, ".") &&
	       !str_eqz(id, "..");
}

bool
hwid_normalise(struct str in, char out[HWID_MAX + 1])
{
	if (!hwid_ok(in))
		return false;
	if (!is_mac(in, out))
		str_copy(out, HWID_MAX + 1, in);
	return true;
}
