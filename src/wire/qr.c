#include "qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#include "png.h"

#define MARGIN 4
#define PIXELS 8 /* of a module, in each direction, in a PNG */

static QRcode *
encode(const char *text, struct err *e)
{
	QRcode *code = NULL;

	if (strlen(text) <= QR_TEXT_MAX)
		code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		(void)err_set(e, ERR_LIMIT, "no QR code of that text");
	return code;
}

/* Is the module dark?  Around the code lies its margin. */
static bool
is_dark(const QRcode *code, int x, int y)
{
	x -= MARGIN;
	y -= MARGIN;
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1) != 0;
}

/* Modules of a row that are dark together are one stroke. */
static void
add_row(const QRcode *code, int y, struct buf *out)
{
	int size = code->width + 2 * MARGIN;

	for (int x = 0, from; x < size; x++) {
		from = x;
		while (is_dark(code, x, y))
			x++;
		if (x > from)
			buf_printf(out, "M%d %dh%dv1h-%dz", from, y, x - from,
			    x - from);
	}
}

int
qr_svg(const char *text, struct buf *out, struct err *e)
{
	QRcode *code = encode(text, e);
	int size;

	if (code == NULL)
		return -1;
	size = code->width + 2 * MARGIN;
	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
	    " shape-rendering=\"crispEdges\">"
	    "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"",
	    size, size, size, size);
	for (int y = 0; y < size; y++)
		add_row(code, y, out);
	buf_puts(out, "\"/></svg>");
	QRcode_free(code);
	return 0;
}

static bool
is_dark_pixel(const void *arg, unsigned x, unsigned y)
{
	return is_dark(arg, (int)(x / PIXELS), (int)(y / PIXELS));
}

int
qr_png(const char *text, struct buf *out, struct err *e)
{
	QRcode *code = encode(text, e);

	if (code == NULL)
		return -1;
	png_put(out, (unsigned)(code->width + 2 * MARGIN) * PIXELS,
	    is_dark_pixel, code);
	QRcode_free(code);
	return 0;
}

int
qr_blocks(const char *text, struct buf *out, struct err *e)
{
	/* By what is light: neither, below, above, both. */
	static const char *const blocks[] = {" ", "\u2584", "\u2580", "\u2588"};
	QRcode *code = encode(text, e);
	int size;

	if (code == NULL)
		return -1;
	size = code->width + 2 * MARGIN;
	for (int y = 0; y < size; y += 2) {
		for (int x = 0; x < size; x++)
			buf_puts(out,
			    blocks[2 * !is_dark(code, x, y) +
				   (y + 1 < size && !is_dark(code, x, y + 1))]);
		buf_putc(out, '\n');
	}
	QRcode_free(code);
	return 0;
}
