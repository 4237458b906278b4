#include "event.h"

#include "hubwire.h"
#include "jout.h"

/* {"domain":3,"categories":["a"],"body":"\"device\":{...}"} */
static void
side(struct jout *j, const char *name, const struct snapshot *s, bool device,
    struct str body)
{
	if (!s->there)
		return;
	jout_object(j, name);
	jout_int(j, "domain", s->domain);
	if (device) {
		jout_array(j, "categories");
		for (size_t i = 0; i < s->nlabels; i++)
			jout_str(j, NULL, s->labels[i]);
		jout_end(j);
	}
	jout_str(j, "body", body);
	jout_end(j);
}

static void
line(struct buf *out, const struct event_thing *thing, int64_t rev,
    const struct snapshot *before, const struct snapshot *after)
{
	bool goes = !after->there && before->gone.len > 0;
	bool device = thing->hw_id.len > 0;
	struct jout j;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "order", HUBWIRE_ORDER_EVENT);
	jout_strz(&j, "topic", thing->topic);
	if (device)
		jout_str(&j, "hwId", thing->hw_id);
	else
		jout_int(&j, "id", thing->id);
	jout_int(&j, "rev", rev);
	side(&j, "before", before, device, goes ? before->gone : before->body);
	side(&j, "after", after, device, after->body);
	jout_end(&j);
	buf_putc(out, '\n');
}

void
event_line(struct buf *out, const struct event_thing *thing, int64_t rev,
    const struct snapshot sides[2])
{
	static const struct snapshot none;
	const struct snapshot *before = &sides[0], *after = &sides[1];

	if (before->there && after->there && before->row > 0 &&
	    after->row == 0) {
		line(out, thing, rev, before, &none);
		before = &none;
	}
	line(out, thing, rev, before, after);
}

bool
event_differs(const struct snapshot *a, const struct snapshot *b)
{
	if (a->there != b->there || a->domain != b->domain ||
	    a->nlabels != b->nlabels || !str_eq(a->body, b->body))
		return true;
	for (size_t i = 0; i < a->nlabels; i++)
		if (!str_eq(a->labels[i], b->labels[i]))
			return true;
	return false;
}
