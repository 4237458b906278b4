/* Messages about accounts, their keys, settings and the audit. */
#include <string.h>

#include "account.h"
#include "api_table.h"
#include "audit.h"
#include "category.h"
#include "domain.h"
#include "ids.h"
#include "login.h"
#include "mail.h"
#include "setting.h"
#include "when.h"

/* ---- fields ---- */

enum {
	F_ACCOUNT_ID,
	F_ACCOUNT_NAME,
	F_ACCOUNT_ROLE,
	F_ACCOUNT_OWNER,
	F_ACCOUNT_PASSWORD,
	F_ACCOUNT_PERMISSIONS,
	F_ACCOUNT_DOMAINS,
	F_ACCOUNT_MAIL,
	F_ACCOUNT_READ_ONLY
};
enum { F_KEY_ACCOUNT, F_KEY_NAME };
enum { F_ID };
enum {
	F_AUDIT_BEFORE,
	F_AUDIT_LIMIT,
	F_AUDIT_SINCE,
	F_AUDIT_UNTIL,
	F_AUDIT_WHO,
	F_AUDIT_ON,
	F_AUDIT_WHAT,
	F_AUDIT_DOMAIN
};
enum { F_SETTING_KEY, F_SETTING_VALUE };

/* clang-format off */
static const struct field f_add_account[] = {
    [F_ACCOUNT_ID] = NUMBER("id", 1, IDS_CHOSEN_MAX),
    [F_ACCOUNT_NAME] = NEED_TEXT("name", 1, ACCOUNT_NAME_MAX),
    [F_ACCOUNT_ROLE] = NEED_TEXT("role", 1, ROLE_NAME_MAX),
    [F_ACCOUNT_OWNER] = NUMBER("owner", -1, ID_MAX),
    [F_ACCOUNT_PASSWORD] = TEXT("password", 0, LOGIN_PASSWORD_MAX),
    [F_ACCOUNT_PERMISSIONS] = TEXT("permissions", 0, ACCOUNT_PERMISSIONS_MAX),
    [F_ACCOUNT_DOMAINS] = NUMBERS("domainIds", 1, ID_MAX),
    [F_ACCOUNT_MAIL] = TEXT("mail", 0, MAIL_ADDRESS_MAX),
    [F_ACCOUNT_READ_ONLY] = BOOL("readOnly"),
};

