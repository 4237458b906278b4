/*
 * putback_side -- what those who order a put-back and those who do it share;
 * inside putback.c and putback_run.c only.
 *
 * While it is open its device is taken, by the put-back itself: whoever does it
 * has it from who ordered it (device_work.h).
 */
#ifndef FL_PUTBACK_SIDE_H
#define FL_PUTBACK_SIDE_H

#include "change.h"
#include "row_job.h"

#define PUTBACK_PURPOSE "putback" /* of tickets */

/* For change_touch, by id.  Who subscribes to jobs gets its object. */
extern const struct change_kind putback_kind;

/* 1 the device is its own until then, also if it was so before; 0 somebody else
 * works on it; -1. */
int putback_hold(struct ask *q, const struct putback *p, int64_t ms) FL_CHECK;
int putback_let_go(struct ask *q, const struct putback *p) FL_CHECK;

#endif
