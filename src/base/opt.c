#include "opt.h"

#include <string.h>

#include "must.h"
#include "str.h"

static const struct opt_spec *
find_spec(const struct opts *o, struct str name)
{
	for (const struct opt_spec *s = o->specs; s->name != NULL; s++)
		if (str_eqz(name, s->name))
			return s;
	return NULL;
}

const char *
opts_nth(const struct opts *o, const char *name, size_t i)
{
	for (size_t k = 0; k < o->ngiven; k++)
		if (strcmp(o->given[k].spec->name, name) == 0 && i-- == 0)
			return o->given[k].value;
	return NULL;
}

const char *
opts_get(const struct opts *o, const char *name)
{
	return opts_nth(o, name, 0);
}

bool
opts_has(const struct opts *o, const char *name)
{
	return opts_get(o, name) != NULL;
}

/* What stands before the name of an option. */
static const char *
dashes(struct str name)
{
	return name.len == 1 ? "-" : "--";
}

static bool
has_letters(const struct opts *o)
{
	for (const struct opt_spec *s = o->specs; s->name != NULL; s++)
		if (strlen(s->name) == 1)
			return true;
	return false;
}

/* Is arg an option?  Its name, and what is joined to that; NULL: nothing. */
static bool
split(const struct opts *o, const char *arg, struct str *name,
    const char **joined)
{
	const char *sign = strchr(arg, '=');

	*joined = NULL;
	if (arg[0] != '-' || arg[1] == '\0')
		return false;
	if (arg[1] == '-') {
		*name = str_of(arg + 2);
		if (sign != NULL) {
			name->len = (size_t)(sign - arg - 2);
			*joined = sign + 1;
		}
		return true;
	}
	*name = str_n(arg + 1, 1);
	if (arg[2] != '\0')
		*joined = arg + 2;
	return has_letters(o);
}

static int
add(struct opts *o, const struct opt_spec *s, const char *value, struct err *e)
{
	if (!(s->flags & OPT_MANY) && opts_has(o, s->name))
		return err_set(e, ERR_INPUT, "option %s%s is given twice",
		    dashes(str_of(s->name)), s->name);
	if (o->ngiven == OPT_VALUES_MAX)
		return err_set(e, ERR_LIMIT, "too many options");
	o->given[o->ngiven].spec = s;
	o->given[o->ngiven++].value = value != NULL ? value : "";
	return 0;
}

/* A value may be joined, or be the next argument; *argv moves over that. */
static int
take_option(struct opts *o, const struct opt_spec *s, const char *value,
    const char *const **argv, struct err *e)
{
	const char *dash = dashes(str_of(s->name));

	if (s->value == NULL && value != NULL)
		return err_set(
		    e, ERR_INPUT, "option %s%s takes no value", dash, s->name);
	if (s->value != NULL && value == NULL && (value = *++*argv) == NULL)
		return err_set(e, ERR_INPUT, "option %s%s needs a %s", dash,
		    s->name, s->value);
	return add(o, s, value, e);
}

/* What the word is called that is missing. */
static struct str
missing(const struct opts *o, const char *words)
{
	struct str rest = str_of(words), name = STR("argument");

	for (size_t i = 0; words != NULL && i <= o->nwords; i++)
		if (!str_next(&rest, ' ', &name))
			break;
	return name;
}

static int
check(const struct opts *o, const struct opt_syntax *syntax,
    const struct opt_hint *hint, struct err *e)
{
	struct str name = missing(o, hint->words);

	if (o->nwords < syntax->words_min)
		return err_set(e, ERR_INPUT, "%.*s is missing%s", (int)name.len,
		    name.p, hint->help);
	for (const struct opt_spec *s = o->specs; s->name != NULL; s++)
		if ((s->flags & OPT_MUST) && !opts_has(o, s->name))
			return err_set(e, ERR_INPUT,
			    "option %s%s%s%s is missing%s",
			    dashes(str_of(s->name)), s->name,
			    s->value != NULL ? " " : "",
			    s->value != NULL ? s->value : "", hint->help);
	return 0;
}

int
opts_read(struct opts *o, const struct opt_syntax *syntax,
    const char *const *argv, const struct opt_hint *hint, struct err *e)
{
	const struct opt_spec *spec;
	const char *joined;
	bool only_words = false;
	struct str name;

	must(syntax->specs != NULL && syntax->words_min <= syntax->words_max);
	memset(o, 0, sizeof(*o));
	o->specs = syntax->specs;
	for (; *argv != NULL; argv++) {
		if (!only_words && strcmp(*argv, "--") == 0) {
			only_words = true;
		} else if (!only_words && split(o, *argv, &name, &joined)) {
			spec = find_spec(o, name);
			if (spec == NULL ||
			    (name.len == 1) != (*argv + 1 == name.p))
				return err_set(e, ERR_INPUT,
				    "unknown option %.*s%s",
				    (int)(name.p + name.len - *argv), *argv,
				    hint->help);
			if (take_option(o, spec, joined, &argv, e) < 0)
				return -1;
		} else if (o->nwords == syntax->words_max ||
			   o->nwords == OPT_WORDS_MAX) {
			return err_set(e, ERR_INPUT,
			    "too many arguments at \"%.60s\"", *argv);
		} else {
			o->words[o->nwords++] = *argv;
		}
	}
	return check(o, syntax, hint, e);
}
