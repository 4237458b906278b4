#include "csvapi_query.h"

#include "form.h"
#include "num.h"

/* Seconds of the years 1973 to 5138. */
#define SECONDS_MIN 100000000
#define SECONDS_MAX 99999999999

enum { ALL, DOMAIN, LANG, TZ, TYPE, FROM, TO, BOM, PARAMS };

struct values {
	struct str v[PARAMS];
	bool given[PARAMS];
};

static const struct {
	const char *name, *twice;
} known[PARAMS] = {
    [ALL] = {"all", "all must be given once"},
    [DOMAIN] = {"domain", "domain must be given once"},
    [LANG] = {"lang", "lang must be given once"},
    [TZ] = {"tz", "tz must be given once"},
    [TYPE] = {"type", "type must be given once"},
    [FROM] = {"from", "from must be given once"},
    [TO] = {"to", "to must be given once"},
    [BOM] = {"bom", "bom must be given once"},
};

static int
collect(const struct form *f, struct values *out, struct err *e)
{
	for (size_t i = 0; i < f->n; i++)
		for (int p = 0; p < PARAMS; p++) {
			if (!str_eqz(f->params[i].name, known[p].name))
				continue;
			if (out->given[p])
				return err_say(e, ERR_INPUT, known[p].twice);
			out->given[p] = true;
			out->v[p] = f->params[i].value;
		}
	return 0;
}

/* False if it is neither yes nor no. */
static bool
read_flag(struct str v, bool *out)
{
	*out = str_eqz(v, "1") || str_eqz(v, "true");
	return *out || v.len == 0 || str_eqz(v, "0") || str_eqz(v, "false");
}

static int
read_all(const struct values *in, struct csvapi_query *out, struct err *e)
{
	if (!read_flag(in->v[BOM], &out->bom))
		return err_say(e, ERR_INPUT, "bom must be 1, true, 0 or false");
	if (!read_flag(in->v[ALL], &out->all))
		return err_say(e, ERR_INPUT, "all must be 1, true, 0 or false");
	if (out->all)
		return 0;
	if (in->v[DOMAIN].len == 0)
		return err_say(e, ERR_INPUT,
		    "domain is missing: name a domain, or set all=1");
	out->domain = in->v[DOMAIN];
	return 0;
}

static int
read_type(const struct values *in, struct csvapi_query *out, struct err *e)
{
	out->overview = str_eqz(in->v[TYPE], "overview");
	if (in->given[TYPE] && !out->overview &&
	    !str_eqz(in->v[TYPE], "history"))
		return err_say(
		    e, ERR_INPUT, "type must be history or overview");
	return 0;
}

static int
read_locale(const struct values *in, struct csvapi_query *out, struct err *e)
{
	struct str lang = in->given[LANG] ? in->v[LANG] : STR("en");

	out->zone = in->given[TZ] ? in->v[TZ] : STR("UTC");
	if (!locale_language(lang, out->locale))
		return err_say(
		    e, ERR_INPUT, "lang must be a language: en, de-AT ...");
	if (!locale_zone(out->zone))
		return err_say(e, ERR_INPUT,
		    "tz must be a time zone: UTC, Europe/Berlin ...");
	return 0;
}

/* Digits only: num_parse takes a sign. */
static bool
read_ms(const struct values *in, int which, bool *has, int64_t *out)
{
	struct str v = in->v[which];

	*has = in->given[which];
	return !*has || (v.len > 0 && v.p[0] != '-' &&
			    num_parse(v, 0, LOCALE_MS_MAX, out));
}

static bool
is_seconds(bool given, int64_t v)
{
	return given && v >= SECONDS_MIN && v <= SECONDS_MAX;
}

static int
read_range(const struct values *in, struct csvapi_query *out, struct err *e)
{
	out->from = 0;
	out->to = LOCALE_MS_MAX + 1;
	if (out->overview)
		return 0;
	if (!read_ms(in, FROM, &out->has_from, &out->from))
		return err_say(
		    e, ERR_INPUT, "from must be milliseconds since 1970");
	if (!read_ms(in, TO, &out->has_to, &out->to))
		return err_say(
		    e, ERR_INPUT, "to must be milliseconds since 1970");
	if (is_seconds(out->has_from, out->from))
		return err_say(e, ERR_INPUT,
		    "from looks like seconds: it must be milliseconds since "
		    "1970");
	if (is_seconds(out->has_to, out->to))
		return err_say(e, ERR_INPUT,
		    "to looks like seconds: it must be milliseconds since "
		    "1970");
	if (out->from > out->to)
		return err_say(e, ERR_INPUT, "from must not be after to");
	return 0;
}

int
csvapi_query(
    struct arena *a, struct str text, struct csvapi_query *out, struct err *e)
{
	struct values in = {0};
	struct form f;

	*out = (struct csvapi_query){0};
	form_init(&f, a);
	if (form_query(&f, text, e) < 0)
		return err_say(e, ERR_INPUT,
		    "the query is too long or has too much in it");
	if (collect(&f, &in, e) < 0 || read_all(&in, out, e) < 0 ||
	    read_type(&in, out, e) < 0 || read_locale(&in, out, e) < 0 ||
	    read_range(&in, out, e) < 0)
		return -1;
	return 0;
}
