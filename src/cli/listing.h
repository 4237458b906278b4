/*
 * listing -- rows on standard output, as columns for people or as JSON.
 *
 * Rows are written as they come, so 100,000 of them need no memory; a column
 * has a width that wider values exceed.  With json the whole is one array of
 * objects whose members are the column names.  Values come from devices and
 * strangers: on the terminal hidden characters are escaped, see term.h.
 *
 * Cells are added in the order of the columns; the last one ends the row.
 * Between rows a listing holds no memory: on an error it may just be left.
 */
#ifndef FL_LISTING_H
#define FL_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "json.h"
#include "str.h"

struct listing_column {
	const char *name; /* member name, and in upper case the heading */
	int width;
};

struct listing {
	const struct listing_column *columns;
	size_t ncolumns, at;
	bool as_json;
	struct sink out;
	struct jout json;
	struct buf line;
};

void listing_open(struct listing *l, const struct listing_column *columns,
    size_t n, bool as_json, struct sink out);
void listing_text(struct listing *l, struct str v);
void listing_textz(struct listing *l, const char *v); /* NULL is "" */
void listing_int(struct listing *l, int64_t v);
void listing_bool(struct listing *l, bool v); /* yes, no */
/* Milliseconds as an ISO time, 0 as "-"; in JSON the number. */
void listing_time(struct listing *l, int64_t ms);
/* An amount of iSC with its decimals; in JSON the number of 1/1000. */
void listing_isc(struct listing *l, int64_t amount);
/* 0, or -1 when standard output could not take everything. */
int listing_close(struct listing *l);

#endif
