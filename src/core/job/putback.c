#include "putback.h"

#include <stdio.h>

#include "access.h"
#include "arrival.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "device_work.h"
#include "http1.h"
#include "hubclient.h"
#include "hwid.h"
#include "job_side.h"
#include "manager.h"
#include "num.h"
#include "recipe.h"
#include "setting.h"
#include "supply.h"
#include "ticket.h"

#define PURPOSE  "putback"
#define SILENT_S 10 /* that a device may be, asked for its configuration */

static struct device_work
work(int64_t seconds)
{
	return (struct device_work){
	    .holder = "putback", .kind = "put-back", .last_ms = seconds * 1000};
}

/* The save's device, if it is still where it was, and there. */
static int
find(struct ask *q, const struct save *s, struct device *d)
{
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(s->device_id)), load_device, d);

	if (rc > 0 && d->domain_id != s->domain_id)
		rc = 0;
	if (err_need(rc, q->err, ERR_GONE, "the device is not there any more") <
	    0)
		return -1;
	if (access_need(q->who, d->domain_id, q->err) < 0 ||
	    access_change(q->who, q->err) < 0)
		return -1;
	return d->online ? 0 : err_say(q->err, ERR_BUSY, "device offline");
}

/* The URL, and the command with it. */
static int
make_path(struct ask *q, const struct conf *conf, const struct save *s,
    struct putback *out)
{
	char payload[32], owner[32];
	struct ticket_new x = {.purpose = PURPOSE,
	    .owner = owner,
	    .life_ms = out->seconds * INT64_C(1000)};
	const char *url;
	struct recipe recipe;
	struct buf path;
	bool known;

	(void)snprintf(payload, sizeof(payload), "%lld", (long long)s->id);
	(void)snprintf(
	    owner, sizeof(owner), "device:%lld", (long long)s->device_id);
	x.payload = str_of(payload);
	url = arrival_place(q, conf, &x, out->hw_id);
	if (url == NULL ||
	    recipe_load(q->arena, conf->templates, &recipe, q->err) < 0)
		return -1;
	buf_init(&path, 4 * SUPPLY_URL_MAX);
	buf_putc(&path, '/');
	known = recipe_path(&recipe, PART_PUTBACK, str_of(url), STR(""), &path);
	out->path = known && !buf_failed(&path)
			? arena_str(q->arena, buf_view(&path))
			: NULL;
	buf_fini(&path);
	return out->path != NULL ? 0
				 : err_set(q->err, ERR_INPUT,
				       "update.conf has no command for it");
}

static int
has_way(struct ask *q, const struct save *s)
{
	return str_eqz(s->instance, SAVE_MANAGER)
		   ? err_say(q->err, ERR_INPUT,
			 "how a manager's dump is put back is not public")
		   : 0;
}

int
putback_begin(struct ask *q, const struct conf *conf,
    const struct putback_wish *x, struct putback *out)
{
	struct device_work w;
	struct device d;
	struct save s;
	int64_t seconds = x->seconds;
	int rc;

	if (err_need(save_get(q, x->save, &s), q->err, ERR_GONE,
		"no such save") < 0 ||
	    has_way(q, &s) < 0 || find(q, &s, &d) < 0 ||
	    (seconds == 0 && setting_get_int(q, "jobs.timeout", &seconds) < 0))
		return -1;
	*out = (struct putback){.device = d.id,
	    .domain = s.domain_id,
	    .hw_id = d.hw_id,
	    .seconds = (int)seconds,
	    .save = s.id,
	    .instance = s.instance};
	w = work(seconds);
	rc = device_work_take(q, d.id, &w);
	if (rc <= 0)
		return rc < 0 ? -1 : err_say(q->err, ERR_BUSY, "device busy");
	if ((s.instance.len > 0 || make_path(q, conf, &s, out) == 0) &&
	    save_note(q, &s, "save.put-back") == 0)
		return 0;
	(void)!device_work_give(q, d.id, &w); /* it runs out by itself */
	return -1;
}

