#include "phone_resync.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "must.h"
#include "phone_trace.h"
#include "phone_values.h"

#define PLACE "phone.resync"

static const struct {
	const char *name, *text;
} words[PHONE_TOLD__MAX] = {
    [PHONE_TOLD_NOT_YET] = {"waiting", "it was not sent yet"},
    [PHONE_TOLD_ANSWERED] = {"answered", "it was sent, and answered"},
    [PHONE_TOLD_LOGGED] = {"logged-in",
	"it was sent, a login was asked for, and what was sent with it was "
	"answered"},
    [PHONE_TOLD_SILENT] = {"silent", "it was sent, without an answer"},
    [PHONE_TOLD_NOBODY] = {"nobody", "it was sent, but nobody listens there"},
    [PHONE_TOLD_NOWHERE] = {"nowhere",
	"nobody knows where it is: it never asked for a file"},
    [PHONE_TOLD_BARRED] = {"barred",
	"it asked from an address that nothing is sent to"},
    [PHONE_TOLD_LATE] = {"late",
	"nobody sent it in time: does fleetline-tasks run?"},
    [PHONE_TOLD_FAILED] = {"failed",
	"it could not be sent; the log of fleetline-tasks says why"},
};

const char *
phone_told_name(enum phone_told told)
{
	must(told < PHONE_TOLD__MAX);
	return words[told].name;
}

const char *
phone_told_text(enum phone_told told)
{
	must(told < PHONE_TOLD__MAX);
	return words[told].text;
}

/* ---- looking ---- */

/* The order about a phone; without one, the phone: wanted is 0. */
static int
load(struct ask *q, struct str mac, struct phone_resync *out)
{
	return load_one(ask_loader(q), STMT_PHONE_RESYNC, ARGS(A_STR(mac)),
	    load_phone_resync, out);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct phone_resync r;
	int rc = change_found(load(q, key, &r), out);

	(void)id;
	if (rc <= 0)
		return rc;
	out->domain = r.domain_id;
	return change_values(q, PAIRS(P_STR("login", r.login)), out);
}

static const struct change_kind resync_kind = {.look = look};

int
phone_resync_get(struct ask *q, struct str mac, struct phone_resync *out)
{
	int rc = load(q, mac, out);

	if (rc <= 0)
		return rc;
	return access_sees(q->who, out->domain_id) && out->wanted > 0;
}

/* ---- ordering ---- */

static int
check_login(struct ask *q, const struct phone_resync_order *in)
{
	bool whole = (in->login.len == 0) == (in->password.len == 0);

	if (whole && in->login.len <= SECRET_MAX && str_printable(in->login) &&
	    in->password.len <= SECRET_MAX && str_printable(in->password))
		return 0;
	return err_say(q->err, ERR_INPUT, "invalid login");
}

/* May there be another one, of this phone and of its domain?  NULL, or why not
 * yet. */
static int
find_room(
    struct ask *q, const struct phone_resync *r, int64_t now, const char **why)
{
	int64_t since = r->done > 0 ? r->done + PHONE_RESYNC_PAUSE_MS
				    : r->wanted + PHONE_RESYNC_LATE_MS;
	int64_t open = 0;

	*why = NULL;
	if (r->wanted > 0 && now < since)
		*why = "it was told just now";
	if (db_int(q->core->store, STMT_PHONE_RESYNC_COUNT,
		ARGS(A_INT(r->domain_id)), &open, q->err) < 0)
		return -1;
	if (open >= PHONE_RESYNC_OPEN)
		*why = "too many of the domain wait";
	return 0;
}

static int
need_room(struct ask *q, const struct phone_resync *r, int64_t now)
{
	const char *why;

	if (find_room(q, r, now, &why) < 0)
		return -1;
	return why == NULL ? 0 : err_set(q->err, ERR_BUSY, "%s", why);
}

static int
save(struct ask *q, const struct phone_resync *r,
    const struct phone_resync_order *in, int64_t now)
{
	struct buf sealed;
	int rc;

	secret_seal(q->core, PLACE, r->device_id, in->password, &sealed);
	rc = db_do(q->core->store, STMT_PHONE_RESYNC_SET,
	    ARGS(A_INT(r->device_id), A_INT(now), A_STR(in->login),
		in->password.len > 0 ? A_BLOB(buf_view(&sealed)) : A_NULL),
	    q->err);
	buf_fini(&sealed);
	return rc;
}

