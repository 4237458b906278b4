/* Messages about configurations (chapter 3.2; additions B7, our own ones). */
#include "config.h"

#include "access.h"
#include "api_table.h"
#include "hwid.h"
#include "standing.h"

#define PIECE_MAX ((size_t)48 << 10) /* bytes of a value, as JSON text */
#define VALUE_MT  "GetDeviceConfigValueResult"

/* ---- fields ---- */

enum { F_DOMAIN_ID };
enum { F_UPDATES = 1 };
enum { F_ID = 1 };
enum { F_CONFIG, F_BESIDE };
enum { F_HW_ID = 0 };

/* clang-format off */
static const struct field f_list[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_UPDATES] = BOOL("recvUpdates"),
};

static const struct field f_one[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_add[] = {
    [F_CONFIG] = NEED_OBJECT("config"),
    [F_BESIDE] = NUMBER("domainId", 0, ID_MAX),
};

static const struct field f_edit[] = {
    [F_CONFIG] = NEED_OBJECT("config"),
};

static const struct field f_device[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
};
/* clang-format on */

/* ---- lists ---- */

static int
put_configs(struct call *c, bool *last)
{
	struct config_labels labels;
	struct config *list;
	int64_t domain;
	size_t n;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
	    config_list(&c->q, domain, c->cursor.at.after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (config_labels(&c->q, &list[i], &labels) < 0)
			return -1;
		if (!api_item(c))
			continue;
		config_json_open(&c->reply->j, NULL, &list[i], &labels);
		jout_end(&c->reply->j);
	}
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < CONFIG_PAGE;
	return 0;
}

static int
get_configs(struct call *c)
{
	int64_t domain;

	if (c->app == NULL || c->app->resumed || !c->v[F_UPDATES].truth)
		return api_list(c, "configs", put_configs);
	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0)
		return -1;
	return api_subscribe(c, "configs", domain);
}

/* ---- one, with a long script in pieces ---- */

/* Bytes that c stands for in a JSON text. */
static size_t
escaped(char c)
{
	if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t')
		return 2;
	return (unsigned char)c < 0x20 ? 6 : 1;
}

