#include "setting.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "audit.h"
#include "change.h"
#include "db.h"
#include "load.h"
#include "must.h"
#include "num.h"
#include "secret.h"

#define SEALED_MAX 1024 /* bytes of a sealed secret */

#define NUMBER(k, l, h, d)                                                     \
	.key = (k), .kind = SETTING_INT, .lo = (l), .hi = (h), .otherwise = (d)
#define CHOICE(k, words, d)                                                    \
	.key = (k), .kind = SETTING_CHOICE, .choices = (words), .otherwise = (d)
#define TEXT(k, l, h)                                                          \
	.key = (k), .kind = SETTING_TEXT, .lo = (l), .hi = (h), .otherwise = ""
#define SECRET(k)                                                              \
	.key = (k), .kind = SETTING_SECRET, .hi = SECRET_MAX, .otherwise = ""

/* Rules read these; a key without a rule that reads it has no place here. */
const struct setting setting_table[] = {
    {NUMBER("offer_minutes", 0, SETTING_OFFER_MAX, "1440"),
	.help = "how long an open offer may last at most; 0 forbids them"},
    {NUMBER("claim_minutes", 1, 1440, "15"),
	.help = "how long a claim is shown after it went offline"},
    {NUMBER("claims_per_address", 1, 10000, "1000"),
	.help = "claims recorded of one address (IPv6: of its /64)"},
    {NUMBER("login.idle_minutes", 5, 10080, "60"),
	.help =
	    "a login by name and password ends when it is not used so long"},
    {NUMBER("login.hours", 1, 8760, "12"),
	.help = "hours after which it ends in any case"},
    {CHOICE("console.domain_login", "no yes", "yes"),
	.help = "the console's form takes a domain and its password, which "
		"know no second factor: yes, no"},
    {CHOICE("digest.order", "compatible strong", "compatible"),
	.help = "logins by digest: compatible, MD5 first, or strong, SHA-256 "
		"first"},
    {CHOICE("billing.api", "off on", "off"),
	.help = "XML device lists for billing: off, on (needs billing.key)",
	.may = setting_may_billing_api},
    {CHOICE("billing.get", "off on", "off"),
	.help = "they may be asked for with GET: off, on"},
    {CHOICE("billing.hash_check", "off on", "on"),
	.help = "their requests need a hash: on, off (needs billing.allow)",
	.may = setting_may_billing_hash_check},
    {SECRET("billing.key"), .help = "secret key of that hash"},
    {CHOICE("billing.extension", "html xml", "html"),
	.help = "they are sent as text/html or text/xml: html, xml"},
    {CHOICE("billing.gzip", "always negotiate never", "always"),
	.help = "they are compressed: always, negotiate (if asked for), never"},
    {TEXT("billing.allow", 0, SETTING_VALUE_MAX),
	.help = "addresses and networks that may ask, with commas; empty: all",
	.may = setting_may_billing_allow},
    {CHOICE("billing.address", "reported connection", "reported"),
	.help = "a device's address: reported by itself, or of its connection"},
    {NUMBER("billing.rate", 0, 1000000, "6000"),
	.help = "requests a minute from one address; 0: no limit"},
    {NUMBER("health.free_mb", 0, 1000000, "8"),
	.help = "MiB free beside the database below which /health is down"},
    {NUMBER("deliver.at_once", 1, 200, "20"),
	.help = "devices that are brought their configurations at once"},
    {CHOICE("registration.push", "off manual pbx", "off"),
	.help =
	    "devices are told another host of this instance: off, manual "
	    "(registration move), pbx (when its PBX says another one, too)"},
    {NUMBER("alarm.disk", 0, 100, "90"),
	.help =
	    "percent of the database's disk from which on it is an alarm; 0: "
	    "never"},
    {TEXT("jobs.store", 0, SETTING_VALUE_MAX),
	.help = "URL of the store of firmware; empty: the one of this instance",
	.may = setting_may_store},
    {NUMBER("jobs.devices", 1, 1000, "100"),
	.help = "devices that jobs of all domains work on at once"},
    {NUMBER("jobs.timeout", 5, 7200, "900"),
	.help = "seconds until a device that was told something must have done "
		"it"},
    {NUMBER("jobs.target", 1, 600, "30"),
	.help = "seconds that a request to the target of a backup may take"},
    {NUMBER("jobs.missing", 0, 365, "3"),
	.help = "days without a backup of a device from which on it is an "
		"alarm; 0: never"},
    {CHOICE("jobs.sequential", "domain instance", "domain"),
	.help = "jobs work one after the other in each domain, or in all of "
		"them: domain, instance"},
    {NUMBER("phones.refresh", 5, 40320, "1440"),
	.help = "minutes within which phones of other vendors ask for their "
		"files; twice that without, and they are offline"},
    {NUMBER("rental.jump", 1, 365, "2"),
	.help = "days without a run after which the clock must be vouched for"},
    {NUMBER("audit.days", 0, 36500, "0"),
	.help = "days that the audit is kept, at least 30; 0: for ever",
	.may = setting_may_audit_days},
    {.key = NULL},
};

