#include "phone_render.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "file_cipher.h"
#include "load.h"
#include "num.h"
#include "phone_id.h"
#include "tzrule.h"
#include "zone.h"

#define MEMBERS_MAX 80 /* names of one object */

/* ---- objects ---- */

/* Members that are collected; the last is the end. */
struct object {
	struct arena *a;
	struct mustache_value *v;
	size_t n;
	bool failed;
};

static struct object
object_new(struct arena *a)
{
	struct mustache_value *v = arena_array(a, MEMBERS_MAX, sizeof(*v));

	return (struct object){.a = a, .v = v, .failed = v == NULL};
}

static void
put(struct object *o, const struct mustache_value *value)
{
	if (!o->failed && o->n < MEMBERS_MAX - 1)
		o->v[o->n++] = *value;
	else
		o->failed = true;
}

static void
put_text(struct object *o, const char *name, struct str text)
{
	struct mustache_value v = MUSTACHE_TEXT(name, text);

	put(o, &v);
}

static void
put_truth(struct object *o, const char *name, bool truth)
{
	struct mustache_value v = MUSTACHE_TRUTH(name, truth);

	put(o, &v);
}

static void
put_number(struct object *o, const char *name, int64_t n)
{
	put_text(o, name, str_of(arena_printf(o->a, "%lld", (long long)n)));
}

/* Lists grow by one object each. */
struct list {
	struct mustache_value *v;
	size_t n;
};

static void
add_item(struct object *to, struct list *l, const struct object *item)
{
	void *list = l->v;
	struct mustache_value *one =
	    load_more(to->a, &list, &l->n, sizeof(*one));

	to->failed |= one == NULL || item->failed;
	if (to->failed)
		return;
	l->v = list;
	*one = (struct mustache_value){.text = STR(""), .members = item->v};
}

static void
put_list(struct object *o, const char *name, const struct list *l)
{
	static const struct mustache_value none = MUSTACHE_END;
	struct mustache_value v = {.name = name,
	    .text = STR(""),
	    .items = l->n > 0 ? l->v : &none,
	    .nitems = l->n};

	put(o, &v);
}

/* ---- settings ---- */

/* What the phone is told for a setting. */
static struct str
told(const struct phone_render *in, const struct phone_setting *s, int64_t at)
{
	const struct phone_value *v = phone_values_find(in->values, s, at);

	if (in->update.url.len > 0 && strcmp(s->name, "firmware_url") == 0)
		return in->update.url;
	if (v == NULL || (s->kind == PHONE_SECRET && !in->proven))
		return STR("");
	return phone_word_find(&in->vendor->words, s, v->text);
}

static struct str
told_of(const struct phone_render *in, const char *name, int64_t at)
{
	return told(in, phone_setting_find(str_of(name)), at);
}

static void
put_settings(struct object *o, const struct phone_render *in, enum phone_of of,
    int64_t at)
{
	const struct phone_setting *s = phone_setting_table;

	for (; s->name != NULL; s++)
		if (s->of == of && s->kind != PHONE_LIST)
			put_text(o, s->name, told(in, s, at));
}

static void
put_place(struct object *o, const char *name, const char *name0, int64_t n)
{
	put_number(o, name, n + 1);
	put_number(o, name0, n);
}

/* The words of a list; what has none is left out. */
static void
put_words(struct object *to, const struct phone_render *in,
    const struct phone_setting *s)
{
	const struct phone_value *v = phone_values_find(in->values, s, -1);
	struct str rest = v != NULL ? v->text : STR(""), one, word;
	struct list l = {NULL, 0};
	struct object item = {.failed = true};

	while (rest.len > 0 && str_next(&rest, ',', &one)) {
		word = phone_word_find(&in->vendor->words, s, one);
		if (word.len == 0)
			continue;
		item = object_new(to->a);
		put_text(&item, "word", word);
		put_place(&item, "n", "n0", (int64_t)l.n);
		put_truth(&item, "last", false);
		add_item(to, &l, &item);
	}
	if (l.n > 0 && !item.failed)
		item.v[item.n - 1].truth = true;
	put_list(to, s->name, &l);
}

/* ---- accounts and keys ---- */

/* Its type says how many ports it has at least. */
static int64_t
ports_of(const struct phone_render *in)
{
	int64_t n = in->type != NULL ? in->type->ports : 1;

	for (size_t i = 0; i < in->values->n; i++) {
		const struct phone_setting_at *of = &in->values->list[i].of;

		if (of->s->of == PHONE_OF_PORT && of->at >= n)
			n = of->at + 1;
	}
	return n;
}

