/* Messages about phones of other vendors (our own ones). */
#include "api_table.h"
#include "hwid.h"
#include "phone.h"
#include "phone_explain.h"
#include "phone_id.h"
#include "phone_layer.h"
#include "phone_resync.h"
#include "phone_trace.h"
#include "phone_type.h"
#include "phone_wait.h"
#include "phone_window.h"
#include "secret.h"

#define LAYER_MAX 400 /* bytes: "category:", a domain, a category */
#define FROM_MAX  64  /* bytes of an address */
#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */

/* ---- fields ---- */

enum { F_MAC, F_DOMAIN_ID, F_PORT };
enum { F_AFTER = 0, F_UPDATES };
enum { F_LAYER, F_SETTINGS };
enum { F_MINUTES = 1, F_ANEW, F_FROM };
enum { F_BEFORE = 1, F_TRACE_UPDATES };
enum { F_USER = 1, F_PASSWORD };

/* clang-format off */
static const struct field f_waiting[] = {
    [F_AFTER] = TEXT("after", 0, HWID_MAX),
    [F_UPDATES] = BOOL("recvUpdates"),
};

static const struct field f_mac[] = {
    [F_MAC] = NEED_TEXT("mac", 1, HWID_MAX),
};

static const struct field f_promote[] = {
    [F_MAC] = NEED_TEXT("mac", 1, HWID_MAX),
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_assign[] = {
    [F_MAC] = NEED_TEXT("mac", 1, HWID_MAX),
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_PORT] = NUMBER("port", 0, PHONE_PORT_MAX),
};

static const struct field f_resync[] = {
    [F_MAC] = NEED_TEXT("mac", 1, HWID_MAX),
    [F_USER] = TEXT("user", 0, SECRET_MAX),
    [F_PASSWORD] = TEXT("password", 0, SECRET_MAX),
};

static const struct field f_layer[] = {
    [F_LAYER] = NEED_TEXT("layer", 1, LAYER_MAX),
};

static const struct field f_settings[] = {
    [F_LAYER] = NEED_TEXT("layer", 1, LAYER_MAX),
    [F_SETTINGS] = NEED_OBJECT("settings"),
};

static const struct field f_window[] = {
    [F_MAC] = NEED_TEXT("mac", 1, HWID_MAX),
    [F_MINUTES] = NUMBER("minutes", 0, PHONE_WINDOW_MAX),
    [F_ANEW] = BOOL("anew"),
    [F_FROM] = TEXT("from", 0, FROM_MAX),
};

static const struct field f_trace[] = {
    [F_MAC] = TEXT("mac", 0, HWID_MAX),
    [F_BEFORE] = NUMBER("before", 0, ID_MAX),
    [F_TRACE_UPDATES] = BOOL("recvUpdates"),
};
/* clang-format on */

static int
need_mac(struct call *c, char mac[PHONE_MAC_SIZE])
{
	if (phone_mac_read(c->v[F_MAC].text, mac))
		return 0;
	return err_say(c->q.err, ERR_INPUT, "invalid MAC address");
}

/* ---- looking ---- */

static void
put_waiting(struct jout *j, const struct waiting_phone *w)
{
	jout_object(j, NULL);
	phone_wait_json(j, w);
	jout_int(j, "seen", w->seen);
	jout_end(j);
}

