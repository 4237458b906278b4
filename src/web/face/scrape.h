/*
 * scrape -- /metrics: what Prometheus fetches, for this machine and
 * administrators' keys.
 *
 * This program's counters, those of the other programs, the hub's status
 * numbers (a table says which is a counter, and what each means), figures of
 * the store, and devices by domain.  No label holds a secret, or what a device
 * says of itself; names of domains are escaped.
 *
 * How many series there are is bounded: a program has as many as it has
 * messages, and of the domains the SCRAPE_DOMAINS with most devices are told by
 * name.  The others are one sum, with the empty name, which no domain has.
 */
#ifndef FL_SCRAPE_H
#define FL_SCRAPE_H

#include "web.h"

#define SCRAPE_DOMAINS 1000

/* devices.fcgi: GET /metrics. */
void scrape_serve(struct worker *w, struct req *r, struct resp *out);

/* Of the other programs: HEALTH_ROUTES. */
void scrape_own(struct worker *w, struct req *r, struct resp *out);

#endif
