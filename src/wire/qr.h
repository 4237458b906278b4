/*
 * qr -- a text as a QR code; the only door to libqrencode.
 *
 * Level M, as small as it can be, with the margin of four modules that readers
 * need.  Three forms: an SVG for a page, a PNG for letters and labels, eight
 * pixels a module, and lines of block characters for a terminal, two rows of
 * modules in one; there light is drawn, so that it is read on a dark background
 * (and by most readers on a bright one).
 */
#ifndef FL_QR_H
#define FL_QR_H

#include "buf.h"
#include "err.h"

#define QR_TEXT_MAX 512                /* bytes; longer is ERR_LIMIT */
#define QR_MAX      ((size_t)64 << 10) /* bytes of each form */

/* Append to out, which holds QR_MAX. */
int qr_svg(const char *text, struct buf *out, struct err *e) FL_CHECK;
int qr_png(const char *text, struct buf *out, struct err *e) FL_CHECK;
int qr_blocks(const char *text, struct buf *out, struct err *e) FL_CHECK;

#endif
