/*
 * health -- is it up, and what does it do: /health and /metrics.
 *
 * /health names the parts database, hub and rules (hub.fcgi) with "ok" or the
 * reason why not; 200 when these are ok, else 503.  billing and csvapi are
 *named as well, but without them the fleet still works: they do not make it
 *503. Everybody gets the one word, details only this machine and
 *administrators' keys:
 *
 *	{"status":"down","parts":{"database":"ok","hub":"no answer",...}}
 *
 * /metrics is Prometheus text, for the same few: this program's counters,
 * those of the other programs, the hub's status numbers, devices online per
 *domain.
 *
 * The questions to the other programs are asked in a slow thread, each at most
 * HEALTH_WAIT_MS.
 *
 * The part clock says "in doubt" while no rental is settled (core/jump.h); the
 * fleet still works.
 */
#ifndef FL_HEALTH_H
#define FL_HEALTH_H

#include "web.h"

#define HEALTH_WAIT_MS 2000

/* devices.fcgi: GET /health and /metrics. */
void health_serve(struct worker *w, struct req *r, struct resp *out);
void metrics_serve(struct worker *w, struct req *r, struct resp *out);

/*
 * The other programs, over the internal listener: GET .../health and
 * .../metrics, from which the two above are put together.  False: the request
 * is another one.
 */
bool health_of_program(struct worker *w, struct req *r, struct resp *out);

#endif
