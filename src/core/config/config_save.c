/* Adding, editing and removing configurations. */
#include "config.h"

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "domain.h"
#include "ids.h"
#include "secret.h"
#include "state.h"

/* ---- what one is, for subscribers and the audit ---- */

#define BODY_MAX ((size_t)48 << 10) /* a hundred categories, escaped */

/* "config":{...} without values, and what is left of it. */
static int
put_body(struct ask *q, const struct config *c,
    const struct config_labels *labels, struct snapshot *out)
{
	struct buf text;
	struct jout j;
	int rc = 0;

	buf_init(&text, BODY_MAX);
	jout_init(&j, buf_sink(&text));
	config_json_open(&j, NULL, c, labels);
	jout_end(&j);
	if (buf_failed(&text)) {
		rc = err_set(q->err, ERR_LIMIT, "too many categories");
	} else {
		out->body = str_of(arena_printf(
		    q->arena, "\"config\":%.*s", (int)text.len, text.data));
		out->gone = str_of(
		    arena_printf(q->arena, "\"id\":%lld", (long long)c->id));
	}
	buf_fini(&text);
	return rc;
}

/* "a,b"; a name has no comma. */
static struct str
names_of(struct ask *q, const struct config_labels *labels)
{
	const char *text = "";

	for (size_t i = 0; i < labels->n && text != NULL; i++)
		text =
		    arena_printf(q->arena, "%s%s%.*s", text, i > 0 ? "," : "",
			(int)labels->list[i].name.len, labels->list[i].name.p);
	return str_of(text);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct config_labels labels;
	struct config c;
	int rc = load_one(
	    ask_loader(q), STMT_CONFIG_BY_ID, ARGS(A_INT(id)), load_config, &c);

	(void)key;
	if (change_found(rc, out) <= 0)
		return rc;
	if (config_labels(q, &c, &labels) < 0 ||
	    put_body(q, &c, &labels, out) < 0)
		return -1;
	out->domain = c.domain_id;
	return change_values(q,
	    PAIRS(P_STRZ("type", config_type_name(c.type)),
		P_STR("desc", c.desc),
		P_STR("categories", names_of(q, &labels)),
		P_BOOL("limited", c.limited), P_INT("revision", c.revision)),
	    out);
}

static const struct change_kind config_kind = {
    .topic = "configs", .look = look};

static int
say(struct ask *q, const char *what, const struct config *c)
{
	return change_say(q, what,
	    c->desc.len > 0 ? c->desc : str_of(config_type_name(c->type)),
	    PAIRS(P_INT("id", c->id), P_INT("domain", c->domain_id)));
}

/* ---- one saving ---- */

struct saving {
	struct ask *q;
	const struct config_wish *w;
	struct config_done *done;
	struct config c;
	const struct json *old; /* its values; NULL: it is new */
	struct buf text;        /* those that it will have */
	bool changed;           /* they differ */
};

static int
wrong(struct saving *s, const char *member, const char *phrase)
{
	s->done->wrong = member;
	return err_say(s->q->err, ERR_INPUT, phrase);
}

static const struct json *
member(const struct saving *s, const char *name)
{
	return json_member(s->w->given.members, name);
}

static int
find_old(struct saving *s)
{
	int rc = config_get(s->q, s->w->id, &s->c);
	const struct json *type = member(s, "type");
	int64_t domain = json_number(member(s, "domainId"), 0);

	if (err_need(rc, s->q->err, ERR_GONE, "no such configuration") < 0)
		return -1;
	if (json_kind(type) != JSON_NONE &&
	    config_type_parse(json_text(type)) != s->c.type)
		return wrong(s, "type", "a configuration keeps its type");
	if (domain > 0 && domain != s->c.domain_id)
		return wrong(
		    s, "domainId", "a configuration stays in its domain");
	return config_values(s->q, &s->c, &s->old);
}

static int
begin_new(struct saving *s)
{
	struct ask *q = s->q;
	struct domain d;
	int64_t n = 0;

	s->c = (struct config){
	    .domain_id = s->w->domain,
	    .type = config_type_parse(json_text(member(s, "type"))),
	    .revision = 1,
	};
	if (access_need(q->who, s->w->domain, q->err) < 0 ||
	    err_need(domain_get(q, s->w->domain, &d), q->err, ERR_GONE,
		"no such domain") < 0)
		return -1;
	if (s->c.type == 0)
		return wrong(s, "type", "no such type of configuration");
	if (db_int(q->core->store, STMT_CONFIG_COUNT, ARGS(A_INT(s->w->domain)),
		&n, q->err) < 0)
		return -1;
	if (n >= CONFIG_MAX)
		return err_say(q->err, ERR_LIMIT, "too many configurations");
	return ids_draw(q, IDS_CONFIG, &s->c.id);
}

/* ---- values ---- */

static void
warn(struct saving *s)
{
	const struct json *v;
	struct str before = json_text(json_member(s->old, "script"));
	struct arena_mark m = arena_mark(s->q->arena);

	if (s->c.type == CONFIG_EXPERT &&
	    json_read(s->q->arena, buf_view(&s->text), CONFIG_VALUES_MAX, &v,
		s->q->err) == 0)
		s->done->nwarnings =
		    script_warn(json_text(json_member(v, "script")), before,
			s->done->warnings);
	arena_reset(s->q->arena, m);
}

static int
take_values(struct saving *s)
{
	struct config_given given = s->w->given;
	struct buf before;

	given.old = s->old;
	if (config_value_take(s->q->arena, s->c.type, &given, &s->text,
		&s->done->wrong, s->q->err) < 0)
		return -1;
	buf_init(&before, CONFIG_VALUES_MAX);
	if (s->old != NULL)
		json_print(s->old, &before);
	s->changed = !str_eq(buf_view(&before), buf_view(&s->text));
	buf_wipe(&before);
	warn(s);
	return 0;
}

