/*
 * siege -- a question is asked while the disk fails, at its first statement, at
 * its second, and so on, until none fails any more.  A test that has it is linked
 * as disk.h says.
 */
#ifndef T_CORE_SIEGE_H
#define T_CORE_SIEGE_H

#include "fixture.h"

enum effort {
	ALL,
	/* The answer may be good although a statement failed: what was left
	 * out is done the next time. */
	BEST,
	/* What failed is written down, as what became of it. */
	NOTED
};

/* How often a statement failed; -1 if a failure was not told, left something
 * behind, or the question is not answered by a disk that works. */
int siege(struct fixture *f, int (*ask)(void), enum effort effort);

#endif
