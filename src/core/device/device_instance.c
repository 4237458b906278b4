#include "device_instance.h"

#include "ask.h"
#include "db.h"
#include "load.h"
#include "manager.h"

int
device_instances(
    struct ask *q, const struct device *d, struct str **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_DEVICE_INSTANCES,
	    ARGS(A_INT(d->id)), load_str, out, n);
}

static int
check(const struct device *d, const struct str *names, size_t n, struct err *e)
{
	if (n > DEVICE_INSTANCES_MAX)
		return err_say(e, ERR_INPUT, "too many instances");
	if (n > 0 && d->type != DEVICE_APP_PLATFORM &&
	    d->type != DEVICE_UNKNOWN)
		return err_say(e, ERR_INPUT, "it is no App Platform");
	for (size_t i = 0; i < n; i++)
		if (!manager_instance_ok(names[i]))
			return err_say(e, ERR_INPUT, "invalid instance");
	return 0;
}

/* For the audit. */
static struct str
joined(struct ask *q, const struct str *names, size_t n)
{
	struct buf b;
	struct str out;

	buf_init(
	    &b, DEVICE_INSTANCES_MAX * (size_t)(MANAGER_INSTANCE_MAX + 1) + 1);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_str(&b, names[i]);
	}
	out = str_of(arena_str(q->arena, buf_view(&b)));
	buf_fini(&b);
	return out;
}

int
device_instance_edit(struct ask *q, const struct device *d,
    const struct device_edit *x, struct str *said)
{
	struct store *st = q->core->store;

	*said = joined(q, x->instances, x->ninstances);
	if (check(d, x->instances, x->ninstances, q->err) < 0 ||
	    db_do(st, STMT_DEVICE_INSTANCES_CLEAR, ARGS(A_INT(d->id)), q->err) <
		0)
		return -1;
	for (size_t i = 0; i < x->ninstances; i++)
		if (db_do(st, STMT_DEVICE_INSTANCE_ADD,
			ARGS(A_INT(d->id), A_STR(x->instances[i])), q->err) < 0)
			return -1;
	return 0;
}

int
device_set_instances(
    struct ask *q, struct str hw_id, const struct str *names, size_t n)
{
	static const struct str none;

	return device_edit(q, hw_id,
	    &(struct device_edit){
		.instances = n > 0 ? names : &none, .ninstances = n});
}