static const struct field f_add_key[] = {
    [F_KEY_ACCOUNT] = NEED_NUMBER("accountId", 0, ID_MAX),
    [F_KEY_NAME] = NEED_TEXT("name", 1, KEY_NAME_MAX),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_edit_account[] = {
    [F_ACCOUNT_ID] = NEED_NUMBER("id", 0, ID_MAX),
    [F_ACCOUNT_NAME] = TEXT("name", 1, ACCOUNT_NAME_MAX),
    [F_ACCOUNT_ROLE] = TEXT("role", 1, ROLE_NAME_MAX),
    [F_ACCOUNT_OWNER] = NUMBER("owner", -1, ID_MAX),
    [F_ACCOUNT_PASSWORD] = TEXT("password", 0, LOGIN_PASSWORD_MAX),
    [F_ACCOUNT_PERMISSIONS] = TEXT("permissions", 0, ACCOUNT_PERMISSIONS_MAX),
    [F_ACCOUNT_DOMAINS] = NUMBERS("domainIds", 0, ID_MAX),
    [F_ACCOUNT_MAIL] = TEXT("mail", 0, MAIL_ADDRESS_MAX),
    [F_ACCOUNT_READ_ONLY] = BOOL("readOnly"),
};

static const struct field f_edit_key[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
    [F_KEY_NAME] = NEED_TEXT("name", 1, KEY_NAME_MAX),
};

static const struct field f_audit[] = {
    [F_AUDIT_BEFORE] = NUMBER("before", 1, ID_MAX),
    [F_AUDIT_LIMIT] = NUMBER("limit", 1, API_LIMIT_MAX),
    [F_AUDIT_SINCE] = TEXT("since", 1, WHEN_MAX),
    [F_AUDIT_UNTIL] = TEXT("until", 1, WHEN_MAX),
    [F_AUDIT_WHO] = TEXT("who", 1, AUDIT_WORD_MAX),
    [F_AUDIT_ON] = TEXT("on", 1, DOMAIN_NAME_MAX),
    [F_AUDIT_WHAT] = TEXT("what", 1, AUDIT_WORD_MAX),
    [F_AUDIT_DOMAIN] = NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_account_id[] = {
    [F_KEY_ACCOUNT] = NEED_NUMBER("accountId", 0, ID_MAX),
};

static const struct field f_setting[] = {
    [F_SETTING_KEY] = NEED_TEXT("key", 1, SETTING_KEY_MAX),
    [F_SETTING_VALUE] = NEED_TEXT("value", 0, SETTING_VALUE_MAX),
};
/* clang-format on */

/* ---- accounts ---- */

static void
put_account(struct jout *j, const struct account *k)
{
	jout_object(j, NULL);
	jout_int(j, "id", k->id);
	jout_str(j, "name", k->name);
	jout_strz(j, "role", role_name(k->role));
	if (k->owner >= 0)
		jout_int(j, "owner", k->owner);
	jout_str(j, "permissions", k->permissions);
	jout_str(j, "mail", k->mail);
	jout_bool(j, "readOnly", k->read_only);
	jout_bool(j, "hasPassword", k->has_password);
	jout_bool(j, "hasSecondFactor", k->second_factor);
	jout_array(j, "domainIds");
	for (size_t i = 0; i < k->ndomains; i++)
		jout_int(j, NULL, k->domains[i]);
	jout_end(j);
	jout_end(j);
}

static int
put_accounts(struct call *c, bool *last)
{
	struct device_cursor *at = &c->cursor.at;
	struct account *list;
	size_t n;

	/* Ids begin with 0, so the list begins after -1. */
	if (account_list(&c->q, at->part == 0 ? -1 : at->after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			put_account(&c->reply->j, &list[i]);
	at->part = 1;
	if (n > 0)
		at->after = list[n - 1].id;
	*last = n < ACCOUNT_PAGE;
	return 0;
}

static int
get_accounts(struct call *c)
{
	return api_list(c, "accounts", put_accounts);
}

static int
read_change(struct call *c, struct account_change *out, enum role *role)
{
	const struct value *v = c->v;

	*out = (struct account_change){0};
	if (v[F_ACCOUNT_NAME].given)
		out->name = &v[F_ACCOUNT_NAME].text;
	if (v[F_ACCOUNT_ROLE].given) {
		if (!role_parse(v[F_ACCOUNT_ROLE].text, role))
			return err_say(c->q.err, ERR_INPUT, "unknown role");
		out->role = role;
	}
	if (v[F_ACCOUNT_OWNER].given)
		out->owner = &v[F_ACCOUNT_OWNER].number;
	if (v[F_ACCOUNT_PASSWORD].given)
		out->password = &v[F_ACCOUNT_PASSWORD].text;
	if (v[F_ACCOUNT_PERMISSIONS].given)
		out->permissions = &v[F_ACCOUNT_PERMISSIONS].text;
	if (v[F_ACCOUNT_MAIL].given)
		out->mail = &v[F_ACCOUNT_MAIL].text;
	if (v[F_ACCOUNT_READ_ONLY].given)
		out->read_only = &v[F_ACCOUNT_READ_ONLY].truth;
	if (v[F_ACCOUNT_DOMAINS].given) {
		out->domains = v[F_ACCOUNT_DOMAINS].numbers;
		out->ndomains = v[F_ACCOUNT_DOMAINS].n;
	}
	return 0;
}

static int
add_account(struct call *c)
{
	const struct value *given = &c->v[F_ACCOUNT_ID];
	int64_t id = given->given ? given->number : -1;
	struct account_change in;
	enum role role;

	if (read_change(c, &in, &role) < 0 || account_add(&c->q, &id, &in) < 0)
		return -1;
	return api_done_id(c, id);
}

static int
edit_account(struct call *c)
{
	struct account_change in;
	enum role role;

	if (read_change(c, &in, &role) < 0 ||
	    account_edit(&c->q, c->v[F_ACCOUNT_ID].number, &in) < 0)
		return -1;
	return api_done(c);
}

static int
delete_account(struct call *c)
{
	if (account_remove(&c->q, c->v[F_ID].number) < 0)
		return -1;
	return api_done(c);
}

/* ---- keys ---- */

static void
put_key(struct jout *j, const void *element)
{
	const struct api_key *k = element;

	jout_object(j, NULL);
	jout_int(j, "id", k->id);
	jout_int(j, "accountId", k->account);
	jout_str(j, "name", k->name);
	jout_int(j, "created", k->created);
	jout_int(j, "lastUsed", k->last_used);
	jout_bool(j, "revoked", k->revoked);
	jout_end(j);
}

static int
get_keys(struct call *c)
{
	struct api_all all = {.size = sizeof(struct api_key), .put = put_key};
	struct api_key *list;

	if (key_list(&c->q, c->v[F_KEY_ACCOUNT].number, &list, &all.n) < 0)
		return -1;
	all.list = list;
	return api_list_all(c, "keys", &all);
}

static int
add_key(struct call *c)
{
	char text[KEY_TEXT_SIZE];
	int64_t id;

	if (key_add(&c->q, c->v[F_KEY_ACCOUNT].number, c->v[F_KEY_NAME].text,
		&id, text) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "id", id);
	jout_strz(&c->reply->j, "key", text);
	reply_close(c->reply);
	explicit_bzero(text, sizeof(text));
	return 0;
}

static int
edit_key(struct call *c)
{
	if (key_rename(&c->q, c->v[F_ID].number, c->v[F_KEY_NAME].text) < 0)
		return -1;
	return api_done(c);
}

static int
delete_key(struct call *c)
{
	if (key_remove(&c->q, c->v[F_ID].number) < 0)
		return -1;
	return api_done(c);
}

/* ---- settings ---- */

static int
put_settings(struct call *c, bool *last)
{
	struct jout *j = &c->reply->j;

	for (const struct setting *s = setting_table; s->key != NULL; s++) {
		struct str value;

		if (setting_get(&c->q, s->key, &value) < 0)
			return -1;
		if (!api_item(c))
			continue;
		jout_object(j, NULL);
		jout_strz(j, "key", s->key);
		jout_str(j, "value", value);
		jout_strz(j, "help", s->help);
		jout_end(j);
	}
	*last = true;
	return 0;
}

static int
get_settings(struct call *c)
{
	return api_list(c, "settings", put_settings);
}

static int
set_setting(struct call *c)
{
	if (setting_set(&c->q, arena_str(c->q.arena, c->v[F_SETTING_KEY].text),
		c->v[F_SETTING_VALUE].text) < 0)
		return -1;
	return api_done(c);
}

/* ---- audit ---- */

static void
put_audit(struct jout *j, const struct audit *k)
{
	jout_object(j, NULL);
	jout_int(j, "id", k->id);
	jout_int(j, "time", k->time);
	jout_str(j, "who", k->who);
	jout_str(j, "what", k->what);
	jout_str(j, "on", k->on);
	if (k->detail.len > 0)
		jout_raw(j, "detail", k->detail);
	jout_end(j);
}

static int
read_time(
    struct call *c, const struct value *v, enum when_edge edge, int64_t *out)
{
	if (!v->given || when_read(v->text, edge, out))
		return 0;
	return err_say(
	    c->q.err, ERR_INPUT, "no date like 2026-11-26 or 2026-11-26 16:30");
}

static int
read_filter(struct call *c, struct audit_filter *f)
{
	const struct value *v = c->v;

	*f = (struct audit_filter){.before = v[F_AUDIT_BEFORE].number,
	    .who = v[F_AUDIT_WHO].text,
	    .on = v[F_AUDIT_ON].text,
	    .what = v[F_AUDIT_WHAT].text,
	    .domain = v[F_AUDIT_DOMAIN].number};
	if (c->cursor.at.after != 0)
		f->before = c->cursor.at.after;
	if (read_time(c, &v[F_AUDIT_SINCE], WHEN_BEGIN, &f->since) < 0)
		return -1;
	return read_time(c, &v[F_AUDIT_UNTIL], WHEN_END, &f->until);
}

/* at.after: the id before which the next page begins; at.part: rows that were
 * written on earlier pages. */
static int
put_audits(struct call *c, bool *last)
{
	const struct value *limit = &c->v[F_AUDIT_LIMIT];
	struct device_cursor *at = &c->cursor.at;
	struct audit_filter filter;
	struct audit *list;
	size_t n, wanted;

	if (read_filter(c, &filter) < 0 ||
	    audit_list(&c->q, &filter, &list, &n) < 0)
		return -1;
	wanted = api_back(c, limit, (struct api_rows){n, AUDIT_PAGE}, last);
	for (size_t i = 0; i < wanted; i++)
		if (api_item(c))
			put_audit(&c->reply->j, &list[i]);
	if (n > 0)
		at->after = list[n - 1].id;
	return 0;
}

static int
get_audit(struct call *c)
{
	return api_list(c, "audit", put_audits);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("AddAccount"), CHANGES, FIELDS(f_add_account), .run = add_account},
    {ADMIN("AddKey"), CHANGES, FIELDS(f_add_key), .run = add_key},
    {ADMIN("DeleteAccount"), CHANGES, FIELDS(f_id), .run = delete_account},
    {ADMIN("DeleteKey"), CHANGES, FIELDS(f_id), .run = delete_key},
    {ADMIN("EditAccount"), CHANGES, FIELDS(f_edit_account), .run = edit_account},
    {ADMIN("EditKey"), CHANGES, FIELDS(f_edit_key), .run = edit_key},
    {ADMIN("GetAccounts"), READS, LIST("accounts"), .run = get_accounts},
    {LOGIN("GetAudit"), READS, LIST("audit"), FIELDS(f_audit), .run = get_audit},
    {ADMIN("GetKeys"), READS, LIST("keys"), FIELDS(f_account_id), .run = get_keys},
    {ADMIN("GetSettings"), READS, LIST("settings"), .run = get_settings},
    {ADMIN("SetSetting"), CHANGES, FIELDS(f_setting), .run = set_setting},
};
/* clang-format on */

const struct api_table api_account = {messages, COUNT(messages)};
