/*
 * identify_state -- what the hub keeps for us about a connection of a device
 * (X-Fleetline-State): "1,<hwId>,<level>,<tag>,<challenge>,<asked>,<wrong>,<facts>".
 *
 *	level	n nothing yet, c claim, d proven device, o has an offer
 *	tag	names the password that d or o lives on; an unassigned and
 *		newly assigned device has another one, so that a state the
 *		hub did not forget in time proves nothing
 *	facts	while a challenge is open: what a claim shows, so that a
 *		device that never answers can be shown without another word
 *
 * Inside core only.
 */
#ifndef FL_IDENTIFY_STATE_H
#define FL_IDENTIFY_STATE_H

#include "hubwire.h"
#include "hwid.h"
#include "record.h"
#include "sysclient.h"

enum level {
	LEVEL_NEW = 'n',
	LEVEL_CLAIM = 'c',
	LEVEL_DEVICE = 'd',
	LEVEL_OFFERED = 'o'
};

struct state {
	char hw_id[HWID_MAX + 1];
	enum level level;
	char tag[RECORD_TAG_SIZE];
	char challenge[SC_CHALLENGE_MAX + 1];
	int64_t asked;    /* times the challenge was sent */
	int64_t wrong;    /* wrong digests so far */
	struct str facts; /* facts_pack(), borrowed; empty if none */
};

#define IDENTIFY_STATE_MAX (HUBWIRE_STATE_MAX + 1) /* with its NUL */

/* A text that is not of this form counts as none. */
void state_read(struct str text, struct state *s);

/* At most IDENTIFY_STATE_MAX bytes, with the NUL. */
void state_write(const struct state *s, char *out, size_t size);

/* Does it prove that its connection is k's device? */
bool state_is_device(const struct state *s, const struct record *k);

/* State of a connection that was handed an offer by an order (deliver). */
void identify_offered_state(
    const char *hw_id, struct str sealed, char out[IDENTIFY_STATE_MAX]);

#endif
