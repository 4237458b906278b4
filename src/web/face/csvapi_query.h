/*
 * csvapi_query -- the parameters of a request for the rental history, read
 * and checked.
 *
 *	all	1, true: all domains the login sees; 0, false, empty: not set
 *	domain	name of one domain; needed unless all is set
 *	lang	language tag; "en"
 *	tz	zone of the IANA database; "UTC"
 *	type	history, overview; "history"
 *	from	milliseconds since 1970, the first moment; the beginning
 *	to	the moment after the last one; no end
 *	bom	1, true: the file begins with a byte order mark, by which Excel
 *		knows UTF-8; 0, false, empty: not
 *
 * What has the size of seconds since 1970 is no time here: as milliseconds it
 * would lie before 1974, and be answered by a file that is wrong and looks
 * right.
 *
 * from and to do not matter to an overview.  Others are ignored.
 */
#ifndef FL_CSVAPI_QUERY_H
#define FL_CSVAPI_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "locale.h"
#include "str.h"

struct csvapi_query {
	bool all, overview, bom;
	struct str domain; /* empty if all */
	char locale[LOCALE_SIZE];
	struct str zone;
	bool has_from, has_to;
	int64_t from, to; /* from <= time < to */
};

/*
 * Read the query string text; strings live as long as it and a.  -1 with
 * ERR_INPUT and in e->say the line for the caller, which names the parameter:
 * one that is missing, wrong, or stands there twice.
 */
int csvapi_query(struct arena *a, struct str text, struct csvapi_query *out,
    struct err *e) FL_CHECK;

#endif
