/*
 * probe -- can the store be written, and is it the one at its path?
 *
 * A reader cannot tell: a full disk, a lock that is never given back and a file
 * without a name all read well.  So rules.fcgi writes a row every PROBE_MS, and
 * whoever asks for the health looks how old it is.
 */
#ifndef FL_PROBE_H
#define FL_PROBE_H

#include "core.h"

#define PROBE_MS     10000
#define PROBE_OLD_MS 30000 /* three times in a row it was not written */

/* Write the row. */
int probe_write(struct ask *q) FL_CHECK;

/*
 * What is wrong with the store, or "ok": "no answer"; "replaced", another file
 * stands at its path; "disk full", less than the setting health.free_mb is free
 * there; "not written", the row is older than PROBE_OLD_MS.
 */
const char *probe_state(struct ask *q, const char *database);

#endif
