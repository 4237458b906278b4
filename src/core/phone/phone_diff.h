/*
 * phone_diff -- what phones would get from other templates, or with other settings
 * of a layer: before anything is served.
 *
 * Every promoted phone that the actor sees, and that has the layer, is rendered twice, as it would be by
 * its own URL, once with each set of vendors.  Phones whose files change by the
 * same lines are one group.  A secret stands there as "(secret)" and a phone's URL
 * as "URL/", so nothing of them is shown, and they make no group of their own.
 *
 * However many phones there are, PHONE_DIFF_BYTES of lines are kept: files beyond
 * that are counted.
 */
#ifndef FL_PHONE_DIFF_H
#define FL_PHONE_DIFF_H

#include "actor.h"
#include "phone_type.h"
#include "phone_values.h"

#define PHONE_DIFF_GROUPS 1000               /* that are told apart */
#define PHONE_DIFF_TEXT   ((size_t)16 << 10) /* bytes of one group's lines */
#define PHONE_DIFF_BYTES  ((size_t)1 << 20)  /* of all groups' lines */
#define PHONE_DIFF_PAGE   200                /* phones */

struct phone_diff_group {
	struct str vendor; /* its folder */
	struct str file;   /* its pattern */
	struct str text;   /* "-old" and "+new" lines; a template that is
			    * wrong gives one line "!" and why */
	struct str mac;    /* of a phone in it */
	int64_t phones;
};

struct phone_diff {
	struct phone_diff_group *list; /* as they were found */
	size_t n;
	int64_t phones;  /* that were looked at */
	int64_t changed; /* of those, files that change */
	int64_t others;  /* of those, in groups that have no room */
};

struct phone_diff_of {
	const struct phone_types *before, *after;
	const struct phone_trial *trial; /* NULL: no settings change */
};
int phone_diff(struct ask *q, const struct phone_diff_of *of,
    struct phone_diff *out) FL_CHECK;

#endif
