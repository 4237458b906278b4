#include "phone_cert.h"

/* One attribute, "CN=0004F2AABBCC"; the rest is behind it.  What stands behind
 * a '\' separates nothing. */
static bool
next(struct str *rest, struct str *out)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && rest->p[n] != ',' && rest->p[n] != '+')
		n += rest->p[n] == '\\' ? 2 : 1;
	n = n < rest->len ? n : rest->len;
	*out = str_n(rest->p, n);
	n += n < rest->len;
	*rest = str_n(rest->p + n, rest->len - n);
	return true;
}

bool
phone_cert_read(struct str name, char mac[PHONE_MAC_SIZE])
{
	struct str one, type;
	int found = 0;

	mac[0] = '\0';
	while (next(&name, &one)) {
		if (!str_next(&one, '=', &type) ||
		    !str_eqz(str_trim(type), "CN"))
			continue;
		if (++found > 1 || !phone_mac_read(one, mac)) {
			mac[0] = '\0';
			return false;
		}
	}
	return found == 1;
}
