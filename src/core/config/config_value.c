#include "config_value.h"

#include <string.h>

#include "count.h"
#include "load.h"
#include "must.h"
#include "num.h"
#include "rc4text.h"
#include "script.h"
#include "trust.h"

#define SEED_DRAWN 16  /* characters of a seed that is nothing else */
#define SEED_MAX   128 /* bytes of one that is taken or shown */
#define PORTS_END  65536

/* ---- taking ---- */

struct taker {
	struct arena *arena;
	enum config_type type;
	const struct config_given *given;
	struct jout j;
	const char **wrong;
	struct err *err;
};

static int
refuse(struct taker *t, const char *name)
{
	*t->wrong = name;
	return err_say(t->err, ERR_INPUT, "invalid value");
}

static bool
is_tos(struct str s)
{
	uint64_t n;

	return s.len == 4 && s.p[0] == '0' && s.p[1] == 'x' &&
	       num_parse_hex(str_n(s.p + 2, 2), &n);
}

static bool
text_fits(const struct config_field *f, struct str s)
{
	struct err why;

	switch (f->kind) {
	case CONFIG_TEXT:
	case CONFIG_SECRET:
		return (int64_t)s.len >= f->lo && (int64_t)s.len <= f->hi &&
		       str_printable(s);
	case CONFIG_CHOICE:
		return config_field_offers(f, s);
	case CONFIG_TOS:
		return is_tos(s);
	case CONFIG_SCRIPT:
		return (int64_t)s.len <= f->hi && script_check(s, &why) == 0;
	case CONFIG_INT:
	case CONFIG_BOOL:
	case CONFIG_MARK:
	case CONFIG_CERTS:
		break;
	}
	return false;
}

/* The secret in clear, in the arena; false if it cannot be had. */
static bool
decrypt(struct taker *t, struct str hex, struct str *plain)
{
	struct str seed = json_text(json_member(t->given->members, "seed"));
	struct buf b;
	bool ok;

	buf_init(&b, CONFIG_SECRET_MAX);
	ok = t->given->session_key.len > 0 && seed.len <= SEED_MAX &&
	     rc4text_decrypt(&b, seed, t->given->session_key, hex) == 0;
	*plain = ok ? str_of(arena_str(t->arena, buf_view(&b))) : STR("");
	ok = ok && plain->len == b.len;
	buf_wipe(&b);
	return ok;
}

static int
take_text(struct taker *t, const struct config_field *f, const struct json *v)
{
	struct str text = json_text(v);

	if (json_kind(v) != JSON_STRING)
		return refuse(t, f->name);
	if (f->kind == CONFIG_SECRET && t->given->encrypted && text.len > 0 &&
	    !decrypt(t, text, &text))
		return refuse(t, f->name);
	if (!text_fits(f, text))
		return refuse(t, f->name);
	jout_str(&t->j, f->name, text);
	return 0;
}

/* All certificates of one text; *n counts them. */
static int
take_certs_of(
    struct taker *t, const struct config_field *f, struct str pem, int64_t *n)
{
	struct trust_cert cert;
	int rc;

	while ((rc = trust_next(t->arena, &pem, &cert, t->err)) > 0) {
		if (++*n > f->hi)
			return refuse(t, f->name);
		jout_object(&t->j, NULL);
		jout_str(&t->j, "pem", cert.pem);
		jout_strz(&t->j, "fingerprint", cert.fingerprint);
		jout_end(&t->j);
	}
	return rc == 0 ? 0 : refuse(t, f->name);
}

static int
take_certs(struct taker *t, const struct config_field *f, const struct json *v)
{
	int64_t n = 0;

	if (json_kind(v) != JSON_ARRAY)
		return refuse(t, f->name);
	jout_array(&t->j, f->name);
	for (size_t i = 0; i < json_length(v); i++)
		if (take_certs_of(t, f,
			json_text(json_member(json_item(v, i), "pem")), &n) < 0)
			return -1;
	jout_end(&t->j);
	return n < f->lo ? refuse(t, f->name) : 0;
}

static int
take_int(struct taker *t, const struct config_field *f, const struct json *v)
{
	int64_t n = json_number(v, 0);

	if (json_kind(v) != JSON_INT || n < f->lo || n > f->hi)
		return refuse(t, f->name);
	jout_int(&t->j, f->name, n);
	return 0;
}

