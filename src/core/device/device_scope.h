/*
 * device_scope -- the domains whose devices a filter lists.  Inside core only.
 */
#ifndef FL_DEVICE_SCOPE_H
#define FL_DEVICE_SCOPE_H

#include "device.h"

struct device_scope {
	bool all;               /* of any domain */
	const int64_t *domains; /* else of these, sorted, each once */
	size_t n;
};

/* Those that the filter names and the actor sees; without names all that he
 * sees.  They live as long as the arena of q.  ERR_LIMIT: too many names. */
int device_scope(struct ask *q, const struct device_filter *f,
    struct device_scope *out) FL_CHECK;

bool device_scope_has(const struct device_scope *s, int64_t domain);

/* How many devices are in these domains, and in any. */
int device_scope_count(struct ask *q, const struct device_scope *s,
    int64_t *here, int64_t *all) FL_CHECK;

#endif
