/*
 * visit -- the manager of an App Platform gives its dumps (BJ4): its own, then
 * those of the instances that people named (device_instance.h), one after the
 * other, each over a login of its own (manager.h).
 *
 *	visit_make	asks the store who and what, where copies go
 *	visit_run	asks the manager, in a thread of its own
 *	visit_drop
 *
 * Each dump is handed to who keeps it before the next is asked for, so one is in
 * memory at a time.  One that cannot be had spoils no other: the visit fails with
 * the first reason in the end, and what has come is kept.  A job with a target
 * gives it each dump, too.
 */
#ifndef FL_VISIT_H
#define FL_VISIT_H

#include <stdatomic.h>

#include "copy.h"
#include "hwid.h"

struct visit {
	const char *control; /* path of the hub's socket, borrowed */
	char hw_id[HWID_MAX + 1];
	struct arena names;
	const struct str *instances; /* the first is SAVE_MANAGER */
	size_t n;
	int64_t last_ms;         /* that all of it may take */
	const atomic_bool *stop; /* it shall end; the caller's */
	bool copies;             /* there is a target */
	struct copy copy;
};

/* Who keeps the dumps: NULL, or why it is not kept, in words. */
struct visit_keeper {
	const char *(*keep)(void *arg, struct str instance, struct str dump);
	void *arg;
};

/* What the task of a is about.  0, -1; visit_drop ends it in either case.  The
 * caller sets control and stop. */
int visit_make(struct ask *q, const struct conf *conf,
    const struct verdict_answer *a, int64_t last_ms,
    struct visit *out) FL_CHECK;

/* 0 all have come; 1 likewise, *e says what the target only says (davput.h); -1
 * with the first reason in words. */
int visit_run(
    struct visit *v, const struct visit_keeper *to, struct err *e) FL_CHECK;

void visit_drop(struct visit *v);

#endif
