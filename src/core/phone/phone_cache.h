/*
 * phone_cache -- files of phones that were made lately, and would be made so again.
 *
 * To make a file costs ten times what it costs to look up of what: layers are
 * opened, read and put together, and the template is filled in.  So a file is kept
 * under a hash of all that it is made of: the phone's row, its URL, its layers as
 * they are sealed, and the template.  When any of it changes the hash is another
 * one, and nobody has to say so; rights, windows and proofs are looked at before,
 * each time.
 *
 * What a file has that is not in there are the rules of time zones and the setting
 * phones.refresh, so it is kept for PHONE_CACHE_MS.  Files hold secrets: they are in this program's memory only,
 * and wiped when they go.  All together have PHONE_CACHE_BYTES at most; of as many
 * phones as have room the rest is made each time.
 *
 * One for each program; any thread.
 */
#ifndef FL_PHONE_CACHE_H
#define FL_PHONE_CACHE_H

#include "crypto.h"
#include "phone_render.h"

#define PHONE_CACHE_MS    (10 * 60 * INT64_C(1000))
#define PHONE_CACHE_BYTES ((size_t)32 << 20)

struct phone_cache_key {
	unsigned char hash[CRYPTO_HASH_MAX];
};

/* Of what phone_render makes of it; in->values is not looked at. */
void phone_cache_name(const struct phone_render *in, const struct phone_file *f,
    const struct phone_layers *layers, struct phone_cache_key *out);

/* A file's entity tag as HTTP has it, with its quotes: a hash of its bytes. */
#define PHONE_TAG_DIGITS 32
#define PHONE_TAG_SIZE   (PHONE_TAG_DIGITS + 3)

/* Adds the file to out; false: it has to be made. */
bool phone_cache_get(const struct phone_cache_key *key, struct buf *out,
    char tag[PHONE_TAG_SIZE]);
/* tag is filled: it is made once for each file. */
void phone_cache_put(const struct phone_cache_key *key, struct str file,
    char tag[PHONE_TAG_SIZE]);

/* Wipe all, at the end of the program. */
void phone_cache_clear(void);

#endif
