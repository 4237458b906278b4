/*
 * An update script: commands stand in it in order, none is empty or a comment,
 * what passes the check has some and none that a path cannot carry; warnings are
 * about its lines.
 */
#include "script.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

/* Commands and lines of it. */
static void
count(struct str text, size_t *commands, size_t *lines)
{
	struct script s = {.rest = text};
	struct script_line l;
	size_t before = 0;

	*commands = 0;
	while (script_next(&s, &l)) {
		must(l.number > before && l.text.len > 0);
		must(l.text.p[0] != '#' && l.text.p >= text.p &&
		     l.text.p + l.text.len <= text.p + text.len);
		must(memchr(l.text.p, '\n', l.text.len) == NULL);
		before = l.number;
		++*commands;
	}
	*lines = s.number;
}

static void
check_conditions(struct str text)
{
	struct script s = {.rest = text};
	struct script_condition c;
	enum script_final final;
	struct script_line l;

	while (script_next(&s, &l)) {
		if (script_is_check(l.text, &c))
			must(c.serial.len > 0 && c.serial.p > l.text.p &&
			     script_final_name(c.final) != NULL);
		else if (script_is_final(l.text, &final))
			must(str_eqz(l.text, script_final_name(final)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct script_warning w[SCRIPT_WARNINGS_MAX];
	struct str text = str_n(data, size);
	struct str before = str_n(data, size / 2);
	size_t commands, lines, n;
	struct err e;

	count(text, &commands, &lines);
	check_conditions(text);
	if (script_check(text, &e) == 0)
		must(commands > 0 && commands <= SCRIPT_LINES_MAX);
	n = script_warn(text, before, w);
	must(n <= SCRIPT_WARNINGS_MAX);
	for (size_t i = 0; i < n; i++)
		must(w[i].line > 0 && w[i].line <= lines &&
		     script_warning_text(&w[i])[0] != '\0');
	return 0;
}
