/*
 * fleet_line -- one line of a fleet file: which field is which column, and what
 * stands in it.  Inside core only.
 */
#ifndef FL_FLEET_LINE_H
#define FL_FLEET_LINE_H

#include "device.h"
#include "fleet_column.h"

struct fleet_line {
	struct ask *q;
	bool any_id; /* see device_new */
	/* Of the header: */
	int at[FLEET__MAX]; /* field of a column, -1 = not in the file */
	size_t columns;     /* fields */
	/* Of the line: */
	struct str hw_id;    /* as it stands there; empty: not known */
	struct device_new d; /* with names of the file's text and the arena */
	int64_t owner;       /* account, 0: none */
	/* What was looked at when it was found wrong: */
	enum fleet_column column; /* FLEET__MAX: the whole line */
	struct str value;
};

/* 0, or -1 with ERR_INPUT. */
int fleet_line_head(
    struct fleet_line *l, const struct str *fields, size_t n) FL_CHECK;
/* Checks each field; 0, or -1 (device_is_mistake tells whose fault it is). */
int fleet_line_read(
    struct fleet_line *l, const struct str *fields, size_t n) FL_CHECK;

#endif
