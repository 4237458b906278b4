/*
 * journal -- the requests that simulated devices got, in their order: a line
 * "hwId method target" for each, with the target as it was received.
 *
 * A line is there as soon as the head of its request has come, before anything is
 * answered, so that a test which kills somebody sees what was sent.  Lines are
 * added to what the file has.
 */
#ifndef FL_JOURNAL_H
#define FL_JOURNAL_H

#include "err.h"
#include "str.h"

struct journal {
	int fd; /* -1: nothing is written */
};

int journal_open(struct journal *j, const char *path, struct err *e) FL_CHECK;
void journal_close(struct journal *j);

void journal_add(
    struct journal *j, struct str hw_id, struct str method, struct str target);

#endif
