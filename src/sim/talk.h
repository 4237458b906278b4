/*
 * talk -- a websocket inside a simulated device: messages come back as they
 * are, or a manager answers them (platform.h).  It touches no socket: bytes go
 * in, frames are added to a buffer.
 *
 * A ping is answered, a close is confirmed; what breaks the framing is closed
 * with the code for it.  After either the talk is over.
 */
#ifndef FL_TALK_H
#define FL_TALK_H

#include "buf.h"
#include "platform.h"
#include "str.h"

#define TALK_MAX (1 << 20) /* bytes of a message */

struct talk;

/* manager NULL: messages come back.  The talk of a manager ends with its key. */
struct talk *talk_new(struct platform *manager);
void talk_free(struct talk **t);

/* Take bytes, add what is answered to out; false: it is over. */
bool talk_take(struct talk *t, struct str in, struct buf *out);

#endif
