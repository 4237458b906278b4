/*
 * CSV: reading with either separator; writing what spreadsheets read, safely.
 */
#include "csv.h"

#include <string.h>

#include "count.h"
#include "must.h"
#include "tap.h"

static struct buf out;

static const char *
written(void (*write)(struct buf *, struct str), struct str field)
{
	buf_clear(&out);
	write(&out, field);
	return out.data != NULL ? out.data : "";
}

static void
test_writing(void)
{
	static const struct {
		const char *field, *want, *name;
	} cases[] = {
	    {"", "", "nothing"},
	    {"red.example", "red.example", "a word as it stands"},
	    {"a b\tc", "a b\tc", "blanks and tabs inside too"},
	    {"a;b", "\"a;b\"", "a semicolon asks for quotes"},
	    {"a,b", "\"a,b\"", "so does a comma"},
	    {"a\"b", "\"a\"\"b\"", "quotes are doubled"},
	    {"\"", "\"\"\"\"", "even alone"},
	    {"a\r\nb", "\"a\r\nb\"", "line ends stand in quotes"},
	    {"=1+1", "'=1+1", "a formula is made harmless"},
	    {"+1", "'+1", "with plus"},
	    {"-1", "'-1", "with minus"},
	    {"@SUM(A1)", "'@SUM(A1)", "with at"},
	    {"\t=1", "'\t=1", "behind a tab"},
	    {"\r=1", "\"'\r=1\"", "behind a CR, in quotes"},
	    {"=\"a;b\"", "\"'=\"\"a;b\"\"\"", "and all of it together"},
	    {"a=1", "a=1", "inside it is none"},
	    {"\xC3\xA4;", "\"\xC3\xA4;\"", "UTF-8 passes"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tap_is_str(written(csv_field, str_of(cases[i].field)),
		    cases[i].want, cases[i].name);
	tap_is_str(written(csv_quoted, STR("0090")), "\"0090\"",
	    "what looks like a number can be quoted all the same");
	tap_is_str(written(csv_quoted, STR("=\"")), "\"'=\"\"\"",
	    "and is as harmless");
}

static void
test_reading(void)
{
	struct str fields[CSV_FIELDS_MAX];
	struct arena a;
	struct csv c;
	size_t n;

	arena_init(&a, 1 << 20);
	must(csv_open(&c, &a,
		 STR("\xEF\xBB\xBFone;two\r\n\"a;\"\"b\r\n\";\r\n\r\nx")) == 0);
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 2 &&
		   str_eqz(fields[0], "one") && str_eqz(fields[1], "two"),
	    "a byte order mark is skipped, a semicolon found");
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 2 &&
		   str_eqz(fields[0], "a;\"b\r\n") && fields[1].len == 0,
	    "a quoted field holds all of it");
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 1 && c.line == 5,
	    "empty lines are passed over and counted");
	tap_ok(csv_next(&c, &a, fields, &n) == 0, "then it ends");
	must(csv_open(&c, &a, STR("\"a")) == 0);
	tap_ok(csv_next(&c, &a, fields, &n) < 0, "an open quote is broken");
	arena_fini(&a);
}

/* Texts as programs save them; each is "a|b" with the record "c|d". */
static void
test_dialects(void)
{
	static const struct {
		struct str text;
		const char *name;
		int64_t line;
	} cases[] = {
	    {STR("a,b\nc,d\n"), "comma", 2},
	    {STR("a;b\r\nc;d\r\n"), "semicolon, CR LF", 2},
	    {STR("a\tb\nc\td"), "tabs", 2},
	    {STR("a\tb\t;\nc\td"), "the first separator counts", 2},
	    {STR("\"a\",b\n\"c\",d\n"), "quoted names", 2},
	    {STR("a,b\rc,d\r"), "CR alone", 2},
	    {STR("sep=,\na,b\nc,d\n"), "sep=, in front", 3},
	    {STR("SEP=;\r\na;b\r\nc;d\r\n"), "SEP=; in front", 3},
	    {STR("\xEF\xBB\xBFsep=\t\r\na\tb\r\nc\td"), "a tab in sep=", 3},
	    {STR("sep=|\na|b\nc|d"), "any separator in sep=", 3},
	    {STR("a,b,,,\nc,d,,,\n"), "empty columns behind", 2},
	    {STR("a,b\nc,d\n,\n,,,\n ,\n"), "empty rows behind", 2},
	    {STR("a,b\n,\n\nc,d\n"), "empty rows between", 4},
	    {STR("\xFF\xFE"
		 "a\0\t\0b\0\n\0c\0\t\0d\0\n\0"),
		"UTF-16 of Excel", 2},
	    {STR("\xFE\xFF\0a\0,\0b\0\r\0\n\0c\0,\0d"),
		"UTF-16, the other order", 2},
	    {STR("a\0;\0b\0\n\0c\0;\0d\0"), "UTF-16 without mark", 2},
	};
	struct str head[CSV_FIELDS_MAX], f[CSV_FIELDS_MAX];
	struct arena a;
	struct csv c;
	size_t n, m;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < COUNT(cases); i++) {
		must(csv_open(&c, &a, cases[i].text) == 0);
		tap_ok(csv_next(&c, &a, head, &n) == 1 && n >= 2 &&
			   str_eqz(head[0], "a") && str_eqz(head[1], "b"),
		    "%s: names", cases[i].name);
		tap_ok(csv_next(&c, &a, f, &m) == 1 && m >= 2 &&
			   str_eqz(f[0], "c") && str_eqz(f[1], "d") &&
			   c.line == cases[i].line &&
			   csv_next(&c, &a, f, &m) == 0,
		    "%s: one record, in its line", cases[i].name);
	}
	arena_fini(&a);
}

static void
test_utf16(void)
{
	struct str f[CSV_FIELDS_MAX];
	struct arena a;
	struct csv c;
	size_t n;

	arena_init(&a, 1 << 20);
	must(
	    csv_open(&c, &a,
		STR("\xFF\xFE\xFC\0\xAC\x20\x3D\xD8\x00\xDE\x3D\xD8,\0")) == 0);
	tap_ok(csv_next(&c, &a, f, &n) == 1 && n == 2 &&
		   str_eqz(f[0],
		       "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD"),
	    "characters of two, three and four bytes, and half a pair");
	arena_fini(&a);
	arena_init(&a, 64);
	must(arena_alloc(&a, 32) != NULL);
	tap_ok(csv_open(&c, &a,
		   STR("\xFF\xFE"
		       "a\0b\0c\0d\0e\0f\0g\0h\0"
		       "a\0b\0c\0d\0e\0f\0g\0h\0")) < 0,
	    "no room for it is an error");
	arena_fini(&a);
}

/* What was written for a spreadsheet reads as it was. */
static void
test_round_trip(void)
{
	static const char *const values[] = {"=1+1", "+49 30 1", "-x", "@home",
	    "'=1", "''+1", "'", "''", "'x", "plain", "a=1", "x'=", "=", "'-"};

	for (size_t i = 0; i < COUNT(values); i++) {
		const char *text = written(csv_field, str_of(values[i]));

		tap_ok(text[0] == '\0' || strchr("=+-@", text[0]) == NULL,
		    "\"%s\" is harmless", values[i]);
		tap_ok(str_eqz(csv_value(str_of(text)), values[i]),
		    "and comes back");
	}
}

int
main(void)
{
	buf_init(&out, 1000);
	test_writing();
	test_reading();
	test_dialects();
	test_utf16();
	test_round_trip();
	buf_fini(&out);
	return tap_end();
}
