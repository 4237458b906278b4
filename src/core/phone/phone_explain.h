/*
 * phone_explain -- each value that a phone of another vendor gets in a window, and
 * where it comes from: its layers (phone_values.h), and while an update job works
 * on it that job's firmware, of the layer "job".
 *
 * For who sees the phone; secrets are in clear, as phone_values.h says.
 */
#ifndef FL_PHONE_EXPLAIN_H
#define FL_PHONE_EXPLAIN_H

#include "phone_type.h"
#include "phone_values.h"

/* ERR_GONE: no such phone.  Texts live in the arena of the question. */
int phone_explain(struct ask *q, const struct phone_types *types,
    struct str mac, struct phone_values *out) FL_CHECK;

#endif
