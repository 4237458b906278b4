/*
 * disk -- a disk that fails once, between the store and its engine.
 *
 * A test that has it is linked with $(DISK_WRAP); the linker puts it there.
 *
 *	for (n = 1; ; n++) {
 *		disk_fail(n);
 *		rc = what_is_tested();
 *		disk_mend();
 *		if (!disk_failed())
 *			break;		it has fewer than n statements
 *		...
 *	}
 *
 * To take a transaction back never fails: who cannot do that has to end.
 */
#ifndef T_DISK_H
#define T_DISK_H

#include <stdbool.h>

/* The n-th step of a statement from now on fails, from 1; the commands of a step
 * of the schema are one. */
void disk_fail(int n);
void disk_mend(void); /* none does */

/* Since disk_fail: it failed; a transaction was committed before it did, after
 * it did. */
bool disk_failed(void);
bool disk_done_before(void);
bool disk_done_after(void);

#endif