/* What the vendor calls a port. */
static struct str
port_word(const struct phone_render *in, struct arena *a, int64_t port)
{
	return phone_word_find(&in->vendor->words,
	    phone_setting_find(STR("key_port")),
	    str_of(arena_printf(a, "%lld", (long long)port)));
}

static void
put_accounts(struct object *to, const struct phone_render *in)
{
	int64_t n = in->proven ? ports_of(in) : 0;
	struct list l = {NULL, 0};

	for (int64_t port = 0; port < n && !to->failed; port++) {
		struct object item = object_new(to->a);
		struct str user = told_of(in, "sip_user", port);
		struct str login = told_of(in, "sip_login", port);

		/* The first of a name counts. */
		put_text(&item, "sip_login", login.len > 0 ? login : user);
		put_settings(&item, in, PHONE_OF_PORT, port);
		put_place(&item, "account", "account0", port);
		put_text(&item, "port", port_word(in, to->a, port));
		put_truth(&item, "on",
		    user.len > 0 && told_of(in, "sip_server", port).len > 0);
		add_item(to, &l, &item);
	}
	put_list(to, "accounts", &l);
}

/* Its type as it is set, not in the vendor's words. */
static void
put_type(struct object *item, const struct phone_render *in, int64_t at)
{
	const struct phone_setting *s = phone_setting_find(STR("key_type"));
	struct str type = phone_values_find(in->values, s, at)->text;

	put_truth(item, "line", str_eqz(type, "line"));
	put_truth(item, "blf", str_eqz(type, "blf"));
	put_truth(item, "speeddial", str_eqz(type, "speeddial"));
}

static void
put_key(struct object *to, struct list *l, const struct phone_render *in,
    int64_t at)
{
	struct object item = object_new(to->a);
	const struct phone_value *v = phone_values_find(
	    in->values, phone_setting_find(STR("key_port")), at);
	int64_t port = 0;

	if (v != NULL)
		(void)num_parse(v->text, 0, PHONE_PORT_MAX, &port);
	put_settings(&item, in, PHONE_OF_KEY, at);
	put_place(&item, "key", "key0", at - 1);
	put_place(&item, "account", "account0", port);
	put_text(&item, "server", told_of(in, "sip_server", port));
	put_type(&item, in, at);
	add_item(to, l, &item);
}

static void
put_keys(struct object *to, const struct phone_render *in)
{
	const struct phone_setting *type = phone_setting_find(STR("key_type"));
	struct list l = {NULL, 0};

	for (size_t i = 0; i < in->values->n && !to->failed; i++) {
		const struct phone_setting_at *of = &in->values->list[i].of;

		if (of->s == type && told(in, type, of->at).len > 0)
			put_key(to, &l, in, of->at);
	}
	put_list(to, "keys", &l);
}

/* ---- time ---- */

static void
put_offset(struct object *o, int64_t seconds)
{
	long long all = (long long)num_magnitude(seconds) / 60;
	const char *sign = seconds < 0 ? "-" : "+";

	put_number(o, "time_seconds", seconds);
	put_number(o, "time_minutes", seconds / 60);
	put_text(o, "time_hours",
	    str_of(all % 60 != 0
		       ? arena_printf(
			     o->a, "%s%lld:%02lld", sign, all / 60, all % 60)
		       : arena_printf(o->a, "%s%lld", sign, all / 60)));
	put_text(o, "time_hhmm",
	    str_of(arena_printf(
		o->a, "%s%02lld:%02lld", sign, all / 60, all % 60)));
}

static void
put_time(struct object *o, const struct phone_render *in)
{
	const struct phone_value *v = phone_values_find(
	    in->values, phone_setting_find(STR("time_zone")), -1);
	struct zone *z = zone_open(v != NULL ? v->text : STR("UTC"));
	struct zone_period now = {.offset = 0};
	struct tzrule rule = {.has_summer = false};
	struct str text = STR("");
	int64_t seconds;

	if (z != NULL) {
		zone_period(z, clock_now_ms(), &now);
		text = str_of(arena_str(o->a, zone_rule(z)));
	}
	zone_close(&z);
	seconds = tzrule_read(text, &rule) ? rule.standard : now.offset / 1000;
	put_text(o, "time_rule", text.len > 0 ? text : STR("UTC0"));
	put_offset(o, seconds);
	put_truth(o, "time_summer", rule.has_summer);
}

/* ---- URLs ---- */

