/*
 * code_guard -- how often somebody may say a wrong provisioning code.
 *
 * One a minute from an address (net_share), sixty a minute from all; when these
 * are used up, only addresses that no proven device comes from have to wait, so
 * that nobody can turn provisioning off for those who have devices already.
 * From these thirty more are looked at.  It
 * counts what one program sees (rules.fcgi), in bounded memory, and forgets with
 * it.  Threads may share it.
 */
#ifndef FL_CODE_GUARD_H
#define FL_CODE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define CODE_GUARD_ADDRESSES 16384
#define CODE_GUARD_ALL       60 /* wrong ones a minute, from all addresses */
#define CODE_GUARD_KNOWN     30 /* beyond these from those with a device */

/* May a code be looked at that comes from this address?  known: a proven device
 * comes from there. */
bool code_guard_may(struct str remote, bool known);

/* It was wrong. */
void code_guard_wrong(struct str remote);

/* Nothing has happened yet; for tests. */
void code_guard_forget(void);

#endif
