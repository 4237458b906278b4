#include "langtag.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* True if all bytes of s are letters, or digits where those are allowed. */
static bool
consists_of(struct str s, bool letters, bool digits)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(letters && is_letter(s.p[i])) &&
		    !(digits && is_digit(s.p[i])))
			return false;
	return true;
}

/* Cut the next subtag of *rest; false when it was used up before. */
static bool
next_subtag(struct str *rest, struct str *out)
{
	size_t n = 0;

	if (rest->p == NULL)
		return false;
	while (n < rest->len && rest->p[n] != '-' && rest->p[n] != '_')
		n++;
	*out = str_n(rest->p, n);
	*rest = n < rest->len ? str_n(rest->p + n + 1, rest->len - n - 1)
			      : str_n(NULL, 0);
	return true;
}

static bool
is_region(struct str s)
{
	return (s.len == 2 && consists_of(s, true, false)) ||
	       (s.len == 3 && consists_of(s, false, true));
}

bool
langtag_read(struct str text, struct langtag *out)
{
	struct str part;
	bool extension = false;

	*out = (struct langtag){str_n("", 0), str_n("", 0)};
	if (text.len == 0 || text.len > LANGTAG_MAX)
		return false;
	while (next_subtag(&text, &part)) {
		if (part.len < 1 || part.len > 8 ||
		    !consists_of(part, true, true))
			return false;
		extension = extension || part.len == 1;
		if (out->language.len == 0) {
			if (part.len < 2 || !consists_of(part, true, false))
				return false;
			out->language = part;
		} else if (!extension && out->region.len == 0 &&
			   is_region(part)) {
			out->region = part;
		}
	}
	return true;
}
