/*
 * device -- devices: finding, adding, moving, naming, removing.
 *
 * A device is keyed by its hardware id.  It is in one domain or in none
 * (unassigned).  Unassigned are rows without a domain and claims, that is
 * connections that named an id without proof; a claim shows as a device with
 * id 0 and domainId 0.  Only administrators see unassigned ones.
 */
#ifndef FL_DEVICE_H
#define FL_DEVICE_H

#include "actor.h"
#include "json.h"
#include "row.h"

#define DEVICE_NAME_MAX   64   /* bytes */
#define DEVICE_TYPE_MAX   16   /* bytes of a type's name */
#define DEVICE_PHONE_MAX  64   /* bytes of the id of a phone at an FXS */
#define DEVICE_PAGE       200  /* devices of one page */
#define DEVICE_SORT       5000 /* of one that is sorted */
#define DEVICE_CLAIMS_MAX 500  /* connections of one id that are listed */
#define DEVICE_LIST_MAX   500  /* names or domains in one filter */
#define DEVICE_CATEGORIES 32   /* categories of one device */

/* "GW", "VA", "PHONE", "DECT", "APP_PLATFORM"; "" for unknown. */
const char *device_type_name(enum device_type type);
/* Exactly one of these names; everything else is DEVICE_UNKNOWN. */
enum device_type device_type_parse(struct str name);

/*
 * What a list shall hold.  Empty lists mean "any".  A device must match every
 * member; of categories it must have at least one, and of subcategories too.
 */
struct device_filter {
	bool assigned;          /* devices in a domain */
	bool unassigned;        /* ignored unless the actor is an admin */
	const int64_t *domains; /* any ids; unseen ones match nothing */
	size_t ndomains;
	const struct str *categories; /* names */
	size_t ncategories;
	const struct str *subcategories;
	size_t nsubcategories;
	const struct str *hw_ids; /* any number, any spelling */
	size_t nhw_ids;
	unsigned types; /* DEVICE_BIT()s; 0 = any */
	bool just_fxs;
	bool doubtful; /* in doubt, or of another type than it says */
	bool online;
	int64_t offline_since; /* not online since this time or before, or never
				* seen; 0: any */
	/* Parts of texts, in either case; empty: any.  search stands in the
	 * hardware id (MAC in any spelling), the name, the type, the product or
	 * an address; a version is asked for by its own member only. */
	struct str search, name, product, version, ip;
	bool bare; /* the list comes without interfaces */
};

/* Where a list goes on: zeroed for the first page.  Two plain numbers, so that
 * callers can carry it in a text. */
struct device_cursor {
	int64_t part;  /* which part of the filter */
	int64_t after; /* last id, or position, seen in that part */
};

struct device_page {
	struct device *list;
	size_t n;
	bool last; /* there is nothing more; the cursor is of no use then */
};

/*
 * The next page, at most DEVICE_PAGE devices, without gaps or doubles as long
 * as nothing changes.  *at moves on.  A page may be empty and not the last.
 */
int device_list(struct ask *q, const struct device_filter *f,
    struct device_cursor *at, struct device_page *out) FL_CHECK;

/*
 * A page in an order: at most limit devices (1 to DEVICE_SORT) that come behind
 * after, and how many there are in all.  Costs the page, if nothing but domains
 * is asked for; "type" and "since" read all devices in the store, any other
 * filter and "ip" look at all that may match.  Unassigned ones are looked at.
 *
 * sort: "id" (default), "hwId", "name", "product", "version", "type" (as enum
 * device_type has them), "ip", "since"; a '-' in front turns it round.  Devices
 * without an id of their own (claims) are the last of "id".  after is what a page before gave in *next,
 * which is empty when nothing follows; both name a place in the order, not a
 * row, so that nothing is missed when a device goes.
 */
struct device_order {
	struct str sort, after;
	size_t limit;
	int64_t total;   /* out */
	struct str next; /* out */
};
#define DEVICE_AFTER_MAX 512 /* bytes */
int device_sorted(struct ask *q, const struct device_filter *f,
    struct device_order *o, struct device_page *out) FL_CHECK;

/* One device, any spelling of its id.  1, 0 (none, or not visible), -1.  An
 * administrator also finds claims. */
int device_get(struct ask *q, struct str hw_id, struct device *out) FL_CHECK;

/* How many unassigned devices there are; 0 for anybody but administrators. */
int device_count_unassigned(struct ask *q, int64_t *out) FL_CHECK;

/* Names of a device's categories. */
int device_categories(struct ask *q, const struct device *d,
    const struct str **out, size_t *n) FL_CHECK;

/*
 * The device object of chapter 3.0: id, hwId, name (if configured), domainId,
 * product, version, type, pbxActive, online, hasLeaseLicenses, rented,
 * rentalWant, rentalStarted, other and polls (if true), uri (unless empty), ethIfs; then
 * ours, each only where it says something: typeTold (it says that it is of
 * another type), doubtful, claimed (a connection without proof names its id).
 */
void device_json(
    struct jout *j, const char *name, const struct device *d, struct str uri);

/*
 * ---- changes; each publishes its event ----
 *
 * A device on which licences run, or that is rented itself, stays where it is:
 * moving, unassigning or removing it is ERR_EXISTS.
 */

