#include "phone_stage.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "ids.h"
#include "phone.h"
#include "phone_check.h"
#include "phone_id.h"
#include "secret.h"

/* ---- rows ---- */

static int
load_stage(struct ask *q, int64_t id, struct phone_stage *out)
{
	return load_one(ask_loader(q), STMT_PHONE_STAGE, ARGS(A_INT(id)),
	    load_phone_stage, out);
}

static int
load_at(struct ask *q, const char *place, struct phone_stage *out)
{
	return load_one(ask_loader(q), STMT_PHONE_STAGE_AT, ARGS(A_STRZ(place)),
	    load_phone_stage, out);
}

static int
open_fields(struct ask *q, const struct phone_stage *s, const struct json **out)
{
	struct buf plain;
	int rc = secret_open_text(q, SECRET_STAGE, s->id, s->fields, &plain);

	if (rc == 0)
		rc = json_read(
		    q->arena, buf_view(&plain), PHONE_SOURCE_MAX, out, q->err);
	buf_wipe(&plain);
	return rc;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct phone_stage s;
	int rc = load_stage(q, id, &s);

	(void)key;
	if (change_found(rc, out) <= 0)
		return rc;
	out->domain = s.owner;
	return change_values(
	    q, PAIRS(P_STR("place", s.place), P_INT("phones", s.phones)), out);
}

static const struct change_kind stage_kind = {.look = look};

static bool
may(struct ask *q, const struct phone_stage *s)
{
	struct err e;

	return (s->owner != 0 ? access_need(q->who, s->owner, &e)
			      : access_admin(q->who, &e)) == 0;
}

/* ---- templates ---- */

struct merging {
	struct jout j;
	const struct json *over;
	const char *wrong;
};

static int
put_file(void *arg, struct str name, const struct json *v)
{
	struct merging *m = arg;
	char key[PHONE_SOURCE_NAME + 1];
	size_t at = str_find(name, '/');

	if (name.len > PHONE_SOURCE_NAME || at == 0 || at + 1 >= name.len ||
	    !str_only(name, STR_ALNUM, "._-/") || json_kind(v) != JSON_STRING) {
		m->wrong = "files are texts, by names as \"snom/phone.xml\"";
		return 0;
	}
	str_copy(key, sizeof(key), name);
	if (json_member(m->over, key) == NULL)
		jout_str(&m->j, key, json_text(v));
	return 1;
}

/* What all phones have, and these files over it. */
static int
merge_files(struct ask *q, const struct json *files, struct buf *out)
{
	struct merging m = {.over = files};
	const struct json *all = NULL;
	struct phone_stage s;
	int rc = load_at(q, PHONE_STAGE_ALL, &s);

	if (rc < 0 || (rc > 0 && open_fields(q, &s, &all) < 0))
		return -1;
	jout_init(&m.j, buf_sink(out));
	jout_object(&m.j, NULL);
	if (all != NULL)
		json_each(all, put_file, &m);
	m.over = NULL;
	if (files != NULL)
		json_each(files, put_file, &m);
	jout_end(&m.j);
	if (m.wrong != NULL)
		return err_say(q->err, ERR_INPUT, m.wrong);
	return buf_failed(out)
		   ? err_say(q->err, ERR_LIMIT, "the templates are too long")
		   : 0;
}

/* The first of what is wrong. */
static void
hear(void *arg, const char *finding)
{
	struct err *e = arg;

	if (e->text[0] == '\0')
		(void)err_set(e, ERR_INPUT, "%s", finding);
}

static int
say_heard(struct ask *q, const struct err *heard)
{
	return err_say(q->err, ERR_INPUT, arena_strdup(q->arena, heard->text));
}

int
phone_stage_types(struct ask *q, struct arena *a, const struct json *files,
    struct phone_types *out)
{
	struct err heard = {0};
	struct phone_source from = {
	    .folder = q->core->templates, .to = {hear, &heard}};
	struct buf text;
	int rc;

	buf_init(&text, PHONE_SOURCE_MAX);
	rc = merge_files(q, files, &text);
	if (rc == 0)
		rc = json_read(
		    a, buf_view(&text), PHONE_SOURCE_MAX, &from.over, q->err);
	buf_fini(&text);
	if (rc == 0)
		rc = phone_types_from(a, &from, out, q->err);
	/* Without files it is what is in use, wrong or not. */
	if (rc == 0 && files != NULL && heard.text[0] != '\0')
		return say_heard(q, &heard);
	return rc;
}

struct checking {
	struct ask *q;
	struct arena *a;
	const struct phone_types *types;
	struct err heard;
};

static int
check_file(void *arg, struct str name, const struct json *v)
{
	struct checking *c = arg;
	struct str rest = name, folder;
	const struct phone_hearer to = {hear, &c->heard};
	const struct phone_vendor *vendor;

	(void)v;
	(void)str_next(&rest, '/', &folder);
	vendor = phone_vendor_find(c->types, folder);
	if (vendor == NULL)
		hear(&c->heard, "there is no such vendor");
	else
		phone_check_vendor(c->a, c->types, vendor, &to);
	return c->heard.text[0] == '\0';
}

