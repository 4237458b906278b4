/*
 * rented -- what runs on devices, and what their objects say about it.
 *
 * The functions are for core only.  hasLeaseLicenses is set while software licences run on a
 * device; rented and rentalStarted while the device itself is rented;
 * rentalWant says that it shall be, and ends with the rental.
 */
#ifndef FL_RENTED_H
#define FL_RENTED_H

#include "actor.h"

/* One licence on one device: 1, 0 it does not run there, -1. */
int rented_get(struct ask *q, int64_t domain_id, int64_t device_id,
    struct str licence, struct rented *out) FL_CHECK;

/* Set count and price of r; count 0 ends it. */
int rented_set(
    struct ask *q, int64_t domain_id, const struct rented *r) FL_CHECK;

/* After *after (NULL: the first), by device and licence; less than a page: no
 * more. */
#define RENTED_PAGE 500
int rented_page(struct ask *q, int64_t domain_id, const struct rented *after,
    struct rented **out, size_t *n) FL_CHECK;

/* Bring the flags of a device up to date and publish the change, if any. */
int rented_flags(struct ask *q, int64_t device_id) FL_CHECK;

/* Set rentalWant of a device and publish it. */
int rented_want(
    struct ask *q, struct str hw_id, int64_t device_id, bool want) FL_CHECK;

/* End all of a domain; fn is called for each before it ends. */
typedef int rented_fn(void *arg, const struct rented *r);
int rented_end(
    struct ask *q, int64_t domain_id, rented_fn *fn, void *arg) FL_CHECK;

#endif
