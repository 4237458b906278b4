/* How saved texts are read: lines that do not count, and what is not shown. */
#include "saveform.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "tap.h"

static struct arena a;
static struct err err;
static struct saveform form;

static bool
reads(const char *text)
{
	struct saveform f;

	return saveform_read(&a, str_of(text), &f, &err) == 0;
}

static void
test_file(void)
{
	tap_ok(saveform_load(&a, SRCDIR "/templates", &form, &err) == 0,
	    "the file that comes with us can be read");
	tap_ok(reads("# x\n\nvolatile a b\r\nsecret pw\nhidden x * y\n"),
	    "the kinds of lines");
	tap_ok(!reads("a\nvolatile x\n") && strstr(err.text, "line 1") != NULL,
	    "any other is refused, with its number");
	tap_ok(!reads("volatile\n") && !reads("secret\n") &&
		   !reads("volatile *\n") && !reads("secret a b\n"),
	    "so is one that would fit everything, or nothing");
	tap_ok(saveform_load(&a, "/nowhere", &form, &err) < 0,
	    "no file is an error");
	(void)!saveform_load(&a, SRCDIR "/templates", &form, &err);
}

static void
test_counts(void)
{
	static const struct {
		const char *line;
		bool counts;
	} t[] = {
	    {"config change IP0 /addr 10.0.0.1", true},
	    {"vars create UPDATE/CHECK pb 3132", false},
	    {"vars create UPDATES pb 3132", true},
	    {"config change UP1 /poll 15", false},
	    {"vars create TLS0/TICKET/00000 pb 3132", false},
	    {"mod cmd FLASHDIR0 add-item 101 (cn=anna)", true},
	    {"", false},
	};

	for (size_t i = 0; i < COUNT(t); i++)
		tap_ok(saveform_counts(&form, str_of(t[i].line)) == t[i].counts,
		    "%s: %s", t[i].counts ? "counts" : "does not", t[i].line);
}

static void
test_mask(void)
{
	static const struct {
		const char *line, *shown;
	} t[] = {
	    {"config change X /user a /pw geheim /b c",
		"config change X /user a /pw *** /b c"},
	    {"config change X /admin-password  a%20b",
		"config change X /admin-password  ***"},
	    {"config change X /PW secret", "config change X /PW ***"},
	    {"config change X /pw", "config change X /pw"},
	    {"config change X /pw /on", "config change X /pw /on"},
	    {"config change X /pw=/a b", "config change X /pw=*** b"},
	    {"config change X /powder a", "config change X /powder a"},
	    {"add-item 1 (cn=anna)(pwd=xyz)(e164=11)",
		"add-item 1 (cn=anna)(pwd=***)(e164=11)"},
	    {"<hw id=\"a\" pw=\"x y\" b=\"c\"/>",
		"<hw id=\"a\" pw=\"***\" b=\"c\"/>"},
	    {"config change X /url http://h/?key=abc&x=1",
		"config change X /url http://h/?key=***&x=1"},
	    {"vars create CERT pb 00aabb", "vars create CERT ***"},
	    {"pw", "pw"},
	    {"", ""},
	};
	struct buf shown;

	buf_init(&shown, 4096);
	for (size_t i = 0; i < COUNT(t); i++) {
		buf_clear(&shown);
		saveform_mask(&form, str_of(t[i].line), &shown);
		buf_putc(&shown, '\0');
		tap_is_str(shown.data, t[i].shown, t[i].line);
	}
	buf_fini(&shown);
}

static void
test_patterns(void)
{
	struct saveform f;

	(void)!saveform_read(
	    &a, STR("volatile a * c\nvolatile x*y*z\n"), &f, &err);
	tap_ok(!saveform_counts(&f, STR("a b c d")) &&
		   !saveform_counts(&f, STR("a  c")) &&
		   saveform_counts(&f, STR("a b d")) &&
		   saveform_counts(&f, STR("b a b c")),
	    "'*' is any text, and the rest stands where it stands");
	tap_ok(!saveform_counts(&f, STR("xyz")) &&
		   !saveform_counts(&f, STR("x1y2z3")) &&
		   saveform_counts(&f, STR("xzy")),
	    "several of them, in order");
}

int
main(void)
{
	arena_init(&a, (size_t)1 << 20);
	test_file();
	test_counts();
	test_mask();
	test_patterns();
	arena_fini(&a);
	return tap_end();
}
