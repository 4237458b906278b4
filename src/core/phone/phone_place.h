/*
 * phone_place -- which layer of settings a name means (phone_layer.h), and who
 * may change it: "all", "vendor:snom", "model:snom320", "domain:NAME",
 * "category:DOMAIN/NAME", or a MAC address.
 *
 * In the store a layer is called by ids, "domain:3", so that it stays with a
 * thing that gets another name.
 */
#ifndef FL_PHONE_PLACE_H
#define FL_PHONE_PLACE_H

#include "actor.h"

#define PHONE_PLACE_SIZE 128 /* "model:" and the longest key */

struct phone_place {
	char text[PHONE_PLACE_SIZE];
	struct str label;                 /* the name that it was found by */
	int64_t domain, category, device; /* one of them, or none */
	int64_t owner; /* domain whose people may change it; 0: nobody's */
};

/* For who may change it: administrators what is nobody's, else who sees the
 * domain and does not only look at it.  ERR_GONE: there is no such thing, or he
 * does not see it; ERR_INPUT: no layer is called so. */
int phone_place_need(
    struct ask *q, struct str text, struct phone_place *at) FL_CHECK;

#endif
