/*
 * phone_step -- which firmware of a vendor's phones follows which, as its data has
 * it: values of vendor.conf, of the vendor or of one model.
 *
 *	step = 4.0 5.1 5.0
 *	step = 5 4 -
 *
 * means what way.h says; releases are what phones call them in their User-Agent.
 * The steps of a model count before those of its vendor.  An update job that finds
 * no way leaves the phone alone and says so.
 */
#ifndef FL_PHONE_STEP_H
#define FL_PHONE_STEP_H

#include "arena.h"
#include "way.h"

#define PHONE_STEPS_MAX 200 /* steps of a vendor, with its models */

struct phone_step {
	struct str model; /* key of the type; empty: all of the vendor */
	struct way_step step;
};

struct phone_steps {
	struct phone_step *list;
	size_t n;
};

/* One value.  NULL, or what is wrong with it. */
const char *phone_step_take(
    struct arena *a, struct phone_steps *s, struct str model, struct str value);

/* As way_find, for phones of this type. */
struct phone_step_ends {
	struct str type, from, to;
};
int phone_step_way(const struct phone_steps *s,
    const struct phone_step_ends *in, struct str via[WAY_VIAS]);

#endif
