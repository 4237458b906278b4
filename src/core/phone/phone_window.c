#include "phone_window.h"

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "device_change.h"
#include "net.h"
#include "phone.h"

#define PLACE  "phone.proof"
#define MINUTE (60 * INT64_C(1000))

void
phone_proof_write(const struct core *c, const struct served_phone *p,
    char out[PHONE_MARK_SIZE])
{
	struct phone_mark m = {p->device_id, p->generation};

	phone_mark_write(c, PLACE, &m, out);
}

bool
phone_proof_read(const struct core *c, struct str word, struct phone_mark *out)
{
	return phone_mark_read(c, PLACE, word, out);
}

bool
phone_window_is_open(const struct served_phone *p)
{
	return p->until > clock_now_ms();
}

/* The network of an address. */
static struct str
share_of(struct ask *q, struct str address)
{
	char share[NET_SHARE_SIZE];

	net_share(address, share);
	return str_of(arena_str(q->arena, str_of(share)));
}

/* Where it may come from, after an opening. */
static int
find_place(
    struct ask *q, const struct phone_opening *in, struct served_phone *p)
{
	if (str_eqz(in->from, PHONE_FROM_ANY)) {
		if (p->proven == 0)
			return err_say(q->err, ERR_INPUT,
			    "it has no URL yet: name its address");
		p->place = str_n("", 0);
		return 0;
	}
	if (in->from.len > 0 && !net_is_address(in->from))
		return err_say(q->err, ERR_INPUT, "invalid address");
	if (in->from.len > 0)
		p->place = share_of(q, in->from);
	return p->place.len > 0 || p->proven != 0 || in->minutes == 0
		   ? 0
		   : err_say(q->err, ERR_INPUT,
			 "it has never waited: name its address");
}

static int
set(struct ask *q, const struct phone_opening *in, struct served_phone *p)
{
	struct device_change c;

	if (err_need(phone_served(q, in->mac, p), q->err, ERR_GONE,
		"no such phone") < 0 ||
	    access_need(q->who, p->domain_id, q->err) < 0 ||
	    device_change_need(q, in->mac, &c) < 0)
		return -1;
	if (in->anew) {
		p->proven = 0;
		if (change_rev(q, &p->generation) < 0)
			return -1;
	}
	p->until = in->minutes == 0 ? 0 : clock_now_ms() + in->minutes * MINUTE;
	if (find_place(q, in, p) < 0 ||
	    db_do(q->core->store, STMT_PHONE_WINDOW,
		ARGS(A_INT(p->device_id), A_INT(p->until), A_STR(p->place),
		    A_INT(p->generation), A_INT(p->proven)),
		q->err) < 0)
		return -1;
	return device_change_say(q, &c, "phone.window",
	    PAIRS(P_INT("minutes", in->minutes), P_FLAG("anew", in->anew),
		P_STR("from", p->place)));
}

int
phone_window_set(
    struct ask *q, const struct phone_opening *in, struct served_phone *out)
{
	if (in->minutes < 0 || in->minutes > PHONE_WINDOW_MAX)
		return err_say(q->err, ERR_INPUT, "invalid minutes");
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, set(q, in, out));
}

int
phone_window_proven(struct ask *q, const struct served_phone *p)
{
	return p->proven != 0
		   ? 0
		   : db_do(q->core->store, STMT_PHONE_PROVEN,
			 ARGS(A_INT(p->device_id), A_INT(clock_now_ms())),
			 q->err);
}

/* A first one of two that come at once has taken the place. */
static int
is_taken_by(struct ask *q, struct served_phone *p, struct str share)
{
	int rc = load_one(ask_loader(q), STMT_SERVED_PHONE,
	    ARGS(A_INT(p->device_id)), load_served_phone, p);

	return rc < 0 ? -1 : rc > 0 && str_eq(p->place, share);
}

int
phone_window_come(struct ask *q, struct served_phone *p, struct str address,
    enum phone_coming how)
{
	struct str share = share_of(q, address);
	/* No window has closed before the beginning of time. */
	int64_t closed_by = how == PHONE_CERTAIN ? INT64_MAX
			    : how == PHONE_HELD  ? -1
						 : clock_now_ms();
	int64_t rev;
	int rc;

	if (str_eq(p->place, share))
		return 1;
	rc = db_run(q->core->store, STMT_PHONE_PLACE,
	    ARGS(A_INT(p->device_id), A_STR(share), A_INT(closed_by)), q->err);
	/* Who came from the old place gets nothing more (phone_again.h). */
	if (rc > 0 && change_rev(q, &rev) < 0)
		return -1;
	if (rc > 0)
		p->place = share;
	return rc != 0 || p->place.len > 0 ? rc : is_taken_by(q, p, share);
}