static bool
is_tls(struct str url)
{
	return str_starts(url, STR("https:"));
}

/* Behind "://"; empty if there is none. */
static struct str
behind_scheme(struct str url)
{
	static const struct str mark = STR("://");

	while (url.len > 0 && !str_starts(url, mark))
		url = str_n(url.p + 1, url.len - 1);
	return url.len > 0 ? str_n(url.p + mark.len, url.len - mark.len) : url;
}

/* Ours is "http://host:port/p/.../"; an address of IPv6 has brackets. */
static void
put_url(struct object *o, struct str url)
{
	struct str rest = behind_scheme(url), host, port;
	size_t at;

	(void)str_next(&rest, '/', &host);
	at = host.len;
	while (at > 0 && host.p[at - 1] != ':' && host.p[at - 1] != ']')
		at--;
	port = at > 0 && host.p[at - 1] == ':'
		   ? str_n(host.p + at, host.len - at)
		   : STR("");
	if (port.len > 0)
		host.len = at - 1;
	if (rest.len > 0 && rest.p[rest.len - 1] == '/')
		rest.len--;
	put_text(o, "url", url);
	put_text(o, "url_host", host);
	put_text(o, "url_port",
	    port.len > 0  ? port
	    : is_tls(url) ? STR("443")
			  : STR("80"));
	put_text(o, "url_dir", rest);
	put_truth(o, "url_tls", is_tls(url));
}

/* ---- all of it ---- */

static struct str
upper(struct arena *a, struct str mac)
{
	char *out = arena_strdup(a, arena_str(a, mac));

	for (char *p = out; p != NULL && *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'f')
			*p = (char)(*p - 'a' + 'A');
	return str_of(out);
}

/* All that a file of firmware alone may have. */
static void
put_firmware(struct object *o, const struct phone_render *in)
{
	struct str url = told_of(in, "firmware_url", -1);

	put_text(o, "firmware_path", behind_scheme(url));
	put_truth(o, "firmware_tls", is_tls(url));
	if (!in->only_firmware)
		return;
	put_text(o, "firmware_url", url);
	put_text(o, "firmware_version", in->update.version);
}

static void
put_phone(struct object *o, const struct phone_render *in)
{
	int64_t minutes = 0;

	(void)num_parse(
	    told_of(in, "poll_minutes", -1), 0, INT64_MAX / 60, &minutes);
	put_text(o, "mac", in->phone->mac);
	put_text(o, "MAC", upper(o->a, in->phone->mac));
	put_text(o, "model",
	    in->type != NULL ? phone_type_model(in->type) : STR(""));
	put_text(o, "type", in->phone->type);
	put_text(o, "name", in->phone->name);
	put_url(o, in->url);
	put_firmware(o, in);
	put_truth(o, "proven", in->proven);
	put_number(o, "poll_seconds", minutes * 60);
}

static void
put_all(struct object *o, const struct phone_render *in)
{
	const struct phone_setting *s = phone_setting_table;

	put_phone(o, in);
	put_time(o, in);
	put_settings(o, in, PHONE_OF_ALL, -1);
	for (; s->name != NULL; s++)
		if (s->kind == PHONE_LIST)
			put_words(o, in, s);
	put_accounts(o, in);
	put_keys(o, in);
}

/* With a key the file is encrypted; a phone that has not proven itself is told no
 * secret, and this is one. */
static int
write_file(const struct phone_render *in, const struct mustache *m,
    const struct phone_file *f, struct buf *out, struct err *e)
{
	struct str key = told_of(in, "file_key", -1);
	struct buf plain;
	int rc;

	if (f->cipher.len == 0 || key.len == 0)
		return mustache_write(m, f->text, out, e);
	buf_init(&plain, PHONE_RENDER_MAX);
	rc = mustache_write(m, f->text, &plain, e);
	if (rc == 0)
		rc = file_cipher(f->cipher, key, buf_view(&plain), out, e);
	buf_wipe(&plain);
	return rc;
}

int
phone_render(struct arena *a, const struct phone_render *in,
    const struct phone_file *f, struct buf *out, struct err *e)
{
	struct object o = object_new(a);
	struct mustache m = {
	    .data = {.name = "", .text = STR("")}, .escape = f->escape};

	if (!o.failed && in->only_firmware)
		put_firmware(&o, in);
	else if (!o.failed)
		put_all(&o, in);
	m.data.members = o.v;
	return o.failed || arena_failed(a)
		   ? err_set(e, ERR_LIMIT, "too many settings for a template")
		   : write_file(in, &m, f, out, e);
}
