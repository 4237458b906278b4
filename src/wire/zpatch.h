/*
 * zpatch -- a text as what it has other than an older one; the only door to
 * libzstd.
 *
 *	zpatch_make(old, new, &packed);		some bytes, if they are alike
 *	zpatch_read(old, packed, max, &new, e)	the new text again
 *
 * It is the way of `zstd --patch-from`: the older text is a prefix that is not
 * stored, and whatever the new one has in common with it costs a reference.  An
 * empty older text packs the new one by itself.  Only the same older text, byte
 * by byte, unpacks it; a checksum of the frame (RFC 8878 3.1.1) finds another
 * one, and bytes that were damaged.
 */
#ifndef FL_ZPATCH_H
#define FL_ZPATCH_H

#include "buf.h"
#include "err.h"
#include "str.h"

#define ZPATCH_MAX ((size_t)8 << 20) /* bytes of both texts together */

/* Add the packed text to out, whose failure tells that it had no room.  Both
 * together have at most ZPATCH_MAX bytes; one by itself may be longer. */
void zpatch_make(struct str old, struct str text, struct buf *out);

/* Add the text, of at most max bytes.  ERR_IO: packed is damaged, or belongs to
 * another old text. */
int zpatch_read(struct str old, struct str packed, size_t max, struct buf *out,
    struct err *e) FL_CHECK;

#endif
