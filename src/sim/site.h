/*
 * site -- what the web server of a simulated device has: from the target of a
 * request to a page, and the bytes of the pages (tunnel.h lists them).
 *
 * A page of kind SITE_TEXT is written by its function; one of kind SITE_COMMAND
 * is a line or a form of script.h, which acts on the device.
 */
#ifndef FL_SITE_H
#define FL_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "buf.h"
#include "fault.h"
#include "str.h"

struct site_device {
	size_t number;     /* see model.h */
	const char *types; /* see model.h */
	struct box *box;
};

enum site_kind {
	SITE_TEXT,     /* text() writes the whole body */
	SITE_BIG,      /* bytes of site_pattern */
	SITE_ECHO,     /* the body of the request */
	SITE_SUM,      /* length and hash of the body of the request */
	SITE_WS,       /* turns into a websocket */
	SITE_MANAGER,  /* into that of an App Platform's manager, */
	SITE_PLATFORM, /* which has this (platform.h) */
	SITE_COMMAND,
	SITE_ERROR, /* 500 */
	SITE_HANG,  /* no answer comes */
	SITE_CUT,   /* the answer ends before its end */
	SITE_NONE   /* 404 */
};

enum site_framing { SITE_LENGTH, SITE_CHUNKED, SITE_CLOSE };

struct site_page {
	enum site_kind kind;
	const char *type; /* Content-Type */
	void (*text)(struct buf *out, const struct site_device *d);
	uint64_t bytes; /* of SITE_BIG */
	enum site_framing framing;
};

/* The page of a target ("/big?bytes=9"); SITE_NONE if there is none, also for
 * a wrong query, and for what an App Platform only has. */
void site_find(
    const struct site_device *d, struct str target, struct site_page *out);

/* The page that goes wrong so; untouched for FAULT_NONE. */
void site_break(struct site_page *page, enum fault fault);

/* Carry out a target of SITE_COMMAND: false if it is no command. */
bool site_command(const struct site_device *d, struct str target);

/* Its configuration, as it puts it somewhere; and the other way round: it loads
 * one, which is in the flash from then on.  False if a line of it is none. */
void site_config(struct buf *out, const struct site_device *d);
bool site_restore(const struct site_device *d, struct str text);

/* Bytes at.. at + n of /big: each 16 are an offset in decimal and LF. */
void site_pattern(uint64_t at, char *out, size_t n);

#endif
