/*
 * device_change -- pieces of device that other rules need.  Inside core only.
 */
#ifndef FL_DEVICE_CHANGE_H
#define FL_DEVICE_CHANGE_H

#include "device_look.h"
#include "hwid.h"

struct row;

/*
 * ---- a change of one device, inside the transaction ----
 *
 * Find it, which touches it (change.h), change, say what was done.  All are 0
 * or -1.  A struct device_change stands still until then.
 */
struct device_change {
	char hw_id[HWID_MAX + 1];
	struct device d; /* id 0: there is no row yet */
	bool there;      /* a row or a claim was */
};

/* A device that the actor sees, under the spelling of its row or any other;
 * ERR_GONE. */
int device_change_need(
    struct ask *q, struct str hw_id, struct device_change *out) FL_CHECK;
/* The same, but a claim or nothing at all will do (there tells). */
int device_change_need_or_claim(
    struct ask *q, struct str hw_id, struct device_change *out) FL_CHECK;
/* ERR_EXISTS if licences run on it. */
int device_change_need_not_rented(
    struct ask *q, const struct device_change *c) FL_CHECK;
int device_change_name(struct ask *q, int64_t id, struct str name) FL_CHECK;
/* Exactly these; ERR_GONE if the domain has not all of them. */
int device_change_categories(struct ask *q, int64_t id, int64_t domain,
    const struct str *names, size_t n) FL_CHECK;
int device_change_say(struct ask *q, const struct device_change *c,
    const char *what, struct pairs detail) FL_CHECK;

/* ---- others ---- */

/*
 * What of an id is shown as unassigned: its row without a domain, else its
 * newest claim (id 0), also when a device of the id is in a domain.  1, 0, -1.
 */
int device_find_unassigned(
    struct ask *q, struct str hw_id, struct device *out) FL_CHECK;

/*
 * A row in the shape of a device (sql.def): a device without its interfaces, or
 * a claim with what it told.  Gives the id that a list goes on behind.
 */
int64_t device_load(struct ask *q, const struct row *row, struct device *out);

/* As device_add, without transaction, without delivery; domain 0: a row that is
 * in none. */
int device_add_inside(struct ask *q, const struct device_new *in) FL_CHECK;
/* May a device bring this password?  Empty: none. */
int device_check_brought(struct ask *q, struct str password) FL_CHECK;

/* As device_assign, device_unassign, device_edit, device_remove. */
int device_assign_inside(struct ask *q, struct str hw_id, int64_t domain,
    const struct device_choice *choice, struct device_placed *out) FL_CHECK;
int device_unassign_inside(struct ask *q, struct str hw_id) FL_CHECK;
int device_edit_inside(
    struct ask *q, struct str hw_id, const struct device_edit *x) FL_CHECK;
int device_remove_inside(struct ask *q, struct str hw_id) FL_CHECK;

/* Does it change anything? */
bool device_edit_any(const struct device_edit *x);

#endif
