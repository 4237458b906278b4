/*
 * crew -- the devices that the dispatcher has to do with: who waits, who is worked
 * on, what is to be kept and what is to be sent.
 *
 * A device is there once.  Pushed while it waits, nothing happens; pushed
 * because of a change while it is worked on, it is looked at once more behind
 * that.  One that somebody else works on is left, and marked in the store so that
 * the next sweep finds it.
 */
#ifndef FL_CREW_H
#define FL_CREW_H

#include "command.h"
#include "core.h"
#include "courier.h"
#include "crypto.h"

#define CREW_AT_ONCE 200  /* devices that are worked on, at most */
#define CREW_FILL    1000 /* that wait, until the source is asked again */

struct crew;

/* Borrows all three until crew_free. */
struct crew *crew_new(struct core *core, struct courier *courier,
    const struct command_file *commands);
void crew_free(struct crew **c);

/* How many are worked on from now on, 1 to CREW_AT_ONCE. */
void crew_limit(struct crew *c, size_t at_once);

/* Of type source_push, with a crew. */
void crew_push(void *crew, struct str hw_id, bool changed);

/* Is there room for a page of the source? */
bool crew_hungry(const struct crew *c);
/* Nobody waits, nobody is worked on. */
bool crew_idle(const struct crew *c);

void crew_take(struct crew *c, struct courier_answer *a);

/*
 * Begin runs, keep in one transaction what is to be kept, send what may be sent.
 * The milliseconds until there is something to do without an answer; -1 with *e
 * set: nothing was kept and nothing sent.
 */
int64_t crew_turn(struct crew *c, struct err *e) FL_CHECK;

#endif
