/*
 * CSV: reading with either separator; writing what spreadsheets read, safely.
 */
#include "csv.h"

#include <string.h>

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
	csv_open(&c, STR("\xEF\xBB\xBFone;two\r\n\"a;\"\"b\r\n\";\r\n\r\nx"));
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 2 &&
		   str_eqz(fields[0], "one") && str_eqz(fields[1], "two"),
	    "a byte order mark is skipped, a semicolon found");
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 2 &&
		   str_eqz(fields[0], "a;\"b\r\n") && fields[1].len == 0,
	    "a quoted field holds all of it");
	tap_ok(csv_next(&c, &a, fields, &n) == 1 && n == 1 && c.line == 5,
	    "empty lines are passed over and counted");
	tap_ok(csv_next(&c, &a, fields, &n) == 0, "then it ends");
	csv_open(&c, STR("\"a"));
	tap_ok(csv_next(&c, &a, fields, &n) < 0, "an open quote is broken");
	arena_fini(&a);
}

int
main(void)
{
	buf_init(&out, 1000);
	test_writing();
	test_reading();
	buf_fini(&out);
	return tap_end();
}
