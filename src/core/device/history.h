/*
 * history -- how many devices were online, for a plot of more than a year.
 *
 * Every five minutes fleetline-jobs notes for each domain how many devices are
 * online and how many there are, and the same for the whole instance with those
 * in no domain.  A run that comes late notes the five minutes it is in and no
 * others; while nobody runs nothing is noted: a gap is no zero.  What has been
 * noted stays, so a second run in the same five minutes, or a clock that was set
 * back, changes nothing.  While the clock is in doubt (jump.h) time stands still
 * here, too.
 *
 * Bounded: a row for each domain and day (points.h), HISTORY_DAYS of them, of
 * HISTORY_DOMAINS domains at most.  A domain that goes takes its own with it.
 */
#ifndef FL_HISTORY_H
#define FL_HISTORY_H

#include "actor.h"
#include "points.h"

#define HISTORY_DAYS     400
#define HISTORY_DOMAINS  20000 /* those with most devices */
#define HISTORY_POINTS   2016  /* of one answer: a week of five minutes */

#define HISTORY_STEP_MIN 5    /* minutes, and it is a multiple of them */
#define HISTORY_STEP_MAX 1440 /* a day */

/*
 * Note the five minutes that it is now.  goes_on is asked from time to time and
 * ends it early.  *count: domains for which something was noted.  Administrators
 * only.
 */
int history_note(struct ask *q, bool (*goes_on)(void *arg), void *arg,
    int64_t *count) FL_CHECK;

/* What is asked for; the span is widened to whole steps. */
struct history_query {
	int64_t domain_id; /* 0: the whole instance, for administrators */
	int64_t from, to;  /* ms, from < to */
	int64_t step;      /* minutes; 0: the least that gives few enough */
};

/* One step: of its points the average, the least and the greatest number online,
 * and the greatest of the other two. */
struct history_step {
	int64_t count; /* points in it; 0: a gap, and nothing else is set */
	int64_t online, min, max, known, unassigned;
};

struct history {
	int64_t from; /* ms, a multiple of the step */
	int64_t step; /* minutes */
	const struct history_step *list;
	size_t n;
};

/* ERR_GONE: no such domain, or not his.  ERR_INPUT: more than HISTORY_POINTS
 * steps, or no such step. */
int history_get(struct ask *q, const struct history_query *in,
    struct history *out) FL_CHECK;

#endif
