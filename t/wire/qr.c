/* QR codes: both forms show the same modules, with the marks that readers look
 * for. */
#include "qr.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define TEXT "otpauth://totp/example.com:anna?secret=MZXW6YTBOI"
#define SIZE 64
#define EDGE 4

static struct err e;
static bool svg[SIZE][SIZE], text[SIZE][SIZE];
static long size;

/* "M4 4h7v1h-7z": seven dark modules from there. */
static void
read_svg(const char *p)
{
	long x, y, n;
	char *end;

	size = strtol(strstr(p, "viewBox=\"0 0 ") + 13, NULL, 10);
	for (p = strstr(p, "<path"); (p = strchr(p, 'M')) != NULL; p = end) {
		x = strtol(p + 1, &end, 10);
		y = strtol(end, &end, 10);
		n = strtol(end + 1, &end, 10);
		for (long i = x; i < x + n && i < SIZE && y < SIZE; i++)
			svg[y][i] = true;
	}
}

static void
read_blocks(const char *p)
{
	for (int y = 0, x = 0; *p != '\0'; p++) {
		unsigned char last = (unsigned char)*p;

		if (last == '\n') {
			y += 2;
			x = 0;
			continue;
		}
		if (last == 0xe2) {
			p += 2;
			last = (unsigned char)*p;
		}
		if (y + 1 < SIZE && x < SIZE) {
			text[y][x] = last == ' ' || last == 0x84;
			text[y + 1][x] = last == ' ' || last == 0x80;
		}
		x++;
	}
}

/* A square of 7 in a square of 5 in a square of 3 (ISO 18004, 6.3.3). */
static bool
has_finder(long x0, long y0)
{
	for (int y = -1; y < 8; y++)
		for (int x = -1; x < 8; x++) {
			int far =
			    abs(x - 3) > abs(y - 3) ? abs(x - 3) : abs(y - 3);

			if (svg[y0 + y][x0 + x] != (far != 2 && far != 4))
				return false;
		}
	return true;
}

int
main(void)
{
	struct buf b;
	char longest[QR_TEXT_MAX + 2];
	int same = 0;

	buf_init(&b, QR_MAX);
	tap_ok(qr_svg(TEXT, &b, &e) == 0 && !buf_failed(&b) &&
		   strncmp(b.data, "<svg ", 5) == 0 &&
		   strcmp(b.data + b.len - 9, "\"/></svg>") == 0,
	    "a text is an SVG");
	read_svg(b.data);
	tap_ok(
	    size > 2 * EDGE + 20 && size < SIZE && (size - 2 * EDGE) % 4 == 1,
	    "of a size that there is");
	tap_ok(has_finder(EDGE, EDGE) && has_finder(size - EDGE - 7, EDGE) &&
		   has_finder(EDGE, size - EDGE - 7),
	    "with three marks inside its margin");
	buf_clear(&b);
	tap_ok(qr_blocks(TEXT, &b, &e) == 0 && !buf_failed(&b),
	    "and lines of blocks");
	read_blocks(b.data);
	for (long y = 0; y < size; y++)
		same += memcmp(svg[y], text[y], (size_t)size) == 0;
	tap_is_int(same, size, "which show the same");
	buf_clear(&b);
	tap_ok(qr_png(TEXT, &b, &e) == 0 && !buf_failed(&b), "and a PNG");
	tap_is_int((unsigned char)b.data[18] << 8 | (unsigned char)b.data[19],
	    8 * size, "of eight pixels a module");
	memset(longest, 'x', sizeof(longest));
	longest[QR_TEXT_MAX] = '\0';
	buf_clear(&b);
	tap_ok(qr_svg(longest, &b, &e) == 0 && !buf_failed(&b),
	    "the longest text fits");
	buf_clear(&b);
	tap_ok(
	    qr_png(longest, &b, &e) == 0 && !buf_failed(&b), "as a PNG, too");
	longest[QR_TEXT_MAX] = 'x';
	longest[QR_TEXT_MAX + 1] = '\0';
	tap_ok(qr_svg(longest, &b, &e) < 0 && e.kind == ERR_LIMIT,
	    "a longer one is refused");
	buf_fini(&b);
	return tap_end();
}
