/*
 * standing -- what a device should have, beside what became of it: what
 * GetDeviceConfigState and "config state" show.
 *
 *	waiting		never sent, or another revision is wanted now
 *	running		a script, line by line
 *	delivered	the device has this revision
 *	failed		error says why; tried again at its next connect
 *	stopped		a script that made the device restart again and again
 *
 * No rights are checked: who asks has been shown the device.
 */
#ifndef FL_STANDING_H
#define FL_STANDING_H

#include "config_match.h"
#include "state.h"

struct standing {
	struct config config;
	const struct config_state *sent; /* NULL: nothing was sent */
	const char *result;              /* a word of the table above */
	const char *rule; /* of a script that was sent: how the last restart
			   * was told from a reconnect (state_rule); NULL */
};

/* Of device (its id), in the order of delivery. */
int standing_list(
    struct ask *q, int64_t device, struct standing **out, size_t *n) FL_CHECK;

#endif
