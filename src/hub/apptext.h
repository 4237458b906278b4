/*
 * apptext -- the little that the hub reads of apps, and says to them, by
 * itself: which app it is, and that there is no answer.  Pure functions.
 */
#ifndef FL_APPTEXT_H
#define FL_APPTEXT_H

#include "buf.h"
#include "http1.h"
#include "str.h"

/* {"mt":"<mt>Result","src":...,"error":<phrase>}, the answer of the hub when
 * the rules gave none, or none that fits; without mt and src if message is no
 * JSON object with mt. */
void apptext_error(struct str message, const char *phrase, struct buf *out);

/* Last path component of a request target, without ".htm" and "$". */
struct str apptext_name(struct str target);

/* What the head of its upgrade says, in memory of the caller's:
 * "scheme://host" as the app used it, NULL if nginx did not say; */
char *apptext_base(const struct http1 *head);
/* the origin of the page that opened it, NULL if no page did.  One that is
 * there twice, or is no word, is nobody's: "null". */
char *apptext_origin(const struct http1 *head);

#endif