static const struct setting *
find(const char *key, struct err *e)
{
	for (const struct setting *s = setting_table; s->key != NULL; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	(void)err_set(e, ERR_GONE, "no setting \"%.40s\"", key);
	return NULL;
}

/* ---- reading ---- */

/* As it is stored: 1, 0 there is none. */
static int
stored(struct ask *q, const struct setting *s, struct str *out)
{
	return load_one(ask_loader(q), STMT_SETTING_GET, ARGS(A_STRZ(s->key)),
	    load_str, out);
}

int
setting_get(struct ask *q, const char *key, struct str *out)
{
	const struct setting *s = find(key, q->err);
	int rc = s != NULL ? stored(q, s, out) : -1;

	if (rc < 0)
		return -1;
	if (rc == 0)
		*out = str_of(s->otherwise);
	else if (s->kind == SETTING_SECRET)
		*out = STR(SETTING_IS_SET);
	return 0;
}

int
setting_get_int(struct ask *q, const char *key, int64_t *out)
{
	const struct setting *s = find(key, q->err);
	struct str text;

	if (s == NULL || setting_get(q, key, &text) < 0)
		return -1;
	if (!num_parse(text, s->lo, s->hi, out))
		return err_set(q->err, ERR_IO, "setting %s is no number", key);
	return 0;
}

/* -1 if it is none of them. */
static int
choice(const struct setting *s, struct str value)
{
	struct str words = str_of(s->choices), word;

	for (int i = 0; str_next(&words, ' ', &word); i++)
		if (str_eq(word, value))
			return i;
	return -1;
}

int
setting_get_choice(struct ask *q, const char *key, int *out)
{
	const struct setting *s = find(key, q->err);
	struct str text;

	if (s == NULL || setting_get(q, key, &text) < 0)
		return -1;
	must(s->kind == SETTING_CHOICE);
	*out = choice(s, text);
	if (*out < 0)
		return err_set(
		    q->err, ERR_IO, "setting %s has no such value", key);
	return 0;
}

/* ---- secrets: sealed, and as text, because settings are texts ---- */

static const char *
place_of(const struct setting *s, char out[64])
{
	int n = snprintf(out, 64, "setting.%s", s->key);

	must(n > 0 && n < 64);
	return out;
}

int
setting_get_secret(struct ask *q, const char *key, struct secret *out)
{
	const struct setting *s = find(key, q->err);
	struct str text;
	struct buf sealed;
	char room[64];
	int rc;

	memset(out, 0, sizeof(*out));
	if (s == NULL)
		return -1;
	must(s->kind == SETTING_SECRET);
	rc = stored(q, s, &text);
	if (rc <= 0)
		return rc;
	buf_init(&sealed, SEALED_MAX);
	if (crypto_unbase64(text, &sealed) < 0)
		rc = err_set(q->err, ERR_IO, "setting %s is damaged", key);
	else
		rc = secret_open(
		    q, place_of(s, room), 0, buf_view(&sealed), out);
	buf_fini(&sealed);
	return rc;
}

static int
save_secret(struct ask *q, const struct setting *s, struct str value)
{
	struct buf sealed, text;
	char room[64];
	int rc;

	secret_seal(q->core, place_of(s, room), 0, value, &sealed);
	buf_init(&text, 2 * SEALED_MAX);
	crypto_base64(buf_view(&sealed), &text);
	must(!buf_failed(&text));
	rc = db_run(q->core->store, STMT_SETTING_SET,
	    ARGS(A_STRZ(s->key), A_STR(buf_view(&text))), q->err);
	buf_fini(&sealed);
	buf_fini(&text);
	return rc;
}

/* ---- changing ---- */

static int
check_text(const struct setting *s, struct str value, struct err *e)
{
	if (value.len >= (size_t)s->lo && value.len <= (size_t)s->hi &&
	    str_printable(value))
		return 0;
	return err_say(e, ERR_INPUT, "invalid text");
}

static int
check(const struct setting *s, struct str value, struct err *e)
{
	int64_t n;

	switch (s->kind) {
	case SETTING_BOOL:
		if (str_eqz(value, "true") || str_eqz(value, "false"))
			return 0;
		return err_say(e, ERR_INPUT, "neither true nor false");
	case SETTING_INT:
		if (num_parse(value, s->lo, s->hi, &n))
			return 0;
		return err_say(e, ERR_INPUT, "number out of range");
	case SETTING_CHOICE:
		if (choice(s, value) >= 0)
			return 0;
		return err_set(e, ERR_INPUT, "choose one of: %s", s->choices);
	case SETTING_TEXT:
	case SETTING_SECRET:
		return check_text(s, value, e);
	}
	return err_set(e, ERR_INPUT, "setting %s", s->key);
}

/* An empty value of these is the default, stored as no row at all. */
static bool
clears(const struct setting *s, struct str value)
{
	return value.len == 0 && s->kind != SETTING_TEXT;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct str value;

	(void)id;
	*out = (struct snapshot){.there = true};
	if (setting_get(q, arena_str(q->arena, key), &value) < 0)
		return -1;
	return change_values(q, PAIRS(P_STR("value", value)), out);
}

static const struct change_kind setting_kind = {.look = look};

static int
note(struct ask *q, const struct setting *s, struct str value)
{
	struct str key = str_of(s->key);

	if (s->kind == SETTING_SECRET)
		return change_say(
		    q, "setting.set", key, PAIRS(P_BOOL("set", value.len > 0)));
	return change_say(
	    q, "setting.set", key, PAIRS(P_INT("length", (int64_t)value.len)));
}

static int
save(struct ask *q, const struct setting *s, struct str value)
{
	struct str meant = clears(s, value) ? str_of(s->otherwise) : value;
	int rc;

	if ((s->may != NULL && s->may(q, meant) < 0) ||
	    change_touch(q, &setting_kind, 0, str_of(s->key)) < 0)
		return -1;
	if (clears(s, value))
		rc = db_run(q->core->store, STMT_SETTING_CLEAR,
		    ARGS(A_STRZ(s->key)), q->err);
	else if (s->kind == SETTING_SECRET)
		rc = save_secret(q, s, value);
	else
		rc = db_run(q->core->store, STMT_SETTING_SET,
		    ARGS(A_STRZ(s->key), A_STR(value)), q->err);
	return rc < 0 ? -1 : note(q, s, value);
}

int
setting_set(struct ask *q, const char *key, struct str value)
{
	const struct setting *s;

	if (access_admin(q->who, q->err) < 0)
		return -1;
	s = find(key, q->err);
	if (s == NULL || (!clears(s, value) && check(s, value, q->err) < 0) ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, save(q, s, value));
}
