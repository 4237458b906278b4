/*
 * run -- one device gets what it lacks: a machine that says which request comes
 * next, and is told what came of it.  It sends nothing itself and waits for
 * nothing, so that one thread drives many.
 *
 *	run_begin	looks what the device lacks
 *	run_next	the next request, or none: it is over
 *	run_keep	before that request is sent, if it says so, in a
 *			transaction: a script's line is never sent twice
 *	run_take	what came of it
 *	run_save	at the end, in a transaction
 *
 * Structured types come first, in their order, each with the requests of the
 * command table (command.h); then, if anything was sent, write and activate, one
 * each; then the question since when the device runs, if a script depends on it;
 * then scripts, line by line (additions A12, B4, C).  A device of another vendor
 * gets one order with all of it.  A device that is to be told another host
 * (move.h) is told that last.
 *
 * A request that fails makes its configuration fail, in words, and the next one
 * is tried; a device that is silent, or whose run lasts for RUN_MAX_MS, is sent
 * nothing more.  What failed is tried again at the next connection only.
 */
#ifndef FL_RUN_H
#define FL_RUN_H

#include "command.h"
#include "courier.h"
#include "delivery.h"
#include "run_request.h"

#define RUN_MAX_MS (15 * 60000)
#define RUN_FULL_MS                                                            \
	1000        /* until a device with too many tunnels is tried again */
#define RUN_FULL 30 /* so often */

struct run;

/*
 * What hw_id lacks now; core and commands (has the requests) are borrowed until
 * run_free.  1 there is something to send, 0 nothing, which run_save notes, -1.
 */
int run_begin(struct core *core, const struct commands *commands,
    struct str hw_id, struct run **out, struct err *e) FL_CHECK;
void run_free(struct run **r);

int64_t run_device(const struct run *r); /* its id; 0: it is not connected */

/* The same until run_take; borrowed. */
const struct run_request *run_next(struct run *r);
int run_keep(struct run *r, struct err *e) FL_CHECK;
void run_take(struct run *r, const struct courier_answer *a);

int run_save(struct run *r, struct err *e) FL_CHECK;
/* The transaction of run_keep or run_save is committed. */
void run_kept(struct run *r);

/* How many configurations were delivered, and how many failed. */
void run_count(const struct run *r, size_t *delivered, size_t *failed);

#endif
