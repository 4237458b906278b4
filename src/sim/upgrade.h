/*
 * upgrade -- the handshake of a device's websocket (RFC 6455 section 4), from
 * the client's side.  It touches no socket.
 */
#ifndef FL_UPGRADE_H
#define FL_UPGRADE_H

#include "buf.h"
#include "str.h"

struct upgrade; /* lives until the answer has come */

/* Add the request to out. */
struct upgrade *upgrade_new(struct buf *out, struct str host, struct str path);
void upgrade_free(struct upgrade **u);

/* Take bytes of in, *taken of them: 1 the websocket is open, and the rest are
 * frames; 0 more is needed; -1 it was refused. */
int upgrade_feed(struct upgrade *u, struct str in, size_t *taken);

#endif