static int
take(struct taker *t, const struct config_field *f, const struct json *v)
{
	switch (f->kind) {
	case CONFIG_INT:
		return take_int(t, f, v);
	case CONFIG_BOOL:
	case CONFIG_MARK:
		if (json_kind(v) != JSON_BOOL)
			return refuse(t, f->name);
		jout_bool(&t->j, f->name, json_true(v));
		return 0;
	case CONFIG_CERTS:
		return take_certs(t, f, v);
	case CONFIG_TEXT:
	case CONFIG_CHOICE:
	case CONFIG_TOS:
	case CONFIG_SECRET:
	case CONFIG_SCRIPT:
		break;
	}
	return take_text(t, f, v);
}

/* The value as it was; it has been checked. */
static void
keep(struct taker *t, const struct config_field *f, const struct json *v)
{
	struct buf text;

	buf_init(&text, CONFIG_VALUES_MAX);
	json_print(v, &text);
	if (!buf_failed(&text))
		jout_raw(&t->j, f->name, buf_view(&text));
	buf_wipe(&text);
}

static int
take_field(struct taker *t, const struct config_field *f)
{
	const struct json *v = json_member(t->given->members, f->name);

	if (json_kind(v) == JSON_NONE && f->kind == CONFIG_SECRET)
		v = json_member(t->given->secrets, f->name);
	if (json_kind(v) == JSON_NONE)
		v = json_member(t->given->old, f->name);
	else if (json_kind(v) != JSON_NULL)
		return take(t, f, v);
	if (json_kind(v) != JSON_NONE && json_kind(v) != JSON_NULL) {
		keep(t, f, v);
		return 0;
	}
	return f->needed ? refuse(t, f->name) : 0;
}

/* ---- what is no value, and what fits together ---- */

/* Members of a configuration that are not its values. */
static bool
is_common(struct str name)
{
	static const char *const common[] = {"id", "domainId", "desc", "type",
	    "categories", "seed", "secrets", "revision", "changed",
	    "matchesNone"};

	for (size_t i = 0; i < COUNT(common); i++)
		if (str_eqz(name, common[i]))
			return true;
	return false;
}

static int
known(void *arg, struct str name, const struct json *v)
{
	struct taker *t = arg;

	(void)v;
	if (is_common(name) || config_type_field(t->type, name) != NULL)
		return 1;
	(void)refuse(t, arena_str(t->arena, name));
	return 0;
}

/* Ports of one checkmark: first and count. */
static int
check_ports(struct taker *t, const struct json *v, const char *const names[3],
    int64_t range[2])
{
	range[0] = json_number(json_member(v, names[1]), 0);
	range[1] = json_number(json_member(v, names[2]), 0);
	if (!json_true(json_member(v, names[0])))
		range[1] = 0;
	else if (range[0] == 0 || range[0] + range[1] > PORTS_END)
		return refuse(t, names[1]);
	else if (range[1] == 0)
		return refuse(t, names[2]);
	return 0;
}

/* RTP and NAT ports that are both handed over have none in common. */
static int
check_media(struct taker *t, const struct json *v)
{
	static const char *const rtp[] = {"setRtpPorts", "rtpFirst", "rtpNum"};
	static const char *const nat[] = {"setNatPorts", "natFirst", "natNum"};
	int64_t a[2], b[2];

	if (check_ports(t, v, rtp, a) < 0 || check_ports(t, v, nat, b) < 0)
		return -1;
	if (a[1] > 0 && b[1] > 0 && a[0] < b[0] + b[1] && b[0] < a[0] + a[1])
		return refuse(t, nat[1]);
	return 0;
}

static int
check_whole(struct taker *t, struct buf *out)
{
	const struct json *v;

	if (buf_failed(out))
		return err_set(t->err, ERR_LIMIT, "too many values");
	if (t->type != CONFIG_MEDIA)
		return 0;
	return json_read(
		   t->arena, buf_view(out), CONFIG_VALUES_MAX, &v, t->err) < 0
		   ? -1
		   : check_media(t, v);
}

int
config_value_take(struct arena *a, enum config_type type,
    const struct config_given *given, struct buf *out, const char **wrong,
    struct err *e)
{
	const struct config_field *f = config_type_fields(type);
	struct taker t = {
	    .arena = a, .type = type, .given = given, .wrong = wrong, .err = e};

	*wrong = NULL;
	buf_init(out, CONFIG_VALUES_MAX);
	jout_init(&t.j, buf_sink(out));
	json_each(given->members, known, &t);
	if (*wrong != NULL)
		return -1;
	jout_object(&t.j, NULL);
	for (; f->name != NULL; f++)
		if (take_field(&t, f) < 0)
			return -1;
	jout_end(&t.j);
	return check_whole(&t, out);
}

/* ---- showing ---- */

struct shower {
	struct jout *j;
	const struct json *values;
	const struct config_reader *r;
	char seed[SEED_MAX + 1]; /* empty: nothing was encrypted */
	bool kept;               /* a secret was not shown */
};

