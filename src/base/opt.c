#include "opt.h"
#include "str.h"

#include <string.h>

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

/* One argument that begins with "--"; *argv moves over a separate value. */
static int
take_option(struct opts *o, const char *const **argv, struct err *e)
{
	const char *arg = **argv + 2, *value = strchr(arg, '=');
	struct str name = str_of(arg);
	const struct opt_spec *s;

	if (value != NULL)
		name.len = (size_t)(value++ - arg);
	s = find_spec(o, name);
	if (s == NULL)
		return err_set(e, ERR_INPUT,
		    "unknown option --%.*s; see \"fleetline help\"",
		    (int)name.len, arg);
	if (s->value == NULL && value != NULL)
		return err_set(
		    e, ERR_INPUT, "option --%s takes no value", s->name);
	if (s->value != NULL && value == NULL && (value = *++*argv) == NULL)
		return err_set(
		    e, ERR_INPUT, "option --%s needs a %s", s->name, s->value);
	if (!(s->flags & OPT_MANY) && opts_has(o, s->name))
		return err_set(
		    e, ERR_INPUT, "option --%s is given twice", s->name);
	if (o->ngiven == OPT_VALUES_MAX)
		return err_set(e, ERR_LIMIT, "too many options");
	o->given[o->ngiven].spec = s;
	o->given[o->ngiven++].value = value ? value : "";
	return 0;
}

static int
check(const struct opts *o, size_t words_min, struct err *e)
{
	if (o->nwords < words_min)
		return err_set(
		    e, ERR_INPUT, "too few arguments; see \"fleetline help\"");
	for (const struct opt_spec *s = o->specs; s->name != NULL; s++)
		if ((s->flags & OPT_MUST) && !opts_has(o, s->name))
			return err_set(
			    e, ERR_INPUT, "option --%s is needed", s->name);
	return 0;
}

int
opts_read(struct opts *o, const struct opt_syntax *syntax,
    const char *const *argv, struct err *e)
{
	bool only_words = false;

	memset(o, 0, sizeof *o);
	o->specs = syntax->specs;
	for (; *argv != NULL; argv++) {
		if (!only_words && strcmp(*argv, "--") == 0) {
			only_words = true;
		} else if (!only_words && strncmp(*argv, "--", 2) == 0) {
			if (take_option(o, &argv, e) < 0)
				return -1;
		} else if (o->nwords == syntax->words_max ||
			   o->nwords == OPT_WORDS_MAX) {
			return err_set(e, ERR_INPUT,
			    "too many arguments at \"%.60s\"", *argv);
		} else {
			o->words[o->nwords++] = *argv;
		}
	}
	return check(o, syntax->words_min, e);
}
