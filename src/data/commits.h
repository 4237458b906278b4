/*
 * commits -- the writers of one program: one at a time, and synced together.
 *
 * SQLite has one writer.  Who finds it taken sleeps for milliseconds and tries
 * again, and who commits durably waits for the disk while he holds it.  So
 * the threads of a program queue for a lock of their own first, commit without
 * a sync, let the next one write, and then wait until one sync of the log has
 * covered all that were committed before it: whoever comes first makes it, for
 * all who wait.  With 10,000 devices that prove themselves that is a sync for
 * each group instead of one for each device.
 *
 * What is committed and not synced yet can be read by others.  A power cut may
 * take it back, but then nobody was told of it: commits_sync comes before every
 * answer that promises to keep it.  That one sync of the log is enough is what
 * SQLite does itself with synchronous = FULL (sqlite.org/wal.html, "Performance
 * Considerations"); checkpoints are synced by it in any mode.
 *
 * A struct commits is shared by all stores of the program on one log file.
 */
#ifndef FL_COMMITS_H
#define FL_COMMITS_H

#include <stdbool.h>

#include "err.h"

struct commits;

/* Of the log (-wal) at path, which exists. */
int commits_open(
    const char *path, struct commits **out, struct err *e) FL_CHECK;
void commits_close(struct commits **c); /* NULL inside is fine */

/* Become this program's writer; wait: as long as SQLite would.  0, or -1 with
 * ERR_BUSY. */
int commits_enter(struct commits *c, bool wait, struct err *e) FL_CHECK;
/* After the commit or the roll-back. */
void commits_leave(struct commits *c);

/* All that was left before is on disk: 0.  -1 ERR_IO: nobody knows. */
int commits_sync(struct commits *c, struct err *e) FL_CHECK;

#endif
