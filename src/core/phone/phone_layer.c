#include "phone_layer.h"

#include "ask.h"
#include "change.h"
#include "db.h"
#include "json.h"
#include "secret.h"

/* ---- looking ---- */

int
phone_layer_get(struct ask *q, struct str layer, struct phone_values *out)
{
	struct phone_layer l;
	struct phone_place at;
	int rc;

	*out = (struct phone_values){0};
	if (phone_place_need(q, layer, &at) < 0)
		return -1;
	rc = load_one(ask_loader(q), STMT_PHONE_LAYER, ARGS(A_STRZ(at.text)),
	    load_phone_layer, &l);
	if (rc <= 0)
		return rc;
	l.name = layer;
	return phone_values_add(q, &l, out);
}

/* ---- changing ---- */

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct phone_layer l;
	int rc = load_one(ask_loader(q), STMT_PHONE_LAYER, ARGS(A_STR(key)),
	    load_phone_layer, &l);

	if (change_found(rc, out) <= 0)
		return rc;
	out->domain = id;
	return change_values(q, PAIRS(P_INT("revision", l.rev)), out);
}

static const struct change_kind layer_kind = {.look = look};

struct setting {
	struct ask *q;
	const struct phone_change *list;
	size_t n;
	struct jout j;
	bool any; /* the layer has something */
};

static int
keep_member(void *arg, struct str name, const struct json *value)
{
	struct setting *s = arg;
	char text[PHONE_SETTING_NAME + 1];

	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->list[i].name, name))
			return 1;
	str_copy(text, sizeof(text), name);
	jout_str(&s->j, text, json_text(value));
	s->any = true;
	return 1;
}

static void
put_changes(struct setting *s)
{
	char text[PHONE_SETTING_NAME + 1];

	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i].value.len == 0)
			continue;
		str_copy(text, sizeof(text), s->list[i].name);
		jout_str(&s->j, text, s->list[i].value);
		s->any = true;
	}
}

/* The object that the layer will be. */
static int
write_new(struct setting *s, const struct phone_layer *l, struct buf *out)
{
	const struct json *old = NULL;

	if (l->rev > 0 && phone_layer_open(s->q, l, &old) < 0)
		return -1;
	jout_init(&s->j, buf_sink(out));
	jout_object(&s->j, NULL);
	if (old != NULL)
		json_each(old, keep_member, s);
	put_changes(s);
	jout_end(&s->j);
	return buf_failed(out)
		   ? err_say(s->q->err, ERR_LIMIT, "too many settings")
		   : 0;
}

static int
save(struct setting *s, const struct phone_layer *l, struct str text)
{
	struct ask *q = s->q;
	struct buf sealed;
	int64_t rev;
	int rc;

	if (change_rev(q, &rev) < 0)
		return -1;
	if (!s->any)
		return db_do(q->core->store, STMT_PHONE_LAYER_REMOVE,
		    ARGS(A_INT(l->id)), q->err);
	secret_seal_text(q->core, SECRET_PHONE, l->id, text, &sealed);
	rc = db_do(q->core->store, STMT_PHONE_LAYER_SAVE,
	    ARGS(A_INT(l->id), A_INT(rev), A_BLOB(buf_view(&sealed))), q->err);
	buf_fini(&sealed);
	return rc;
}

/* Its row, which is made if there is none. */
static int
need_row(struct ask *q, const struct phone_place *at, struct phone_layer *out)
{
	int rc = load_one(ask_loader(q), STMT_PHONE_LAYER,
	    ARGS(A_STRZ(at->text)), load_phone_layer, out);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	*out = (struct phone_layer){.rev = 0};
	return db_int(q->core->store, STMT_PHONE_LAYER_ADD,
		   ARGS(A_STRZ(at->text), A_ID(at->domain), A_ID(at->category),
		       A_ID(at->device), A_BLOB(STR(""))),
		   &out->id, q->err) < 0
		   ? -1
		   : 0;
}

/* The audit has what was set, and of a secret that it was. */
static int
say(struct setting *s, struct str layer)
{
	const struct phone_change *c = s->list;
	struct phone_setting_at of;
	bool hidden = phone_setting_read(c->name, &of) &&
		      of.s->kind == PHONE_SECRET && c->value.len > 0;

	return change_say(s->q, "phone.set", layer,
	    PAIRS(P_STR("name", c->name),
		P_STR("value", hidden ? STR("(secret)") : c->value),
		P_INT("settings", (int64_t)s->n)));
}

int
phone_layer_put(struct ask *q, const struct phone_place *at,
    const struct phone_change *list, size_t n)
{
	struct setting s = {.q = q, .list = list, .n = n};
	struct phone_layer l;
	struct buf text;
	int rc;

	if (change_touch(q, &layer_kind, at->owner, str_of(at->text)) < 0 ||
	    need_row(q, at, &l) < 0)
		return -1;
	buf_init(&text, PHONE_LAYER_MAX);
	rc = write_new(&s, &l, &text);
	if (rc == 0)
		rc = save(&s, &l, buf_view(&text));
	buf_wipe(&text);
	return rc < 0 ? -1 : say(&s, at->label);
}

static int
check(struct ask *q, const struct phone_change *c)
{
	struct phone_setting_at of;

	if (!phone_setting_read(c->name, &of))
		return err_set(q->err, ERR_INPUT,
		    "no setting is called "
		    "\"%.*s\"",
		    (int)(c->name.len > PHONE_SETTING_NAME ? PHONE_SETTING_NAME
							   : c->name.len),
		    c->name.p);
	return c->value.len == 0 ? 0
				 : phone_setting_check(of.s, c->value, q->err);
}

int
phone_layer_check(struct ask *q, const struct phone_change *list, size_t n)
{
	if (n == 0 || n > PHONE_CHANGES_MAX)
		return err_say(q->err, ERR_LIMIT, "too many settings");
	for (size_t i = 0; i < n; i++)
		if (check(q, &list[i]) < 0)
			return -1;
	return 0;
}

static int
set(struct ask *q, struct str layer, const struct phone_change *list, size_t n)
{
	struct phone_place at;

	return phone_place_need(q, layer, &at) < 0
		   ? -1
		   : phone_layer_put(q, &at, list, n);
}

int
phone_layer_set(
    struct ask *q, struct str layer, const struct phone_change *list, size_t n)
{
	if (phone_layer_check(q, list, n) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, set(q, layer, list, n));
}
