/*
 * access -- may he?  The only place that answers it.
 *
 * Domain 0 stands for "unassigned", which only administrators see.  Adding,
 * assigning, unassigning and removing devices, domains, accounts, keys, access
 * and settings are for administrators; names and categories of devices, and
 * the categories of a domain, for everybody who sees the domain.
 */
#ifndef FL_ACCESS_H
#define FL_ACCESS_H

#include <stdbool.h>

#include "actor.h"

/* May see, and reach, what belongs to this domain. */
bool access_sees(const struct actor *who, int64_t domain);

/* -1 with ERR_GONE unless he sees it: the same as if it did not exist. */
int access_need(
    const struct actor *who, int64_t domain, struct err *e) FL_CHECK;

/* -1 with ERR_DENIED unless he is an administrator. */
int access_admin(const struct actor *who, struct err *e) FL_CHECK;

#endif
