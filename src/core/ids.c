#include "ids.h"

#include "db.h"

int
ids_draw(struct ask *q, const char *sequence, int64_t *id)
{
	int rc = db_int(
	    q->core->store, STMT_ID_NEXT, ARGS(A_STRZ(sequence)), id, q->err);

	return err_need(rc, q->err, ERR_IO, "no sequence %s", sequence);
}

int
ids_take(struct ask *q, const char *sequence, int64_t id)
{
	struct args args = ARGS(A_STRZ(sequence), A_INT(id));
	int64_t spent;
	int rc;

	if (id < 1 || id > IDS_CHOSEN_MAX)
		return err_say(q->err, ERR_INPUT, "id out of range");
	rc = db_int(q->core->store, STMT_ID_SPENT, args, &spent, q->err);
	if (rc > 0)
		return err_set(q->err, ERR_EXISTS,
		    "the id %lld was used before", (long long)id);
	if (rc < 0)
		return -1;
	return db_do(q->core->store, STMT_ID_PAST, args, q->err);
}
