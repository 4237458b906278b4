/*
 * audit -- who changed what, when.  Append-only: the database itself refuses
 * to change or remove a row.  detail is a JSON object without secrets.
 */
#ifndef FL_AUDIT_H
#define FL_AUDIT_H

#include "actor.h"

#define AUDIT_PAGE 200

/*
 * Add a row inside the transaction that st has open.  detail: JSON object, or
 * empty.
 */
int audit_add(struct store *st, const struct actor *who, const char *what,
    struct str on, struct str detail, struct err *e) FL_CHECK;

/* Administrators only: rows older than id before (0 = from the newest), newest
 * first, at most AUDIT_PAGE. */
int audit_list(struct core *c, struct arena *a, const struct actor *who,
    int64_t before, struct audit **out, size_t *n, struct err *e) FL_CHECK;

#endif