/*
 * What an administrator says about a new device.  A type decides which
 * administrative password it gets, random for a phone and for a type that
 * nobody has said, and what it is listed by.
 *
 * password: the sysclient password that the device has already (a fleet that
 * moves here): it is asked to prove it.  offer_minutes: the first connection
 * that names the id within that time gets a password and becomes the device,
 * unseen (closed networks); it gets no domain's password until device_confirm.
 * Without either it comes as a claim, and device_assign chooses it.
 */
struct device_new {
	struct str hw_id;
	int64_t domain; /* > 0 */
	struct str name;
	enum device_type type; /* DEVICE_UNKNOWN if not given */
	struct str product;    /* shown until the device itself tells */
	struct str password;
	int64_t offer_minutes; /* 0: none; at most the setting offer_minutes */
	const struct str *categories; /* names; all must exist */
	size_t ncategories;
	bool any_id; /* also one that is nearly a MAC address (hwid_near) */
};

/*
 * Add a device to a domain.  A row without domain is taken over.  ERR_EXISTS if
 * it is in a domain.
 */
int device_add(struct ask *q, const struct device_new *in) FL_CHECK;

/* The connection without proof that an administrator chose. */
struct device_choice {
	struct str boot; /* empty: none named */
	int64_t conn;
	const enum device_type *type; /* as device_new.type; NULL: not said */
};

/* What came of it. */
struct device_placed {
	bool delivered;         /* the device was sent what it shall have */
	const struct str *lost; /* categories that the new domain has not */
	size_t nlost;
	/* When it was refused because a connection must be named: those that
	 * are there. */
	const struct claim *claims;
	size_t nclaims;
};

/*
 * Put a device or a claim into a domain, and give a password to the connection
 * that is named, or to the only one that names the id without proof; it is the
 * device from then on, and what it told is the device's.  If none is there,
 * nobody is given anything.  From another domain, without a name: a device that
 * has a password keeps it and stays connected.  Its name stays, and categories
 * that the new domain has, too; a random administrative password is drawn anew.
 *
 * Where an open offer was taken before, or nobody knows by whose choice, what
 * was given then is worth nothing from now on.
 *
 * ERR_EXISTS with out->claims: several connections name the id, or one does
 * while the device is connected or was within a day: one must be named.
 * ERR_GONE: nothing of that id is known, or the named connection has gone;
 * nothing is changed then.  out may be NULL.
 */
int device_assign(struct ask *q, struct str hw_id, int64_t domain,
    const struct device_choice *choice, struct device_placed *out) FL_CHECK;

/* An administrator has looked at it: nothing is doubtful any more, and it gets
 * the administrative password of its kind.  ERR_GONE while no connection has a
 * password: there is nobody to confirm. */
int device_confirm(struct ask *q, struct str hw_id) FL_CHECK;

/* Take it out of its domain: passwords and categories are wiped, the row
 * stays, its connection becomes a claim. */
int device_unassign(struct ask *q, struct str hw_id) FL_CHECK;

/* What to change; a NULL pointer leaves a thing alone.  The last three are for
 * administrators. */
struct device_edit {
	const struct str *name;       /* empty: the one the device reports */
	const struct str *categories; /* all its categories from now on */
	size_t ncategories;
	const int64_t *domain;        /* as device_assign, without a choice */
	const enum device_type *type; /* the same */
	const int64_t *owner;         /* as device_own */
	const struct str *instances;  /* as device_set_instances */
	size_t ninstances;
};

/* All of it or nothing.  ERR_GONE also if a category does not exist in the
 * device's domain. */
int device_edit(
    struct ask *q, struct str hw_id, const struct device_edit *x) FL_CHECK;

/* The same for one thing. */
int device_rename(struct ask *q, struct str hw_id, struct str name) FL_CHECK;
int device_set_categories(struct ask *q, struct str hw_id,
    const struct str *names, size_t n) FL_CHECK;

/* Forget it altogether, with the claims of its id that are offline, and close
 * its connection. */
int device_remove(struct ask *q, struct str hw_id) FL_CHECK;

/*
 * Give it to an account of role user, in whose billing list it then stands; 0
 * takes it away from whom it belonged to.  Administrators only.
 */
int device_own(struct ask *q, struct str hw_id, int64_t account) FL_CHECK;

/* ---- FXS phones: names of provisioned interfaces ("TEL1") ---- */

int device_phones(struct ask *q, struct str hw_id, const struct str **out,
    size_t *n) FL_CHECK;
int device_phone_remove(
    struct ask *q, struct str hw_id, struct str phone) FL_CHECK;

/* ---- claims of one id, for an administrator who must choose ---- */

/* Connected ones first, then by age; at most DEVICE_CLAIMS_MAX. */
int device_claims(
    struct ask *q, struct str hw_id, struct claim **out, size_t *n) FL_CHECK;

/*
 * Rows whose id is another spelling of a MAC address, which no device reaches
 * any more because another row has the address (they are of before version 4 of
 * the store).  say gets a line for each, with the two.  The number, or -1.
 */
int device_check(struct ask *q, void (*say)(void *arg, const char *finding),
    void *arg) FL_CHECK;

/*
 * The administrative password that the device has or gets, in clear, for an
 * administrator or the domain's own login (chapter 5.4); 0 if there is none.
 * Audited.
 */
int device_admin_password(
    struct ask *q, struct str hw_id, struct buf *out) FL_CHECK;

#endif
