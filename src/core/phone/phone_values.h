/*
 * phone_values -- what a phone of another vendor has of each setting, and from
 * which layer (phone_layer.h): the farther layers first, each takes away what
 * was there, and what the table has otherwise before all.
 *
 * Of one layer "sip_server.1" counts for port 1 and "sip_server" for the other
 * ports; "sip_server" of a nearer layer counts for all.
 *
 * Without a layer that says so "poll_minutes" is the setting phones.refresh.
 *
 * What is staged for this phone (phone_stage.h) stands over what its layer has;
 * its values are from "domain:x (staged)".
 *
 * Secrets are in clear here: who shows values leaves those of PHONE_SECRET out.
 * No rights are looked at.  Texts live in the arena of the question.
 */
#ifndef FL_PHONE_VALUES_H
#define FL_PHONE_VALUES_H

#include "actor.h"
#include "json.h"
#include "phone_setting.h"
#include "row.h"

#define PHONE_LAYER_MAX  ((size_t)128 << 10) /* bytes of one layer */
#define PHONE_VALUES_MAX 2000                /* values of one phone */

struct phone_value {
	struct phone_setting_at of;
	struct str text;
	struct str layer; /* where it is from: "vendor:snom", "default" */
};

struct phone_values {
	struct phone_value *list; /* in the order of the table */
	size_t n;
};

/* What a phone has, with the defaults; vendor (its folder) may be empty.
 * ERR_LIMIT: too many. */
int phone_values_load(struct ask *q, const struct served_phone *p,
    struct str vendor, struct phone_values *out) FL_CHECK;

/* The same in two steps: first its layers, sealed as they are.  place, unless it
 * is empty, is one that is wanted though it may have nothing: it is missing in
 * the list if the phone has no such layer. */
struct phone_layers {
	struct phone_layer *list;
	size_t n;
};
int phone_values_layers(struct ask *q, const struct served_phone *p,
    struct str vendor, struct str place, struct phone_layers *out) FL_CHECK;

/* What a layer would have: an object of texts, an empty one takes away. */
struct phone_trial {
	struct str place;
	const struct json *changes;
};
/* t may be NULL: nothing is tried. */
int phone_values_merge(struct ask *q, const struct phone_layers *layers,
    const struct phone_trial *t, struct phone_values *out) FL_CHECK;

/* The value of a setting, for port or key at (-1: the phone's, or all ports');
 * NULL: it has none. */
const struct phone_value *phone_values_find(
    const struct phone_values *v, const struct phone_setting *s, int64_t at);

/* ---- for phone_layer ---- */

/* What stands in one row, over what is there. */
int phone_values_add(struct ask *q, const struct phone_layer *l,
    struct phone_values *out) FL_CHECK;

/* The same as the object of texts that it is; NULL: it has nothing. */
int phone_layer_open(struct ask *q, const struct phone_layer *l,
    const struct json **out) FL_CHECK;

#endif
