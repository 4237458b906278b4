/*
 * langtag -- a language tag as programs send it (RFC 5646, loosely): "de",
 * "de-AT", "de_AT", "zh-Hant-TW", "en-u-ca-buddhist".
 *
 * Pure reading; whether language and region exist is for the caller.
 *
 * Why not ICU, which locale.c has: uloc_forLanguageTag keeps to the letter of
 * BCP 47 and answers 9 of 36 tried tags otherwise.  It refuses "de-AT-AT",
 * "de-1", "en-a" and the like, of which the language is plain, and a refusal
 * is an error for who asks; and it takes registered tags for other languages
 * ("zh-yue-HK" is "yue", "no-bok" is "nb") than those our texts are kept
 * under.  (693 ns for a tag instead of 78 would not matter.)
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
