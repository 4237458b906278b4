/* Rows for people and as JSON. */
#include "listing.h"

#include "tap.h"
#include "term.h"

static const struct listing_column columns[] = {
    {"hwId", 6}, {"n", 3}, {"name", 0}};

static void
write_rows(struct listing *l)
{
	listing_textz(l, "ab");
	listing_int(l, -5);
	listing_textz(l, "J\xc3\xbc\x1b[2J");
	listing_textz(l, "a longer one");
	listing_bool(l, true);
	listing_textz(l, NULL);
}

static void
test_columns(void)
{
	struct listing l;
	struct buf out;

	buf_init(&out, 4096);
	listing_open(&l, columns, 3, false, buf_sink(&out));
	write_rows(&l);
	tap_is_int(listing_close(&l), 0, "a listing closes");
	tap_is_str(out.data,
	    "HWID    N    NAME\n"
	    "ab      -5   J\xc3\xbc\\u001b[2J\n"
	    "a longer one  yes  -\n",
	    "columns are padded, control characters never reach a terminal");
	buf_fini(&out);
}

static void
test_json(void)
{
	struct listing l;
	struct buf out;

	buf_init(&out, 4096);
	listing_open(&l, columns, 3, true, buf_sink(&out));
	write_rows(&l);
	tap_is_int(listing_close(&l), 0, "a JSON listing closes");
	tap_is_str(out.data,
	    "[{\"hwId\":\"ab\",\"n\":-5,\"name\":\"J\xc3\xbc\\u001b[2J\"},"
	    "{\"hwId\":\"a longer one\",\"n\":true,\"name\":\"\"}]\n",
	    "JSON has the column names and the whole values");
	buf_fini(&out);
}

static void
is_shown(struct str v, size_t width, const char *want)
{
	struct buf b;

	buf_init(&b, 256);
	tap_is_int((int64_t)term_put(&b, v), (int64_t)width,
	    "as many characters as it takes");
	tap_is_str(b.data, want, "shown on a terminal");
	buf_fini(&b);
}

/* What acts on a terminal stands there by its number. */
static void
test_terminal(void)
{
	is_shown(STR("a\xe2\x80\xaez"), 8, "a\\u202ez");
	is_shown(STR("\xc2\x9b"
		     "31m"),
	    9, "\\u009b31m");
	is_shown(STR("\xe2\x80\xa8"), 6, "\\u2028");
	is_shown(STR("\xf3\xa0\x81\x81"), 10, "\\U000e0041");
	is_shown(STR("\xff\xc3\xbc"), 5, "\\xff\xc3\xbc");
	is_shown(STR("a\0b"), 8, "a\\u0000b");
}

static void
test_json_whole(void)
{
	struct listing l;
	struct buf out;

	buf_init(&out, 4096);
	listing_open(&l, columns, 1, true, buf_sink(&out));
	listing_textz(&l, "a\xe2\x80\xaez");
	tap_is_int(listing_close(&l), 0, "a JSON listing closes");
	tap_is_str(out.data, "[{\"hwId\":\"a\xe2\x80\xaez\"}]\n",
	    "JSON is not escaped beyond its own rules");
	buf_fini(&out);
}

int
main(void)
{
	struct listing l;
	struct buf small;

	test_columns();
	test_json();
	test_json_whole();
	test_terminal();
	buf_init(&small, 8);
	listing_open(&l, columns, 3, false, buf_sink(&small));
	write_rows(&l);
	tap_is_int(listing_close(&l), -1, "a full disk is noticed");
	buf_fini(&small);
	return tap_end();
}
