/*
 * move -- devices are told another host of this instance (RG2, addition E2).
 *
 * The registration URL stands in each device, so an instance that gets another
 * name has to tell them.  A mistyped name would send the fleet to nobody.  So
 * this is off (setting registration.push), it is previewed, and it goes on by
 * itself only while devices come back:
 *
 *	1	MOVE_FIRST connected devices that know the old host are told
 *	2	when all of them have come by another host, the others, as long
 *		as MOVE_AWAY at most are away
 *	3	who connects by the old host later is told as well, until
 *		somebody stops it
 *
 * If one of the first cannot be told, or is not back after MOVE_BACK_MS, it
 * stops; later after MOVE_FAILED of them.  They know the old name still, or,
 * if they do not come back, need a hand: a restart brings back what a device had
 * saved before.
 *
 * Told are devices of the vendor; none of others, no App Platforms (they
 * have no such command line), none of a second registration, none that is
 * paused.  They get, through the tunnel and from fleetline-deliver (run.h),
 * "config change SYSCLIENT /sysadmin <URL>", write and activate: the line is the
 * vendor's, that it works for a device that is in use was not tried on one.
 *
 * The PBX of the instance says in info.appurl of its logins by which host it
 * knows us (move_heard).  Only a login by the instance's password is believed:
 * other PBXs have passwords of their domains, and this is about all devices.
 */
#ifndef FL_MOVE_H
#define FL_MOVE_H

#include "actor.h"
#include "row_move.h"

#define MOVE_HOST_MAX 255
#define MOVE_FIRST    10
#define MOVE_AWAY     100
#define MOVE_FAILED   10
#define MOVE_BACK_MS  (10 * INT64_C(60000))

struct move_wish {
	struct str from;  /* as GetRegistrations shows it */
	struct str to;    /* "name" or "name:port" */
	const char *base; /* of the instance's URL */
	bool dry;         /* nothing is begun: a preview */
};
struct move_preview {
	struct move_scope scope;
	struct str *first; /* hardware ids, MOVE_FIRST at most */
	size_t n;
};

/*
 * Begin; one that is under way is over then.  Administrators only.  ERR_INPUT:
 * no such host name, or the same; ERR_EXISTS: "registration.push is off", not
 * for a preview.
 */
int move_begin(struct ask *q, const struct move_wish *w,
    struct move_preview *out) FL_CHECK;
/* Nobody is told any more; also when there is none. */
int move_stop(struct ask *q) FL_CHECK;

/* How it stands.  Administrators only. */
struct move_standing {
	struct move m;
	struct move_counts n;
	struct move_scope left; /* those that know the old host */
};
int move_get(struct ask *q, struct move_standing *out) FL_CHECK;

/* The PBX has logged in and says this URL of us.  With registration.push pbx
 * another host than before begins a move. */
int move_heard(struct ask *q, struct str app_url, const char *base) FL_CHECK;

/* ---- for fleetline-deliver; no rights are checked ---- */

/* Choose who is told next, or stop.  1 somebody was chosen, 0, -1. */
int move_turn(struct ask *q) FL_CHECK;
/* The URL that this device is to be told: 1, 0 none, -1. */
int move_of(struct ask *q, int64_t device, struct str *url) FL_CHECK;
/* It was told, or (why not empty) could not be; in the open transaction. */
int move_said(struct ask *q, int64_t device, struct str why) FL_CHECK;

#endif
