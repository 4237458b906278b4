/*
 * alarm_up -- since when we can tell who is offline.
 *
 * While the hub, nginx or the rules are down, or the machine is, no device can
 * be there; and when they are back, the devices take a while to come.  That is
 * our outage, not theirs.  So each run of the alarms looks whether all three
 * answer, and notes since when they have at each look, of one life ("boot") of
 * the hub.  Nobody counts as offline for longer than that.  A hub that starts
 * sets all devices offline at that moment, so those that come back in time are
 * not missed, whatever is noted here.
 */
#ifndef FL_ALARM_UP_H
#define FL_ALARM_UP_H

#include "actor.h"

#define ALARM_UP_WAIT_MS 5000 /* for each answer */

/* What a look found. */
struct alarm_seen {
	bool all;                    /* each of them answers */
	const char *missing;         /* else: the first that does not */
	char boot[CRYPTO_GUID_SIZE]; /* of the hub */
};

/* Ask the hub at its socket control, and the rules through nginx's socket
 * internal. */
void alarm_up_look(
    const char *control, const char *internal, struct alarm_seen *out);

/* Note it; *since: since when all were there, 0 they are not. */
int alarm_up_note(struct ask *q, const struct alarm_seen *seen, int64_t now,
    int64_t *since) FL_CHECK;

#endif