/* How much of text fits into a piece, whole characters. */
static size_t
piece_of(struct str text)
{
	size_t n = 0, room = PIECE_MAX;

	while (n < text.len && escaped(text.p[n]) <= room)
		room -= escaped(text.p[n++]);
	while (
	    n < text.len && n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_piece(struct call *c, struct str piece)
{
	struct str mt = c->reply->mt;

	c->reply->mt = STR(VALUE_MT);
	reply_open(c->reply);
	jout_strz(&c->reply->j, "name", "script");
	jout_str(&c->reply->j, "value", piece);
	reply_close(c->reply);
	c->reply->mt = mt;
}

/* The pieces of a script from the cursor on: 1 that was the last, 0 the answer
 * is full, -1. */
static int
put_pieces(struct call *c, const struct config *k, struct str script)
{
	int64_t *at = &c->cursor.at.part;

	if (c->app != NULL && c->app->resumed && c->cursor.at.after != 0 &&
	    c->cursor.at.after != k->revision)
		return err_say(
		    c->q.err, ERR_BUSY, "it was changed meanwhile: ask again");
	while ((size_t)*at < script.len) {
		struct str rest =
		    str_n(script.p + *at, script.len - (size_t)*at);
		size_t n = piece_of(rest);

		if (c->reply->room != REPLY_NO_END &&
		    c->reply->room < PIECE_MAX + 2 * REPLY_ITEM) {
			c->cursor.at.after = k->revision;
			c->app->more = true;
			return 0;
		}
		put_piece(c, str_n(rest.p, n));
		*at += (int64_t)n;
	}
	return 1;
}

static int
put_config(struct call *c, const struct config *k, const struct json *values,
    const struct config_reader *r)
{
	struct config_labels labels;

	if (config_labels(&c->q, k, &labels) < 0)
		return -1;
	reply_open(c->reply);
	config_json_open(&c->reply->j, "config", k, &labels);
	config_value_show(&c->reply->j, k->type, values, r);
	jout_end(&c->reply->j);
	reply_close(c->reply);
	return 0;
}

static int
find(struct call *c, struct config *k)
{
	const struct value *domain = &c->v[F_DOMAIN_ID];
	int rc = config_get(&c->q, c->v[F_ID].number, k);

	if (rc > 0 && domain->number > 0 && domain->number != k->domain_id)
		rc = 0;
	return err_need(rc, c->q.err, ERR_GONE, "no such configuration");
}

static int
get_config(struct call *c)
{
	struct config_reader r = {0};
	const struct json *values;
	struct config k;
	struct str script;
	int rc = 1;

	if (find(c, &k) < 0 || config_values(&c->q, &k, &values) < 0)
		return -1;
	script = json_text(json_member(values, "script"));
	r.session_key = c->app != NULL ? c->app->session_key : STR("");
	r.looks = !access_reaches(c->q.who, k.domain_id);
	r.apart = c->reply->form == REPLY_LINES && !r.looks &&
		  piece_of(script) < script.len;
	if (r.apart)
		rc = put_pieces(c, &k, script);
	return rc <= 0 ? rc : put_config(c, &k, values, &r);
}

/* ---- changing ---- */

static void
put_warnings(struct jout *j, const struct config_done *done)
{
	if (done->nwarnings == 0)
		return;
	jout_array(j, "warnings");
	for (size_t i = 0; i < done->nwarnings; i++) {
		const struct script_warning *w = &done->warnings[i];

		jout_object(j, NULL);
		jout_strz(j, "warning", w->what);
		jout_int(j, "line", (int64_t)w->line);
		jout_strz(j, "text", script_warning_text(w));
		jout_end(j);
	}
	jout_end(j);
}

/* Secrets come encrypted in an app's connection, in clear by HTTP. */
static int
save(struct call *c, struct config_wish *w)
{
	struct config_done done;

	w->given = (struct config_given){
	    .members = c->v[F_CONFIG].objects,
	    .encrypted = c->app != NULL,
	    .session_key = c->app != NULL ? c->app->session_key : STR(""),
	};
	if (config_save(&c->q, w, &done) < 0) {
		if (done.wrong == NULL)
			return -1;
		reply_error(c->reply,
		    c->q.err->say ? c->q.err->say : err_phrase(c->q.err->kind),
		    done.wrong);
		return 0;
	}
	reply_open(c->reply);
	jout_int(&c->reply->j, "id", done.id);
	jout_int(&c->reply->j, "revision", done.revision);
	put_warnings(&c->reply->j, &done);
	reply_close(c->reply);
	return 0;
}

/* Its domain stands in it, or beside it, or is that of the login. */
static int
add_config(struct call *c)
{
	int64_t inside =
	    json_number(json_member(c->v[F_CONFIG].objects, "domainId"), 0);
	struct config_wish w = {.domain = inside};

	if (inside <= 0 && api_home(c, &c->v[F_BESIDE], &w.domain) < 0)
		return -1;
	return save(c, &w);
}

static int
edit_config(struct call *c)
{
	struct config_wish w = {
	    .id = json_number(json_member(c->v[F_CONFIG].objects, "id"), 0)};

	if (w.id <= 0) {
		reply_error(c->reply, "invalid value", "id");
		return 0;
	}
	return save(c, &w);
}

static int
delete_config(struct call *c)
{
	struct config k;

	return find(c, &k) < 0 || config_remove(&c->q, k.id) < 0 ? -1
								 : api_done(c);
}

/* ---- what a device has ---- */

static void
put_state(struct jout *j, const void *element)
{
	const struct standing *s = element;

	jout_object(j, NULL);
	jout_int(j, "id", s->config.id);
	jout_strz(j, "type", config_type_name(s->config.type));
	jout_str(j, "desc", s->config.desc);
	jout_int(j, "revision", s->config.revision);
	jout_strz(j, "result", s->result);
	if (s->sent != NULL) {
		jout_int(j, "sent", s->sent->revision);
		jout_int(j, "time", s->sent->time);
		if (s->sent->why.len > 0)
			jout_str(j, "error", s->sent->why);
	}
	if (s->rule != NULL)
		jout_strz(j, "rule", s->rule);
	jout_end(j);
}

static int
get_state(struct call *c)
{
	struct api_all all = {
	    .size = sizeof(struct standing), .put = put_state};
	struct standing *list;
	struct device d;
	int rc = device_get(&c->q, c->v[F_HW_ID].text, &d);

	if (err_need(rc, c->q.err, ERR_GONE, "no such device") < 0 ||
	    standing_list(&c->q, d.id, &list, &all.n) < 0)
		return -1;
	all.list = list;
	return api_list_all(c, "configs", &all);
}

/* Scripts that were stopped because the device restarted again and again. */
static int
resume(struct call *c)
{
	return state_resume(&c->q, c->v[F_HW_ID].text) < 0 ? -1 : api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AddDeviceConfig"), CHANGES, FIELDS(f_add), .run = add_config},
    {LOGIN("DeleteDeviceConfig"), CHANGES, FIELDS(f_one), .run = delete_config},
    {LOGIN("EditDeviceConfig"), CHANGES, FIELDS(f_edit), .run = edit_config},
    {LOGIN("GetDeviceConfig"), READS, FIELDS(f_one), .run = get_config},
    {LOGIN("GetDeviceConfigState"), READS, LIST("configs"), FIELDS(f_device), .run = get_state},
    {LOGIN("GetDeviceConfigs"), READS, LIST("configs"), FIELDS(f_list), .run = get_configs},
    /* The vendor's page has both names. */
    {LOGIN("GetDevicesConfigs"), READS, LIST("configs"), FIELDS(f_list), .run = get_configs},
    {LOGIN("ResumeDeviceConfigs"), CHANGES, FIELDS(f_device), .run = resume},
};
/* clang-format on */

const struct api_table api_config = {messages, COUNT(messages)};
