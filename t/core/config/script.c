/* Update scripts: their lines, checks and finals, and what is warned about
 * (innovaphone-protocols 6.5, 6.6; additions C1 to C5). */
#include "script.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

/* "2:config write|" of all commands. */
static const char *
lines(const char *text)
{
	static char out[400];
	struct script s = {.rest = str_of(text)};
	struct script_line l;
	size_t n = 0;

	out[0] = '\0';
	while (script_next(&s, &l))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%zu:%.*s|",
		    l.number, (int)l.text.len, l.text.p);
	return out;
}

static void
test_lines(void)
{
	tap_is_str(lines("a b\nc\n"), "1:a b|2:c|", "EX1: a line is a command");
	tap_is_str(
	    lines("a\r\nb\r\n"), "1:a|2:b|", "EX1: lines end with CRLF, too");
	tap_is_str(lines("# x\r\n\r\n \t\n  #y\n z "), "5:z|",
	    "EX1: comments and blank lines are none");
	tap_is_str(lines(""), "", "EX1: an empty text has none");
	tap_is_str(
	    lines("a # b"), "1:a # b|", "EX1: # is a comment in front only");
}

static bool
is_good(const char *text, size_t len)
{
	struct err e = {0};

	return script_check(str_n(text, len), &e) == 0;
}

static void
test_check(void)
{
	static char big[2 * SCRIPT_LINES_MAX + 4];

	tap_ok(is_good("a\tb\n", 4), "a tab is a blank");
	tap_ok(!is_good("a\x1b[2J\n", 6), "a control character is refused");
	tap_ok(!is_good("a\0b\n", 4), "so is a NUL");
	tap_ok(!is_good("\xff\n", 2), "and what is no UTF-8");
	tap_ok(!is_good("# \xe2\x80\xae\nx\n", 8), "in a comment as well");
	tap_ok(!is_good("# nothing\n\n", 11), "a script has a command");
	memset(big, 'a', SCRIPT_LINE_MAX + 1);
	tap_ok(is_good(big, SCRIPT_LINE_MAX), "a line has its length");
	tap_ok(!is_good(big, SCRIPT_LINE_MAX + 1), "and no more");
	for (size_t i = 0; i < SCRIPT_LINES_MAX + 1; i++)
		memcpy(big + 2 * i, "a\n", 2);
	tap_ok(is_good(big, 2 * SCRIPT_LINES_MAX), "so many commands");
	tap_ok(!is_good(big, 2 * SCRIPT_LINES_MAX + 2), "and no more");
}

/* "iresetn 7" of a check; "" if it is none. */
static const char *
check_of(const char *line)
{
	static char out[80];
	struct script_condition c;

	if (!script_is_check(str_of(line), &c))
		return "";
	(void)snprintf(out, sizeof(out), "%s %.*s", script_final_name(c.final),
	    (int)c.serial.len, c.serial.p);
	return out;
}

static void
test_checks(void)
{
	enum script_final final;

	tap_is_str(check_of("mod cmd UP1 check iresetn 7"), "iresetn 7",
	    "EX5: a check has a final command and a serial");
	tap_is_str(check_of("mod  cmd\tUP1 check ser a.b"), "ser a.b",
	    "EX5: ser is a final command of a check");
	tap_is_str(check_of("mod cmd UP1 check boot 7"), "", "boot is none");
	tap_is_str(check_of("mod cmd UP1 check iresetn"), "",
	    "without a serial it is none");
	tap_is_str(check_of("mod cmd UP2 check iresetn 7"), "",
	    "nor of another module");
	tap_is_str(check_of("mod cmd UP0 prot check iresetn 7"), "",
	    "nor of another command");
	tap_ok(
	    script_is_final(STR("iresetn"), &final) && final == SCRIPT_IRESETN,
	    "EX4: a final command may stand alone");
	tap_ok(!script_is_final(STR("ser"), &final) &&
		   !script_is_final(STR("iresetn 1"), &final),
	    "ser does not");
}

/* "1 prot,2 vars," */
static const char *
warnings(const char *text, const char *before)
{
	static char out[400];
	struct script_warning w[SCRIPT_WARNINGS_MAX];
	size_t n = script_warn(str_of(text), str_of(before), w), len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%zu %s,",
		    w[i].line, w[i].what);
		if (script_warning_text(&w[i])[0] == '\0')
			return "a warning without words";
	}
	return out;
}

#define CHECK "mod cmd UP1 check iresetn 7\n"
#define SAVED "config write\nconfig activate\n"

static void
test_warnings(void)
{
	tap_is_str(
	    warnings(
		CHECK "vars create A p 00\nconfig change X /a b\n" SAVED, ""),
	    "", "EX6: nothing is wrong with a good one");
	tap_is_str(warnings("mod cmd UP1 times /allow 1\n", ""), "1 times,",
	    "EX6: times");
	tap_is_str(warnings("mod cmd UP0 prot u iresetn 1\n"
			    "mod cmd UP0 /sync boot u iresetn 1\n",
		       ""),
	    "1 prot,2 boot,", "EX6: prot and boot");
	tap_is_str(
	    warnings("mod cmd UP0 scfg u\n", ""), "1 scfg,", "EX6: scfg");
	tap_is_str(warnings("vars create A p 00\n" CHECK, ""), "1 vars,",
	    "EX6: vars create without a check before it");
	tap_is_str(warnings("reset\n", ""), "1 reset,",
	    "EX6: a restart without a check");
	tap_is_str(warnings("iresetn\n", ""), "",
	    "EX6: only if needed it does not come again");
	tap_is_str(
	    warnings(CHECK "ireset\n", ""), "", "EX6: with a check it is fine");
	tap_is_str(warnings("config change X /a b\n", ""),
	    "1 write,1 activate,",
	    "EX6: changes that are neither written nor activated");
	tap_is_str(warnings(SAVED "config change X /a b\nconfig write\n", ""),
	    "3 activate,", "EX6: after the last change");
	tap_is_str(warnings(CHECK "config change X /a b\nconfig write\n", ""),
	    "", "EX6: a restart activates, too");
}

static void
test_serial(void)
{
	tap_is_str(warnings(CHECK SAVED, CHECK), "1 serial,",
	    "EX6: a changed script with the same serial");
	tap_is_str(
	    warnings(CHECK, CHECK), "", "EX6: the same script may keep it");
	tap_is_str(warnings("mod cmd UP1 check iresetn 8\n", CHECK), "",
	    "EX6: another serial is what is wanted");
}

static void
test_many(void)
{
	static char text[9 * (SCRIPT_WARNINGS_MAX + 9)];
	struct script_warning w[SCRIPT_WARNINGS_MAX];

	for (size_t i = 0; i < SCRIPT_WARNINGS_MAX + 8; i++)
		memcpy(text + 6 * i, "reset\n", 6);
	tap_is_int((long long)script_warn(str_of(text), STR(""), w),
	    SCRIPT_WARNINGS_MAX,
	    "more warnings than there is room are left out");
}

int
main(void)
{
	test_lines();
	test_check();
	test_checks();
	test_warnings();
	test_serial();
	test_many();
	return tap_end();
}
