/*
 * pause -- a device, or all of a domain, is left in peace until a time: it gets
 * no configurations, no work of jobs, and its absence is no alarm (maintenance).
 *
 * What is under way ends; what is missing then comes when the pause is over,
 * without anybody doing anything.  Passwords and what a person does to a device by
 * hand go on.  A pause ends by its time; a year is the longest.
 *
 * Whoever may change a device pauses it; a whole domain, its own login and
 * administrators.
 */
#ifndef FL_PAUSE_H
#define FL_PAUSE_H

#include "actor.h"
#include "row_move.h"

#define PAUSE_MAX_MS (366 * INT64_C(86400000))
#define PAUSE_LIST   500 /* devices that are listed at most */

/* Until that time, in milliseconds since 1970; 0: no longer.  ERR_INPUT: it is
 * too far away, or over. */
int pause_device(struct ask *q, struct str hw_id, int64_t until) FL_CHECK;
int pause_domain(struct ask *q, int64_t domain, int64_t until) FL_CHECK;

/* What is paused in a domain that he sees. */
struct pauses {
	int64_t until; /* all of it; 0: only these */
	struct paused *list;
	size_t n;
};
int pause_list(struct ask *q, int64_t domain, struct pauses *out) FL_CHECK;

/* Is this device left in peace now?  1, 0, -1; rights are not looked at. */
int pause_on(struct ask *q, int64_t device) FL_CHECK;

#endif
