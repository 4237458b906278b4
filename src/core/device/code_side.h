/* What the two files of code.h share; inside these only. */
#ifndef FL_CODE_SIDE_H
#define FL_CODE_SIDE_H

#include "change.h"
#include "row.h"

/* The code with these digits, whoever's, open or not: 1, 0, -1. */
int code_by_digits(struct ask *q, struct str text, struct code *out) FL_CHECK;

/* For change_touch, by id. */
extern const struct change_kind code_kind;

#endif
