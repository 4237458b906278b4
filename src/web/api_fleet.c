/* Messages that change devices. */
#include "api_handlers.h"
#include "device.h"

int
api_add_device(struct call *c)
{
	const struct value *v = c->v;
	struct device_new in = {
	    .hw_id = v[F_ADD_HW_ID].text,
	    .domain = v[F_ADD_DOMAIN].number,
	    .name = v[F_ADD_NAME].text,
	    .type = DEVICE_UNKNOWN,
	    .product = v[F_ADD_PRODUCT].text,
	    .password = v[F_ADD_PASSWORD].text,
	    .categories = v[F_ADD_CATEGORIES].texts,
	    .ncategories = v[F_ADD_CATEGORIES].n,
	};

	if (v[F_ADD_TYPE].given) {
		in.type = device_type_parse(v[F_ADD_TYPE].text);
		if (in.type == DEVICE_UNKNOWN)
			return err_say(
			    c->q.err, ERR_INPUT, "unknown device type");
	}
	if (device_add(&c->q, &in) < 0)
		return -1;
	return api_done(c);
}

int
api_edit_device(struct call *c)
{
	static const struct str none;
	const struct value *name = &c->v[F_EDIT_NAME];
	const struct value *cats = &c->v[F_EDIT_CATEGORIES];
	struct device_edit edit = {.ncategories = cats->n};

	if (name->given)
		edit.name = &name->text;
	if (cats->given)
		edit.categories = cats->n > 0 ? cats->texts : &none;
	if (device_edit(&c->q, c->v[F_EDIT_HW_ID].text, &edit) < 0)
		return -1;
	return api_done(c);
}

int
api_delete_device(struct call *c)
{
	if (device_remove(&c->q, c->v[F_HW_ID].text) < 0)
		return -1;
	return api_done(c);
}

int
api_assign_device(struct call *c)
{
	const struct value *boot = &c->v[F_ASSIGN_BOOT];
	const struct value *conn = &c->v[F_ASSIGN_CONN];
	struct device_choice choice = {boot->text, conn->number};

	if (boot->given != conn->given)
		return err_say(c->q.err, ERR_INPUT, "invalid value");
	if (device_assign(&c->q, c->v[F_ASSIGN_HW_ID].text,
		c->v[F_ASSIGN_DOMAIN].number, boot->given ? &choice : NULL) < 0)
		return -1;
	return api_done(c);
}

int
api_unassign_device(struct call *c)
{
	if (device_unassign(&c->q, c->v[F_HW_ID].text) < 0)
		return -1;
	return api_done(c);
}
