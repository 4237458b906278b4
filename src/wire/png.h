/*
 * png -- a square picture of black and white as a PNG file (ISO 15948): one bit
 * a pixel, no filter.
 *
 * Why not libpng: writing this one form is a signature and three chunks, and
 * what it needs, zlib, is here already; libpng's errors jump over our frames.
 */
#ifndef FL_PNG_H
#define FL_PNG_H

#include <stdbool.h>

#include "buf.h"

#define PNG_SIZE_MAX 4096 /* pixels of a side */

/* Add the file to out.  is_dark is asked for each pixel; x goes to the right, y
 * down. */
void png_put(struct buf *out, unsigned size,
    bool (*is_dark)(const void *arg, unsigned x, unsigned y), const void *arg);

#endif
