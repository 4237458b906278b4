/*
 * phone_upload -- files that phones write: what their users changed, logs.  Poly
 * phones lose such changes at the next start unless a server takes them.
 *
 * They are kept apart from what is served, sealed, and never served again: what a
 * phone says is no configuration of ours.  Of one phone the PHONE_UPLOADS that it
 * wrote last are kept, under names that its vendor's data lists (phone_file.h).
 * One goes when its phone does.
 */
#ifndef FL_PHONE_UPLOAD_H
#define FL_PHONE_UPLOAD_H

#include "actor.h"
#include "row.h"

#define PHONE_UPLOADS    8                  /* files of a phone */
#define PHONE_UPLOAD_MAX ((size_t)64 << 10) /* bytes of one */

/* For the door, which knows who it is.  ERR_LIMIT: too long. */
int phone_upload_save(struct ask *q, const struct served_phone *p,
    struct str name, struct str content) FL_CHECK;

/* Files of a phone that the actor may change, by name, in clear: they may hold
 * passwords.  ERR_GONE: no such phone. */
int phone_upload_list(struct ask *q, struct str mac, struct phone_upload **out,
    size_t *n) FL_CHECK;

#endif
