/* What the two files of code.h share; inside these only. */
#ifndef FL_CODE_SIDE_H
#define FL_CODE_SIDE_H

#include "change.h"
#include "row.h"

/* The code with these digits, whoever's, open or not: 1, 0, -1. */
int code_by_digits(struct ask *q, struct str text, struct code *out) FL_CHECK;

/* Twelve digits, perhaps with blanks between. */
bool code_is_one(struct str text);

struct code_say;

/* The device that says it is c's domain's now, in its category: in the open
 * transaction.  c->id 0: it is no code but a token. */
int code_take(
    struct ask *q, const struct code_say *s, const struct code *c) FL_CHECK;

/* For change_touch, by id. */
extern const struct change_kind code_kind;

#endif
