/*
 * csvapi -- the rental history as CSV, for accountants and their programs.
 *
 *	GET BASE/csvapi?type=history&all=1&lang=de&tz=Europe%2FBerlin
 *
 * csvapi_query.h has the parameters, csvapi_line.h the form of the lines.  The
 * login is a digest with a domain's name: with the instance password all
 * domains, with its own password that domain and those granted to it.
 *
 * What is due is settled first (rental.h), so the answer holds all rows up to
 * now.  It is streamed from pages of the ledger in constant memory, domain
 * after domain by id, rows by number.  An overview has a line for each domain
 * that ever rented and each of the last 24 months, the present one included:
 * the cost per month in force when the month began in the zone asked for.
 *
 * A history that ends not after the present month's beginning (UTC) cannot
 * change any more; it carries an ETag, and If-None-Match is answered with 304.
 *
 * Errors are one line of text: 400 which parameter is wrong or missing, 401,
 * 403 a domain that does not exist or may not be seen (the same line for both),
 * 405, 429 too many wrong logins, 503.  An answer that cannot be completed
 * breaks off, so that nobody takes it for a whole one.
 */
#ifndef FL_CSVAPI_H
#define FL_CSVAPI_H

#include "route.h"
#include "web.h"

#define CSVAPI_MONTHS 24

extern const struct routes csvapi_routes;

#endif
