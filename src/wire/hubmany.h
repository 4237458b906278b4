/*
 * hubmany -- several questions in one body (doc/hub.md 1.1): each as it would
 * travel alone, its facts as headers, then Content-Length, an empty line, and
 * as many bytes.  Lines end with LF.
 */
#ifndef FL_HUBMANY_H
#define FL_HUBMANY_H

#include "buf.h"
#include "hubwire.h"

struct hubmany {
	struct str facts[HUBWIRE_FACTS]; /* empty: absent */
	struct str body;
};

/* Headers are "Name: value", each with a NUL behind it, in len bytes. */
void hubmany_add(
    struct buf *out, const char *headers, size_t len, struct str body);

/* Take the next off *rest, borrowed from it: 1, 0 there is no more, -1 it is
 * none (an unknown header, too long a fact, no length, too few bytes). */
int hubmany_next(struct str *rest, struct hubmany *out);

#endif
