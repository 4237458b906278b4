#include "deliver.h"

#include "count.h"
#include "deliver_side.h"
#include "hubwire.h"
#include "hwid.h"
#include "log.h"
#include "must.h"

#define ORDER_MAX ((size_t)64 << 10)

/* What a device may lack, the first first. */
static const struct difference *const differences[] = {
    &deliver_offer, &deliver_deploy};

/* The order "send" in line; 1 there is something to send, 0, -1. */
static int
build(struct ask *q, const struct difference *d, const struct record *k,
    const struct target *t, struct buf *line)
{
	struct jout j;
	int rc;

	must(k->device.domain_id > 0);
	buf_init(line, ORDER_MAX);
	jout_init(&j, buf_sink(line));
	jout_object(&j, NULL);
	jout_strz(&j, "order", HUBWIRE_ORDER_SEND);
	jout_str(&j, "hwId", k->device.hw_id);
	rc = d->put(q, k, t, &j);
	jout_end(&j);
	if (rc > 0 && buf_failed(line))
		return err_set(q->err, ERR_LIMIT, "order too long");
	return rc;
}

/* Post one line: 1 carried out, 0 not (also: no hub), -1 not confirmed. */
static int
send_now(struct ask *q, const struct buf *line)
{
	struct orders *o = &q->core->orders;

	orders_forget(o);
	orders_line(o, buf_view(line));
	if (orders_flush(o, q->err) < 0)
		return -1;
	return orders_done(o, 0);
}

/* 1 it was sent what it lacks, 0 not: it cannot have it now. */
static int
make_up(struct ask *q, const struct difference *d, const struct record *k,
    struct target *t)
{
	struct buf line;
	bool sent = false;
	int rc = d->hand != NULL ? d->hand(q, k, t) : 1;

	if (rc <= 0)
		return rc;
	rc = build(q, d, k, t, &line);
	if (rc > 0) {
		rc = send_now(q, &line);
		sent = rc >= 0;
	}
	buf_wipe(&line);
	if (rc == 0 && sent && d->back != NULL)
		return d->back(q, k, t);
	if (rc <= 0)
		return rc;
	return d->given(q, k, t) < 0 ? -1 : 1;
}

static int
deliver(struct ask *q, struct str hw_id)
{
	char id[HWID_MAX + 1];
	struct record k;
	struct target t;
	int rc;

	if (q->core->orders.post == NULL || !hwid_normalise(hw_id, id))
		return 0;
	rc = record_load(q, str_of(id), &k);
	if (rc <= 0 || k.device.domain_id == 0)
		return rc < 0 ? -1 : 0;
	for (size_t i = 0; i < COUNT(differences); i++) {
		rc = differences[i]->lacks(q, &k, &t);
		if (rc != 0)
			return rc < 0 ? -1 : make_up(q, differences[i], &k, &t);
	}
	return 0;
}

int
deliver_one(struct ask *q, struct str hw_id)
{
	int rc = deliver(q, hw_id);

	if (rc >= 0 || q->err->kind == ERR_BUSY)
		return rc;
	log_event(LOG_ERROR, "deliver.failed",
	    PAIRS(P_STR("hwId", hw_id), P_STRZ("why", q->err->text)));
	return 0;
}

int
deliver_list(struct ask *q, const struct str *ids, size_t n)
{
	struct arena_mark m = arena_mark(q->arena);

	for (size_t i = 0; i < n; i++) {
		int rc = deliver(q, ids[i]);

		if (rc < 0 && q->err->kind == ERR_BUSY)
			return -1;
		if (rc < 0)
			log_event(LOG_ERROR, "deliver.failed",
			    PAIRS(P_STR("hwId", ids[i]),
				P_STRZ("why", q->err->text)));
		arena_reset(q->arena, m);
	}
	return 0;
}
