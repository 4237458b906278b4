/*
 * phone_mark -- words in URLs of phones that prove themselves: two numbers and an
 * HMAC over them with the instance's key, "3-17-<32 hexadecimal digits>".
 *
 * Nothing of them is stored, so they can be shown again, and what is none is
 * known without a look into the store: whoever tries costs a hash.  The second
 * number is a generation; the store has the one that counts.  Inside core only.
 */
#ifndef FL_PHONE_MARK_H
#define FL_PHONE_MARK_H

#include <stdbool.h>

#include "core.h"

#define PHONE_MARK_SIZE 80 /* bytes of a word, with NUL */

struct phone_mark {
	int64_t id; /* of what it is for, 1 and above */
	int64_t generation;
};

/* place keeps words for one thing apart from those for another. */
void phone_mark_write(const struct core *c, const char *place,
    const struct phone_mark *m, char out[PHONE_MARK_SIZE]);

/* Was it ever made?  Compares in constant time; *out is empty if it was not. */
bool phone_mark_read(const struct core *c, const char *place, struct str word,
    struct phone_mark *out);

#endif
