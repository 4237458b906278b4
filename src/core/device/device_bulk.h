/*
 * device_bulk -- the same change of many devices: of all, or of none.
 */
#ifndef FL_DEVICE_BULK_H
#define FL_DEVICE_BULK_H

#include "device.h"

#define BULK_MAX 10000 /* devices at once */

/*
 * result is called once for each of the ids, in their order: why is NULL when
 * it is done (dry: can be done), else what is wrong with it.  An id that stands
 * there twice, in whatever spelling, is one device.  Without it the error is that
 * of the first one that is wrong.
 */
struct device_bulk {
	const struct str *hw_ids;
	size_t n;
	bool dry; /* nothing is changed */
	void (*result)(void *arg, struct str hw_id, const struct err *why);
	void *arg;
};

/* -1 if anything was wrong with one of them (ERR_INPUT, if result was told which):
 * then nothing is changed. */
int device_bulk_edit(struct ask *q, const struct device_bulk *b,
    const struct device_edit *x) FL_CHECK;
int device_bulk_remove(struct ask *q, const struct device_bulk *b) FL_CHECK;

/* True if the mistake is in what was asked, so that the next one can be looked
 * at. */
bool device_is_mistake(const struct err *e);

#endif
