#include "phone_agent.h"

#include "count.h"

/* "model,firmware,mac" */
static bool
read_fields(struct str text, enum phone_field out[PHONE_FIELDS_MAX])
{
	static const char *const names[] = {"-", "model", "firmware", "mac"};
	struct str one;
	size_t n = 0, i;

	while (str_next(&text, ',', &one)) {
		for (i = 0; i < COUNT(names); i++)
			if (str_eqz(one, names[i]))
				break;
		if (i == COUNT(names) || n == PHONE_FIELDS_MAX)
			return false;
		out[n++] = (enum phone_field)i;
	}
	return true;
}

static void
forget_regex(void *regex)
{
	regfree(regex);
}

const char *
phone_agent_read(struct arena *a, struct str value, struct phone_agent *out)
{
	struct str rest = value, fields;
	const char *text;

	*out =
	    (struct phone_agent){.regex = arena_alloc(a, sizeof(*out->regex))};
	(void)str_next(&rest, ' ', &fields);
	text = arena_str(a, str_trim(rest));
	if (text == NULL || out->regex == NULL)
		return "no room for regular expressions";
	if (!read_fields(fields, out->fields))
		return "before the expression stands what its groups mean:"
		       " model, firmware, mac, -";
	if (text[0] == '\0' || regcomp(out->regex, text, REG_EXTENDED) != 0)
		return "no regular expression";
	(void)arena_defer(a, forget_regex, out->regex);
	return NULL;
}
