/*
 * regtoken -- the registration token of a domain: whoever has it puts devices
 * into the domain (chapter 5.5).
 *
 * A domain has none or one.  It stands in the registration URL of a roll-out
 * and in the URL of the update file, so it is shown to who may see it, and is
 * sealed in the store.  A new one ends the old one; devices that are in stay.
 * Administrators and the domain's own login (access_own).
 */
#ifndef FL_REGTOKEN_H
#define FL_REGTOKEN_H

#include "actor.h"

#define REGTOKEN_LEN  32 /* lower-case hex digits, 128 random bits */
#define REGTOKEN_SIZE (REGTOKEN_LEN + 1)

/* 1 there is one, 0, -1. */
int regtoken_get(
    struct ask *q, int64_t domain, char out[REGTOKEN_SIZE]) FL_CHECK;

/* Draw a new one, or (out NULL) have none from now on. */
int regtoken_renew(
    struct ask *q, int64_t domain, char out[REGTOKEN_SIZE]) FL_CHECK;

/* Is this token that of the domain with this name?  1 and its id, 0, -1.  For
 * devices: no rights are looked at. */
int regtoken_fits(
    struct ask *q, struct str name, struct str token, int64_t *domain) FL_CHECK;

#endif
