/* Rows for people and as JSON. */
#include "listing.h"
#include "tap.h"

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
	    "ab      -5   J\xc3\xbc?[2J\n"
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

int
main(void)
{
	struct listing l;
	struct buf small;

	test_columns();
	test_json();
	buf_init(&small, 8);
	listing_open(&l, columns, 3, false, buf_sink(&small));
	write_rows(&l);
	tap_is_int(listing_close(&l), -1, "a full disk is noticed");
	buf_fini(&small);
	return tap_end();
}
