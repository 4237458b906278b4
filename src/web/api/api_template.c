/* Messages about changes of templates and settings of phones: what they would do,
 * staged for some, for all, or taken back (our own ones). */
#include <pthread.h>

#include "access.h"
#include "api_table.h"
#include "hwid.h"
#include "must.h"
#include "phone_check.h"
#include "phone_diff.h"
#include "phone_stage.h"

#define LAYER_MAX 400 /* bytes: "category:", a domain, a category */

/* ---- fields ---- */

enum { F_LAYER, F_SETTINGS, F_FILES, F_PHONES };
enum { F_ID };

/* clang-format off */
static const struct field f_diff[] = {
    [F_LAYER] = TEXT("layer", 1, LAYER_MAX),
    [F_SETTINGS] = OBJECT("settings"),
    [F_FILES] = OBJECT("files"),
};

static const struct field f_stage[] = {
    [F_LAYER] = TEXT("layer", 1, LAYER_MAX),
    [F_SETTINGS] = OBJECT("settings"),
    [F_FILES] = OBJECT("files"),
    [F_PHONES] = NEED_IDS("phones"),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};
/* clang-format on */

/* ---- what is to change ---- */

/* Either files, or settings of a layer. */
static int
read_wish(struct call *c, struct api_changes *w)
{
	if (c->v[F_FILES].given
		? c->v[F_LAYER].given || c->v[F_SETTINGS].given
		: !c->v[F_LAYER].given || !c->v[F_SETTINGS].given)
		return err_say(c->q.err, ERR_INPUT,
		    "either files, or a layer and its settings");
	return api_changes(c, &c->v[F_SETTINGS], w);
}

/* ---- looking ---- */

static void
put_group(struct jout *j, const struct phone_diff_group *g)
{
	jout_object(j, NULL);
	jout_str(j, "vendor", g->vendor);
	jout_str(j, "file", g->file);
	jout_int(j, "phones", g->phones);
	jout_str(j, "like", g->mac);
	jout_str(j, "text", g->text);
	jout_end(j);
}

static int
find_diff(struct call *c, struct arena *a, struct phone_diff *out)
{
	struct api_changes w;
	struct phone_place at;
	struct phone_trial trial;
	struct phone_types before, after;
	struct phone_diff_of of = {.before = &before, .after = &after};

	if (read_wish(c, &w) < 0 ||
	    phone_stage_types(&c->q, a, NULL, &before) < 0)
		return -1;
	if (c->v[F_FILES].given) {
		if (access_admin(c->q.who, c->q.err) < 0 ||
		    phone_stage_types(&c->q, a, c->v[F_FILES].objects, &after) <
			0)
			return -1;
		return phone_diff(&c->q, &of, out);
	}
	if (phone_place_need(&c->q, c->v[F_LAYER].text, &at) < 0 ||
	    phone_layer_check(&c->q, w.list, w.n) < 0)
		return -1;
	trial = (struct phone_trial){str_of(at.text), c->v[F_SETTINGS].objects};
	of.after = &before;
	of.trial = &trial;
	return phone_diff(&c->q, &of, out);
}

/* A preview has a worker for seconds: there is one at a time, so that nobody
 * keeps all of them. */
static int
find_diff_alone(struct call *c, struct phone_diff *out)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	struct arena a;
	int rc;

	if (pthread_mutex_trylock(&one) != 0)
		return err_say(
		    c->q.err, ERR_BUSY, "another preview is being made");
	arena_init(&a, PHONE_CHECK_MEMORY);
	rc = find_diff(c, &a, out);
	arena_fini(&a);
	must(pthread_mutex_unlock(&one) == 0);
	return rc;
}

static int
diff(struct call *c)
{
	struct phone_diff d;

	if (find_diff_alone(c, &d) < 0)
		return -1;
	reply_list(c->reply, "groups");
	for (size_t i = 0; i < d.n && reply_item(c->reply); i++)
		put_group(&c->reply->j, &d.list[i]);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
get_staged(struct call *c)
{
	struct phone_stage *list;
	size_t n;

	if (phone_stage_list(&c->q, &list, &n) < 0)
		return -1;
	reply_list(c->reply, "changes");
	for (size_t i = 0; i < n && reply_item(c->reply); i++) {
		struct jout *j = &c->reply->j;

		jout_object(j, NULL);
		jout_int(j, "id", list[i].id);
		jout_str(j, "layer", list[i].label);
		jout_bool(j, "all", str_eqz(list[i].place, PHONE_STAGE_ALL));
		jout_int(j, "phones", list[i].phones);
		jout_int(j, "made", list[i].made);
		jout_end(j);
	}
	reply_list_end(c->reply, true, NULL);
	return 0;
}

/* ---- changing ---- */

static int
stage(struct call *c)
{
	struct api_changes w;
	struct phone_stage_new in = {.layer = c->v[F_LAYER].text,
	    .files = c->v[F_FILES].objects,
	    .macs = c->v[F_PHONES].texts,
	    .nmacs = c->v[F_PHONES].n};
	int64_t id;

	if (read_wish(c, &w) < 0)
		return -1;
	in.list = w.list;
	in.n = w.n;
	if (phone_stage_add(&c->q, &in, &id) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "id", id);
	reply_close(c->reply);
	return 0;
}

static int
commit(struct call *c)
{
	return phone_stage_commit(&c->q, c->v[F_ID].number) < 0 ? -1
								: api_done(c);
}

static int
revert(struct call *c)
{
	return phone_stage_revert(&c->q, c->v[F_ID].number) < 0 ? -1
								: api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("CommitTemplates"), CHANGES, FIELDS(f_id), .run = commit},
    {LOGIN("DiffTemplates"), READS, LIST("groups"), FIELDS(f_diff), .run = diff},
    {LOGIN("GetStagedTemplates"), READS, LIST("changes"), .run = get_staged},
    {LOGIN("RevertTemplates"), CHANGES, FIELDS(f_id), .run = revert},
    {LOGIN("StageTemplates"), CHANGES, FIELDS(f_stage), .run = stage},
};
/* clang-format on */

const struct api_table api_template = {messages, COUNT(messages)};
