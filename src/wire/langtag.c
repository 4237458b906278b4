#include "langtag.h"

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
	return (s.len == 2 && str_only(s, STR_LETTERS, "")) ||
	       (s.len == 3 && str_only(s, STR_DIGITS, ""));
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
		    !str_only(part, STR_ALNUM, ""))
			return false;
		extension = extension || part.len == 1;
		if (out->language.len == 0) {
			if (part.len < 2 || !str_only(part, STR_LETTERS, ""))
				return false;
			out->language = part;
		} else if (!extension && out->region.len == 0 &&
			   is_region(part)) {
			out->region = part;
		}
	}
	return true;
}
