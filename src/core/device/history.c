#include "history.h"

#include "access.h"
#include "ask.h"
#include "column.h"
#include "count.h"
#include "db.h"
#include "device.h"
#include "domain.h"
#include "jump.h"
#include "must.h"
#include "statistics.h"

#define DAY_MS    (POINTS_DAY * POINTS_MS)
#define MINUTE_MS INT64_C(60000)
#define CHUNK     200 /* domains of one transaction */
#define INSTANCE  0   /* in the place of a domain */

static size_t
figures_of(int64_t domain)
{
	return domain == INSTANCE ? POINTS__MAX : POINTS_UNASSIGNED;
}

/* ---- noting ---- */

/* The five minutes it is in. */
struct moment {
	int64_t day;
	size_t at;
};

/* What the day has so far; no row, or one that is damaged, is an empty day. */
static int
load_day(struct ask *q, int64_t domain, int64_t day, struct points *out)
{
	struct row *row;
	int rc = db_first(q->core->store, STMT_HISTORY_DAY,
	    ARGS(A_INT(domain), A_INT(day)), &row, q->err);

	out->figures = figures_of(domain);
	out->n = 0;
	if (rc > 0)
		(void)points_read(row_str(row, HISTORY_DAY_POINTS), out);
	db_done(row);
	return rc < 0 ? -1 : 0;
}

/* 1 noted, 0 it was before, -1. */
static int
note_one(struct ask *q, const struct moment *m, int64_t domain,
    const int64_t v[POINTS__MAX])
{
	unsigned char packed[POINTS_BYTES];
	struct points p;
	bool first;
	size_t n;

	if (load_day(q, domain, m->day, &p) < 0)
		return -1;
	first = p.n == 0;
	if (!points_note(&p, m->at, v))
		return 0;
	n = points_pack(&p, packed);
	if (db_do(q->core->store, STMT_HISTORY_SAVE,
		ARGS(A_INT(domain), A_INT(m->day),
		    A_BLOB(str_n((const char *)packed, n))),
		q->err) < 0)
		return -1;
	if (first && db_do(q->core->store, STMT_HISTORY_EXPIRE,
			 ARGS(A_INT(domain), A_INT(m->day - HISTORY_DAYS + 1)),
			 q->err) < 0)
		return -1;
	return 1;
}

/* Some rows in one transaction; how many were noted, or -1. */
static int
note_rows(
    struct ask *q, const struct moment *m, const struct figures *rows, size_t n)
{
	int rc = 0, noted = 0;

	if (store_begin(q->core->store, STORE_FAST, q->err) < 0)
		return -1;
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		const int64_t v[POINTS__MAX] = {rows[i].online, rows[i].known};

		rc = note_one(q, m, rows[i].domain_id, v);
		noted += rc > 0;
	}
	if (rc < 0 || store_commit(q->core->store, q->err) < 0) {
		store_rollback(q->core->store);
		return -1;
	}
	return noted;
}

/* The whole, from the sum of all domains. */
static int
note_instance(
    struct ask *q, const struct moment *m, const struct statistics_list *l)
{
	int64_t v[POINTS__MAX] = {l->rest.online, l->rest.known};

	for (size_t i = 0; i < l->n; i++) {
		v[POINTS_ONLINE] += l->rows[i].online;
		v[POINTS_KNOWN] += l->rows[i].known;
	}
	if (device_count_unassigned(q, &v[POINTS_UNASSIGNED]) < 0)
		return -1;
	return note_one(q, m, INSTANCE, v) < 0 ? -1 : 0;
}

int
history_note(
    struct ask *q, bool (*goes_on)(void *arg), void *arg, int64_t *count)
{
	struct statistics_list l;
	struct moment m;
	int64_t now;
	int rc;

	*count = 0;
	if (jump_now(q, &now) < 0 ||
	    statistics_domains(q, HISTORY_DOMAINS, &l) < 0)
		return -1;
	m = (struct moment){now / DAY_MS, (size_t)(now % DAY_MS / POINTS_MS)};
	rc = note_instance(q, &m, &l);
	for (size_t i = 0; rc >= 0 && i < l.n && goes_on(arg); i += CHUNK) {
		rc = note_rows(
		    q, &m, l.rows + i, l.n - i < CHUNK ? l.n - i : CHUNK);
		*count += rc > 0 ? rc : 0;
	}
	return rc < 0 ? -1 : 0;
}