/* They are read, and rendered for made-up phones, before any phone has them. */
static int
check_files(struct ask *q, const struct json *files)
{
	struct phone_types types;
	struct arena a;
	struct checking c = {.q = q, .a = &a, .types = &types};
	int rc;

	if (json_kind(files) != JSON_OBJECT)
		return err_say(q->err, ERR_INPUT, "no files");
	arena_init(&a, PHONE_CHECK_MEMORY);
	rc = phone_stage_types(q, &a, files, &types);
	if (rc == 0)
		json_each(files, check_file, &c);
	arena_fini(&a);
	return rc == 0 && c.heard.text[0] != '\0' ? say_heard(q, &c.heard) : rc;
}

int
phone_stage_files(struct ask *q, int64_t id, const struct json **out)
{
	struct phone_stage s;
	int rc = load_stage(q, id, &s);

	return rc > 0 && open_fields(q, &s, out) < 0 ? -1 : rc;
}

/* ---- staging ---- */

static int
write_fields(struct ask *q, const struct phone_stage_new *in, struct buf *out)
{
	char name[PHONE_SETTING_NAME + 1];
	struct jout j;

	if (in->layer.len == 0)
		return merge_files(q, in->files, out);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	for (size_t i = 0; i < in->n; i++) {
		str_copy(name, sizeof(name), in->list[i].name);
		jout_str(&j, name, in->list[i].value);
	}
	jout_end(&j);
	return buf_failed(out) ? err_say(q->err, ERR_LIMIT, "too many settings")
			       : 0;
}

static int
save(struct ask *q, const struct phone_stage_new *in,
    const struct phone_place *at, int64_t id)
{
	struct buf text, sealed;
	int rc;

	buf_init(&text, PHONE_SOURCE_MAX);
	rc = write_fields(q, in, &text);
	if (rc == 0) {
		secret_seal_text(
		    q->core, SECRET_STAGE, id, buf_view(&text), &sealed);
		rc = db_do(q->core->store, STMT_PHONE_STAGE_ADD,
		    ARGS(A_INT(id), A_STRZ(at->text), A_STR(at->label),
			A_ID(at->owner), A_ID(at->category),
			A_INT(clock_now_ms()), A_BLOB(buf_view(&sealed))),
		    q->err);
		buf_fini(&sealed);
	}
	buf_wipe(&text);
	return rc;
}

static int
has_layer(struct ask *q, const struct phone_types *types,
    const struct served_phone *p, const struct phone_place *at)
{
	const struct phone_type *t = phone_type_find(types, p->type);
	struct phone_layers layers;

	if (phone_values_layers(q, p, t != NULL ? t->vendor : STR(""),
		str_of(at->text), &layers) < 0)
		return -1;
	for (size_t i = 0; i < layers.n; i++)
		if (str_eqz(layers.list[i].place, at->text))
			return 0;
	return err_set(q->err, ERR_GONE, "%.*s is no phone of that layer",
	    (int)p->mac.len, p->mac.p);
}

static int
add_phone(struct ask *q, const struct phone_types *types, struct str text,
    const struct phone_place *at, int64_t id)
{
	char mac[PHONE_MAC_SIZE];
	struct served_phone p;

	if (!phone_mac_read(text, mac))
		return err_say(q->err, ERR_INPUT, "invalid MAC address");
	if (err_need(phone_served(q, str_of(mac), &p), q->err, ERR_GONE,
		"no phone %s", mac) < 0 ||
	    access_need(q->who, p.domain_id, q->err) < 0 ||
	    (strcmp(at->text, PHONE_STAGE_FILES) != 0 &&
		has_layer(q, types, &p, at) < 0))
		return -1;
	return db_do(q->core->store, STMT_PHONE_STAGED_ADD,
	    ARGS(A_INT(id), A_INT(p.device_id)), q->err);
}

static int
add_phones(struct ask *q, const struct phone_stage_new *in,
    const struct phone_place *at, int64_t id)
{
	struct phone_types types;
	struct arena a;
	int rc;

	arena_init(&a, PHONE_CHECK_MEMORY);
	rc = phone_types_load(&a, q->core->templates, &types, q->err);
	for (size_t i = 0; rc == 0 && i < in->nmacs; i++)
		rc = add_phone(q, &types, in->macs[i], at, id);
	arena_fini(&a);
	return rc;
}

static int
add(struct ask *q, const struct phone_stage_new *in,
    const struct phone_place *at, int64_t *id)
{
	struct phone_stage there;
	int64_t rev; /* phones get something else now (phone_again.h) */
	int rc = load_at(q, at->text, &there);

	if (rc != 0)
		return rc < 0 ? -1
			      : err_set(q->err, ERR_EXISTS,
				    "change %lld is staged there: commit or"
				    " revert it first",
				    (long long)there.id);
	if (ids_draw(q, IDS_STAGE, id) < 0 || change_rev(q, &rev) < 0 ||
	    change_touch(q, &stage_kind, *id, STR("")) < 0 ||
	    save(q, in, at, *id) < 0 || add_phones(q, in, at, *id) < 0)
		return -1;
	return change_say(
	    q, "template.stage", at->label, PAIRS(P_INT("id", *id)));
}

