/*
 * csvapi_line -- the lines of the rental history, as CSV.
 *
 * UTF-8, semicolons, CR LF, quoted as RFC 4180 says.  Text from outside cannot
 * become a formula (csv.h); what begins with a digit and is no number (hardware
 * ids), and all references, stand in quotes.  The last column has the reason
 * that was given for a correction.  Times are of the locale's zone,
 * amounts iSC with its decimal mark.
 */
#ifndef FL_CSVAPI_LINE_H
#define FL_CSVAPI_LINE_H

#include "locale.h"
#include "rental_words.h"

struct csvapi_lines {
	struct locale *locale;
	const struct rental_words *words;
	struct buf *out;
};

/* The first line, of either type. */
void csvapi_head(const struct csvapi_lines *l, bool overview);

/* A row of the ledger. */
void csvapi_row(const struct csvapi_lines *l, const struct ledger *x);

/* What a domain paid a month at a time. */
void csvapi_month(const struct csvapi_lines *l, struct str domain, int64_t ms,
    int64_t monthly);

#endif
