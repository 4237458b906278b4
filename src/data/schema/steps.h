/*
 * steps -- the steps of released versions, which never change again;
 * inside migrate.c only.
 */
#ifndef FL_STEPS_H
#define FL_STEPS_H

extern const char migrate_version_1[], migrate_version_2[];

#endif
