#include "statistics.h"

#include "access.h"
#include "ask.h"
#include "buf.h"
#include "db.h"
#include "device.h"
#include "must.h"

#define ID_BYTES 21 /* of an id with a comma */

/* ---- the statement ---- */

/* The ids as a JSON array, of those that he sees. */
static struct str
seen_ids(struct ask *q, const int64_t *ids, size_t n)
{
	struct buf b;
	struct str out;

	buf_init(&b, n * ID_BYTES + 3);
	buf_putc(&b, '[');
	for (size_t i = 0; i < n; i++)
		if (access_sees(q->who, ids[i]))
			buf_printf(&b, b.len > 1 ? ",%lld" : "%lld",
			    (long long)ids[i]);
	buf_putc(&b, ']');
	out = str_of(arena_str(q->arena, buf_view(&b)));
	buf_fini(&b);
	return out;
}

/* ---- what it gave ---- */

/* Rows of a kind stand together, the sum of all first. */
static void
sort_out(const struct figures *rows, size_t n, struct statistics *out)
{
	must(n > 0 && rows[0].by == FIGURES_ALL);
	*out = (struct statistics){.all = rows[0]};
	for (size_t i = 0; i < n; i++) {
		struct statistics_list *l = &out->by[rows[i].by];

		if (l->n++ == 0) {
			l->rows = &rows[i];
			l->rest = out->all;
		}
		l->rest.known -= rows[i].known;
		l->rest.online -= rows[i].online;
	}
}

int
statistics_get(
    struct ask *q, const int64_t *domains, size_t n, struct statistics *out)
{
	const struct arg max = A_INT(STATISTICS_ROWS);
	bool whole = n == 0 && q->who->admin;
	struct figures *rows;
	size_t nrows;
	int rc;

	if (n == 0) {
		domains = q->who->domains;
		n = q->who->ndomains;
	}
	rc = whole ? load_list(ask_loader(q), STMT_STATISTICS,
			 ARGS(A_INT(STATISTICS_DOMAINS), max, max),
			 load_figures, &rows, &nrows)
		   : load_list(ask_loader(q), STMT_STATISTICS_OF,
			 ARGS(A_INT(STATISTICS_DOMAINS), max, max,
			     A_STR(seen_ids(q, domains, n))),
			 load_figures, &rows, &nrows);
	if (rc < 0)
		return -1;
	sort_out(rows, nrows, out);
	out->has_unassigned = whole;
	return whole ? device_count_unassigned(q, &out->unassigned) : 0;
}

int
statistics_domains(struct ask *q, size_t max, struct statistics_list *out)
{
	struct figures *rows;
	struct statistics s;
	size_t n;

	if (access_admin(q->who, q->err) < 0 ||
	    load_list(ask_loader(q), STMT_FIGURES_DOMAINS,
		ARGS(A_INT((int64_t)max)), load_figures, &rows, &n) < 0)
		return -1;
	sort_out(rows, n, &s);
	*out = s.by[FIGURES_DOMAIN];
	return 0;
}
