#include "device_match.h"

#include "hwid.h"

/* The search as the store writes ids: "00:90:33" is "009033". */
static struct str
digits_of(struct str text, char room[HWID_MAX + 1])
{
	size_t n = 0;

	if (hwid_normalise(text, room))
		text = str_of(room);
	if (text.len > HWID_MAX ||
	    !str_only(text, STR_DIGITS, "abcdefABCDEF:-"))
		return text;
	for (size_t i = 0; i < text.len; i++)
		if (!str_in(text.p[i], 0, ":-"))
			room[n++] = text.p[i];
	return str_n(room, n);
}

static bool
is_found(struct str search, const struct device *d)
{
	char room[HWID_MAX + 1];
	struct str digits = digits_of(search, room);

	return (digits.len > 0 && str_holds(d->hw_id, digits)) ||
	       str_holds(d->hw_id, search) || str_holds(d->name, search) ||
	       str_holds(d->product, search) ||
	       str_holds(str_of(device_type_name(d->type)), search);
}

bool
device_match(const struct device_filter *f, const struct device *d)
{
	if (f->online && !d->online)
		return false;
	if (f->offline_since > 0 && (d->online || d->since > f->offline_since))
		return false;
	return str_holds(d->name, f->name) &&
	       str_holds(d->product, f->product) &&
	       str_holds(d->version, f->version);
}

bool
device_match_addresses(const struct device_filter *f)
{
	return f->ip.len > 0 || f->search.len > 0;
}

static bool
has_address(const struct device *d, struct str part)
{
	for (size_t i = 0; i < d->nifs; i++)
		if (str_holds(d->ifs[i].ipv4, part) ||
		    str_holds(d->ifs[i].ipv6, part))
			return true;
	return false;
}

bool
device_match_address(const struct device_filter *f, const struct device *d)
{
	if (f->ip.len > 0 && !has_address(d, f->ip))
		return false;
	return f->search.len == 0 || is_found(f->search, d) ||
	       has_address(d, f->search);
}
