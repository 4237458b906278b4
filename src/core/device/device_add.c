/* Adding devices (device.h). */
#include "access.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "db.h"
#include "deliver.h"
#include "device_place.h"
#include "secret.h"
#include "setting.h"
#include "sysclient.h"

/* ---- checks ---- */

int
device_check_brought(struct ask *q, struct str password)
{
	if (password.len != 0 && password.len != SC_PASSWORD_LEN)
		return err_say(q->err, ERR_INPUT, "invalid length of password");
	if (!str_only(password, STR_ALNUM, "!_"))
		return err_say(
		    q->err, ERR_INPUT, "invalid character in password");
	return 0;
}

static int
check_offer(struct ask *q, const struct device_new *in)
{
	int64_t max;

	if (in->offer_minutes == 0)
		return 0;
	if (in->password.len > 0)
		return err_say(q->err, ERR_INPUT,
		    "a password the device has is not offered");
	if (setting_get_int(q, "offer_minutes", &max) < 0)
		return -1;
	if (in->offer_minutes < 0 || in->offer_minutes > max)
		return err_say(q->err, ERR_INPUT, "offer is too long");
	return 0;
}

static int
check_new(struct ask *q, const struct device_new *in)
{
	if (in->name.len > 0 &&
	    check_name(in->name, DEVICE_NAME_MAX, q->err) < 0)
		return -1;
	if (in->product.len > DEVICE_NAME_MAX || !str_printable(in->product))
		return err_say(q->err, ERR_INPUT, "invalid product");
	if (!in->any_id && hwid_near(in->hw_id))
		return err_say(q->err, ERR_INPUT, "nearly a MAC address");
	if (in->ncategories > DEVICE_CATEGORIES)
		return err_say(q->err, ERR_LIMIT, "too many categories");
	if (device_check_brought(q, in->password) < 0)
		return -1;
	return check_offer(q, in);
}

/* ---- add ---- */

/* The password that a device of a moved fleet has: it is asked to prove it. */
static int
bring(struct ask *q, int64_t id, struct str password)
{
	struct buf sealed;
	int rc;

	secret_seal(q->core, SECRET_DEVICE, id, password, &sealed);
	rc = db_do(q->core->store, STMT_SECRET_BROUGHT,
	    ARGS(A_INT(id), A_BLOB(buf_view(&sealed))), q->err);
	buf_fini(&sealed);
	return rc;
}

static int
open_offer(struct ask *q, int64_t id, int64_t minutes)
{
	static const struct chosen nobody;

	if (place_doubt(q, id, DOUBT_OFFER) < 0)
		return -1;
	return place_offer(q, id, &nobody, clock_now_ms() + minutes * 60000);
}

static int
add_secret(struct ask *q, int64_t id, const struct device_new *in)
{
	if (place_doubt(q, id, DOUBT_NONE) < 0)
		return -1;
	if (in->password.len > 0)
		return bring(q, id, in->password);
	return in->offer_minutes > 0 ? open_offer(q, id, in->offer_minutes) : 0;
}

int
device_add_inside(struct ask *q, const struct device_new *in)
{
	const enum device_type *type =
	    in->type == DEVICE_UNKNOWN ? NULL : &in->type;
	struct device_change c;

	if (access_admin(q->who, q->err) < 0 || check_new(q, in) < 0 ||
	    (in->domain != 0 && place_need_domain(q, in->domain) < 0) ||
	    device_change_need_or_claim(q, in->hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id != 0)
		return err_set(q->err, ERR_EXISTS, "device is in a domain");
	if (c.d.id == 0 && place_row(q, &c, in->product) < 0)
		return -1;
	if (place_into(q, &c, in->domain) < 0 || place_kind(q, &c, type) < 0 ||
	    device_change_name(q, c.d.id, in->name) < 0 ||
	    device_change_categories(
		q, c.d.id, in->domain, in->categories, in->ncategories) < 0 ||
	    add_secret(q, c.d.id, in) < 0)
		return -1;
	return device_change_say(q, &c, "device.add",
	    PAIRS(P_INT("domain", in->domain),
		P_INT("offer", in->offer_minutes)));
}

int
device_add(struct ask *q, const struct device_new *in)
{
	if (change_begin(q) < 0 || change_end(q, device_add_inside(q, in)) < 0)
		return -1;
	return deliver_one(q, in->hw_id) < 0 ? -1 : 0;
}
