#include "device_bulk.h"

#include "change.h"
#include "deliver.h"
#include "device_change.h"
#include "map.h"

#define DELIVER_MAX 100 /* the sweep does more, a moment later */

/* A device that was done already. */
struct done {
	struct map_node node; /* first */
	char hw_id[HWID_MAX + 1];
};

struct bulk {
	struct ask *q;
	const struct device_bulk *b;
	const struct device_edit *edit; /* NULL: remove */
	struct done *ids;               /* room for all */
	struct map done;
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

/* True the first time that the id comes; d is room for it. */
static bool
is_first(struct bulk *k, struct str hw_id, struct done *d)
{
	struct map_node *n;
	uint64_t hash;

	if (!hwid_normalise(hw_id, d->hw_id))
		return true; /* which says what is wrong */
	hash = map_hash(str_of(d->hw_id));
	for (n = map_first(&k->done, hash); n != NULL; n = map_same(n))
		if (str_eqz(str_of(map_entry(n, struct done, node)->hw_id),
			d->hw_id))
			return false;
	map_put(&k->done, &d->node, hash);
	return true;
}

static int
one(struct bulk *k, size_t i)
{
	struct str hw_id = k->b->hw_ids[i];

	if (!is_first(k, hw_id, &k->ids[i]))
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
		return err_say(q->err, ERR_LIMIT, "too many devices at once");
	k.ids = arena_array(q->arena, b->n, sizeof(*k.ids));
	if (k.ids == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for so many");
	if (change_begin(q) < 0)
		return -1;
	map_init(&k.done);
	rc = all(&k);
	map_fini(&k.done);
	if (rc == 0 && b->dry) {
		change_undo(q);
		return 0;
	}
	if (change_end(q, rc) < 0)
		return -1;
	return places ? deliver(&k) : 0;
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
