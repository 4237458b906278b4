/*
 * phone_again -- answers that a phone got lately, and would get again.
 *
 * To find out who asks, what it may have and which file that is costs half of
 * a served file, though phones that start ask for the same several times.  So what
 * came of a request is kept under a hash of all that the request says: its path
 * with tenant key and proof, User-Agent, address, certificate and the host that it
 * asked.  It counts
 *
 *	- until anything is changed: with it stands the number that the change
 *	  counter had before anything of it was read.  Whoever changes what a
 *	  phone gets draws a number (change.h), in the same transaction;
 *	- while the phone's window is open; that it was there is noted with the
 *	  trace (phone_trace_add_all);
 *	- while phone_cache.h has the file, which is kept only there.
 *
 * Only files that a phone got by its own URL or certificate are kept, and of
 * those PHONE_AGAIN_MAX, 250 bytes each; further ones take the places of who
 * came longest ago.  No path and no secret stands here, only hashes.
 *
 * One for each program; any thread.
 */
#ifndef FL_PHONE_AGAIN_H
#define FL_PHONE_AGAIN_H

#include "actor.h"
#include "phone_cache.h"
#include "phone_id.h"

#define PHONE_AGAIN_MAX  32768
#define PHONE_AGAIN_TYPE (PHONE_MEDIA_MAX + 1)

/* A request. */
struct phone_again {
	unsigned char hash[CRYPTO_HASH_MAX];
};

/* What came of it. */
struct phone_again_file {
	struct phone_cache_key file;
	int64_t domain;   /* whose trace it belongs to */
	int64_t until_ms; /* by the clock of the day */
	char mac[PHONE_MAC_SIZE];
	char media[PHONE_AGAIN_TYPE];
	char tag[PHONE_TAG_SIZE]; /* of the file, by phone_cache */
};

/* By all n things that the request says, in one order. */
void phone_again_name(
    const struct str *said, size_t n, struct phone_again *out);

/* 1 the file is added to body; 0 it has to be found out, and who is not known
 * here has cost no look into the store; -1. */
int phone_again_get(struct ask *q, const struct phone_again *a,
    struct phone_again_file *out, struct buf *body) FL_CHECK;

/* The change counter, before anything of it is read. */
int phone_again_rev(struct ask *q, int64_t *rev) FL_CHECK;

/* It was found out since rev, and phone_cache has the file. */
void phone_again_put(const struct phone_again *a, int64_t rev,
    const struct phone_again_file *in);

/* Forget all, at the end of the program. */
void phone_again_clear(void);

#endif