/* ---- reading ---- */

/* The least step of these that is given for nothing. */
static const int64_t steps[] = {5, 10, 15, 30, 60, 120, 180, 360, 720, 1440};

/* How many steps the span is wide. */
static int64_t
span(const struct history_query *in, int64_t step)
{
	int64_t ms = step * MINUTE_MS;

	return (in->to - 1) / ms - in->from / ms + 1;
}

/* Check and complete the question. */
static int
settle(struct ask *q, const struct history_query *in, struct history *out)
{
	size_t i = 0;

	if (in->from < 0 || in->to <= in->from)
		return err_say(q->err, ERR_INPUT, "from is not before to");
	out->step = in->step;
	while (out->step == 0 && i < COUNT(steps))
		if (span(in, steps[i++]) <= HISTORY_POINTS)
			out->step = steps[i - 1];
	if (out->step % HISTORY_STEP_MIN != 0 || out->step < 0)
		return err_say(
		    q->err, ERR_INPUT, "step is a multiple of 5 minutes");
	if (out->step == 0 || span(in, out->step) > HISTORY_POINTS)
		return err_say(q->err, ERR_INPUT,
		    "more than 2016 points: a shorter span, or a greater step");
	out->n = (size_t)span(in, out->step);
	out->from = in->from - in->from % (out->step * MINUTE_MS);
	return 0;
}

/* One more point of a step; the sum is made an average at the end. */
static void
add_point(struct history_step *s, const int32_t v[POINTS__MAX], size_t figures)
{
	int64_t online = v[POINTS_ONLINE], known = v[POINTS_KNOWN];
	int64_t unassigned =
	    figures > POINTS_UNASSIGNED ? v[POINTS_UNASSIGNED] : 0;

	s->min = s->count == 0 || online < s->min ? online : s->min;
	s->max = online > s->max ? online : s->max;
	s->known = known > s->known ? known : s->known;
	s->unassigned = unassigned > s->unassigned ? unassigned : s->unassigned;
	s->online += online;
	s->count++;
}

static void
add_day(struct history_step *list, const struct history *h, int64_t day,
    const struct points *p)
{
	int64_t step_ms = h->step * MINUTE_MS, time = day * DAY_MS;

	for (size_t i = 0; i < p->n; i++, time += POINTS_MS) {
		int64_t at = (time - h->from) / step_ms;

		if (time >= h->from && at < (int64_t)h->n &&
		    p->v[i][POINTS_ONLINE] != POINTS_NONE)
			add_point(&list[at], p->v[i], p->figures);
	}
}

static int
add_days(struct ask *q, int64_t domain, struct history_step *list,
    const struct history *h)
{
	int64_t end = h->from + (int64_t)h->n * h->step * MINUTE_MS - 1;
	struct points p = {.figures = figures_of(domain)};
	struct row *row;
	int rc = db_first(q->core->store, STMT_HISTORY_DAYS,
	    ARGS(A_INT(domain), A_INT(h->from / DAY_MS), A_INT(end / DAY_MS)),
	    &row, q->err);

	for (; rc > 0; rc = db_next(row, q->err))
		if (points_read(row_str(row, HISTORY_DAYS_POINTS), &p))
			add_day(list, h, row_int(row, HISTORY_DAYS_DAY), &p);
	db_done(row);
	return rc;
}

/* There is such a domain, and he sees it. */
static int
need(struct ask *q, int64_t domain)
{
	struct domain d;
	int rc;

	if (domain == INSTANCE)
		return access_need(q->who, domain, q->err);
	rc = domain_get(q, domain, &d);
	return err_need(
	    rc, q->err, ERR_GONE, "no domain %lld", (long long)domain);
}

int
history_get(struct ask *q, const struct history_query *in, struct history *out)
{
	struct history_step *list;

	if (need(q, in->domain_id) < 0 || settle(q, in, out) < 0)
		return -1;
	list = arena_array(q->arena, out->n, sizeof(*list));
	if (list == NULL)
		return err_set(q->err, ERR_LIMIT, "history");
	if (add_days(q, in->domain_id, list, out) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++)
		if (list[i].count > 0)
			list[i].online = (list[i].online + list[i].count / 2) /
					 list[i].count;
	out->list = list;
	return 0;
}
