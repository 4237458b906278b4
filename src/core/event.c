#include "event.h"

#include "change.h"
#include "db.h"
#include "device.h"
#include "domain.h"
#include "hubwire.h"
#include "jout.h"
#include "load.h"

int
event_place(struct ask *q, const struct device *d, struct place *out)
{
	int64_t one;
	int rc = 0;

	*out = (struct place){.there = true, .device = *d};
	if (d->id == 0)
		return 0;
	if (load_ifaces(ask_loader(q), &out->device) < 0)
		return -1;
	/* Without a domain it is online when a claim of its id is. */
	if (d->domain_id == 0) {
		rc = db_int(q->core->store, STMT_CLAIM_IS_ONLINE,
		    ARGS(A_STR(d->hw_id)), &one, q->err);
		out->device.online = rc > 0;
	}
	if (rc < 0)
		return -1;
	return load_list(ask_loader(q), STMT_DEVICE_CATEGORIES,
	    ARGS(A_INT(d->id)), load_str, &out->categories, &out->ncategories);
}

/* {"domain":3,"categories":["a"],"body":"\"device\":{...}"} */
static void
side(struct jout *j, const char *name, const struct place *p)
{
	struct buf body;
	struct jout inner;
	struct str text;

	if (!p->there)
		return;
	buf_init(&body, HUBWIRE_EVENT_MAX);
	jout_init(&inner, buf_sink(&body));
	jout_object(&inner, NULL);
	device_json(&inner, "device", &p->device, str_n("", 0));
	jout_end(&inner);
	text = buf_view(&body);
	jout_object(j, name);
	jout_int(j, "domain", p->device.domain_id);
	jout_array(j, "categories");
	for (size_t i = 0; i < p->ncategories; i++)
		jout_str(j, NULL, p->categories[i]);
	jout_end(j);
	/* The members without the braces around them. */
	jout_str(j, "body", str_n(text.p + 1, text.len - 2));
	jout_end(j);
	buf_fini(&body);
}

void
event_device(struct buf *out, int64_t rev, const struct place *before,
    const struct place *after)
{
	struct jout j;
	const struct place *known = after->there ? after : before;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "order", HUBWIRE_ORDER_EVENT);
	jout_strz(&j, "topic", "devices");
	jout_str(&j, "hwId", known->device.hw_id);
	jout_int(&j, "rev", rev);
	side(&j, "before", before);
	side(&j, "after", after);
	jout_end(&j);
}

void
event_device_order(struct ask *q, int64_t rev, const struct place *before,
    const struct place *after)
{
	struct orders *o = &q->core->orders;

	if (o->post == NULL)
		return;
	event_device(&o->lines, rev, before, after);
	buf_putc(&o->lines, '\n');
}

static int
domain_side(
    struct ask *q, struct jout *j, const char *name, const struct domain *d)
{
	struct buf body;
	struct jout inner;
	struct str text;
	int rc;

	buf_init(&body, HUBWIRE_EVENT_MAX);
	jout_init(&inner, buf_sink(&body));
	jout_object(&inner, NULL);
	rc = domain_json(q, &inner, "domain", d);
	jout_end(&inner);
	text = buf_view(&body);
	jout_object(j, name);
	jout_int(j, "domain", d->id);
	if (rc == 0)
		jout_str(j, "body", str_n(text.p + 1, text.len - 2));
	jout_end(j);
	buf_fini(&body);
	return rc;
}

static void
removed_side(struct jout *j, const struct domain *d)
{
	char body[40];
	struct buf b;

	buf_init(&b, sizeof(body));
	buf_printf(&b, "\"id\":%lld", (long long)d->id);
	jout_object(j, "before");
	jout_int(j, "domain", d->id);
	jout_str(j, "body", buf_view(&b));
	jout_end(j);
	buf_fini(&b);
}

int
event_domain_order(
    struct ask *q, int64_t rev, enum event_domain what, const struct domain *d)
{
	struct orders *o = &q->core->orders;
	struct jout j;
	int rc = 0;

	if (o->post == NULL)
		return 0;
	jout_init(&j, buf_sink(&o->lines));
	jout_object(&j, NULL);
	jout_strz(&j, "order", HUBWIRE_ORDER_EVENT);
	jout_strz(&j, "topic", "domains");
	jout_int(&j, "rev", rev);
	if (what == EVENT_REMOVED)
		removed_side(&j, d);
	if (what == EVENT_EDITED)
		rc = domain_side(q, &j, "before", d);
	if (rc == 0 && what != EVENT_REMOVED)
		rc = domain_side(q, &j, "after", d);
	jout_end(&j);
	buf_putc(&o->lines, '\n');
	return rc;
}
