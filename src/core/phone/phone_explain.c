#include "phone_explain.h"

#include "ask.h"
#include "phone.h"
#include "phone_update.h"

#define SETTING "firmware_url"

/* A place for it among what is there, by the order of the table. */
static struct phone_value *
place_for(struct ask *q, const struct phone_setting *s, struct phone_values *v)
{
	void *list = v->list;
	struct phone_value *one =
	    load_more(q->arena, &list, &v->n, sizeof(*one));

	if (one == NULL)
		return NULL;
	v->list = list;
	for (; one > v->list && one[-1].of.s > s; one--)
		one[0] = one[-1];
	return one;
}

/* What a job wants counts before all layers. */
static int
take_job(struct ask *q, struct str url, struct phone_values *v)
{
	const struct phone_setting_at of = {
	    phone_setting_find(STR(SETTING)), -1};
	struct phone_value *one = NULL;

	for (size_t i = 0; i < v->n; i++)
		if (v->list[i].of.s == of.s)
			one = &v->list[i];
	if (one == NULL)
		one = place_for(q, of.s, v);
	if (one == NULL)
		return err_set(q->err, ERR_LIMIT, "too many settings");
	*one = (struct phone_value){of, url, STR("job")};
	return 0;
}

int
phone_explain(struct ask *q, const struct phone_types *types, struct str mac,
    struct phone_values *out)
{
	const struct phone_type *t;
	struct phone_update u;
	struct served_phone p;
	int rc = err_need(
	    phone_served(q, mac, &p), q->err, ERR_GONE, "no such phone");

	if (rc < 0)
		return -1;
	t = phone_type_find(types, p.type);
	if (phone_values_load(q, &p, t != NULL ? t->vendor : STR(""), out) < 0)
		return -1;
	rc = phone_update_find(
	    q, p.device_id, t != NULL ? phone_type_model(t) : STR(""), &u);
	return rc > 0 ? take_job(q, u.url, out) : rc;
}
