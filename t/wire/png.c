/* PNG out: chunks, their checksums, and the pixels that come back. */
#include "png.h"

#include <string.h>
#include <zlib.h>

#include "tap.h"

#define SIZE 11
#define ROW  3 /* a filter and two bytes */

static bool
is_dark(const void *arg, unsigned x, unsigned y)
{
	(void)arg;
	return x == y || x + y == SIZE - 1;
}

static uint32_t
be32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

/* The data of the next chunk; *p moves behind it. */
static struct str
chunk(const char **p, const char *name)
{
	uint32_t n = be32(*p);
	struct str data = str_n(*p + 8, n);

	tap_ok(memcmp(*p + 4, name, 4) == 0, "a chunk %s", name);
	tap_is_int(be32(*p + 8 + n),
	    (long long)crc32(0, (const Bytef *)*p + 4, n + 4),
	    "with its checksum");
	*p += 12 + n;
	return data;
}

static void
check_pixels(struct str packed)
{
	unsigned char rows[SIZE * ROW];
	uLongf n = sizeof(rows);
	int wrong = 0;

	tap_ok(
	    uncompress(rows, &n, (const Bytef *)packed.p, packed.len) == Z_OK &&
		n == sizeof(rows),
	    "its rows are unpacked by zlib");
	for (unsigned y = 0; y < SIZE; y++) {
		wrong += rows[y * ROW] != 0;
		for (unsigned x = 0; x < SIZE; x++)
			wrong += ((rows[y * ROW + 1 + x / 8] << x % 8 & 128) ==
				     0) != is_dark(NULL, x, y);
	}
	tap_is_int(wrong, 0, "and each pixel is as it was");
}

int
main(void)
{
	struct buf out;
	struct str head;
	const char *p;

	buf_init(&out, 65536);
	png_put(&out, SIZE, is_dark, NULL);
	p = out.data;
	tap_is_mem(p, 8, "\x89PNG\r\n\x1a\n", 8, "a PNG file");
	p += 8;
	head = chunk(&p, "IHDR");
	tap_ok(head.len == 13 && be32(head.p) == SIZE &&
		   be32(head.p + 4) == SIZE && head.p[8] == 1 && head.p[9] == 0,
	    "of that size, black and white");
	check_pixels(chunk(&p, "IDAT"));
	(void)chunk(&p, "IEND");
	tap_ok(p == out.data + out.len, "nothing follows its end");
	buf_fini(&out);
	return tap_end();
}
