#include "save.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "ids.h"
#include "job.h"
#include "jump.h"
#include "must.h"
#include "save_text.h"
#include "secret.h"

#define DAY_MS INT64_C(86400000)

/* ---- looking ---- */

int
save_list(
    struct ask *q, const struct save_page *p, struct save **out, size_t *n)
{
	struct device d;
	int64_t before = p->before > 0 ? p->before : INT64_MAX;

	*n = 0;
	if (err_need(device_get(q, p->hw_id, &d), q->err, ERR_GONE,
		"no such device") < 0)
		return -1;
	return load_list(ask_loader(q), STMT_SAVE_PAGE,
	    ARGS(A_INT(d.id), A_INT(d.domain_id), A_INT(before),
		A_INT(SAVE_PAGE)),
	    load_save, out, n);
}

int
save_get(struct ask *q, int64_t id, struct save *out)
{
	int rc = load_one(
	    ask_loader(q), STMT_SAVE_BY_ID, ARGS(A_INT(id)), load_save, out);

	return rc > 0 ? access_find(q->who, out->domain_id, q->err) : rc;
}

int
save_before(struct ask *q, const struct save *s, struct save *out)
{
	int rc = load_one(ask_loader(q), STMT_SAVE_BEFORE,
	    ARGS(A_INT(s->device_id), A_INT(s->domain_id), A_INT(s->id),
		A_STR(s->instance)),
	    load_save, out);

	return err_need(rc, q->err, ERR_GONE, "there is none before it");
}

int
save_text(struct ask *q, const struct save *s, struct buf *out)
{
	return save_text_read(q, s->text_id, out);
}

/* ---- changing ---- */

/* It is no thing of its own that subscribers hear of. */
static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct save s;
	int rc = load_one(
	    ask_loader(q), STMT_SAVE_BY_ID, ARGS(A_INT(id)), load_save, &s);

	(void)key;
	if (change_found(rc, out) <= 0)
		return rc;
	out->domain = s.domain_id;
	return change_values(
	    q, PAIRS(P_INT("made", s.made), P_INT("size", s.size)), out);
}

static const struct change_kind save_kind = {.look = look};

/* An audit row about a save; change: it goes. */
static int
note(struct ask *q, const char *what, int64_t id, enum stmt change)
{
	char name[32];
	struct save s;

	if (err_need(save_get(q, id, &s), q->err, ERR_GONE, "no such save") <
		0 ||
	    change_touch(q, &save_kind, id, STR("")) < 0)
		return -1;
	if (change == STMT_SAVE_REMOVE &&
	    db_do(q->core->store, change, ARGS(A_INT(id)), q->err) < 0)
		return -1;
	(void)snprintf(name, sizeof(name), "%lld", (long long)id);
	return change_say(q, what, str_of(name),
	    PAIRS(P_INT("device", s.device_id), P_INT("domain", s.domain_id)));
}

int
save_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, note(q, "save.remove", id, STMT_SAVE_REMOVE));
}

int
save_note(struct ask *q, const struct save *s, const char *what)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, note(q, what, s->id, STMT_SAVE_BY_ID));
}

/* ---- lines ---- */

int
save_show(struct ask *q, const struct saveform *f, const struct save *s,
    save_say *say, void *arg)
{
	struct buf text, shown;
	struct str rest, line;
	int64_t at = 0;
	int rc;

	if (s->instance.len > 0)
		return err_say(q->err, ERR_INPUT, "it is a dump");
	rc = save_text(q, s, &text);

	buf_init(&shown, 2 * SAVE_MAX);
	rest = buf_view(&text);
	while (rc == 0 && saveform_line(&rest, &line)) {
		buf_clear(&shown);
		saveform_mask(f, line, &shown);
		say(arg, ' ', ++at, buf_view(&shown));
	}
	buf_wipe(&shown);
	buf_wipe(&text);
	return rc;
}

/* ---- keeping ---- */

const char *
save_why_not(const struct save_new *x)
{
	bool dump = x->instance.len > 0;
	struct str text = x->text;

	if (text.len == 0)
		return "it is empty";
	if (text.len > (dump ? DUMP_MAX : SAVE_MAX))
		return "it is too long";
	if (memchr(text.p, '\0', text.len) != NULL)
		return "it is no text";
	return str_trim(text).len == 0 || str_trim(text).p[0] == '<'
		   ? (dump ? "it is no dump" : "it is no configuration")
		   : NULL;
}

static int
expire(struct ask *q, const struct save_new *x)
{
	struct job j;
	int64_t keep, since, now;
	int rc = job_load(q, x->job_id, &j);

	if (rc <= 0 || jump_now(q, &now) < 0)
		return rc <= 0 ? rc : -1;
	keep = j.keep > 0 ? j.keep : INT32_MAX;
	since = j.days > 0 ? now - j.days * DAY_MS : 0;
	return db_do(q->core->store, STMT_SAVE_EXPIRE,
	    ARGS(A_INT(x->job_id), A_INT(x->device_id), A_INT(keep),
		A_INT(since), A_STR(x->instance)),
	    q->err);
}

int
save_put(struct ask *q, const struct saveform *f, const struct save_new *x,
    int64_t *id)
{
	const struct save_of of = {x->device_id, x->instance};
	const char *why = save_why_not(x);
	unsigned char hash[CRYPTO_HASH_MAX];
	int64_t text_id;

	if (why != NULL)
		return err_set(q->err, ERR_INPUT, "%s", why);
	save_text_hash(x->text, hash);
	if (save_text_put(q, f, &of, x->text, &text_id) < 0 ||
	    ids_draw(q, IDS_SAVE, id) < 0 ||
	    db_do(q->core->store, STMT_SAVE_ADD,
		ARGS(A_INT(*id), A_INT(x->device_id), A_INT(x->domain_id),
		    A_ID(x->job_id), A_INT(text_id), A_INT(clock_now_ms()),
		    A_INT((int64_t)x->text.len),
		    A_BLOB(str_n(hash, sizeof(hash))), A_STR(x->instance)),
		q->err) < 0)
		return -1;
	return expire(q, x);
}
