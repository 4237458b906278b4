/* Messages that change many devices at once: all of them, or none. */
#include "api_table.h"
#include "category.h"
#include "device_bulk.h"
#include "fleet.h"
#include "hwid.h"
#include "setting.h"

#define CHANGES_MAX ((size_t)64 << 10) /* bytes that tell them */

/* ---- fields ---- */

enum { F_IDS, F_DRY_RUN };
enum {
	F_EDIT_NAME = F_DRY_RUN + 1,
	F_EDIT_CATEGORIES,
	F_EDIT_TYPE,
	F_EDIT_OWNER
};
enum { F_MOVE_DOMAIN = F_DRY_RUN + 1, F_MOVE_TYPE };
enum { F_CSV, F_CSV_DRY_RUN, F_CSV_UPDATE, F_CSV_ANY_ID, F_CSV_OFFER };

/* clang-format off */
static const struct field f_delete[] = {
    [F_IDS] = NEED_IDS("hwIds"),
    [F_DRY_RUN] = BOOL("dryRun"),
};

static const struct field f_edit[] = {
    [F_IDS] = NEED_IDS("hwIds"),
    [F_DRY_RUN] = BOOL("dryRun"),
    [F_EDIT_NAME] = TEXT("name", 0, DEVICE_NAME_MAX),
    [F_EDIT_CATEGORIES] = TEXTS("categories", 0, CATEGORY_NAME_MAX),
    [F_EDIT_TYPE] = TEXT("type", 1, DEVICE_TYPE_MAX),
    [F_EDIT_OWNER] = NUMBER("accountId", 0, ID_MAX),
};

static const struct field f_move[] = {
    [F_IDS] = NEED_IDS("hwIds"),
    [F_DRY_RUN] = BOOL("dryRun"),
    [F_MOVE_DOMAIN] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_MOVE_TYPE] = TEXT("type", 1, DEVICE_TYPE_MAX),
};

static const struct field f_import[] = {
    [F_CSV] = NEED_LINES("csv", 1, API_MESSAGE_MAX),
    [F_CSV_DRY_RUN] = BOOL("dryRun"),
    [F_CSV_UPDATE] = BOOL("update"),
    [F_CSV_ANY_ID] = BOOL("anyId"),
    [F_CSV_OFFER] = NUMBER("offer", 1, SETTING_OFFER_MAX),
};
/* clang-format on */

/* ---- a result for each ---- */

/* What came of one: of a device, or of a column of a line. */
struct result {
	struct str hw_id;
	int64_t line;
	const char *field, *error, *expected;
};

struct results {
	struct call *c;
	struct result *list;
	size_t n;
	/* What a file would change, an array that is written as it is told. */
	struct jout changes;
	struct buf text;
	int64_t left_out;
};

/* Room for so many; the arena is reset behind each device. */
static int
open_results(struct results *r, size_t max)
{
	r->list = arena_array(r->c->q.arena, max, sizeof(*r->list));
	if (r->list == NULL)
		return err_set(r->c->q.err, ERR_LIMIT, "no room to answer");
	return 0;
}

static void
put_result(struct jout *j, const struct result *x)
{
	jout_object(j, NULL);
	if (x->line > 0)
		jout_int(j, "line", x->line);
	jout_str(j, "hwId", x->hw_id);
	if (x->error != NULL)
		jout_strz(j, "error", x->error);
	if (x->field != NULL)
		jout_strz(j, "field", x->field);
	if (x->expected != NULL)
		jout_strz(j, "expected", x->expected);
	jout_end(j);
}

static void
put_changes(struct results *r, struct jout *j)
{
	jout_end(&r->changes);
	if (r->text.len == 2) /* [] */
		return;
	jout_raw(j, "changes", buf_view(&r->text));
	if (r->left_out > 0)
		jout_int(j, "changesLeftOut", r->left_out);
}

/* The answer, with the error if it was refused. */
static int
answer(struct results *r, int rc, const struct fleet_import *in)
{
	struct reply *to = r->c->reply;

	if (rc < 0 && r->n == 0)
		return -1;
	reply_open(to);
	if (rc < 0)
		jout_strz(&to->j, "error", r->c->q.err->say);
	to->error = rc < 0;
	if (rc < 0 && in != NULL)
		jout_int(&to->j, "mistakes", in->mistakes);
	if (rc == 0 && in != NULL) {
		jout_int(&to->j, "added", in->added);
		jout_int(&to->j, "changed", in->changed);
		jout_int(&to->j, "same", in->same);
		put_changes(r, &to->j);
	}
	jout_array(&to->j, "results");
	for (size_t i = 0; i < r->n; i++)
		put_result(&to->j, &r->list[i]);
	jout_end(&to->j);
	reply_close(to);
	return 0;
}

