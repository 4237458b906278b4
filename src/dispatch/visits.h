/*
 * visits -- App Platforms give their dumps, some at once, beside the loop of
 * fleetline-tasks(8): a database may be large, and other devices do not wait
 * for it.
 *
 *	visits_add(v, visit, arg)	the manager is asked (visit.h)
 *	visits_next(v, &news)		a dump has come, or a visit has ended
 *	visits_kept(v, &news, why)	the dump is kept, or why not
 *
 * A fixed number of threads, each of which is with one manager; more visits
 * wait.  A thread that has a dump waits until it is kept, so there is one in
 * memory for each.  One thread adds, takes and keeps: the one with the store.
 */
#ifndef FL_VISITS_H
#define FL_VISITS_H

#include "visit.h"

#define VISITS_AT_ONCE 8 /* DUMP_MAX each */

struct visits;

/* control: path of the hub's socket, borrowed. */
struct visits *visits_new(const char *control);

/* Ends what is under way; dumps that nobody keeps are lost, what waits is
 * dropped. */
void visits_free(struct visits **v);

/* The visit is heap memory (mem_new), and taken. */
void visits_add(struct visits *v, struct visit *visit, void *arg);

struct visits_news {
	void *arg;
	struct visits_hand
	    *hand; /* a dump, in whose hand; NULL: it is the end */
	struct str instance, dump; /* until visits_kept */
	bool ok;                   /* of the end */
	struct err err;            /* if not, in words; else as copies.h */
};

/* false: nothing has come. */
bool visits_next(struct visits *v, struct visits_news *out);

/* why is copied; NULL: it is kept. */
void visits_kept(
    struct visits *v, const struct visits_news *news, const char *why);

#endif
