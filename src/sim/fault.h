/*
 * fault -- what goes wrong in a simulated device: a file says which, and is read
 * at each request, so that a test changes it while devices run.
 *
 *	009033400007 hang /NTP0		hardware id, kind, begin of the target
 *	* 404 /PHONE0			"*": each device
 *	# a comment
 *
 * The first line that fits counts.  A missing file is one without faults, and a
 * line that is none is passed over.
 */
#ifndef FL_FAULT_H
#define FL_FAULT_H

#include "str.h"

#define FAULT_FILE_MAX   ((size_t)64 << 10)
#define FAULT_LARGE_SIZE ((size_t)30 << 20)

enum fault {
	FAULT_NONE,
	FAULT_404,
	FAULT_500,
	FAULT_HANG,    /* no answer */
	FAULT_CUT,     /* less than the answer's head promises, then the end */
	FAULT_ENDLESS, /* an answer that does not end */
	FAULT_LARGE,   /* a whole answer, FAULT_LARGE_SIZE of text */
	FAULT__MAX
};

/* Of this request; path NULL: none. */
enum fault fault_find(const char *path, struct str hw_id, struct str target);

#endif
