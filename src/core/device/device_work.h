/*
 * device_work -- who works on a device: one at a time.
 *
 * A script that restarts a device in the middle of a firmware load could destroy
 * it.  So whoever makes a device do something that lasts (configurations,
 * updates, saves, put-backs) takes it first, keeps it while he works, and gives
 * it back.  A program that dies loses it when its time runs out; the same kind
 * of program may clear at its start what the one before it held.
 *
 * Nothing here asks for rights, and nothing is told to subscribers: it is a
 * lock.  Inside an open transaction or outside of one; what a power cut takes
 * back is a lock on work that it has ended as well.
 */
#ifndef FL_DEVICE_WORK_H
#define FL_DEVICE_WORK_H

#include "core.h"

#define DEVICE_WORK_CONFIG "configuration"

struct device_work {
	const char *holder; /* who, for as long as his program lives */
	const char *kind;   /* for people, and for device_work_clear */
	int64_t last_ms;    /* how long it lasts from each call */
};

/* 1 it is his until then, 0 somebody else works on it, -1. */
int device_work_take(
    struct ask *q, int64_t device, const struct device_work *w) FL_CHECK;
/* Another while: 1, 0 it ran out and somebody else has it, or nobody, -1. */
int device_work_keep(
    struct ask *q, int64_t device, const struct device_work *w) FL_CHECK;
/* Also when it is no longer his: 0, -1. */
int device_work_give(
    struct ask *q, int64_t device, const struct device_work *w) FL_CHECK;

/* All of a kind: its only holder has ended. */
int device_work_clear(struct ask *q, const char *kind) FL_CHECK;

/* Who works on it now, in words ("configuration"): 1, 0 nobody, -1. */
int device_work_of(struct ask *q, int64_t device, struct str *kind) FL_CHECK;

#endif
