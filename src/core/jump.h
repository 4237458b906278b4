/*
 * jump -- whether the clock jumped, before time is settled.
 *
 * What is settled stays settled, so a clock that is wrong for one run would
 * charge every day up to its date.  Each run of fleetline-jobs is recorded.
 * More than the setting rental.jump after the last one the clock is believed
 * only if it is vouched for (clock.h): a machine that was off for a week looks
 * like one whose clock jumped.  Until then time stands still for whoever asks
 * here, at the last run.  Where no run was recorded there is nothing to compare
 * with, and the clock is believed.
 */
#ifndef FL_JUMP_H
#define FL_JUMP_H

#include "actor.h"

/* The time to settle to, in milliseconds: 1 the clock's; 0 the clock is in
 * doubt, and it is the time of the last run; -1. */
int jump_now(struct ask *q, int64_t *now) FL_CHECK;

/* Record a run, unless the clock is in doubt; force: even then.  A clock that
 * nobody vouches for does not set the last run back.  1, 0 it is in doubt, -1. */
int jump_run(struct ask *q, bool force) FL_CHECK;

/* When fleetline-jobs ran last; 0: never. */
int jump_last(struct ask *q, int64_t *out) FL_CHECK;

/* Whether a mail told of this doubt (1, 0, -1), and that one did. */
int jump_told(struct ask *q) FL_CHECK;
int jump_tell(struct ask *q) FL_CHECK;

#endif
