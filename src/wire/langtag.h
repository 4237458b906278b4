/*
 * langtag -- a language tag as programs send it (RFC 5646, loosely): "de",
 * "de-AT", "de_AT", "zh-Hant-TW", "en-u-ca-buddhist".
 *
 * Pure reading; whether language and region exist is for the caller.
 */
#ifndef FL_LANGTAG_H
#define FL_LANGTAG_H

#include <stdbool.h>

#include "str.h"

#define LANGTAG_MAX 35 /* bytes of a tag */

struct langtag {
	struct str language; /* 2 to 8 letters */
	struct str region;   /* two letters or three digits; empty: none */
};

/*
 * False unless text is subtags of 1 to 8 letters and digits with '-' or '_'
 * between them, a language first.  Scripts, variants and extensions (all that
 * follows a subtag of one character) are passed over.  Slices borrow from
 * text.
 */
bool langtag_read(struct str text, struct langtag *out);

#endif
