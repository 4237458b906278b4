#include "device_scope.h"

#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "db.h"

static int
compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int
device_scope(
    struct ask *q, const struct device_filter *f, struct device_scope *out)
{
	const struct actor *who = q->who;
	int64_t *list;

	if (f->ndomains > DEVICE_LIST_MAX)
		return err_say(q->err, ERR_LIMIT, "filter too long");
	*out = (struct device_scope){
	    who->admin && f->ndomains == 0, who->domains, who->ndomains};
	if (f->ndomains == 0)
		return 0;
	list = arena_array(q->arena, f->ndomains, sizeof(*list));
	if (list == NULL)
		return err_set(q->err, ERR_LIMIT, "no room to answer");
	memcpy(list, f->domains, f->ndomains * sizeof(*list));
	qsort(list, f->ndomains, sizeof(*list), compare_ids);
	out->domains = list;
	out->n = 0;
	for (size_t i = 0; i < f->ndomains; i++)
		if (list[i] > 0 && access_sees(who, list[i]) &&
		    (out->n == 0 || list[out->n - 1] != list[i]))
			list[out->n++] = list[i];
	return 0;
}

bool
device_scope_has(const struct device_scope *s, int64_t domain)
{
	if (s->all)
		return true;
	return s->n > 0 && bsearch(&domain, s->domains, s->n, sizeof(domain),
			       compare_ids) != NULL;
}

int
device_scope_count(
    struct ask *q, const struct device_scope *s, int64_t *here, int64_t *all)
{
	int64_t n;

	if (db_int(q->core->store, STMT_COUNT_ASSIGNED, ARGS_NONE, all,
		q->err) < 0)
		return -1;
	*here = s->all ? *all : 0;
	for (size_t i = 0; !s->all && i < s->n; i++) {
		if (db_int(q->core->store, STMT_COUNT_DOMAIN,
			ARGS(A_INT(s->domains[i])), &n, q->err) < 0)
			return -1;
		*here += n;
	}
	return 0;
}
