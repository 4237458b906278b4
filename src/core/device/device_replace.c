#include "device_replace.h"

#include "access.h"
#include "ask.h"
#include "db.h"
#include "deliver.h"
#include "device_change.h"
#include "load.h"

/* What does not fit is a mistyped id, most often. */
static int
check(struct ask *q, const struct device_change *old,
    const struct device_change *new)
{
	enum device_type a = old->d.type_told, b = new->d.type_told;

	if (old->d.domain_id != 0 && old->d.online)
		return err_say(
		    q->err, ERR_EXISTS, "the old device is connected");
	if (old->d.domain_id == 0 || !new->there)
		return err_set(q->err, ERR_GONE, "no such device");
	if (str_eq(str_of(old->hw_id), str_of(new->hw_id)))
		return err_say(q->err, ERR_INPUT, "they are the same device");
	if (new->d.domain_id != 0 && new->d.domain_id != old->d.domain_id)
		return err_say(
		    q->err, ERR_EXISTS, "the new device is in another domain");
	if (old->d.other != new->d.other)
		return err_say(
		    q->err, ERR_INPUT, "the new device is of another vendor");
	if (a != b && a != DEVICE_UNKNOWN && b != DEVICE_UNKNOWN)
		return err_say(
		    q->err, ERR_INPUT, "the new device is of another type");
	return 0;
}

static int
find(struct ask *q, const struct device_swap *s, struct device_change *old,
    struct device_change *new)
{
	return device_change_need(q, s->old_id, old) < 0
		   ? -1
		   : device_change_need_or_claim(q, s->new_id, new);
}

/* A step of its own: the connection of the new one is a claim afterwards. */
static int
free_new(struct ask *q, const struct device_swap *s, struct device_change *old,
    struct device_change *new)
{
	if (new->d.domain_id == 0)
		return 0;
	change_forget(q); /* nothing has changed yet */
	return device_unassign_inside(q, s->new_id) < 0 ? -1
							: find(q, s, old, new);
}

/* The place has another hardware id, and nobody who knows its passwords. */
static int
hand_over(struct ask *q, const struct device_change *old,
    const struct device_change *new)
{
	struct store *st = q->core->store;
	struct arg id = A_INT(old->d.id);

	if ((new->d.id != 0 && db_do(st, STMT_DEVICE_REMOVE,
				   ARGS(A_INT(new->d.id)), q->err) < 0) ||
	    db_do(st, STMT_PRESENCE_DROP, ARGS(id), q->err) < 0 ||
	    db_do(st, STMT_SECRET_WIPE, ARGS(id), q->err) < 0 ||
	    db_do(st, STMT_DEVICE_RESPELL, ARGS(id, A_STRZ(new->hw_id)),
		q->err) < 0)
		return -1;
	return device_change_say(q, old, "device.replace",
	    PAIRS(P_STRZ("by", new->hw_id), P_INT("domain", old->d.domain_id)));
}

static int
look(struct ask *q, struct device_replaced *out)
{
	struct snapshot ignored;
	struct str *names;

	if (device_look(q, out->device.hw_id, &out->device, &ignored) < 0 ||
	    load_list(ask_loader(q), STMT_DEVICE_CATEGORIES,
		ARGS(A_INT(out->device.id)), load_str, &names,
		&out->ncategories) < 0)
		return -1;
	out->categories = names;
	return 0;
}

static int
replace(struct ask *q, const struct device_swap *s, struct device_replaced *out)
{
	static const struct device_choice none;
	struct device_change old, new;

	if (access_admin(q->who, q->err) < 0 || find(q, s, &old, &new) < 0 ||
	    check(q, &old, &new) < 0 || free_new(q, s, &old, &new) < 0 ||
	    hand_over(q, &old, &new) < 0)
		return -1;
	out->device.hw_id = str_of(arena_strdup(q->arena, new.hw_id));
	if (device_assign_inside(q, out->device.hw_id, old.d.domain_id,
		s->choice != NULL ? s->choice : &none, &out->placed) < 0)
		return -1;
	return look(q, out);
}

int
device_replace(
    struct ask *q, const struct device_swap *s, struct device_replaced *out)
{
	int rc;

	*out = (struct device_replaced){.ncategories = 0};
	if (change_begin(q) < 0 ||
	    change_end_or_undo(q, replace(q, s, out), s->dry) < 0)
		return -1;
	if (s->dry)
		return 0;
	rc = deliver_one(q, out->device.hw_id);
	out->placed.delivered = rc > 0;
	return rc < 0 ? -1 : 0;
}
