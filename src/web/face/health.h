/*
 * health -- is it up: /health.
 *
 * /health answers 200 when every part is "ok" without which there is no
 * service, else 503.  Everybody gets the one word; the parts are for this
 * machine and for administrators' keys:
 *
 *	{"status":"down","parts":{"database":"ok","hub":"no answer",...}}
 *
 *	part		what else it may say
 *	database	no answer, replaced, disk full, not written (probe.h)
 *	clock		in doubt: no rental is settled (jump.h); it stays up
 *	hub, rules	no answer
 *	billing		no answer; it stays up
 *	csvapi		no answer; it stays up
 *	deliver		no answer: devices get no configurations; it stays up
 *	tasks		no answer: nobody works on jobs (the lease of
 *			fleetline-tasks, tasks.h); it stays up
 *	commands	what is wrong with the table of requests, with its line;
 *			the last good one stays in use
 *	dialplan	no answer; it stays up
 *	provision	no answer; it stays up
 *	sockets		the first socket of the run folder that nobody
 *			listens on
 *
 * What was found out is good for HEALTH_KEPT_MS, whoever asks, and for
 * HEALTH_DOWN_MS when something was wrong.
 *
 * The other programs are asked in a slow thread (others.h).
 */
#ifndef FL_HEALTH_H
#define FL_HEALTH_H

#include "route.h"
#include "scrape.h"
#include "web.h"

#define HEALTH_KEPT_MS 2000 /* what is up */
#define HEALTH_DOWN_MS 200  /* what is down may come up any moment */

/* devices.fcgi: GET /health. */
void health_serve(struct worker *w, struct req *r, struct resp *out);

/*
 * Of the other programs, for it and for scrape_serve: the rows of their tables
 * (route.h), under the folder that the web server hands to them.
 */
/* clang-format off */
#define HEALTH_ROUTES(folder) \
	{folder "/health", ROUTE_INTERNAL, "GET", health_own, NULL}, \
	{folder "/metrics", ROUTE_INTERNAL, "GET", scrape_own, NULL}
/* clang-format on */
void health_own(struct worker *w, struct req *r, struct resp *out);

#endif
