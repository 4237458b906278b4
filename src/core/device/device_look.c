#include "device_look.h"

#include "ask.h"
#include "change.h"
#include "db.h"
#include "hubwire.h"
#include "jout.h"

/* ---- for subscribers ---- */

/* The members without the braces around them. */
static struct str
body_of(struct ask *q, const struct device *d)
{
	struct buf body;
	struct jout j;
	struct str out;

	buf_init(&body, HUBWIRE_EVENT_MAX);
	jout_init(&j, buf_sink(&body));
	jout_object(&j, NULL);
	device_json(&j, "device", d, str_n("", 0));
	jout_end(&j);
	out = str_n(arena_str(q->arena, str_n(body.data + 1, body.len - 2)),
	    body.len - 2);
	buf_fini(&body);
	return out;
}

/* Without a domain it is online when a claim of its id is. */
static int
load_presence(struct ask *q, struct device *d)
{
	int64_t one;
	int rc;

	if (d->domain_id != 0)
		return 0;
	rc = db_int(q->core->store, STMT_CLAIM_IS_ONLINE, ARGS(A_STR(d->hw_id)),
	    &one, q->err);
	d->online = rc > 0;
	return rc < 0 ? -1 : 0;
}

int
device_snapshot(struct ask *q, struct device *d, struct snapshot *out)
{
	struct str *labels = NULL;

	*out = (struct snapshot){
	    .there = true, .domain = d->domain_id, .row = d->id};
	if (d->id != 0 &&
	    (load_ifaces(ask_loader(q), d) < 0 || load_presence(q, d) < 0 ||
		load_list(ask_loader(q), STMT_DEVICE_CATEGORIES,
		    ARGS(A_INT(d->id)), load_str, &labels, &out->nlabels) < 0))
		return -1;
	out->labels = labels;
	if (q->core->orders.post != NULL)
		out->body = body_of(q, d);
	return 0;
}

void
device_tell(struct ask *q, struct str hw_id, int64_t rev,
    const struct snapshot sides[2])
{
	struct orders *o = &q->core->orders;

	if (o->post == NULL)
		return;
	event_line(&o->lines,
	    &(const struct event_thing){device_kind.topic, hw_id, 0}, rev,
	    sides);
}

/* ---- for changes ---- */

static struct str
joined(struct ask *q, const struct snapshot *s)
{
	struct buf b;
	struct str out;

	buf_init(&b, 64 << 10);
	for (size_t i = 0; i < s->nlabels; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_str(&b, s->labels[i]);
	}
	out = str_of(arena_str(q->arena, buf_view(&b)));
	buf_fini(&b);
	return out;
}

static int
domain_name(struct ask *q, int64_t id, struct str *out)
{
	struct domain d = {0};
	int rc = id == 0 ? 0
			 : load_one(ask_loader(q), STMT_DOMAIN_BY_ID,
			       ARGS(A_INT(id)), load_domain, &d);

	*out = rc > 0 ? d.name : str_n("", 0);
	return rc < 0 ? -1 : 0;
}

/* Its values for people; what it reports itself is none of them. */
static int
values(struct ask *q, const struct device *d, struct snapshot *out)
{
	struct str domain;

	if (d->id == 0)
		return 0;
	if (domain_name(q, d->domain_id, &domain) < 0)
		return -1;
	return change_values(q,
	    PAIRS(P_INT("domain", d->domain_id), P_STR("domainName", domain),
		P_STR("name", d->name_set ? d->name : str_n("", 0)),
		P_STR("categories", joined(q, out)),
		P_STRZ("type", device_type_name(d->type)),
		P_STRZ("adminPassword",
		    d->admin_kind == ADMIN_DOMAIN ? "domain" : "random"),
		P_INT("owner", d->owner), P_BOOL("rentalWant", d->rental_want),
		P_BOOL("doubtful", d->doubt != DOUBT_NONE)),
	    out);
}

int
device_look(
    struct ask *q, struct str hw_id, struct device *d, struct snapshot *out)
{
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_HW, ARGS(A_STR(hw_id)),
	    load_device, d);

	*out = (struct snapshot){0};
	if (rc == 0)
		rc = load_one(ask_loader(q), STMT_CLAIM_BY_HW,
		    ARGS(A_STR(hw_id)), load_device, d);
	if (rc <= 0)
		return rc;
	if (device_snapshot(q, d, out) < 0 || values(q, d, out) < 0)
		return -1;
	return 1;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct device d;

	(void)id;
	return device_look(q, key, &d, out);
}

static int
stamp(struct ask *q, int64_t id, struct str key, int64_t rev)
{
	(void)id;
	/* It may be in another domain or category now. */
	wake_want(&q->core->wake);
	return db_do(q->core->store, STMT_DEVICE_REV,
	    ARGS(A_STR(key), A_INT(rev)), q->err);
}

const struct change_kind device_kind = {
    .topic = "devices", .look = look, .stamp = stamp};