static int
order(struct ask *q, const struct phone_resync_order *in)
{
	struct phone_resync r;
	int64_t now = clock_now_ms();

	if (err_need(load(q, in->mac, &r), q->err, ERR_GONE, "no such phone") <
		0 ||
	    access_need(q->who, r.domain_id, q->err) < 0 ||
	    need_room(q, &r, now) < 0 ||
	    change_touch(q, &resync_kind, 0, in->mac) < 0 ||
	    save(q, &r, in, now) < 0)
		return -1;
	return change_say(
	    q, "phone.resync", in->mac, PAIRS(P_INT("domain", r.domain_id)));
}

int
phone_resync(struct ask *q, const struct phone_resync_order *in)
{
	if (check_login(q, in) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, order(q, in));
}

int
phone_resync_by_job(struct ask *q, struct str mac)
{
	static const struct phone_resync_order in = {
	    .mac = {"", 0}, .login = {"", 0}, .password = {"", 0}};
	struct phone_resync r;
	int64_t now = clock_now_ms();
	const char *why;

	if (err_need(load(q, mac, &r), q->err, ERR_GONE, "no such phone") < 0 ||
	    find_room(q, &r, now, &why) < 0)
		return -1;
	if (why != NULL)
		return 0;
	return save(q, &r, &in, now) < 0 ? -1 : 1;
}

/* ---- sending ---- */

int
phone_resync_waiting(struct ask *q, struct phone_resync **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_PHONE_RESYNC_PAGE,
	    ARGS(A_INT(PHONE_RESYNC_PAGE)), load_phone_resync, out, n);
}

static struct str
value_of(const struct phone_values *v, const char *name)
{
	const struct phone_value *found =
	    phone_values_find(v, phone_setting_find(str_of(name)), 0);

	return found != NULL ? found->text : str_n("", 0);
}

/* Of its first account; nothing, unless it has what it is set to. */
static int
own_login(struct ask *q, const struct phone_resync *r, struct str vendor,
    struct phone_resync_login *out)
{
	struct phone_values v;
	struct served_phone p;
	struct str password;
	int rc = load_one(ask_loader(q), STMT_SERVED_PHONE,
	    ARGS(A_INT(r->device_id)), load_served_phone, &p);

	if (rc <= 0 || p.proven == 0)
		return rc < 0 ? -1 : 0;
	if (phone_values_load(q, &p, vendor, &v) < 0)
		return -1;
	out->name = value_of(&v, "sip_login");
	if (out->name.len == 0)
		out->name = value_of(&v, "sip_user");
	password = value_of(&v, "sip_password");
	if (out->name.len == 0 || password.len > SECRET_MAX)
		return 0;
	str_copy(out->password.text, sizeof(out->password.text), password);
	out->password.len = password.len;
	return 0;
}

int
phone_resync_login(struct ask *q, const struct phone_resync *r,
    struct str vendor, struct phone_resync_login *out)
{
	*out = (struct phone_resync_login){.name = r->login};
	if (r->login.len == 0)
		return own_login(q, r, vendor, out);
	return secret_open(q, PLACE, r->device_id, r->password, &out->password);
}

static enum phone_reason
reason_of(const struct phone_resync_end *in)
{
	bool answered =
	    in->told == PHONE_TOLD_ANSWERED || in->told == PHONE_TOLD_LOGGED;

	if (answered)
		return in->status < 300 ? PHONE_TOLD : PHONE_TOLD_NO;
	return in->told == PHONE_TOLD_SILENT ? PHONE_UNHEARD : PHONE_UNTOLD;
}

/* For the phone's domain; one without is nobody's. */
static int
trace(struct ask *q, const struct phone_resync *r,
    const struct phone_resync_end *in)
{
	char what[128];
	struct phone_event e = {.key_domain = r->domain_id,
	    .mac = r->mac,
	    .address = in->target,
	    .status = in->status,
	    .reason = reason_of(in)};

	(void)snprintf(
	    what, sizeof(what), "NOTIFY %.*s", (int)in->event.len, in->event.p);
	e.file = str_of(what);
	return r->domain_id != 0 ? phone_trace_add(q, &e) : 0;
}

int
phone_resync_done(struct ask *q, const struct phone_resync *r,
    const struct phone_resync_end *in)
{
	if (db_do(q->core->store, STMT_PHONE_RESYNC_DONE,
		ARGS(A_INT(r->device_id), A_INT(r->wanted),
		    A_INT(clock_now_ms()), A_INT(in->told), A_INT(in->status)),
		q->err) < 0)
		return -1;
	return trace(q, r, in);
}
