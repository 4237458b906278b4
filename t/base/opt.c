/* Words and options of a command. */
#include "opt.h"

#include <string.h>

#include "tap.h"

#define HELP "; see \"fleetline help\""

static const struct opt_hint hint = {"WORD OTHER", HELP};

static const struct opt_spec specs[] = {{"domain", "NAME", OPT_MANY},
    {"id", "N", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec must[] = {
    {"role", "ROLE", OPT_MUST}, {NULL, NULL, 0}};

static void
test_good(void)
{
	const char *argv[] = {
	    "one", "--domain", "a", "--json", "--domain=b", "--", "--id", NULL};
	struct opts o;
	struct err e;

	tap_ok(opts_read(
		   &o, &(struct opt_syntax){specs, 1, 2}, argv, &hint, &e) == 0,
	    "a line is read");
	tap_is_int((long long)o.nwords, 2, "words and options may be mixed");
	tap_is_str(o.words[1], "--id", "after -- everything is a word");
	tap_is_str(opts_nth(&o, "domain", 1), "b", "both ways to give a value");
	tap_ok(opts_nth(&o, "domain", 2) == NULL, "no third value");
	tap_ok(opts_has(&o, "json") && !opts_has(&o, "id"),
	    "what was given is known");
}

static void
refused(const struct opt_spec *table, const char *const *argv, const char *want)
{
	struct opts o;
	struct err e = {0};

	if (!tap_ok(opts_read(&o, &(struct opt_syntax){table, 0, 1}, argv,
			&hint, &e) < 0 &&
			strcmp(e.text, want) == 0,
		"refused: %s", want))
		tap_diag("got %s", e.text);
}

static void
test_letters(void)
{
	static const struct opt_spec letters[] = {{"c", "FILE", 0},
	    {"h", NULL, 0}, {"long", NULL, 0}, {NULL, NULL, 0}};
	struct opt_syntax syntax = {.specs = letters, .words_max = 1};
	const char *apart[] = {"-c", "a", "-h", "-", "--long", NULL};
	const char *joined[] = {"-ca=b", NULL};
	const char *word[] = {"-5", NULL};
	struct opts o;
	struct err e;

	tap_ok(opts_read(&o, &syntax, apart, &hint, &e) == 0 &&
		   strcmp(opts_get(&o, "c"), "a") == 0 && opts_has(&o, "h") &&
		   opts_has(&o, "long") && strcmp(o.words[0], "-") == 0,
	    "options of a letter have one dash; \"-\" is a word");
	tap_ok(opts_read(&o, &syntax, joined, &hint, &e) == 0 &&
		   strcmp(opts_get(&o, "c"), "a=b") == 0,
	    "a value may follow a letter at once");
	syntax.specs = specs;
	tap_ok(opts_read(&o, &syntax, word, &hint, &e) == 0 &&
		   strcmp(o.words[0], "-5") == 0,
	    "where there are no letters, what has one dash is a word");
	refused(letters, (const char *[]){"-x", NULL},
	    "unknown option -x; see \"fleetline help\"");
	refused(
	    letters, (const char *[]){"-c", NULL}, "option -c needs a FILE");
	refused(
	    letters, (const char *[]){"-hx", NULL}, "option -h takes no value");
	refused(letters, (const char *[]){"--h", NULL},
	    "unknown option --h; see \"fleetline help\"");
	refused(letters, (const char *[]){"--l", NULL},
	    "unknown option --l; see \"fleetline help\"");
}

int
main(void)
{
	test_good();
	test_letters();
	refused(specs, (const char *[]){"--nope", NULL},
	    "unknown option --nope; see \"fleetline help\"");
	refused(specs, (const char *[]){"--id", NULL}, "option --id needs a N");
	refused(specs, (const char *[]){"--json=1", NULL},
	    "option --json takes no value");
	refused(specs, (const char *[]){"--id=1", "--id=2", NULL},
	    "option --id is given twice");
	refused(specs, (const char *[]){"a", "b", NULL},
	    "too many arguments at \"b\"");
	refused(
	    must, (const char *[]){NULL}, "option --role ROLE is missing" HELP);
	return tap_end();
}
