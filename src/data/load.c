#include "load.h"

#include <string.h>

void *
load_more(struct arena *a, void **list, size_t *n, size_t size)
{
	/* Room is doubled whenever the count reaches a power of two. */
	if (*n == 0 || (*n >= 8 && (*n & (*n - 1)) == 0)) {
		size_t room = *n == 0 ? 8 : *n * 2;
		char *bigger = arena_array(a, room, size);

		if (bigger == NULL)
			return NULL;
		if (*n > 0)
			memcpy(bigger, *list, *n * size);
		*list = bigger;
	}
	return (char *)*list + (*n)++ * size;
}

static int
full(struct err *e)
{
	return err_set(e, ERR_LIMIT, "too much for one answer");
}

int
load_one(
    struct loader l, enum stmt s, struct args args, load_row *load, void *out)
{
	struct row *row;
	int rc = db_first(l.store, s, args, &row, l.err);

	if (rc > 0)
		load(row, l.arena, out);
	db_done(row);
	return rc > 0 && arena_failed(l.arena) ? full(l.err) : rc;
}

/* One more row of a list. */
static int
take(struct loader l, const struct row *row, const struct load_to *to,
    void **list)
{
	void *one = load_more(l.arena, list, to->n, to->size);

	if (one != NULL)
		to->load(row, l.arena, one);
	return arena_failed(l.arena) ? full(l.err) : 0;
}

/* A list is whole, or none. */
static int
hand_over(const struct load_to *to, void *list, int rc)
{
	if (rc < 0)
		*to->n = 0;
	/* Pointers to values look all the same. */
	memcpy(to->out, &list, sizeof(list));
	return rc < 0 ? -1 : 0;
}

int
load_rows(
    struct loader l, enum stmt s, struct args args, const struct load_to *to)
{
	struct row *row;
	void *list = NULL;
	int rc = db_first(l.store, s, args, &row, l.err);

	*to->n = 0;
	while (rc > 0) {
		rc = take(l, row, to, &list);
		if (rc == 0)
			rc = db_next(row, l.err);
	}
	db_done(row);
	return hand_over(to, list, rc);
}

int
load_found(struct loader l, enum stmt s, const struct load_ids *ids,
    const struct load_to *to)
{
	void *list = NULL;
	int rc = 0;

	*to->n = 0;
	for (size_t i = 0; rc >= 0 && i < ids->n && *to->n < ids->max; i++) {
		struct row *row;

		if (ids->v[i] <= ids->after)
			continue;
		rc = db_first(l.store, s, ARGS(A_INT(ids->v[i])), &row, l.err);
		if (rc > 0)
			rc = take(l, row, to, &list);
		db_done(row);
	}
	return hand_over(to, list, rc);
}
