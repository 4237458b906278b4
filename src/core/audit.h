/*
 * audit -- who changed what, when.  Append-only: the database itself refuses
 * to change or remove a row.  detail is a JSON object without secrets.
 */
#ifndef FL_AUDIT_H
#define FL_AUDIT_H

#include "actor.h"

#define AUDIT_PAGE 200

/*
 * Add a row inside the transaction that is open on q->core->full.  detail: JSON
 * object, or empty.
 */
int audit_add(
    struct ask *q, const char *what, struct str on, struct str detail) FL_CHECK;

/* Administrators only: rows older than id before (0 = from the newest), newest
 * first, at most AUDIT_PAGE. */
int audit_list(
    struct ask *q, int64_t before, struct audit **out, size_t *n) FL_CHECK;

#endif
