/*
 * phone_stage -- changes that some phones have before the others: settings of a
 * layer, or templates.
 *
 * A change is staged for phones that are named, which have it when they ask next
 * (in a window, as ever); then it is committed, and all have it, or reverted, and
 * nobody does.  Nothing is half served: what is staged is one row, which counts for
 * a phone or does not, from one commit of the store to the next.
 *
 * Of settings the differences stand in the row.  They lie over what the layer has
 * (phone_values.h), so that others may set other settings of it meanwhile; to
 * commit is to set them (phone_layer_set).  What a phone has of its own is not
 * staged.
 *
 * Of templates the texts stand in the row that are not as they are installed
 * (phone_source.h), whole and checked as "fleetline phone check" does, for
 * administrators.  Committed ones stay a row and count for all phones in place of
 * the installed files, until they are reverted, which is possible then as well, or
 * others are committed: these begin with what all phones have.  Which phones are
 * recognised, and which types there are, the installed files say.
 *
 * At most one change of a layer, and one of templates, is staged at a time.
 */
#ifndef FL_PHONE_STAGE_H
#define FL_PHONE_STAGE_H

#include "phone_layer.h"
#include "phone_type.h"

#define PHONE_STAGE_PHONES 1000 /* that have one before the others */
#define PHONE_STAGE_FILES  "templates"
#define PHONE_STAGE_ALL    "templates:all" /* the place of those of all phones */

struct phone_stage_new {
	struct str layer; /* empty: files are staged, no settings */
	const struct phone_change *list;
	size_t n;
	const struct json *files; /* of phone_source.h */
	const struct str *macs;
	size_t nmacs;
};

/*
 * ERR_EXISTS: there is one staged; ERR_GONE: no such layer, or a phone that there
 * is not, or that is not of the layer; ERR_INPUT: what is to change is wrong, the
 * text says where.
 */
int phone_stage_add(
    struct ask *q, const struct phone_stage_new *in, int64_t *id) FL_CHECK;

/* All phones have it from now on.  For who could stage it; ERR_GONE. */
int phone_stage_commit(struct ask *q, int64_t id) FL_CHECK;
/* Nobody has it any more. */
int phone_stage_revert(struct ask *q, int64_t id) FL_CHECK;

/* Those that the actor could end. */
int phone_stage_list(
    struct ask *q, struct phone_stage **out, size_t *n) FL_CHECK;

/* The types as all phones have them, with files (may be NULL) over that.  What is
 * wrong with them: ERR_INPUT. */
int phone_stage_types(struct ask *q, struct arena *a, const struct json *files,
    struct phone_types *out) FL_CHECK;

/* The files of a change of templates; 1, 0 there is no such, -1. */
int phone_stage_files(
    struct ask *q, int64_t id, const struct json **out) FL_CHECK;

#endif
