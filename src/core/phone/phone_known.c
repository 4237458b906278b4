#include "phone_known.h"

#include <string.h>

/* ---- what a phone says of itself ---- */

/* Group i of a match. */
static struct str
group(const char *text, const regmatch_t *m)
{
	return m->rm_so < 0
		   ? str_n("", 0)
		   : str_n(text + m->rm_so, (size_t)(m->rm_eo - m->rm_so));
}

static void
take_field(struct phone_known *k, enum phone_field field, struct str value)
{
	char mac[PHONE_MAC_SIZE];

	switch (field) {
	case PHONE_FIELD_MODEL:
		str_copy(k->model, sizeof(k->model), value);
		break;
	case PHONE_FIELD_FIRMWARE:
		str_copy(k->firmware, sizeof(k->firmware), value);
		break;
	case PHONE_FIELD_MAC:
		if (phone_mac_read(value, mac))
			memcpy(k->mac, mac, sizeof(mac));
		break;
	case PHONE_FIELD_NONE:
		break;
	}
}

static bool
try_agent(const struct phone_agent *a, const char *text, struct phone_known *k)
{
	regmatch_t m[PHONE_FIELDS_MAX + 1];

	if (regexec(a->regex, text, PHONE_FIELDS_MAX + 1, m, 0) != 0)
		return false;
	for (int i = 0; i < PHONE_FIELDS_MAX; i++)
		take_field(k, a->fields[i], group(text, &m[i + 1]));
	return true;
}

static void
find_agent(
    const struct phone_types *types, const char *text, struct phone_known *k)
{
	for (size_t v = 0; v < types->nvendors; v++) {
		const struct phone_vendor *x = &types->vendors[v];

		for (size_t i = 0; i < x->nagents; i++)
			if (try_agent(&x->agents[i], text, k)) {
				k->vendor = x;
				return;
			}
	}
}

/* ---- what the name of the file says ---- */

static bool
has_prefix(const struct phone_vendor *v, const char *mac)
{
	struct str rest = v->prefixes, one;

	while (mac[0] != '\0' && str_next(&rest, ' ', &one))
		if (one.len > 0 && str_starts(str_of(mac), one))
			return true;
	return false;
}

/* The pattern of this vendor that fits; empty: none. */
static struct str
find_pattern(
    const struct phone_vendor *v, struct str name, struct phone_path *out)
{
	for (size_t i = 0; i < v->nfiles; i++)
		if (phone_path_fits(v->files[i].pattern, name, out))
			return v->files[i].pattern;
	return str_n("", 0);
}

static void
take_path(struct phone_known *k, struct str pattern, const struct phone_path *p)
{
	k->file = pattern;
	if (p->mac[0] != '\0')
		memcpy(k->mac, p->mac, sizeof(k->mac));
	if (p->model.len > 0 && k->model[0] == '\0')
		str_copy(k->model, sizeof(k->model), p->model);
}

/* Of an unknown vendor: the only one whose file it is, or whose address. */
static void
guess_vendor(
    const struct phone_types *types, struct str name, struct phone_known *k)
{
	const struct phone_vendor *only = NULL, *own = NULL;
	struct phone_path p, best = {.model = str_n("", 0)};
	struct str fitting = str_n("", 0);
	size_t n = 0;

	for (size_t v = 0; v < types->nvendors; v++) {
		const struct phone_vendor *x = &types->vendors[v];
		struct str pattern = find_pattern(x, name, &p);

		if (pattern.len == 0)
			continue;
		n++;
		only = x;
		if (own == NULL) {
			best = p;
			fitting = pattern;
		}
		if (own == NULL && has_prefix(x, p.mac))
			own = x;
	}
	k->vendor = own != NULL ? own : n == 1 ? only : NULL;
	take_path(k, fitting, &best);
}

/* ---- together ---- */

static bool
calls_it(const struct phone_type *t, struct str model)
{
	struct str rest = t->agent, one;

	if (str_eq_nocase(t->key, model))
		return true;
	while (str_next(&rest, ',', &one))
		if (str_eq_nocase(str_trim(one), model))
			return true;
	return false;
}

static const struct phone_type *
find_type(const struct phone_types *types, const struct phone_known *k)
{
	for (size_t i = 0; k->model[0] != '\0' && i < types->n; i++)
		if (str_eq(types->list[i].vendor, k->vendor->folder) &&
		    calls_it(&types->list[i], str_of(k->model)))
			return &types->list[i];
	return NULL;
}

void
phone_known_find(const struct phone_types *types, struct str name,
    struct str agent, struct phone_known *out)
{
	char text[PHONE_AGENT_MAX + 1];
	struct phone_path p;

	*out = (struct phone_known){.file = str_n("", 0)};
	str_copy(text, sizeof(text), agent);
	if (str_printable(str_of(text)))
		find_agent(types, text, out);
	if (out->vendor != NULL)
		take_path(out, find_pattern(out->vendor, name, &p), &p);
	else
		guess_vendor(types, name, out);
	if (out->vendor != NULL)
		out->type = find_type(types, out);
}
