#include "hwid.h"

#include <string.h>

#define NEAR_MIN    8 /* digits: Excel takes away up to four zeros */
#define NEAR_MAX    13
#define GROUPS      6 /* of a MAC address */
#define NEAR_GROUPS 1 /* one more or less */

/* Hexadecimal digits in groups. */
struct digits {
	char all[HWID_MAX + 1];    /* in lower case */
	char padded[HWID_MAX + 1]; /* a zero before those that stand alone */
	size_t n, npadded;
	size_t groups, shortest, longest;
	bool pairs;   /* each group has an even number */
	bool empty;   /* a group has none */
	bool several; /* different marks between the groups */
	bool loose;   /* '.' or a blank among them */
	char mark;    /* the last one; NUL: none */
};

/* ---- reading ---- */

static bool
is_mark(char c)
{
	return str_in(c, 0, ":-. ");
}

static struct str
cut(struct str in, size_t n)
{
	return str_n(in.p + n, in.len - n);
}

/* Without what is written in front of an address: "SEP", "MAC:", "0x". */
static struct str
bare(struct str in)
{
	if (in.len > 2 && str_eq_nocase(str_n(in.p, 2), STR("0x")))
		return cut(in, 2);
	if (in.len > 3 && str_eq_nocase(str_n(in.p, 3), STR("sep")))
		return cut(in, 3);
	if (in.len > 4 && str_eq_nocase(str_n(in.p, 3), STR("mac")))
		return cut(in, is_mark(in.p[3]) ? 4 : 3);
	return in;
}

static void
add_group(struct digits *d, struct str group)
{
	if (group.len == 1)
		d->padded[d->npadded++] = '0';
	memcpy(d->padded + d->npadded, group.p, group.len);
	d->npadded += group.len;
	if (d->groups++ == 0 || group.len < d->shortest)
		d->shortest = group.len;
	if (group.len > d->longest)
		d->longest = group.len;
	d->pairs = d->pairs && group.len % 2 == 0;
	d->empty = d->empty || group.len == 0;
}

static void
add_mark(struct digits *d, char c)
{
	d->several = d->several || (d->mark != '\0' && d->mark != c);
	d->loose = d->loose || c == '.' || c == ' ';
	d->mark = c;
}

/* False if there is anything but digits and marks. */
static bool
read_digits(struct str in, struct digits *d)
{
	size_t begin = 0;

	*d = (struct digits){.pairs = true};
	if (in.len > HWID_MAX / 2) /* all may be padded */
		return false;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (is_mark(c)) {
			add_group(d, str_n(d->all + begin, d->n - begin));
			begin = d->n;
			add_mark(d, c);
			continue;
		}
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!str_in(c, STR_DIGITS, "abcdef"))
			return false;
		d->all[d->n++] = c;
	}
	add_group(d, str_n(d->all + begin, d->n - begin));
	return true;
}

/* ---- what it is ---- */

/* The digits of a MAC address; NULL: it is none. */
static const char *
mac_of(const struct digits *d)
{
	bool even = !d->several && d->shortest == d->longest && d->longest != 3;

	if (d->empty)
		return NULL;
	if (d->n == HWID_DIGITS && d->pairs && (even || !d->loose))
		return d->all;
	if (d->groups == GROUPS && d->longest <= 2 && !d->several && !d->loose)
		return d->padded;
	return NULL;
}

static bool
looks_like_mac(const struct digits *d)
{
	if (d->n >= NEAR_MIN && d->n <= NEAR_MAX)
		return true;
	return d->longest <= 2 && d->groups >= GROUPS - NEAR_GROUPS &&
	       d->groups <= GROUPS + NEAR_GROUPS;
}

/* "9.03E+10", "9,03301E+10", "9E10"; not "3e5", which is no long number. */
static bool
is_scientific(struct str in)
{
	size_t n = str_span(in, STR_DIGITS, ".,");

	if (n == 0 || n == in.len || !str_in(in.p[0], STR_DIGITS, "") ||
	    !str_in(in.p[n], 0, "eE"))
		return false;
	in = cut(in, n + 1);
	if (in.len > 0 && in.p[0] == '+')
		in = cut(in, 1);
	in = cut(in, str_span(in, 0, "0"));
	return in.len == 1
		   ? str_only(in, 0, "89")
		   : in.len > 1 && in.len <= 3 && str_only(in, STR_DIGITS, "");
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
	struct digits d;
	const char *mac = read_digits(bare(in), &d) ? mac_of(&d) : NULL;

	if (mac == NULL && !hwid_ok(in))
		return false;
	str_copy(out, HWID_MAX + 1, mac != NULL ? str_of(mac) : in);
	return true;
}

bool
hwid_near(struct str in)
{
	struct digits d;

	if (!read_digits(bare(in), &d))
		return is_scientific(in);
	return mac_of(&d) == NULL && (looks_like_mac(&d) || is_scientific(in));
}
