/*
 * Finding one device and what hangs on it (device.h).
 */
#include "access.h"
#include "ask.h"
#include "audit.h"
#include "change.h"
#include "column.h"
#include "db.h"
#include "device.h"
#include "device_change.h"
#include "facts.h"
#include "hwid.h"
#include "load.h"
#include "must.h"
#include "record.h"

/* ---- names of types ---- */

static const char *const type_names[DEVICE_TYPE__MAX] = {
    [DEVICE_GW] = "GW",
    [DEVICE_VA] = "VA",
    [DEVICE_PHONE] = "PHONE",
    [DEVICE_DECT] = "DECT",
    [DEVICE_APP_PLATFORM] = "APP_PLATFORM",
    [DEVICE_UNKNOWN] = "",
};

const char *
device_type_name(enum device_type type)
{
	must(type < DEVICE_TYPE__MAX);
	return type_names[type];
}

enum device_type
device_type_parse(struct str name)
{
	for (int i = 0; i < DEVICE_UNKNOWN; i++)
		if (str_eqz(name, type_names[i]))
			return (enum device_type)i;
	return DEVICE_UNKNOWN;
}

/* ---- one ---- */

int64_t
device_load(struct ask *q, const struct row *row, struct device *out)
{
	load_device(row, q->arena, out);
	if (out->id != 0)
		return out->id;
	facts_show(q, row_dup(row, CLAIM_SHOWN_TOLD, q->arena), out);
	return row_int(row, CLAIM_SHOWN_ID);
}

static int
find_claim(struct ask *q, const char *hw_id, struct device *out)
{
	struct row *row;
	int rc = db_first(q->core->store, STMT_CLAIM_BY_HW, ARGS(A_STRZ(hw_id)),
	    &row, q->err);

	if (rc > 0)
		(void)device_load(q, row, out);
	db_done(row);
	return rc;
}

/* A row without a domain is online when a claim of its id is. */
static int
claim_presence(struct ask *q, struct device *d)
{
	struct device claim;
	int rc = find_claim(q, d->hw_id.p, &claim);

	if (rc > 0)
		d->online = claim.online;
	return rc < 0 ? -1 : 1;
}

/* The interfaces of a device, a row each, the first of which is open. */
static int
take_ifaces(struct ask *q, struct row *row, struct device *d)
{
	void *list = NULL;
	int rc = 1;

	for (; rc > 0 && !row_null(row, WITH_INTERFACES_SEQ);
	     rc = db_next(row, q->err)) {
		struct iface *f =
		    load_more(q->arena, &list, &d->nifs, sizeof(*f));

		if (f == NULL)
			break;
		f->name = row_dup(row, WITH_INTERFACES_NAME, q->arena);
		f->ipv4 = row_dup(row, WITH_INTERFACES_IPV4, q->arena);
		f->ipv6 = row_dup(row, WITH_INTERFACES_IPV6, q->arena);
	}
	d->ifs = list;
	return rc < 0 ? -1 : 1;
}

/* One statement for all, because this is what is asked most. */
int
device_get(struct ask *q, struct str hw_id, struct device *out)
{
	char id[HWID_MAX + 1];
	struct row *row;
	int rc;

	if (!hwid_normalise(hw_id, id))
		return 0;
	rc = db_first(q->core->store, STMT_DEVICE_WITH_INTERFACES,
	    ARGS(A_STRZ(id)), &row, q->err);
	if (rc > 0 && !access_sees(q->who, row_int(row, DEVICE_DOMAIN_ID))) {
		rc = 0;
	} else if (rc > 0) {
		load_device(row, q->arena, out);
		rc = take_ifaces(q, row, out);
	} else if (rc == 0 && q->who->admin) {
		rc = find_claim(q, id, out);
	}
	db_done(row);
	if (rc > 0 && arena_failed(q->arena))
		return err_set(q->err, ERR_LIMIT, "no room to answer");
	if (rc > 0 && out->id != 0 && out->domain_id == 0)
		return claim_presence(q, out);
	return rc;
}

int
device_find_unassigned(struct ask *q, struct str hw_id, struct device *out)
{
	char id[HWID_MAX + 1];
	int rc;

	if (!hwid_normalise(hw_id, id))
		return 0;
	rc = load_one(ask_loader(q), STMT_DEVICE_BY_HW, ARGS(A_STRZ(id)),
	    load_device, out);
	if (rc < 0)
		return -1;
	if (rc > 0 && out->domain_id == 0)
		return claim_presence(q, out);
	return find_claim(q, id, out);
}

