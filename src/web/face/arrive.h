/*
 * arrive -- where a device puts its configuration when a backup job asks for
 * it: PUT BASE/dav/<ticket>/<any name>, once (core/job/arrival.h).
 *
 * 201 it is kept; 400 it is no configuration, or not all of it; 413 it is too
 * long; 404 whatever else is wrong, and nobody learns what.
 *
 * GET of such a URL gives, once, a configuration that is put back
 * (core/job/putback.h), to the device that was told it.
 */
#ifndef FL_ARRIVE_H
#define FL_ARRIVE_H

#include "req.h"
#include "resp.h"

struct worker;

void arrive_serve(struct worker *w, struct req *r, struct resp *out);

#endif