static int
get_waiting(struct call *c)
{
	struct str after = c->v[F_AFTER].text;
	struct waiting_phone *list;
	size_t n;

	if (c->app != NULL && !c->app->resumed && c->v[F_UPDATES].truth)
		return api_subscribe(c, "phones", 0);
	/* A page may hold nothing that he sees. */
	do {
		if (phone_wait_list(&c->q, &after, &list, &n) < 0)
			return -1;
	} while (n == 0 && after.len > 0);
	reply_list(c->reply, "phones");
	for (size_t i = 0; i < n && reply_item(c->reply); i++)
		put_waiting(&c->reply->j, &list[i]);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static void
put_traced(struct jout *j, const struct phone_traced *t)
{
	jout_object(j, NULL);
	phone_trace_json(j, t);
	jout_end(j);
}

static int
get_trace(struct call *c)
{
	char mac[PHONE_MAC_SIZE] = "";
	int64_t before = c->v[F_BEFORE].number;
	struct phone_traced *list;
	size_t n;

	if (c->v[F_MAC].text.len > 0 && need_mac(c, mac) < 0)
		return -1;
	if (c->app != NULL && !c->app->resumed && c->v[F_TRACE_UPDATES].truth)
		return api_subscribe(c, "traces", 0);
	do {
		if (phone_trace_list(&c->q, str_of(mac), &before, &list, &n) <
		    0)
			return -1;
	} while (n == 0 && before > 0);
	reply_list(c->reply, "requests");
	for (size_t i = 0; i < n && reply_item(c->reply); i++)
		put_traced(&c->reply->j, &list[i]);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

/* ---- what they get ---- */

static void
put_value(struct call *c, const struct phone_value *v, bool layer)
{
	struct jout *j = &c->reply->j;
	const struct phone_setting *s = v->of.s;

	jout_object(j, NULL);
	jout_strz(j, "name",
	    v->of.at < 0 ? s->name
			 : arena_printf(c->q.arena, "%s.%lld", s->name,
			       (long long)v->of.at));
	if (s->kind == PHONE_SECRET)
		jout_bool(j, "secret", true);
	else
		jout_str(j, "value", v->text);
	if (s->unit != NULL)
		jout_strz(j, "unit", s->unit);
	if (layer)
		jout_str(j, "layer", v->layer);
	jout_end(j);
}

static int
answer_values(struct call *c, const struct phone_values *v, bool layers)
{
	reply_list(c->reply, "settings");
	for (size_t i = 0; i < v->n && reply_item(c->reply); i++)
		put_value(c, &v->list[i], layers);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
get_settings(struct call *c)
{
	struct phone_values v;

	return phone_layer_get(&c->q, c->v[F_LAYER].text, &v) < 0
		   ? -1
		   : answer_values(c, &v, false);
}

/* Which vendor a type is of, its data says, which this program does not hold. */
static int
explain_by_data(struct call *c, struct str mac, struct phone_values *v)
{
	struct phone_types types;
	struct arena memory;
	int rc;

	arena_init(&memory, TYPES_MAX);
	rc = phone_types_load(&memory, c->q.core->templates, &types, c->q.err);
	if (rc == 0)
		rc = phone_explain(&c->q, &types, mac, v);
	arena_fini(&memory);
	return rc;
}

static int
explain(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_values v;

	return need_mac(c, mac) < 0 || explain_by_data(c, str_of(mac), &v) < 0
		   ? -1
		   : answer_values(c, &v, true);
}

/* What there is to be set, for who offers it to a person. */
static const char *const kinds[] = {
    [PHONE_TEXT] = "text",
    [PHONE_SECRET] = "secret",
    [PHONE_INT] = "number",
    [PHONE_CHOICE] = "choice",
    [PHONE_LIST] = "list",
    [PHONE_HOST] = "host",
    [PHONE_URL] = "url",
    [PHONE_ZONE] = "zone",
};

static const char *const wholes[] = {
    [PHONE_OF_ALL] = "phone",
    [PHONE_OF_PORT] = "port",
    [PHONE_OF_KEY] = "key",
};

static void
put_setting(struct jout *j, const struct phone_setting *s)
{
	struct str rest = str_of(s->choices != NULL ? s->choices : ""), one;

	jout_object(j, NULL);
	jout_strz(j, "name", s->name);
	jout_strz(j, "of", wholes[s->of]);
	jout_strz(j, "kind", kinds[s->kind]);
	if (s->choices != NULL) {
		jout_array(j, "choices");
		while (str_next(&rest, '|', &one))
			jout_str(j, NULL, one);
		jout_end(j);
	} else {
		jout_int(j, "least", s->lo);
		jout_int(j, "most", s->hi);
	}
	if (s->unit != NULL)
		jout_strz(j, "unit", s->unit);
	if (s->otherwise != NULL)
		jout_strz(j, "default", s->otherwise);
	jout_strz(j, "help", s->help);
	jout_end(j);
}

static int
get_names(struct call *c)
{
	const struct phone_setting *s = phone_setting_table;

	reply_list(c->reply, "names");
	for (; s->name != NULL && reply_item(c->reply); s++)
		put_setting(&c->reply->j, s);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
get_types(struct call *c)
{
	struct phone_types types;
	struct arena memory;
	int rc;

	arena_init(&memory, TYPES_MAX);
	rc = phone_types_load(&memory, c->q.core->templates, &types, c->q.err);
	if (rc == 0)
		reply_list(c->reply, "types");
	for (size_t i = 0; rc == 0 && i < types.n && reply_item(c->reply);
	     i++) {
		jout_object(&c->reply->j, NULL);
		jout_str(&c->reply->j, "type", types.list[i].key);
		jout_str(&c->reply->j, "vendor", types.list[i].vendor);
		jout_str(&c->reply->j, "name", types.list[i].name);
		jout_int(&c->reply->j, "ports", types.list[i].ports);
		jout_bool(&c->reply->j, "updates",
		    phone_type_updates(&types, &types.list[i]));
		jout_end(&c->reply->j);
	}
	if (rc == 0)
		reply_list_end(c->reply, true, NULL);
	arena_fini(&memory);
	return rc;
}

/* null takes a value away, as "" does. */
static int
take_change(void *arg, struct str name, const struct json *v)
{
	struct api_changes *x = arg;

	x->wrong |= x->n == PHONE_CHANGES_MAX ||
		    (json_kind(v) != JSON_STRING && json_kind(v) != JSON_NULL);
	if (!x->wrong)
		x->list[x->n++] = (struct phone_change){name, json_text(v)};
	return !x->wrong;
}

int
api_changes(struct call *c, const struct value *v, struct api_changes *out)
{
	*out = (struct api_changes){.n = 0};
	json_each(v->objects, take_change, out);
	return out->wrong ? err_say(c->q.err, ERR_INPUT, "settings are texts")
			  : 0;
}

static int
set_settings(struct call *c)
{
	struct api_changes x;

	if (api_changes(c, &c->v[F_SETTINGS], &x) < 0 ||
	    phone_layer_set(&c->q, c->v[F_LAYER].text, x.list, x.n) < 0)
		return -1;
	reply_open(c->reply);
	reply_close(c->reply);
	return 0;
}

static int
open_window(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_opening in = {.minutes = c->v[F_MINUTES].given
						  ? c->v[F_MINUTES].number
						  : PHONE_WINDOW_MINUTES,
	    .anew = c->v[F_ANEW].truth,
	    .from = c->v[F_FROM].text};
	struct served_phone p;

	if (need_mac(c, mac) < 0)
		return -1;
	in.mac = str_of(mac);
	if (phone_window_set(&c->q, &in, &p) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "until", p.until);
	jout_bool(&c->reply->j, "proven", p.proven != 0);
	jout_str(&c->reply->j, "from", p.place);
	reply_close(c->reply);
	return 0;
}

/* ---- changing ---- */

static int
answer_ports(struct call *c, int64_t ports)
{
	reply_open(c->reply);
	jout_int(&c->reply->j, "ports", ports);
	reply_close(c->reply);
	return 0;
}

static int
promote(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	int64_t ports;

	return need_mac(c, mac) < 0 || phone_promote(&c->q, str_of(mac),
					   c->v[F_DOMAIN_ID].number, &ports) < 0
		   ? -1
		   : answer_ports(c, ports);
}

static int
demote(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	int64_t ports;

	return need_mac(c, mac) < 0 ||
		       phone_wait_remove(&c->q, str_of(mac), &ports) < 0
		   ? -1
		   : answer_ports(c, ports);
}

static int
assign(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_move in = {.to = c->v[F_DOMAIN_ID].number,
	    .port = c->v[F_PORT].given ? c->v[F_PORT].number : -1};
	struct phone_moved moved;

	if (need_mac(c, mac) < 0)
		return -1;
	in.mac = str_of(mac);
	return phone_assign(&c->q, &in, &moved) < 0
		   ? -1
		   : answer_ports(c, moved.moved);
}

static int
resync(struct call *c)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_resync_order in = {
	    .login = c->v[F_USER].text, .password = c->v[F_PASSWORD].text};

	if (need_mac(c, mac) < 0)
		return -1;
	in.mac = str_of(mac);
	return phone_resync(&c->q, &in) < 0 ? -1 : api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("AssignPhone"), CHANGES, FIELDS(f_assign), .run = assign},
    {LOGIN("DemotePhone"), CHANGES, FIELDS(f_mac), .run = demote},
    {LOGIN("ExplainPhone"), READS, LIST("settings"), FIELDS(f_mac), .run = explain},
    {LOGIN("GetPhoneSettingNames"), READS, LIST("names"), .run = get_names},
    {LOGIN("GetPhoneSettings"), READS, LIST("settings"), FIELDS(f_layer), .run = get_settings},
    {LOGIN("GetPhoneTrace"), READS, LIST("requests"), FIELDS(f_trace), .run = get_trace},
    {LOGIN("GetPhoneTypes"), READS, LIST("types"), .run = get_types},
    {LOGIN("GetWaitingPhones"), READS, LIST("phones"), FIELDS(f_waiting), .run = get_waiting},
    {LOGIN("OpenPhoneWindow"), CHANGES, FIELDS(f_window), .run = open_window},
    {LOGIN("PromotePhone"), CHANGES, FIELDS(f_promote), .run = promote},
    {LOGIN("ResyncPhone"), CHANGES, FIELDS(f_resync), .run = resync},
    {LOGIN("SetPhoneSettings"), CHANGES, FIELDS(f_settings), .run = set_settings},
};
/* clang-format on */

const struct api_table api_phone = {messages, COUNT(messages)};
