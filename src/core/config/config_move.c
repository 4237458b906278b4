#include "config_move.h"

#include <string.h>

#include "access.h"
#include "must.h"

#define SEALED_NAME "fleetline-secrets-1"
#define SEALED_FOR  STR("config.export")

/* ---- out ---- */

static void
put_secrets(struct jout *j, const struct config *c, const struct json *values)
{
	const struct config_field *f = config_type_fields(c->type);

	jout_object(j, NULL);
	for (; f->name != NULL; f++) {
		const struct json *v = json_member(values, f->name);

		if (f->kind == CONFIG_SECRET && json_kind(v) == JSON_STRING)
			jout_str(j, f->name, json_text(v));
	}
	jout_end(j);
}

static int
export_one(
    struct ask *q, const struct config *c, struct jout *j, struct jout *secrets)
{
	const struct config_reader nobody = {.looks = false};
	struct config_labels labels;
	const struct json *values;

	if (config_labels(q, c, &labels) < 0 ||
	    config_values(q, c, &values) < 0)
		return -1;
	jout_object(j, NULL);
	jout_str(j, "desc", c->desc);
	jout_strz(j, "type", config_type_name(c->type));
	jout_array(j, "categories");
	for (size_t i = 0; i < labels.n; i++)
		jout_str(j, NULL, labels.list[i].name);
	jout_end(j);
	/* For all where it goes, without it. */
	if (c->limited && labels.n == 0)
		jout_bool(j, "matchesNone", true);
	config_value_show(j, c->type, values, &nobody);
	jout_end(j);
	put_secrets(secrets, c, values);
	return 0;
}

static int
export_page(struct ask *q, const struct config *list, size_t n, struct jout *j,
    struct jout *secrets)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct arena_mark m = arena_mark(q->arena);

		rc = export_one(q, &list[i], j, secrets);
		arena_reset(q->arena, m);
	}
	return rc;
}

int
config_export(
    struct ask *q, int64_t domain, struct sink to, struct buf *secrets)
{
	size_t n = CONFIG_PAGE;
	struct config *list;
	struct jout j, s;
	int64_t after = 0;

	buf_init(secrets, CONFIG_SECRETS_MAX / 2);
	if (access_need(q->who, domain, q->err) < 0)
		return -1;
	jout_init(&j, to);
	jout_init(&s, buf_sink(secrets));
	jout_object(&j, NULL);
	jout_array(&j, "configs");
	jout_array(&s, NULL);
	while (n == CONFIG_PAGE) {
		if (config_list(q, domain, after, &list, &n) < 0 ||
		    export_page(q, list, n, &j, &s) < 0)
			return -1;
		after = n > 0 ? list[n - 1].id : after;
	}
	jout_end(&s);
	jout_end(&j);
	jout_end(&j);
	return jout_failed(&j) || buf_failed(secrets)
		   ? err_set(q->err, ERR_IO, "could not write all of it")
		   : 0;
}

/* ---- in ---- */

/* Secrets that a configuration had and that nobody brings. */
static size_t
left_out(const struct json *c, const struct json *secrets)
{
	const struct json *names = json_member(c, "secrets");
	size_t n = 0;

	for (size_t i = 0; i < json_length(names); i++) {
		struct str name = json_text(json_item(names, i));
		const struct config_field *f = config_type_field(
		    config_type_parse(json_text(json_member(c, "type"))), name);

		n += f != NULL &&
		     json_kind(json_member(secrets, f->name)) == JSON_NONE;
	}
	return n;
}

static int
read_list(struct ask *q, struct str text, const char *member,
    const struct json **list)
{
	const struct json *all;

	if (json_read(q->arena, text, CONFIG_MOVE_MAX, &all, q->err) < 0)
		return -1;
	*list = member != NULL ? json_member(all, member) : all;
	return json_kind(*list) == JSON_ARRAY
		   ? 0
		   : err_set(q->err, ERR_INPUT, "not what an export has");
}

int
config_import(struct ask *q, int64_t domain, struct str text,
    struct str secrets, struct config_moved *out)
{
	const struct json *list, *more = NULL;
	struct config_wish *wishes;

	*out = (struct config_moved){0};
	if (read_list(q, text, "configs", &list) < 0 ||
	    (secrets.len > 0 && read_list(q, secrets, NULL, &more) < 0))
		return -1;
	out->n = json_length(list);
	if (more != NULL && json_length(more) != out->n)
		return err_set(
		    q->err, ERR_INPUT, "the secrets are of another export");
	if (out->n > CONFIG_MAX)
		return err_say(q->err, ERR_LIMIT, "too many configurations");
	wishes = arena_array(q->arena, out->n, sizeof(*wishes));
	if (wishes == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for all of it");
	for (size_t i = 0; i < out->n; i++) {
		wishes[i].domain = domain;
		wishes[i].given.members = json_item(list, i);
		wishes[i].given.secrets = json_item(more, i);
		out->secrets +=
		    left_out(json_item(list, i), json_item(more, i));
	}
	return config_save_all(q, wishes, out->n, &out->done);
}

/* ---- the other text ---- */

int
config_secrets_seal(
    struct str phrase, struct str plain, struct buf *out, struct err *e)
{
	unsigned char salt[CRYPTO_SALT_SIZE];
	struct crypto_key key;
	struct buf sealed;

	buf_init(out, CONFIG_SECRETS_MAX);
	if (phrase.len < CONFIG_PHRASE_MIN)
		return err_set(e, ERR_INPUT,
		    "the pass phrase needs %d characters", CONFIG_PHRASE_MIN);
	crypto_random(salt, sizeof(salt));
	crypto_phrase_key(phrase, salt, &key);
	buf_init(&sealed, CONFIG_SECRETS_MAX);
	crypto_seal(&key, SEALED_FOR, plain, &sealed);
	explicit_bzero(&key, sizeof(key));
	buf_puts(out, SEALED_NAME " ");
	crypto_base64(str_n(salt, sizeof(salt)), out);
	buf_putc(out, ' ');
	crypto_base64(buf_view(&sealed), out);
	buf_fini(&sealed);
	return buf_failed(out) ? err_set(e, ERR_LIMIT, "too many secrets") : 0;
}

/* The two parts of the text, decoded. */
static bool
read_sealed(struct str text, struct buf *salt, struct buf *sealed)
{
	struct str rest = str_trim(text), name, salt64;

	return str_next(&rest, ' ', &name) && str_eqz(name, SEALED_NAME) &&
	       str_next(&rest, ' ', &salt64) &&
	       crypto_unbase64(salt64, salt) == 0 &&
	       salt->len == CRYPTO_SALT_SIZE &&
	       crypto_unbase64(rest, sealed) == 0;
}

int
config_secrets_open(
    struct str phrase, struct str text, struct buf *out, struct err *e)
{
	struct buf salt, sealed;
	struct crypto_key key;
	struct err why;
	int rc = 0;

	buf_init(out, CONFIG_SECRETS_MAX);
	buf_init(&salt, 64);
	buf_init(&sealed, CONFIG_SECRETS_MAX);
	if (!read_sealed(text, &salt, &sealed)) {
		rc = err_set(e, ERR_INPUT, "not a file of secrets");
	} else {
		crypto_phrase_key(
		    phrase, (const unsigned char *)salt.data, &key);
		if (crypto_unseal(
			&key, SEALED_FOR, buf_view(&sealed), out, &why) < 0)
			rc = err_set(e, ERR_INPUT,
			    "sealed with another pass phrase, or damaged");
		explicit_bzero(&key, sizeof(key));
	}
	buf_fini(&salt);
	buf_fini(&sealed);
	return rc;
}