/*
 * What a secret is encrypted with: one value serves clients that take the member
 * "seed" and those of before 13r3, that take the text of the server's field for
 * it (additions A4).
 */
static void
draw_seed(struct shower *s, const struct config_field *f)
{
	bool log = strcmp(f->name, "logPassword") == 0;
	struct str server =
	    json_text(json_member(s->values, log ? "url" : "turnServer"));

	if (server.len == 0 || server.len > SEED_MAX)
		crypto_token(s->seed, SEED_DRAWN);
	else
		str_copy(s->seed, sizeof(s->seed), server);
}

static void
show_secret(struct shower *s, const struct config_field *f, struct str plain)
{
	struct buf hex;

	if (s->r->looks || s->r->session_key.len == 0) {
		s->kept = true;
		return;
	}
	draw_seed(s, f);
	buf_init(&hex, 4 * CONFIG_SECRET_MAX);
	if (rc4text_encrypt(&hex, str_of(s->seed), s->r->session_key, plain) ==
	    0)
		jout_str(s->j, f->name, buf_view(&hex));
	buf_fini(&hex);
}

static void
show_other(struct shower *s, const struct config_field *f, const struct json *v)
{
	struct buf text;

	buf_init(&text, CONFIG_VALUES_MAX);
	json_print(v, &text);
	must(!buf_failed(&text));
	jout_raw(s->j, f->name, buf_view(&text));
	buf_fini(&text);
}

static void
show_field(struct shower *s, const struct config_field *f)
{
	const struct json *v = json_member(s->values, f->name);

	if (json_kind(v) == JSON_NONE ||
	    (f->kind == CONFIG_SCRIPT && (s->r->looks || s->r->apart)))
		return;
	if (f->kind == CONFIG_SECRET)
		show_secret(s, f, json_text(v));
	else
		show_other(s, f, v);
}

/* Names of what is there and was not shown. */
static void
show_kept(struct shower *s, const struct config_field *f)
{
	jout_array(s->j, "secrets");
	for (; f->name != NULL; f++)
		if (f->kind == CONFIG_SECRET &&
		    json_kind(json_member(s->values, f->name)) != JSON_NONE)
			jout_strz(s->j, NULL, f->name);
	jout_end(s->j);
}

void
config_value_show(struct jout *j, enum config_type type,
    const struct json *values, const struct config_reader *r)
{
	const struct config_field *f = config_type_fields(type);
	struct shower s = {.j = j, .values = values, .r = r};

	for (; f->name != NULL; f++)
		show_field(&s, f);
	if (s.seed[0] != '\0')
		jout_strz(j, "seed", s.seed);
	if (s.kept)
		show_kept(&s, config_type_fields(type));
}

/* ---- handing over ---- */

/* Certificates one behind the other. */
static struct str
join_certs(struct arena *a, const struct json *v)
{
	struct buf all;
	struct str out;

	buf_init(&all, CONFIG_VALUES_MAX);
	for (size_t i = 0; i < json_length(v); i++)
		buf_str(&all, json_text(json_member(json_item(v, i), "pem")));
	out = str_of(arena_str(a, buf_view(&all)));
	buf_fini(&all);
	return out;
}

static struct str
text_of(struct arena *a, const struct config_field *f, const struct json *v)
{
	if (f->kind == CONFIG_BOOL)
		return json_true(v) ? STR("true") : STR("false");
	if (f->kind == CONFIG_CERTS)
		return join_certs(a, v);
	if (json_kind(v) == JSON_INT)
		return str_of(
		    arena_printf(a, "%lld", (long long)json_number(v, 0)));
	return json_text(v);
}

/* DC4: off, the value is not sent at all; on, even if it is empty. */
static bool
is_handed(const struct config_field *f, const struct json *values)
{
	if (f->kind == CONFIG_MARK)
		return false;
	if (f->mark != NULL)
		return json_true(json_member(values, f->mark));
	return json_kind(json_member(values, f->name)) != JSON_NONE;
}

int
config_value_items(struct arena *a, enum config_type type,
    const struct json *values, struct config_item **out, size_t *n,
    struct err *e)
{
	const struct config_field *f = config_type_fields(type);
	void *list = NULL;

	*n = 0;
	*out = NULL;
	for (; f->name != NULL; f++) {
		struct config_item *item;

		if (!is_handed(f, values))
			continue;
		item = load_more(a, &list, n, sizeof(*item));
		if (item == NULL)
			break;
		*item = (struct config_item){
		    f, text_of(a, f, json_member(values, f->name))};
	}
	if (arena_failed(a))
		return err_set(e, ERR_LIMIT, "no room for values");
	*out = list;
	return 0;
}
