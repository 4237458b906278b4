#include "audit.h"

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "event.h"
#include "hwid.h"
#include "jout.h"
#include "must.h"

#define DETAIL_MAX ((size_t)64 << 10)

/* ---- adding ---- */

static int
add_domain(struct ask *q, int64_t domain, int64_t row)
{
	return db_do(q->core->store, STMT_AUDIT_DOMAIN_ADD,
	    ARGS(A_INT(domain), A_INT(row)), q->err);
}

static bool
same(const struct pair *a, const struct pair *b)
{
	return a->kind == b->kind && a->n == b->n && str_eq(a->s, b->s);
}

static void
put_value(struct jout *j, const struct pair *p)
{
	if (p == NULL || p->kind == PAIR_NONE)
		jout_null(j, NULL);
	else
		jout_value(j, NULL, p);
}

/* "changed":{"name":["old","new"],...}; one side may have no values. */
static void
put_changed(struct jout *j, const struct snapshot *sides)
{
	const struct pairs *a = &sides[0].values, *b = &sides[1].values;
	size_t n = a->n > 0 ? a->n : b->n;
	bool open = false;

	must(a->n == 0 || b->n == 0 || a->n == b->n);
	for (size_t i = 0; i < n; i++) {
		const struct pair *old = a->n > 0 ? &a->v[i] : NULL;
		const struct pair *now = b->n > 0 ? &b->v[i] : NULL;

		if (old != NULL && now != NULL && same(old, now))
			continue;
		if ((old == NULL || now == NULL) &&
		    (old != NULL ? old : now)->kind == PAIR_NONE)
			continue;
		if (!open)
			jout_object(j, "changed");
		open = true;
		jout_array(j, (old != NULL ? old : now)->key);
		put_value(j, old);
		put_value(j, now);
		jout_end(j);
	}
	if (open)
		jout_end(j);
}

static void
put_detail(struct ask *q, const struct audit_row *row, struct buf *out)
{
	struct jout j;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_pairs(&j, row->detail);
	if (row->sides != NULL)
		put_changed(&j, row->sides);
	if (q->who->unix_name[0] != '\0')
		jout_strz(&j, "user", q->who->unix_name);
	jout_end(&j);
}

static int
add(struct ask *q, const struct audit_row *row, struct str detail)
{
	char who[ACTOR_CRED_SIZE];
	int64_t id;

	actor_said(q->who, who);
	if (db_int(q->core->store, STMT_AUDIT_ADD,
		ARGS(A_INT(clock_now_ms()), A_STRZ(who), A_STRZ(row->what),
		    A_STR(row->on), A_STR(detail)),
		&id, q->err) <= 0)
		return -1;
	if (row->domain != 0 && add_domain(q, row->domain, id) < 0)
		return -1;
	if (row->other != 0 && row->other != row->domain)
		return add_domain(q, row->other, id);
	return 0;
}

int
audit_add(struct ask *q, const struct audit_row *row)
{
	struct buf detail;
	struct str text;
	int rc;

	buf_init(&detail, DETAIL_MAX);
	put_detail(q, row, &detail);
	text = buf_view(&detail);
	if (buf_failed(&detail))
		rc = err_set(q->err, ERR_LIMIT, "too much for the audit");
	else
		rc = add(q, row, text.len > 2 ? text : str_n("", 0));
	buf_fini(&detail);
	return rc;
}

/* ---- listing ---- */

/* The domain whose rows are asked for, or 0 for all. */
static int
choose_domain(struct ask *q, int64_t asked, int64_t *domain)
{
	*domain = asked != 0 || q->who->admin ? asked : q->who->home;
	if (*domain == 0)
		return access_admin(q->who, q->err);
	return access_need(q->who, *domain, q->err);
}

int
audit_list(
    struct ask *q, const struct audit_filter *f, struct audit **out, size_t *n)
{
	char hw_id[HWID_MAX + 1];
	/* A MAC may be written as it is printed on the box, or as its row has
	 * it. */
	struct str mac = hwid_normalise(f->on, hw_id) ? str_of(hw_id) : f->on;
	int64_t domain, before = f->before > 0 ? f->before : INT64_MAX;
	struct args args;

	*n = 0;
	*out = NULL;
	if (choose_domain(q, f->domain, &domain) < 0)
		return -1;
	args = ARGS(A_INT(before), A_INT(AUDIT_PAGE), A_INT(f->since),
	    A_INT(f->until > 0 ? f->until : INT64_MAX), A_STR(f->who),
	    A_STR(f->on), A_STR(f->what), A_STR(mac), A_INT(domain));
	if (domain != 0)
		return load_list(ask_loader(q), STMT_AUDIT_PAGE_DOMAIN, args,
		    load_audit, out, n);
	args.n--; /* the domain is the last */
	return load_list(
	    ask_loader(q), STMT_AUDIT_PAGE, args, load_audit, out, n);
}
