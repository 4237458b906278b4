/*
 * phone_update -- the firmware that an update job wants of a phone of another
 * vendor (job.h), while it works on it.
 *
 * From the moment when the job tells the phone to come (phone_resync.h) until it
 * is done with it, two things are otherwise:
 *
 *	- what the phone gets in a window names the firmware of the job, whatever
 *	  its layers say;
 *	- outside of a window the phone gets the file of its vendor that has
 *	  firmware alone (phone_file.h), by its own URL or its certificate, and
 *	  from its own network, as in a window.  All else is what it is for
 *	  everybody: not there.
 *
 * No window is opened by it, so nobody learns a secret.  When the job is done with
 * success, what it wanted stands in the phone's own layer, so that the phone does
 * not go back; when the phone has failed nothing has been set.
 *
 * The URL of a job may have words in it, because models have files of their own,
 * and steps on the way versions of their own:
 *
 *	{model}		the first name of its model (phone_type.h): "T46S"
 *	{version}	the version that is next
 */
#ifndef FL_PHONE_UPDATE_H
#define FL_PHONE_UPDATE_H

#include "actor.h"

/* Both empty: no job works on it. */
struct phone_update {
	struct str url, version;
};

/* Of a phone: 1 a job works on it, 0 none does, -1.  model: as it calls it. */
int phone_update_find(struct ask *q, int64_t device, struct str model,
    struct phone_update *out) FL_CHECK;

/* The URL with those words as they are; NULL: no room.  Public for tests. */
const char *phone_update_url(
    struct arena *a, struct str pattern, struct str model, struct str version);

/* ERR_INPUT: no phone can be told this URL, whatever stands for its words, of
 * PHONE_UPDATE_WORD bytes each. */
#define PHONE_UPDATE_WORD 64
int phone_update_check(
    struct arena *a, struct str pattern, struct err *e) FL_CHECK;

#endif
