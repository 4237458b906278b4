/*
 * rules -- what the hub asks rules.fcgi (doc/hub.md section 1).
 *
 *	POST /hub/identify /hub/provision /hub/app /hub/presence /hub/door
 *	GET  /hub/health   /hub/metrics		for devices.fcgi
 *
 * Only over the internal listener; any other request gets 404.  A failing
 * store gives 503, and the hub asks again.
 */
#ifndef FL_RULES_H
#define FL_RULES_H

#include "route.h"
#include "web.h"

#define RULES_BODY_MAX ((size_t)1 << 20) /* bytes of a question */

extern const struct routes rules_routes;

/* A thread that delivers what devices should have (deliver_sweep), every
 * SWEEP_MS until rules_sweep_stop. */
#define SWEEP_MS 2000
int rules_sweep_start(struct web *w, struct err *e) FL_CHECK;
void rules_sweep_stop(void);

/* What identify writes goes to a batch (batch.h) from now on. */
int rules_batch_start(struct web *w, struct err *e) FL_CHECK;
void rules_batch_stop(void);

#endif
