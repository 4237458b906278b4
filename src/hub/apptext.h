/*
 * apptext -- the little that the hub reads of apps, and says to them, by
 * itself: which app it is, and that there is no answer.  Pure functions.
 */
#ifndef FL_APPTEXT_H
#define FL_APPTEXT_H

#include "buf.h"
#include "str.h"

/* {"mt":"<mt>Result","src":...,"error":<phrase>}, the answer of the hub when
 * the rules gave none, or none that fits; without mt and src if message is no
 * JSON object with mt. */
void apptext_error(struct str message, const char *phrase, struct buf *out);

/* Last path component of a request target, without ".htm" and "$". */
struct str apptext_name(struct str target);

#endif