static int
find_place(
    struct ask *q, const struct phone_stage_new *in, struct phone_place *at)
{
	if (in->layer.len == 0) {
		*at = (struct phone_place){
		    .text = PHONE_STAGE_FILES, .label = STR(PHONE_STAGE_FILES)};
		return access_admin(q->who, q->err) < 0
			   ? -1
			   : check_files(q, in->files);
	}
	if (phone_place_need(q, in->layer, at) < 0 ||
	    phone_layer_check(q, in->list, in->n) < 0)
		return -1;
	return at->device != 0 ? err_say(q->err, ERR_INPUT,
				     "what is one phone's own is not staged")
			       : 0;
}

int
phone_stage_add(struct ask *q, const struct phone_stage_new *in, int64_t *id)
{
	struct phone_place at;

	*id = 0;
	if (in->nmacs == 0 || in->nmacs > PHONE_STAGE_PHONES)
		return err_set(q->err, ERR_INPUT,
		    "it is staged for 1 to %d phones", PHONE_STAGE_PHONES);
	if (find_place(q, in, &at) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, in, &at, id));
}

/* ---- its end ---- */

struct setting_list {
	struct phone_change list[PHONE_CHANGES_MAX];
	size_t n;
};

static int
take_setting(void *arg, struct str name, const struct json *v)
{
	struct setting_list *l = arg;

	if (l->n < PHONE_CHANGES_MAX)
		l->list[l->n++] = (struct phone_change){name, json_text(v)};
	return 1;
}

static int
commit_settings(struct ask *q, const struct phone_stage *s)
{
	struct phone_place at = {.label = s->label,
	    .domain = s->category == 0 ? s->owner : 0,
	    .category = s->category,
	    .owner = s->owner};
	struct setting_list l = {.n = 0};
	const struct json *fields;

	str_copy(at.text, sizeof(at.text), s->place);
	if (open_fields(q, s, &fields) < 0)
		return -1;
	json_each(fields, take_setting, &l);
	return phone_layer_put(q, &at, l.list, l.n);
}

static int
commit_files(struct ask *q, const struct phone_stage *s)
{
	struct store *st = q->core->store;

	if (str_eqz(s->place, PHONE_STAGE_ALL))
		return err_say(q->err, ERR_INPUT, "all phones have it");
	return db_do(st, STMT_PHONE_STAGE_REMOVE_AT,
		   ARGS(A_STRZ(PHONE_STAGE_ALL)), q->err) < 0 ||
		       db_do(st, STMT_PHONE_STAGE_PLACE,
			   ARGS(A_INT(s->id), A_STRZ(PHONE_STAGE_ALL)),
			   q->err) < 0
		   ? -1
		   : db_do(st, STMT_PHONE_STAGED_CLEAR, ARGS(A_INT(s->id)),
			 q->err);
}

static int
end(struct ask *q, int64_t id, bool commit)
{
	struct phone_stage s;
	bool templates;
	int64_t rev; /* phones get something else now (phone_again.h) */
	int rc = load_stage(q, id, &s);

	if (rc < 0)
		return -1;
	if (rc == 0 || !may(q, &s))
		return err_set(q->err, ERR_GONE, "no such change is staged");
	templates = str_starts(s.place, STR(PHONE_STAGE_FILES));
	/* To set them is a step of its own, with a row of the audit. */
	if (commit && !templates && commit_settings(q, &s) < 0)
		return -1;
	if (change_rev(q, &rev) < 0 ||
	    change_touch(q, &stage_kind, id, STR("")) < 0)
		return -1;
	rc = commit && templates
		 ? commit_files(q, &s)
		 : db_do(q->core->store, STMT_PHONE_STAGE_REMOVE,
		       ARGS(A_INT(id)), q->err);
	return rc < 0 ? -1
		      : change_say(q,
			    commit ? "template.commit" : "template.revert",
			    s.label, PAIRS(P_INT("id", id)));
}

int
phone_stage_commit(struct ask *q, int64_t id)
{
	return change_begin(q) < 0 ? -1 : change_end(q, end(q, id, true));
}

int
phone_stage_revert(struct ask *q, int64_t id)
{
	return change_begin(q) < 0 ? -1 : change_end(q, end(q, id, false));
}

int
phone_stage_list(struct ask *q, struct phone_stage **out, size_t *n)
{
	size_t all, kept = 0;

	*n = 0;
	if (load_list(ask_loader(q), STMT_PHONE_STAGES, ARGS(A_INT(0)),
		load_phone_stage, out, &all) < 0)
		return -1;
	for (size_t i = 0; i < all; i++)
		if (may(q, &(*out)[i]))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return 0;
}
