/*
 * steps -- the steps of released versions, which never change again;
 * inside migrate.c only.
 */
#ifndef FL_STEPS_H
#define FL_STEPS_H

#include "err.h"

struct store;

extern const char migrate_version_1[], migrate_version_2[], migrate_version_3[],
    migrate_version_4[], migrate_version_5[], migrate_version_6[],
    migrate_version_7[], migrate_version_8[];

/* Part of version 4: hardware ids that read as a MAC address become it; where
 * another row has that already, both stay (fleetline check lists them). */
int migrate_hardware_ids(struct store *st, struct err *e) FL_CHECK;

#endif
