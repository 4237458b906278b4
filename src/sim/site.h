/*
 * site -- what the web server of a simulated device has: from the target of a
 * request to a page, and the bytes of the pages (tunnel.h lists them).
 */
#ifndef FL_SITE_H
#define FL_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

enum site_kind {
	SITE_TEXT, /* text() writes the whole body */
	SITE_BIG,  /* bytes of site_pattern */
	SITE_ECHO, /* the body of the request */
	SITE_SUM,  /* length and hash of the body of the request */
	SITE_WS,   /* turns into a websocket */
	SITE_NONE  /* 404 */
};

enum site_framing { SITE_LENGTH, SITE_CHUNKED, SITE_CLOSE };

struct site_page {
	enum site_kind kind;
	const char *type; /* Content-Type */
	void (*text)(struct buf *out, size_t device, const char *types);
	uint64_t bytes; /* of SITE_BIG */
	enum site_framing framing;
};

/* The page of a target ("/big?bytes=9"); SITE_NONE if there is none, also for
 * a wrong query. */
void site_find(struct str target, struct site_page *out);

/* Bytes at.. at + n of /big: each 16 are an offset in decimal and LF. */
void site_pattern(uint64_t at, char *out, size_t n);

#endif
