/*
 * activation -- activation keys: iSC as a text that can be sold and typed in.
 *
 *	FLK1-5 groups of 8 characters   (Crockford's base32)
 *
 * 25 bytes: format 1, serial (8, random), amount (6, big-endian, 1/1000 iSC),
 * and the first 10 of HMAC-SHA256 over those with a key that is derived from
 * the instance's key file.  Case, blanks and dashes do not matter; O is read
 * as 0, I and L as 1.  A key works on the instance that made it, once; any
 * other change of a character is refused.
 */
#ifndef FL_ACTIVATION_H
#define FL_ACTIVATION_H

#include <stdint.h>

#include "crypto.h"
#include "err.h"

#define ACTIVATION_SIZE       64  /* of the text, with NUL */
#define ACTIVATION_KEY_MAX    128 /* bytes, as typed */
#define ACTIVATION_AMOUNT_MAX INT64_C(1000000000000)
#define ACTIVATION_SERIAL     17 /* hex, with NUL */

/* A new key worth amount, 1..ACTIVATION_AMOUNT_MAX. */
void activation_make(const struct crypto_key *key, int64_t amount,
    char out[ACTIVATION_SIZE], char serial[ACTIVATION_SERIAL]);

/* -1: not a key of this instance. */
int activation_read(const struct crypto_key *key, struct str text,
    int64_t *amount, char serial[ACTIVATION_SERIAL]) FL_CHECK;

#endif
