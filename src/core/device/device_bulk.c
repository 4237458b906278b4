#include "device_bulk.h"

#include "change.h"
#include "deliver.h"
#include "device_change.h"
#include "hwid_set.h"

#define DELIVER_MAX 100 /* the sweep does more, a moment later */

struct bulk {
	struct ask *q;
	const struct device_bulk *b;
	const struct device_edit *edit; /* NULL: remove */
	struct hwid_set done;
	size_t mistakes;
};

bool
device_is_mistake(const struct err *e)
{
	switch (e->kind) {
	case ERR_INPUT:
	case ERR_GONE:
	case ERR_EXISTS:
	case ERR_LIMIT:
		return true;
	case ERR_NONE:
	case ERR_DENIED:
	case ERR_BUSY:
	case ERR_IO:
	case ERR__MAX:
		break;
	}
	return false;
}

static int
one(struct bulk *k, size_t i)
{
	struct str hw_id = k->b->hw_ids[i];

	/* What is no id the change itself refuses. */
	if (hwid_set_add(&k->done, hw_id) == HWID_THERE)
		return 0;
	return k->edit != NULL ? device_edit_inside(k->q, hw_id, k->edit)
			       : device_remove_inside(k->q, hw_id);
}

/* All of them, inside the transaction. */
static int
all(struct bulk *k)
{
	const struct device_bulk *b = k->b;

	for (size_t i = 0; i < b->n; i++) {
		struct arena_mark mark = arena_mark(k->q->arena);
		int rc = one(k, i);

		/* Nobody listens: the first mistake is the answer. */
		if (rc < 0 &&
		    (b->result == NULL || !device_is_mistake(k->q->err)))
			return -1;
		if (rc < 0)
			k->mistakes++;
		if (b->result != NULL)
			b->result(
			    b->arg, b->hw_ids[i], rc < 0 ? k->q->err : NULL);
		change_forget(k->q);
		arena_reset(k->q->arena, mark);
	}
	return k->mistakes == 0 ? 0
				: err_say(k->q->err, ERR_INPUT,
				      "not all of them can be changed, so none "
				      "was");
}

_Static_assert(BULK_MAX == 10000, "the error says so");

/* What a device gets in its new place. */
static int
deliver(struct bulk *k)
{
	for (size_t i = 0; i < k->b->n && i < DELIVER_MAX; i++)
		if (deliver_one(k->q, k->b->hw_ids[i]) < 0)
			return -1;
	return 0;
}

static int
run(struct ask *q, const struct device_bulk *b, const struct device_edit *edit)
{
	struct bulk k = {.q = q, .b = b, .edit = edit};
	bool places = edit != NULL && (edit->domain != NULL || edit->type);
	int rc;

	if (b->n > BULK_MAX)
		return err_say(q->err, ERR_LIMIT,
		    "too many devices at once, 10000 are the most");
	rc = hwid_set_open(&k.done, b->n) < 0
		 ? err_set(q->err, ERR_LIMIT, "no room for so many")
		 : change_begin(q);
	if (rc == 0)
		rc = change_end_or_undo(q, all(&k), b->dry);
	hwid_set_close(&k.done);
	if (rc < 0)
		return -1;
	return places && !b->dry ? deliver(&k) : 0;
}

int
device_bulk_edit(
    struct ask *q, const struct device_bulk *b, const struct device_edit *x)
{
	return run(q, b, x);
}

int
device_bulk_remove(struct ask *q, const struct device_bulk *b)
{
	return run(q, b, NULL);
}
