#include "png.h"

#include "gzip.h"
#include "must.h"

#define ROW_MAX (1 + PNG_SIZE_MAX / 8) /* with the number of its filter */

/* Length, name, data, checksum of name and data. */
static void
put_chunk(struct buf *out, const char *name, struct str data)
{
	struct buf both;

	buf_init(&both, 4 + data.len);
	buf_puts(&both, name);
	buf_str(&both, data);
	buf_be32(out, (uint32_t)data.len);
	buf_str(out, buf_view(&both));
	buf_be32(out, gzip_crc(buf_view(&both)));
	buf_fini(&both);
}

/* Width, height; one bit of grey a pixel, deflate, no filters, not interlaced. */
static void
put_head(struct buf *out, unsigned size)
{
	static const char kind[] = {1, 0, 0, 0, 0};
	struct buf head;

	buf_init(&head, 13);
	buf_be32(&head, size);
	buf_be32(&head, size);
	buf_add(&head, kind, sizeof(kind));
	put_chunk(out, "IHDR", buf_view(&head));
	buf_fini(&head);
}

/* A bit that is set is white. */
static void
put_rows(struct buf *rows, unsigned size,
    bool (*is_dark)(const void *arg, unsigned x, unsigned y), const void *arg)
{
	for (unsigned y = 0; y < size; y++) {
		buf_putc(rows, 0);
		for (unsigned x = 0; x < size; x += 8) {
			unsigned byte = 0;

			for (unsigned i = 0; i < 8 && x + i < size; i++)
				byte |= is_dark(arg, x + i, y) ? 0 : 128u >> i;
			buf_putc(rows, (char)byte);
		}
	}
}

void
png_put(struct buf *out, unsigned size,
    bool (*is_dark)(const void *arg, unsigned x, unsigned y), const void *arg)
{
	struct buf rows, packed;

	must(size > 0 && size <= PNG_SIZE_MAX);
	buf_init(&rows, (size_t)size * ROW_MAX);
	buf_init(&packed, 2 * (size_t)size * ROW_MAX);
	put_rows(&rows, size, is_dark, arg);
	gzip_zlib(buf_view(&rows), &packed);
	must(!buf_failed(&rows) && !buf_failed(&packed));
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	put_head(out, size);
	put_chunk(out, "IDAT", buf_view(&packed));
	put_chunk(out, "IEND", STR(""));
	buf_fini(&rows);
	buf_fini(&packed);
}
