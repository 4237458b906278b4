/* gzip out: what comes back, when it comes, and who takes it. */
#include "gzip.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "tap.h"
#define ZLIB_CONST
#include <zlib.h>

#define TEXT_MAX ((size_t)32 << 20)

static struct buf packed, text;

/* What zlib itself makes of packed; false unless it is one whole gzip file. */
static bool
unpack(struct buf *out)
{
	z_stream z = {0};
	int rc;

	buf_init(out, TEXT_MAX);
	if (inflateInit2(&z, MAX_WBITS + 16) != Z_OK)
		return false;
	z.next_in = (const Bytef *)buf_view(&packed).p;
	z.avail_in = (uInt)packed.len;
	do {
		char *to = buf_reserve(out, 65536);

		z.next_out = (Bytef *)to;
		z.avail_out = 65536;
		rc = inflate(&z, Z_NO_FLUSH);
		buf_added(out, 65536 - z.avail_out);
	} while (rc == Z_OK);
	(void)inflateEnd(&z);
	return rc == Z_STREAM_END && z.avail_in == 0;
}

static void
begin(void)
{
	buf_fini(&packed);
	buf_fini(&text);
	buf_init(&packed, TEXT_MAX);
	buf_init(&text, TEXT_MAX);
}

static void
round_trip(const char *name)
{
	struct gzip *g = gzip_new(buf_sink(&packed));
	struct sink s = gzip_sink(g);
	struct buf again;

	for (size_t i = 0; i < text.len; i += 5000) {
		size_t n = text.len - i < 5000 ? text.len - i : 5000;

		if (s.put(s.arg, text.data + i, n) < 0)
			tap_ok(false, "%s: it is taken", name);
	}
	tap_ok(gzip_end(g) == 0, "%s: the end", name);
	gzip_free(&g);
	tap_ok(unpack(&again) && str_eq(buf_view(&again), buf_view(&text)),
	    "%s: the same comes back", name);
	buf_fini(&again);
}

static void
test_content(void)
{
	unsigned random = 1;

	begin();
	round_trip("nothing");
	begin();
	buf_puts(&text, "one line\n");
	round_trip("a line");
	begin();
	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "<device_id>%d</device_id>\n", i);
	round_trip("a long list");
	tap_ok(packed.len * 5 < text.len, "a list becomes small");
	begin();
	for (int i = 0; i < 1000000; i++) {
		random = random * 1103515245 + 12345;
		buf_putc(&text, (char)(random >> 16));
	}
	round_trip("random bytes");
}

static int
refuse(void *arg, const void *p, size_t n)
{
	(void)p;
	(void)n;
	++*(int *)arg;
	return -1;
}

static void
test_stream(void)
{
	struct gzip *g;
	struct sink s;
	char line[64];
	int calls = 0, i = 0;
	struct buf again;

	begin();
	g = gzip_new(buf_sink(&packed));
	s = gzip_sink(g);
	for (; packed.len == 0 && i < 1000000; i++) {
		(void)snprintf(line, sizeof(line), "<port>%d</port>\n", i);
		(void)s.put(s.arg, line, strlen(line));
	}
	tap_ok(i < 50000, "bytes come out long before the end");
	for (i = 0; i < 3; i++) {
		size_t before = packed.len;

		(void)s.put(s.arg, "0123456789", 10);
		gzip_flush(g);
		tap_ok(packed.len > before, "a flush brings out what there is");
	}
	(void)unpack(&again);
	tap_ok(again.len > 30 && memcmp(again.data + again.len - 20,
				     "01234567890123456789", 20) == 0,
	    "in a form that can be unpacked already");
	buf_fini(&again);
	gzip_free(&g);
	tap_ok(!unpack(&again), "what was not ended is no whole file");
	buf_fini(&again);

	g = gzip_new((struct sink){refuse, &calls});
	s = gzip_sink(g);
	for (i = 0; i < 1000000; i++) {
		(void)snprintf(line, sizeof(line), "<port>%d</port>\n", i);
		if (s.put(s.arg, line, strlen(line)) < 0)
			break;
	}
	tap_ok(i < 50000, "a receiver that is gone is noticed");
	tap_ok(gzip_end(g) < 0, "the end tells it again");
	tap_is_int(calls, 1, "nothing is offered after a refusal");
	gzip_free(&g);
}

static void
test_accept(void)
{
	static const struct {
		const char *header;
		int weight;
	} rows[] = {
	    {"", 0},
	    {"gzip", 1000},
	    {"GZip", 1000},
	    {"x-gzip", 1000},
	    {"gzip, deflate, br", 1000},
	    {"deflate, gzip;q=0.5", 500},
	    {"deflate ; q=1 , gzip ; Q=0.123", 123},
	    {"gzip;q=0", 0},
	    {"gzip;q=0.000", 0},
	    {"gzip;q=1.000", 1000},
	    {"gzip;q=1.5", 1000},
	    {"gzip;q=x", 1000},
	    {"gzip;q=0.x", 1000},
	    {"gzip;q=0.1234", 1000},
	    {"gzip;level=9;q=0.2", 200},
	    {"identity", 0},
	    {"identity;q=1, *;q=0", 0},
	    {"*", 1000},
	    {"*;q=0.3", 300},
	    {"*, gzip;q=0", 0},
	    {"gzip;q=0.7, *;q=0", 700},
	    {"br", 0},
	    {",,gzip", 1000},
	    {"gzipped", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		tap_is_int(gzip_weight(str_of(rows[i].header)), rows[i].weight,
		    rows[i].header);
}

int
main(void)
{
	test_content();
	test_stream();
	test_accept();
	buf_fini(&packed);
	buf_fini(&text);
	return tap_end();
}
