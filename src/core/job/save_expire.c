/* Letting go what is too old, though nothing is saved (save.h). */
#include "access.h"
#include "ask.h"
#include "db.h"
#include "job_side.h"
#include "jump.h"
#include "save.h"

/* Saves that a look found. */
struct old {
	int64_t *ids;
	size_t n;
};

static int
remove_all(struct ask *q, void *arg)
{
	const struct old *o = arg;

	for (size_t i = 0; i < o->n; i++)
		if (db_do(q->core->store, STMT_SAVE_REMOVE,
			ARGS(A_INT(o->ids[i])), q->err) < 0)
			return -1;
	return 0;
}

/* All are looked at before the change begins: nobody waits for that. */
int
save_expire(struct ask *q, int64_t *count)
{
	struct old o;
	int64_t now;

	*count = 0;
	if (access_admin(q->who, q->err) < 0 || jump_now(q, &now) < 0 ||
	    load_list(ask_loader(q), STMT_SAVES_OLD,
		ARGS(A_INT(now), A_INT(SAVE_EXPIRE_MAX)), load_id, &o.ids,
		&o.n) < 0 ||
	    (o.n > 0 && job_change(q, remove_all, &o) < 0))
		return -1;
	*count = (int64_t)o.n;
	return 0;
}
