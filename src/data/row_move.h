/*
 * row_move -- rows about moving devices to another host, about pauses, and what
 * is counted of deliveries (row.h).
 */
#ifndef FL_ROW_MOVE_H
#define FL_ROW_MOVE_H

#include <stdint.h>

#include "str.h"

/* Devices are told another host of this instance; there is one row. */
struct move {
	struct str told;      /* the PBX's word for our host; empty: none yet */
	struct str from, to;  /* hosts; empty: there never was a move */
	struct str url;       /* what devices get */
	int64_t began, ended; /* milliseconds since 1970; 0: never, not yet */
	struct str why;       /* it stopped by itself; else empty */
	int64_t back;         /* devices that came by another host since */
};

/* Of those that were chosen and have not come by another host. */
struct move_counts {
	int64_t away;   /* all of them */
	int64_t failed; /* could not be told, or are away for too long */
};

/* Devices that are, or would be, told. */
struct move_scope {
	int64_t known, online;
};

/* A device that is left in peace. */
struct paused {
	struct str hw_id;
	int64_t until; /* milliseconds since 1970 */
};

struct delivery_figures {
	int64_t due;     /* devices that are connected and not looked at yet */
	int64_t working; /* devices that are worked on */
	int64_t wrong;   /* configurations that failed, or were stopped */
	int64_t delivered, failed; /* so often, since the beginning */
};

#endif