static int
save_values(struct saving *s)
{
	struct ask *q = s->q;
	int64_t now = clock_now_ms();
	struct buf sealed;
	int rc = 0;

	if (!s->changed)
		return 0;
	secret_seal_text(
	    q->core, SECRET_CONFIG, s->c.id, buf_view(&s->text), &sealed);
	if (s->old == NULL)
		rc = db_do(q->core->store, STMT_CONFIG_ADD,
		    ARGS(A_INT(s->c.id), A_INT(s->c.domain_id),
			A_INT(s->c.type), A_STR(s->c.desc), A_INT(now),
			A_BLOB(buf_view(&sealed))),
		    q->err);
	else
		rc = db_do(q->core->store, STMT_CONFIG_SET_FIELDS,
		    ARGS(A_INT(s->c.id), A_BLOB(buf_view(&sealed)), A_INT(now)),
		    q->err);
	buf_fini(&sealed);
	s->c.revision += s->old != NULL;
	s->done->delivers = true;
	return rc;
}

/* ---- description and categories ---- */

static int
take_desc(struct saving *s)
{
	const struct json *v = member(s, "desc");

	if (json_kind(v) == JSON_NONE)
		return 0;
	s->c.desc = json_text(v);
	if ((json_kind(v) != JSON_STRING && json_kind(v) != JSON_NULL) ||
	    s->c.desc.len > CONFIG_DESC_MAX || !str_printable(s->c.desc))
		return wrong(s, "desc", "invalid value");
	return 0;
}

static int
save_desc(struct saving *s)
{
	return s->old == NULL || json_kind(member(s, "desc")) == JSON_NONE
		   ? 0
		   : db_do(s->q->core->store, STMT_CONFIG_SET_DESC,
			 ARGS(A_INT(s->c.id), A_STR(s->c.desc)), s->q->err);
}

/* By its name, bare or in an object as it is shown. */
static int
add_category(struct saving *s, const struct json *v)
{
	struct ask *q = s->q;
	struct category k;
	int rc;

	if (json_kind(v) == JSON_OBJECT)
		v = json_member(v, "name");
	rc = category_find(q, s->c.domain_id, json_text(v), &k);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		s->done->wrong = "categories";
		return err_set(q->err, ERR_GONE, "no such category");
	}
	if (!k.config)
		return wrong(s, "categories", "not a provisioning category");
	return db_do(q->core->store, STMT_CONFIG_CATEGORY_ADD,
	    ARGS(A_INT(s->c.id), A_INT(k.id)), q->err);
}

static int
save_categories(struct saving *s)
{
	struct store *st = s->q->core->store;
	const struct json *list = member(s, "categories");
	size_t n = json_length(list);
	/* As it was shown: for nobody, and not for all. */
	bool limited = n > 0 || json_true(member(s, "matchesNone"));

	if (json_kind(list) == JSON_NONE)
		return 0;
	if ((json_kind(list) != JSON_ARRAY && json_kind(list) != JSON_NULL) ||
	    n > CONFIG_CATEGORIES)
		return wrong(s, "categories", "invalid value");
	s->done->delivers = true;
	if (db_do(st, STMT_CONFIG_CATEGORIES_CLEAR, ARGS(A_INT(s->c.id)),
		s->q->err) < 0 ||
	    db_do(st, STMT_CONFIG_LIMIT, ARGS(A_INT(s->c.id), A_INT(limited)),
		s->q->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_category(s, json_item(list, i)) < 0)
			return -1;
	return 0;
}

static int
save(struct saving *s)
{
	bool is_new = s->w->id == 0;

	if ((is_new ? begin_new(s) : find_old(s)) < 0 || take_desc(s) < 0 ||
	    take_values(s) < 0 ||
	    change_touch(s->q, &config_kind, s->c.id, STR("")) < 0 ||
	    save_values(s) < 0 || save_desc(s) < 0 || save_categories(s) < 0)
		return -1;
	if (s->done->delivers && state_changed(s->q, s->c.domain_id) < 0)
		return -1;
	s->done->id = s->c.id;
	s->done->revision = s->c.revision;
	return say(s->q, is_new ? "config.add" : "config.edit", &s->c);
}

static int
save_one(struct ask *q, const struct config_wish *w, struct config_done *done)
{
	struct saving s = {.q = q, .w = w, .done = done};
	int rc;

	buf_init(&s.text, 0);
	rc = save(&s);
	buf_wipe(&s.text);
	return rc;
}

int
config_save_all(struct ask *q, const struct config_wish *w, size_t n,
    struct config_done *out)
{
	int rc = 0;

	*out = (struct config_done){0};
	if (change_begin(q) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		*out = (struct config_done){.nth = i};
		rc = save_one(q, &w[i], out);
	}
	return change_end(q, rc);
}

int
config_save(struct ask *q, const struct config_wish *w, struct config_done *out)
{
	return config_save_all(q, w, 1, out);
}

/* ---- removing ---- */

static int
remove_it(struct ask *q, int64_t id)
{
	struct config c;
	int rc = config_get(q, id, &c);

	if (err_need(rc, q->err, ERR_GONE, "no such configuration") < 0 ||
	    change_touch(q, &config_kind, id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_CONFIG_REMOVE, ARGS(A_INT(id)), q->err) <
		0)
		return -1;
	return say(q, "config.remove", &c);
}

int
config_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id));
}
