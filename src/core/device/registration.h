/*
 * registration -- by which name devices know this instance (addition E2).
 *
 * A device is told a registration URL once and keeps it; which host that has is
 * seen in the Host of its upgrade request, with a port if it names one.  It is
 * kept for each device at its last proven connection, and written only when it is
 * another one.  So whoever moves an instance to another name sees how many still
 * have the old one.
 */
#ifndef FL_REGISTRATION_H
#define FL_REGISTRATION_H

#include "actor.h"
#include "row.h"

#define REGISTRATION_HOSTS 200 /* listed at most */

/* Those that most devices have first.  Administrators only. */
int registration_hosts(
    struct ask *q, struct registration **out, size_t *n) FL_CHECK;

#endif
