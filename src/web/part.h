/*
 * part -- a body that is asked for under conditions, or a part of it: what of RFC
 * 9110 clients need that load files (sections 13.1.2, 13.1.5 and 14).
 *
 *	If-None-Match	304 if the entity tag is one of the list, or "*"
 *	Range		206 with one range of bytes; several at once get all of it,
 *			as 14.2 lets us; one outside of the body 416
 *	If-Range	the range counts only if that is the entity tag
 *
 * Phones ask so when a power cut interrupted their loading, and when they look
 * whether anything is new.
 */
#ifndef FL_PART_H
#define FL_PART_H

#include <stddef.h>

#include "req.h"
#include "resp.h"

/* What is sent of a body. */
struct part {
	int status; /* 200, 206, 304, 416 */
	size_t from, n;
};

/* tag: of a body of so many bytes, with its quotes; a strong one.  For tests. */
struct part part_find(const struct req *r, struct str tag, size_t size);

/* Answer a GET or HEAD with this body, its Content-Length, ETag (a strong one, with
 * its quotes: another for each other body) and, if it is a part, Content-Range.
 * Headers that were set stay.  Gives the status. */
int part_send(struct resp *out, const struct req *r, const char *type,
    const char *tag, struct str body);

#endif
