#include "mail.h"

#include <string.h>

/* ---- addresses ---- */

#define LOCAL_MAX 64 /* bytes before the "@", RFC 5321 4.5.3.1.1 */
#define LABEL_MAX 63 /* bytes between two dots of a domain, RFC 1035 2.3.4 */

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* atext of RFC 5322 3.2.3. */
static bool
is_atext(char c)
{
	return is_alnum(c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
atom_ok(struct str atom)
{
	for (size_t i = 0; i < atom.len; i++)
		if (!is_atext(atom.p[i]))
			return false;
	return atom.len > 0;
}

static bool
label_ok(struct str label)
{
	if (label.len == 0 || label.len > LABEL_MAX || label.p[0] == '-' ||
	    label.p[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++)
		if (!is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

static bool
all_parts(struct str s, bool (*ok)(struct str part))
{
	struct str part;

	while (str_next(&s, '.', &part))
		if (!ok(part))
			return false;
	return true;
}

bool
mail_address_ok(struct str address)
{
	size_t at = str_find(address, '@');

	if (address.len > MAIL_ADDRESS_MAX || at > LOCAL_MAX ||
	    at == address.len)
		return false;
	return all_parts(str_n(address.p, at), atom_ok) &&
	       all_parts(
		   str_n(address.p + at + 1, address.len - at - 1), label_ok);
}
