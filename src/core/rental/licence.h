/*
 * licence -- the catalogue: what can be rented, and for how much.
 *
 * A licence is software that runs on a gateway (so many of it), or hardware:
 * the device itself.  Everybody who is logged in may read the catalogue,
 * administrators edit it.  Nothing is removed, because ledgers name licences;
 * one that is no longer offered is retired: what runs goes on, or is reduced,
 * but no more of it can be rented.  A new price counts from the next change of
 * that licence on a device.
 */
#ifndef FL_LICENCE_H
#define FL_LICENCE_H

#include "actor.h"

#define LICENCE_NAME_MAX  64   /* letters, digits, '.', '_', '-' */
#define LICENCE_TITLE_MAX 128  /* bytes */
#define LICENCE_MAX       1000 /* in the catalogue */

/* All, by name. */
int licence_list(struct ask *q, struct licence **out, size_t *n) FL_CHECK;

/* 1, 0 there is none of this name, -1. */
int licence_get(struct ask *q, struct str name, struct licence *out) FL_CHECK;

/* Administrators: add, or replace title, price and retired.  ERR_INPUT outside
 * the limits, or if it was hardware and now is not, or the reverse. */
int licence_set(struct ask *q, const struct licence *in) FL_CHECK;

#endif
