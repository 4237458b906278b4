/*
 * route -- which path of a program is served by what: one table for each, and
 * one place that reads it.
 *
 *	static const struct route list[] = {
 *	    {"/csvapi", ROUTE_BASE, "GET, HEAD", csvapi, "csvapi"},
 *	    HEALTH_ROUTES("/csvapi"),
 *	};
 *	const struct routes csvapi_routes = {list, COUNT(list), resp_line};
 *
 *	under		the path of a request
 *	ROUTE_PLAIN	is this one
 *	ROUTE_BASE	is the instance's base, and this
 *	ROUTE_BELOW	begins so; what follows is the handler's
 *	ROUTE_INTERNAL	is this one, and came over the internal listener
 *	ROUTE_SUFFIX	ends so; a slash behind it, and ".xml" before that, do
 *			not count
 *	ROUTE_REST	is any: the last row of a program that words itself
 *			what it does not know
 *
 * Several slashes count as one.  The first row whose path fits decides.  Of other
 * methods than it names the request is refused with 405 and an Allow; where no row fits it is a 404, also
 * an internal path that was asked for in public.  Both take the program's form
 * of an error.  The request counts for the row's series (metrics.h) unless the
 * handler finds a better one.
 */
#ifndef FL_ROUTE_H
#define FL_ROUTE_H

#include <stddef.h>

#include "req.h"
#include "resp.h"

#define ROUTES_MAX 32 /* rows of one program */

struct worker;

enum route_under {
	ROUTE_PLAIN,
	ROUTE_BASE,
	ROUTE_BELOW,
	ROUTE_INTERNAL,
	ROUTE_SUFFIX,
	ROUTE_REST
};

struct route {
	const char *path; /* begins with "/"; of ROUTE_REST "/" */
	enum route_under under;
	const char *methods; /* as in Allow: "GET, HEAD" */
	void (*serve)(struct worker *w, struct req *r, struct resp *out);
	const char *series; /* rows may share one; NULL: "other" */
};

struct routes {
	const struct route *list;
	size_t n;
	void (*refuse)(struct resp *out, int status, const char *phrase);
};

/* Register the series of t, once, before threads start; a process serves one
 * table. */
void routes_open(const struct routes *t);

/* Serve r by t; base is the instance's. */
void routes_serve(const struct routes *t, struct str base, struct worker *w,
    struct req *r, struct resp *out);

#endif