int
device_categories(
    struct ask *q, const struct device *d, const struct str **out, size_t *n)
{
	struct str *list;
	int rc = load_list(ask_loader(q), STMT_DEVICE_CATEGORIES,
	    ARGS(A_INT(d->id)), load_str, &list, n);

	*out = list;
	return rc;
}

int
device_count_unassigned(struct ask *q, int64_t *out)
{
	*out = 0;
	if (!q->who->admin)
		return 0;
	return db_int(q->core->store, STMT_COUNT_UNASSIGNED, ARGS_NONE, out,
		   q->err) < 0
		   ? -1
		   : 0;
}

static void
put_ifs(struct jout *j, const struct device *d)
{
	jout_array(j, "ethIfs");
	for (size_t i = 0; i < d->nifs; i++) {
		jout_object(j, NULL);
		jout_str(j, "if", d->ifs[i].name);
		if (d->ifs[i].ipv4.len > 0)
			jout_str(j, "ipv4", d->ifs[i].ipv4);
		if (d->ifs[i].ipv6.len > 0)
			jout_str(j, "ipv6", d->ifs[i].ipv6);
		jout_end(j);
	}
	jout_end(j);
}

void
device_json(
    struct jout *j, const char *name, const struct device *d, struct str uri)
{
	jout_object(j, name);
	jout_int(j, "id", d->id);
	jout_str(j, "hwId", d->hw_id);
	if (d->name.len > 0)
		jout_str(j, "name", d->name);
	jout_int(j, "domainId", d->domain_id);
	jout_str(j, "product", d->product);
	jout_str(j, "version", d->version);
	jout_strz(j, "type", device_type_name(d->type));
	jout_bool(j, "pbxActive", d->pbx_active);
	jout_bool(j, "online", d->online);
	jout_bool(j, "hasLeaseLicenses", d->has_lease);
	jout_bool(j, "rented", d->rented);
	jout_bool(j, "rentalWant", d->rental_want);
	jout_bool(j, "rentalStarted", d->rental_started);
	if (d->other)
		jout_bool(j, "other", true);
	if (d->polls)
		jout_bool(j, "polls", true);
	if (uri.len > 0)
		jout_str(j, "uri", uri);
	put_ifs(j, d);
	/* Ours, and only where there is something to look at. */
	if (d->type_told != DEVICE_UNKNOWN && d->type_told != d->type)
		jout_strz(j, "typeTold", device_type_name(d->type_told));
	if (d->doubt != DOUBT_NONE)
		jout_bool(j, "doubtful", true);
	if (d->claimed)
		jout_bool(j, "claimed", true);
	jout_end(j);
}

/* ---- FXS phones and claims ---- */

int
device_claims(struct ask *q, struct str hw_id, struct claim **out, size_t *n)
{
	char id[HWID_MAX + 1];

	*n = 0;
	*out = NULL;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	if (!hwid_normalise(hw_id, id))
		return err_set(q->err, ERR_GONE, "no hardware id");
	return load_list(ask_loader(q), STMT_CLAIMS_OF,
	    ARGS(A_STRZ(id), A_INT(DEVICE_CLAIMS_MAX)), load_claim, out, n);
}

int
device_phones(
    struct ask *q, struct str hw_id, const struct str **out, size_t *n)
{
	struct device d;
	struct str *list;
	int rc = device_get(q, hw_id, &d);

	*n = 0;
	*out = NULL;
	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	if (rc < 0 || d.id == 0)
		return rc < 0 ? -1 : 0;
	if (load_list(ask_loader(q), STMT_PHONES, ARGS(A_INT(d.id)), load_str,
		&list, n) < 0)
		return -1;
	*out = list;
	return 0;
}

/* ---- administrative password ---- */

int
device_admin_password(struct ask *q, struct str hw_id, struct buf *out)
{
	char id[HWID_MAX + 1];
	struct audit_row row = {.what = "device.password.show"};
	struct record k;
	struct secret s;
	int rc;

	if (!hwid_normalise(hw_id, id))
		return err_set(q->err, ERR_GONE, "no hardware id");
	rc = record_load(q, str_of(id), &k);
	if (rc < 0)
		return -1;
	if (rc == 0 || k.device.domain_id == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	if (access_own(q->who, k.device.domain_id, q->err) < 0)
		return -1;
	if (record_admin(q, &k, &s) < 0)
		return -1;
	buf_str(out, secret_str(&s));
	rc = s.len > 0;
	secret_wipe(&s);
	row.on = str_of(id);
	row.domain = k.device.domain_id;
	if (change_begin(q) < 0 || change_end(q, audit_add(q, &row)) < 0)
		return -1;
	return rc;
}
