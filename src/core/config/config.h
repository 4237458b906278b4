/*
 * config -- configurations: what devices of a domain should have (chapter 8;
 * additions B).
 *
 * A configuration belongs to a domain and is for all its devices, or for those
 * with one of its categories; a device in two categories gets both.  What a
 * device should have is computed from its domain and its categories, so a
 * configuration for ten thousand devices is changed by one row (config_match).
 * A phone's are for phones, an analog phone's for what has FXS ports; scripts
 * and trust lists are for the vendor's own devices only.  Unassigned devices get
 * nothing, nor does one that took an open offer, until it is confirmed.
 *
 * Whoever sees the domain sees its configurations, and changes them unless he
 * only looks.  One that he does not see is ERR_GONE.  Their values are sealed in
 * the store; who only looks is shown neither secrets nor scripts.
 *
 * The revision grows when the values change, not with description or
 * categories: devices apply a new revision, and an expert script runs once for
 * each.  A configuration that loses its last category with that category is for
 * nobody, until it gets others; one whose categories were taken away by who
 * edited it is for all.
 *
 * Changes publish DeviceConfigAdded, DeviceConfigEdited and DeviceConfigDeleted
 * (topic "configs").
 */
#ifndef FL_CONFIG_H
#define FL_CONFIG_H

#include "actor.h"
#include "category.h"
#include "config_value.h"
#include "json.h"
#include "row.h"
#include "script.h"

#define CONFIG_MAX        500 /* of one domain */
#define CONFIG_DESC_MAX   256 /* bytes of a description; may be empty */
#define CONFIG_CATEGORIES 100 /* of one configuration */
#define CONFIG_PAGE       100

/* ---- looking ---- */

/* One: 1, 0 (none, or not visible), -1. */
int config_get(struct ask *q, int64_t id, struct config *out) FL_CHECK;

/* Those of a domain with an id above after, at most CONFIG_PAGE, by id. */
int config_list(struct ask *q, int64_t domain, int64_t after,
    struct config **out, size_t *n) FL_CHECK;

/* Its categories, by name. */
struct config_labels {
	struct category *list;
	size_t n;
};
int config_labels(
    struct ask *q, const struct config *c, struct config_labels *out) FL_CHECK;

/* Its values with secrets in clear, in the arena.  For config_value_show, which
 * knows who may see what, and for config_value_items. */
int config_values(
    struct ask *q, const struct config *c, const struct json **out) FL_CHECK;
/* Those of c's revision; ERR_GONE if it has another one by now. */
int config_values_exact(
    struct ask *q, const struct config *c, const struct json **out) FL_CHECK;

/* Open its object: id, domainId, desc, type, categories, revision, changed, and
 * matchesNone if it is for nobody.  The caller adds values and ends it. */
void config_json_open(struct jout *j, const char *name, const struct config *c,
    const struct config_labels *labels);

/* Categories of a domain that a PHONE or FXS_PHONE configuration has. */
int config_phone_categories(
    struct ask *q, int64_t domain, struct category **out, size_t *n) FL_CHECK;

/* ---- changing ---- */

/*
 * Members of given: "desc" (text), "categories" (names, or objects with "name";
 * empty: for all devices; each usable for configurations), "type" (of a new one;
 * later the same or absent, as its "domainId"), and values of the type
 * (config_value.h).  What else config_json_open writes is ignored, any other
 * member refused.
 */
struct config_wish {
	int64_t id;     /* to edit; 0: a new one */
	int64_t domain; /* of a new one */
	struct config_given given;
};

struct config_done {
	int64_t id, revision;
	size_t nth;        /* of those that were to be saved, from 0 */
	bool delivers;     /* devices may have to get something new */
	const char *wrong; /* ERR_INPUT: the member it is about, or NULL */
	struct script_warning warnings[SCRIPT_WARNINGS_MAX];
	size_t nwarnings;
};

/* Add or edit, all of it or nothing.  ERR_LIMIT: too many in the domain, or too
 * many values. */
int config_save(struct ask *q, const struct config_wish *w,
    struct config_done *out) FL_CHECK;

/* The same of n, all of them or none; *out is about the one that was refused, or
 * the last. */
int config_save_all(struct ask *q, const struct config_wish *w, size_t n,
    struct config_done *out) FL_CHECK;

/* Devices keep what they have. */
int config_remove(struct ask *q, int64_t id) FL_CHECK;

#endif
