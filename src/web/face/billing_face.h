/*
 * billing -- the face of core/billing: device lists as XML over HTTP, as
 * billing systems written for Kolmisoft M2 and M4 ask for them.
 *
 *	POST /billing/api/devices_get?u=admin&user_id=100&hash=...
 *
 * also as device_list (its old name), under /api/, with a slash or ".xml"
 * behind.  Parameters may stand in the query, in a form, a multipart or a JSON
 * body; the body wins.  GET and HEAD count as GET, which has a setting of its
 * own.  Answers and refusals are XML of status 200, as the vendor's; other
 * statuses are of what he has not: 403 address not on billing.allow, 429 too
 * many requests or wrong hashes, 413 and 400 for bodies, 503 when the store
 * fails; 405 has no body.
 *
 * GET /billing/health and /billing/metrics are for health.h.
 *
 * An answer is written and compressed page by page, in constant memory.
 * billing.fcgi(8) describes it for those who call.
 */
#ifndef FL_BILLING_FACE_H
#define FL_BILLING_FACE_H

#include "route.h"
#include "web.h"

#define BILLING_BODY_MAX ((size_t)16 << 10) /* bytes of a request body */

/* Wrong hashes from one address: so many at once, and so many a minute. */
#define BILLING_WRONG_BURST  60
#define BILLING_WRONG_MINUTE 10
#define BILLING_ADDRESSES    10000 /* that are counted */

extern const struct routes billing_routes;

/* For struct program. */
int billing_start(struct web *w, struct err *e) FL_CHECK;
void billing_stop(void);

#endif