/* ---- devices that are named ---- */

static void
note(void *arg, struct str hw_id, const struct err *why)
{
	struct results *r = arg;

	r->list[r->n++] = (struct result){
	    .hw_id = hw_id, .error = why != NULL ? why->say : NULL};
}

static int
bulk(struct call *c, const struct device_edit *x)
{
	const struct value *ids = &c->v[F_IDS];
	struct results r = {.c = c};
	struct device_bulk b = {.hw_ids = ids->texts,
	    .n = ids->n,
	    .dry = c->v[F_DRY_RUN].truth,
	    .result = note,
	    .arg = &r};
	int rc;

	if (open_results(&r, ids->n) < 0)
		return -1;
	rc = x != NULL ? device_bulk_edit(&c->q, &b, x)
		       : device_bulk_remove(&c->q, &b);
	if (rc < 0 && c->q.err->kind != ERR_INPUT)
		return -1;
	return answer(&r, rc, NULL);
}

static int
read_type(struct call *c, const struct value *v, enum device_type *type,
    struct device_edit *x)
{
	if (!v->given)
		return 0;
	*type = device_type_parse(v->text);
	if (*type == DEVICE_UNKNOWN)
		return err_say(c->q.err, ERR_INPUT, "unknown device type");
	x->type = type;
	return 0;
}

static int
edit_devices(struct call *c)
{
	static const struct str none;
	const struct value *cats = &c->v[F_EDIT_CATEGORIES];
	struct device_edit x = {.ncategories = cats->n};
	enum device_type type;

	if (c->v[F_EDIT_NAME].given)
		x.name = &c->v[F_EDIT_NAME].text;
	if (cats->given)
		x.categories = cats->n > 0 ? cats->texts : &none;
	if (c->v[F_EDIT_OWNER].given)
		x.owner = &c->v[F_EDIT_OWNER].number;
	if (read_type(c, &c->v[F_EDIT_TYPE], &type, &x) < 0)
		return -1;
	return bulk(c, &x);
}

static int
move_devices(struct call *c)
{
	struct device_edit x = {.domain = &c->v[F_MOVE_DOMAIN].number};
	enum device_type type;

	if (read_type(c, &c->v[F_MOVE_TYPE], &type, &x) < 0)
		return -1;
	return bulk(c, &x);
}

static int
delete_devices(struct call *c)
{
	return bulk(c, NULL);
}

/* ---- devices of a file ---- */

static void
complain(void *arg, const struct fleet_mistake *m)
{
	struct results *r = arg;

	if (r->n == FLEET_ERRORS_MAX)
		return;
	r->list[r->n++] = (struct result){.hw_id = m->hw_id,
	    .line = m->line,
	    .field = m->column,
	    .error = m->error,
	    .expected = m->expected};
}

static void
tell(void *arg, const struct fleet_step *s)
{
	struct results *r = arg;
	struct jout *j = &r->changes;

	if (r->text.len > CHANGES_MAX) {
		r->left_out++;
		return;
	}
	jout_object(j, NULL);
	jout_int(j, "line", s->line);
	jout_str(j, "hwId", s->hw_id);
	if (s->column == NULL) {
		jout_bool(j, "new", true);
	} else {
		jout_strz(j, "field", s->column);
		jout_str(j, "before", s->before);
		jout_str(j, "after", s->after);
	}
	jout_end(j);
}

static int
import_devices(struct call *c)
{
	struct results r = {.c = c};
	struct fleet_import in = {
	    .text = c->v[F_CSV].text,
	    .dry = c->v[F_CSV_DRY_RUN].truth,
	    .update = c->v[F_CSV_UPDATE].truth,
	    .any_id = c->v[F_CSV_ANY_ID].truth,
	    .offer_minutes = c->v[F_CSV_OFFER].number,
	    .complain = complain,
	    .tell = tell,
	    .arg = &r,
	};
	int rc;

	if (open_results(&r, FLEET_ERRORS_MAX) < 0)
		return -1;
	buf_init(&r.text, 2 * CHANGES_MAX);
	jout_init(&r.changes, buf_sink(&r.text));
	jout_array(&r.changes, NULL);
	rc = answer(&r, fleet_import(&c->q, &in), &in);
	buf_fini(&r.text);
	return rc;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("DeleteDevices"), CHANGES, FIELDS(f_delete), .run = delete_devices},
    {LOGIN("EditDevices"), CHANGES, FIELDS(f_edit), .run = edit_devices},
    {ADMIN("ImportDevices"), CHANGES, FIELDS(f_import), .run = import_devices},
    {ADMIN("MoveDevices"), CHANGES, FIELDS(f_move), .run = move_devices},
};
/* clang-format on */

const struct api_table api_bulk = {messages, COUNT(messages)};
