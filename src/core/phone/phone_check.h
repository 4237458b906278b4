/*
 * phone_check -- what is wrong with the data of a vendor, before a phone finds
 * it: for "fleetline phone check" and for whoever adds a model (doc/phones.md).
 *
 * vendor.conf is read as at the start of the programs (phone_type.h).  If there is
 * no mistake in it, every template is rendered for made-up phones: one that has
 * each setting and two ports and keys, one that has none, and one that has not
 * proven itself.  So a name that does not exist is found wherever it stands, also
 * in the section of a list.
 */
#ifndef FL_PHONE_CHECK_H
#define FL_PHONE_CHECK_H

#include "phone_type.h"

/* say hears of each mistake: "templates/acme/phone.cfg:3: unknown name x".  Their
 * number, or -1: there is no such folder, or it cannot be read. */
int phone_check(
    const char *folder, const struct phone_hearer *to, struct err *e) FL_CHECK;

/* The same of a vendor that was read without mistakes; files are called
 * "acme/phone.cfg". */
#define PHONE_CHECK_MEMORY ((size_t)32 << 20)
void phone_check_vendor(struct arena *a, const struct phone_types *types,
    const struct phone_vendor *v, const struct phone_hearer *to);

#endif