int
putback_end(struct ask *q, const struct putback *p)
{
	const struct device_work w = work(p->seconds);

	return device_work_give(q, p->device, &w);
}

/* ---- what it has now ---- */

static int
judge(const struct fetch_answer *a, struct err *e)
{
	if (str_eqz(str_of(a->type), HTTP1_NOT_DEVICE))
		return err_set(e, ERR_IO,
		    a->status == 503 ? "device offline" : "no answer");
	return a->status >= 200 && a->status < 300
		   ? 0
		   : err_set(e, ERR_IO, "the device answers %d", a->status);
}

static int
read_it(const struct putback_keeper *k, const struct putback *p,
    struct buf *out, struct err *e)
{
	const struct hubclient hub = {.origin = HUBWIRE_CONTROL,
	    .socket = k->control,
	    .timeout_ms = (long)(k->until_ms - clock_mono_ms()),
	    .answer_max = SAVE_MAX,
	    .device_s = SILENT_S};
	char path[HWID_MAX + 64];
	struct fetch_answer ans;

	(void)snprintf(path, sizeof(path), HUBWIRE_TUNNEL "%.*s/cfg.txt",
	    (int)p->hw_id.len, p->hw_id.p);
	if (hub.timeout_ms <= 0 || hubclient_get(&hub, path, &ans, e) < 0)
		return err_set(e, ERR_IO, "no answer");
	*out = ans.body;
	return judge(&ans, e);
}

static int
read_dump(const struct putback_keeper *k, const struct putback *p,
    struct buf *out, struct err *e)
{
	const struct manager m = {
	    .control = k->control, .hw_id = p->hw_id, .until_ms = k->until_ms};

	return manager_dump(&m, p->instance, out, e);
}

struct kept {
	const struct saveform *form;
	struct save_new save;
};

/* In the domain in which it was when somebody was allowed to do this. */
static int
keep(struct ask *q, void *arg)
{
	const struct kept *k = arg;
	struct device d;
	int64_t id;
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(k->save.device_id)), load_device, &d);

	if (rc > 0 && d.domain_id != k->save.domain_id)
		rc = 0;
	return err_need(
		   rc, q->err, ERR_GONE, "the device is not there any more") < 0
		   ? -1
		   : save_put(q, k->form, &k->save, &id);
}

int
putback_keep(
    struct ask *q, const struct putback_keeper *by, const struct putback *p)
{
	struct saveform form = {0};
	struct kept k = {.form = &form,
	    .save = {.device_id = p->device,
		.domain_id = p->domain,
		.instance = p->instance}};
	bool dump = p->instance.len > 0;
	struct buf now;
	int rc;

	buf_init(&now, DUMP_MAX);
	if (dump)
		rc = read_dump(by, p, &now, q->err);
	else
		rc = saveform_load(
			 q->arena, q->core->templates, &form, q->err) < 0
			 ? -1
			 : read_it(by, p, &now, q->err);
	k.save.text = buf_view(&now);
	if (rc == 0)
		rc = job_change(q, keep, &k);
	buf_wipe(&now);
	return rc;
}

int
putback_dump(struct ask *q, const struct putback *p, struct buf *out)
{
	struct save s;
	int rc = save_get(q, p->save, &s);

	buf_init(out, DUMP_MAX);
	return err_need(rc, q->err, ERR_GONE, "no such save") < 0
		   ? -1
		   : save_text(q, &s, out);
}

int
putback_text(struct ask *q, struct str ticket, struct buf *out)
{
	struct str payload;
	struct save s;
	int64_t id;
	int rc = ticket_take(q, PURPOSE, ticket, &payload);

	buf_init(out, DUMP_MAX);
	if (rc > 0)
		rc = num_parse(payload, 1, INT64_MAX, &id) ? save_get(q, id, &s)
							   : 0;
	return err_need(rc, q->err, ERR_GONE, "no such ticket") < 0
		   ? -1
		   : save_text(q, &s, out);
}
