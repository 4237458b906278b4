/*
 * phone_layer -- what phones of other vendors shall have, in layers: the nearer
 * one counts.
 *
 *	all			every phone of the instance
 *	vendor:snom		those of a vendor (its folder)
 *	model:snom320		those of a type (its key)
 *	domain:NAME		those of a domain
 *	category:DOMAIN/NAME	those of a category; of several that a phone has
 *				the later by name
 *	MAC			one phone
 *
 * Settings that a layer has not come from the farther ones, and from the table
 * (phone_setting.h); phone_values.h says how they come together.
 *
 * A layer is one JSON object of texts and sealed as a whole, so no value stands
 * in the database in clear.  The first three are for administrators; a domain's
 * layers and phones for whoever sees the domain and does not only look at it.
 */
#ifndef FL_PHONE_LAYER_H
#define FL_PHONE_LAYER_H

#include "actor.h"
#include "phone_place.h"
#include "phone_values.h"

#define PHONE_CHANGES_MAX 200 /* settings in one step */

/* Empty value: the layer has it no longer. */
struct phone_change {
	struct str name, value;
};

/*
 * Change a layer by its name above, all or nothing.  ERR_GONE: there is no such
 * thing, or he does not see it; ERR_INPUT: no such setting or value, the text
 * of the error names it.
 */
int phone_layer_set(struct ask *q, struct str layer,
    const struct phone_change *list, size_t n) FL_CHECK;

/* Are these settings, with values that they may have?  As phone_layer_set has
 * it. */
int phone_layer_check(
    struct ask *q, const struct phone_change *list, size_t n) FL_CHECK;

/* Inside of a change, of what was checked, for who may do it. */
int phone_layer_put(struct ask *q, const struct phone_place *at,
    const struct phone_change *list, size_t n) FL_CHECK;

/* What a layer has itself. */
int phone_layer_get(
    struct ask *q, struct str layer, struct phone_values *out) FL_CHECK;

#endif
