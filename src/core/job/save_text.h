/*
 * save_text -- the texts that saves share: sealed, packed, each of them once
 * (save.h).  Inside this room only.
 */
#ifndef FL_SAVE_TEXT_H
#define FL_SAVE_TEXT_H

#include "actor.h"
#include "buf.h"
#include "crypto.h"
#include "saveform.h"

#define SAVE_BASE 50 /* texts for one that stands by itself, */
#define SAVE_NEAR 7  /* and for one that is told by that one */

/* What a text is of; instance as in save.h. */
struct save_of {
	int64_t device;
	struct str instance;
};

/* The text of a device that is equal to this one but for lines that do not
 * count (of a dump each byte does); a new one, if there is none.  Inside a change. */
int save_text_put(struct ask *q, const struct saveform *f,
    const struct save_of *of, struct str text, int64_t *id) FL_CHECK;

/* The text, checked against its SHA-256, into out, which is initialised here
 * and wiped by the caller. */
int save_text_read(struct ask *q, int64_t id, struct buf *out) FL_CHECK;

/* Its SHA-256. */
void save_text_hash(struct str text, unsigned char out[CRYPTO_HASH_MAX]);

#endif
