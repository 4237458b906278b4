#include "phone_path.h"

#include "hwid.h"

static const struct str word_mac = STR("{mac}"), word_model = STR("{model}");

static struct str
behind(struct str s, size_t n)
{
	return str_n(s.p + n, s.len - n);
}

/* How often word stands in the pattern. */
static size_t
count(struct str pattern, struct str word)
{
	size_t n = 0;

	for (; pattern.len >= word.len; pattern = behind(pattern, 1))
		n += str_starts(pattern, word);
	return n;
}

bool
phone_path_valid(struct str pattern)
{
	size_t macs = count(pattern, word_mac);
	size_t models = count(pattern, word_model);

	return pattern.len > 0 && pattern.len <= PHONE_PATH_MAX &&
	       str_only(pattern, STR_ALNUM, "._+-{}") && macs <= 1 &&
	       models <= 1 && count(pattern, STR("{")) == macs + models &&
	       count(pattern, STR("}")) == macs + models;
}

static bool fits(struct str pattern, struct str name, struct phone_path *out);

static bool
fits_mac(struct str pattern, struct str name, struct phone_path *out)
{
	struct str digits = str_n(name.p, HWID_DIGITS);

	return name.len >= HWID_DIGITS &&
	       str_only(digits, STR_DIGITS, "abcdefABCDEF") &&
	       phone_mac_read(digits, out->mac) &&
	       fits(behind(pattern, word_mac.len), behind(name, HWID_DIGITS),
		   out);
}

/* A model is one word at most in a pattern, so this is at most quadratic. */
static bool
fits_model(struct str pattern, struct str name, struct phone_path *out)
{
	size_t most = str_span(name, STR_ALNUM, "_-");

	for (size_t n = 1; n <= most; n++) {
		out->model = str_n(name.p, n);
		if (fits(behind(pattern, word_model.len), behind(name, n), out))
			return true;
	}
	return false;
}

static bool
fits(struct str pattern, struct str name, struct phone_path *out)
{
	while (pattern.len > 0 && pattern.p[0] != '{') {
		if (name.len == 0 || name.p[0] != pattern.p[0])
			return false;
		pattern = behind(pattern, 1);
		name = behind(name, 1);
	}
	if (pattern.len == 0)
		return name.len == 0;
	return str_starts(pattern, word_mac) ? fits_mac(pattern, name, out)
					     : fits_model(pattern, name, out);
}

bool
phone_path_fits(struct str pattern, struct str name, struct phone_path *out)
{
	*out = (struct phone_path){.model = str_n("", 0)};
	if (name.len > PHONE_PATH_MAX || !fits(pattern, name, out)) {
		*out = (struct phone_path){.model = str_n("", 0)};
		return false;
	}
	return true;
}
