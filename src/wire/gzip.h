/*
 * gzip -- a sink that compresses into another sink (RFC 1952), and whether a
 * client takes it; the only door to zlib.
 *
 *	struct gzip *g = gzip_new(to);
 *	sink = gzip_sink(g);	... sink.put(sink.arg, p, n) ...
 *	rc = gzip_end(g);	0, or -1 when the receiver is gone
 *	gzip_free(&g);
 *
 * Memory is constant, below 300 KiB.  Bytes come out as soon as there are
 * GZIP_PIECE of them, so a long text begins to arrive long before its end; what
 * is freed without gzip_end lacks its trailer, which every reader notices.
 */
#ifndef FL_GZIP_H
#define FL_GZIP_H

#include <stdint.h>

#include "buf.h"
#include "str.h"

#define GZIP_PIECE 8192 /* bytes handed on at once */

struct gzip;

struct gzip *gzip_new(struct sink to);
void gzip_free(struct gzip **g);

/* Valid until gzip_end. */
struct sink gzip_sink(struct gzip *g);

/* Hand all that was put so far to the receiver, in a form that it can unpack
 * already; costs some bytes. */
void gzip_flush(struct gzip *g);

/* Compress the rest and write the trailer. */
int gzip_end(struct gzip *g);

/* Add in, compressed as zlib does by itself (RFC 1950), to out, and its checksum
 * (the one of PNG and gzip): what an image needs. */
void gzip_zlib(struct str in, struct buf *out);
uint32_t gzip_crc(struct str in);

/*
 * What an Accept-Encoding says about gzip (RFC 9110 12.5.3), in thousandths: 0
 * unacceptable, 1000 most welcome.  "x-gzip" is the same coding, "*" stands for
 * codings that are not named.  header is one that was sent; an empty one
 * accepts nothing.
 */
int gzip_weight(struct str header);

#endif
