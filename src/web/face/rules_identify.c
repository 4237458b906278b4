/*
 * The questions "identify" and "identify-many".  A worker looks, which is
 * enough for a device that comes again; what has to be written is brought to
 * the batch that all workers share.
 */
#include "arena.h"
#include "batch.h"
#include "hubmany.h"
#include "identify.h"
#include "metrics.h"
#include "rules.h"
#include "rules_side.h"

static struct {
	struct core core;
	struct core_stats seen; /* database figures already counted */
	struct batch *batch;    /* NULL outside of rules.fcgi: alone */
} all;

int
rules_batch_start(struct web *w, struct err *e)
{
	if (core_open(&all.core, &w->conf, e) < 0)
		return -1;
	all.batch = batch_new(&all.core);
	return 0;
}

void
rules_batch_stop(void)
{
	batch_free(&all.batch);
	core_close(&all.core);
}

/* One question. */
struct asked {
	struct identify_question x;
	struct peer peer;
	struct buf text;
	struct err e;
	int rc; /* 0: it has to be written */
};

static int
write_counted(struct ask *q, void *arg)
{
	struct arena_mark m = arena_mark(q->arena);
	struct core_stats now;
	int rc = identify_write(q, arg);

	arena_reset(q->arena, m);
	core_times(q->core, &now);
	metrics_database((uint64_t)(now.statements - all.seen.statements),
	    (uint64_t)(now.busy_us - all.seen.busy_us));
	all.seen = now;
	return rc;
}

static void
look(struct worker *w, struct req *r, struct asked *x, struct str body)
{
	struct ask q = worker_ask(w, r, NULL, &x->e);
	struct arena_mark m = arena_mark(r->arena);

	x->e = (struct err){0};
	x->x = (struct identify_question){&x->peer, body, &x->text};
	buf_init(&x->text, HUBWIRE_ANSWER_MAX);
	x->rc = identify_look(&q, &x->x);
	arena_reset(r->arena, m);
}

static void
write_works(struct batch_work *works, size_t n)
{
	if (n > 0 && all.batch != NULL)
		batch_do(all.batch, works, n);
	for (size_t i = 0; i < n && all.batch == NULL; i++)
		works[i].rc =
		    batch_alone(&works[i].q, works[i].fn, works[i].arg);
}

/* Write what was not answered by a look. */
static void
write_rest(struct worker *w, struct req *r, struct asked *list, size_t n)
{
	struct batch_work works[HUBWIRE_MANY];
	struct asked *of[HUBWIRE_MANY];
	size_t nworks = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i].rc != 0)
			continue;
		of[nworks] = &list[i];
		works[nworks++] = (struct batch_work){.fn = write_counted,
		    .arg = &list[i].x,
		    .q = worker_ask(w, r, NULL, &list[i].e)};
	}
	write_works(works, nworks);
	for (size_t i = 0; i < nworks; i++)
		of[i]->rc = works[i].rc < 0 ? -1 : 1;
}

void
rules_identify(struct worker *w, struct req *r, struct resp *out)
{
	struct asked one;

	if (r->body_state != REQ_BODY_WHOLE || !rules_peer_of(r, &one.peer)) {
		resp_error(out, 400, "invalid question");
		return;
	}
	look(w, r, &one, r->body);
	write_rest(w, r, &one, 1);
	buf_putc(&one.text, '\n');
	rules_answer(r, out, one.rc, &one.text, &one.e);
	buf_wipe(&one.text);
}

/* ---- many ---- */

/* How many there are, -1 if they are no questions. */
static int
read_many(const struct req *r, struct asked *list)
{
	struct str rest = r->body;
	struct hubmany m;
	int n = 0, rc;

	while ((rc = hubmany_next(&rest, &m)) > 0) {
		if (n == HUBWIRE_MANY || !rules_peer(m.facts, &list[n].peer))
			return -1;
		list[n++].x.text = m.body;
	}
	return rc < 0 || n == 0 ? -1 : n;
}

/* One line for each; what failed is asked again. */
static void
put_line(struct buf *out, struct req *r, const struct asked *x)
{
	if (x->rc > 0 && !buf_failed(&x->text)) {
		buf_str(out, buf_view(&x->text));
	} else {
		rules_failed(r, &x->e);
		buf_printf(out, "{\"error\":\"%s\"}", err_phrase(x->e.kind));
	}
	buf_putc(out, '\n');
}

void
rules_identify_many(struct worker *w, struct req *r, struct resp *out)
{
	struct asked *list = arena_array(r->arena, HUBWIRE_MANY, sizeof(*list));
	struct buf text;
	int n = list == NULL || r->body_state != REQ_BODY_WHOLE
		    ? -1
		    : read_many(r, list);

	if (n < 0) {
		resp_error(out, 400, "invalid question");
		return;
	}
	for (int i = 0; i < n; i++)
		look(w, r, &list[i], list[i].x.text);
	write_rest(w, r, list, (size_t)n);
	buf_init(&text, HUBWIRE_ANSWER_MAX);
	for (int i = 0; i < n; i++) {
		put_line(&text, r, &list[i]);
		buf_wipe(&list[i].text);
	}
	rules_answer(r, out, 1, &text, &list[0].e);
	buf_wipe(&text);
}
