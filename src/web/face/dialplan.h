/*
 * dialplan -- the REST of ipcortex by which portals put phones into companies,
 * the vendor's "Phone Provisioning", "Handset Management", "REST Request Format"
 * and "Authentication" (versions 6.2 to 6.5).
 *
 *	POST /rest/auth			who am I; log in
 *	POST /rest/auth/logout
 *	POST /rest/dialplan/promote	and inactive, active, demote, assign,
 *					readtypes, create
 *
 * with or without a slash behind, with or without a type behind that
 * (".../promote/phone").  The body is a JSON object; what cannot be read as one
 * is the empty one, and the type of the path counts then, so the vendor's own
 * examples, which lack commas, are answered.  GET has no body.
 *
 * A company is a domain, called by its name; the instance's own one is called
 * "default".  Types of phones are those of phone_type.h.  dialplan_login.h has
 * how callers prove who they are.
 *
 *	system administrator	everything
 *	who sees "default"	inactive, active, promote, demote; a company must
 *				be one that he sees
 *	whoever sees a company	readtypes
 *	a mere user		nothing
 *
 * Answers are JSON of status 200, because the vendor's clients take every other
 * status for a lost connection: {"result":"success",...}, {"result":"fail",
 * "message":"..."}, {"result":"retry","message":"..."} when a lock was not had in
 * time.  Other statuses: 413 and 400 for bodies, 429 too many wrong logins, 503
 * the store has failed; their body is a "fail" as well.
 */
#ifndef FL_DIALPLAN_H
#define FL_DIALPLAN_H

#include "route.h"
#include "web.h"

#define DIALPLAN_BODY_MAX ((size_t)64 << 10) /* bytes of a request body */

extern const struct routes dialplan_routes;

/* For struct program: reads the types. */
int dialplan_start(struct web *w, struct err *e) FL_CHECK;
void dialplan_stop(void);

#endif
