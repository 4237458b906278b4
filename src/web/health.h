/*
 * health -- is it up, and what does it do: /health and /metrics.
 *
 * /health names the parts database, hub and rules (hub.fcgi) with "ok" or the
 * reason why not; 200 when all are ok, else 503.  Everybody gets the one word,
 * details only this machine and administrators' keys:
 *
 *	{"status":"down","parts":{"database":"ok","hub":"no answer",...}}
 *
 * /metrics is Prometheus text, for the same few: this program's counters,
 * hub.fcgi's, the hub's status numbers, devices online per domain.
 *
 * The questions to the other programs are asked in a slow thread, each at most
 * HEALTH_WAIT_MS.
 */
#ifndef FL_HEALTH_H
#define FL_HEALTH_H

#include "web.h"

#define HEALTH_WAIT_MS 2000

/* devices.fcgi: GET /health and /metrics. */
void health_serve(struct worker *w, struct req *r, struct resp *out);
void metrics_serve(struct worker *w, struct req *r, struct resp *out);

/* hub.fcgi: GET /hub/health. */
void health_of_rules(struct worker *w, struct req *r, struct resp *out);

/* GET /hub/metrics and /billing/metrics, over the internal listener: what
 * /metrics puts the figures of the other programs together from. */
void metrics_of_program(struct resp *out);

#endif
