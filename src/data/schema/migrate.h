/*
 * migrate -- versions of the schema (PRAGMA user_version).
 *
 * Version n is made from n - 1 by one step, in one transaction.  A database
 * that is newer than the program is refused.  A released step is never edited;
 * t/data/ keeps an example of each released version that the tests upgrade.
 */
#ifndef FL_MIGRATE_H
#define FL_MIGRATE_H

#include <stdint.h>

#include "err.h"

struct store;

#define MIGRATE_VERSION 8 /* what this program works with */

/* Bring the schema to MIGRATE_VERSION. */
int migrate(struct store *st, struct err *e) FL_CHECK;

#endif
