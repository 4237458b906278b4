/* Commands about accounts and API keys. */
#include <string.h>

#include "account.h"
#include "cli.h"
#include "count.h"
#include "domain.h"
#include "num.h"
#include "qr.h"
#include "signin.h"
#include "totp.h"

/* What the options of add and set say. */
struct account_values {
	struct account_change change;
	struct str name, password, permissions, mail;
	enum role role;
	bool read_only;
	int64_t owner;
	int64_t domains[ACCOUNT_DOMAINS_MAX];
};

static int
read_domains(struct cli *cli, const struct opts *o, struct account_values *v)
{
	struct domain d;
	const char *name;
	size_t n = 0;

	while ((name = opts_nth(o, "domain", n)) != NULL) {
		if (n == ACCOUNT_DOMAINS_MAX)
			return err_set(cli->err, ERR_LIMIT, "too many domains");
		if (cli_domain(cli, name, &d) < 0)
			return -1;
		v->domains[n++] = d.id;
	}
	if (n > 0) {
		v->change.domains = v->domains;
		v->change.ndomains = n;
	}
	return 0;
}

static void
read_permissions(
    struct cli *cli, const struct opts *o, struct account_values *v)
{
	struct buf list;
	const char *word;

	buf_init(&list, ACCOUNT_PERMISSIONS_MAX);
	for (size_t i = 0; (word = opts_nth(o, "permission", i)) != NULL; i++) {
		buf_puts(&list, i ? "," : "");
		buf_puts(&list, word);
	}
	if (opts_has(o, "permission")) {
		v->permissions =
		    str_n(arena_str(&cli->arena, buf_view(&list)), list.len);
		v->change.permissions = &v->permissions;
	}
	buf_fini(&list);
}

static int
read_values(struct cli *cli, const struct opts *o, struct account_values *v)
{
	const char *role = opts_get(o, "role");
	const char *owner = opts_get(o, "owner");
	const char *file = opts_get(o, "password-file");
	const char *read_only = opts_get(o, "read-only");
	struct account a;

	v->change.name = cli_text(o, "name", &v->name);
	v->change.mail = cli_text(o, "mail", &v->mail);
	if (role != NULL) {
		if (!role_parse(str_of(role), &v->role))
			return err_set(cli->err, ERR_INPUT,
			    "unknown role \"%.60s\"", role);
		v->change.role = &v->role;
	}
	if (owner != NULL) {
		if (cli_account(cli, owner, &a) < 0)
			return -1;
		v->owner = a.id;
		v->change.owner = &v->owner;
	}
	if (file != NULL) {
		if (cli_password_file(cli, file, &v->password) < 0)
			return -1;
		v->change.password = &v->password;
	}
	if (read_only != NULL &&
	    cli_yes_no(read_only, &v->read_only, cli->err) < 0)
		return -1;
	v->change.read_only = read_only != NULL ? &v->read_only : NULL;
	read_permissions(cli, o, v);
	return read_domains(cli, o, v);
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	struct account_values v = {0};
	const char *text = opts_get(o, "id");
	int64_t id = -1;

	if (text != NULL && !num_parse(str_of(text), 1, INT32_MAX, &id))
		return err_set(
		    cli->err, ERR_INPUT, "--id needs a positive number");
	if (read_values(cli, o, &v) < 0)
		return -1;
	v.name = str_of(o->words[0]);
	v.change.name = &v.name;
	if (account_add(&cli->ask, &id, &v.change) < 0)
		return -1;
	cli_printf(cli, "account %s has id %lld\n", o->words[0], (long long)id);
	return 0;
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	struct account_values v = {0};
	struct account a;

	if (read_values(cli, o, &v) < 0 ||
	    cli_account(cli, o->words[0], &a) < 0)
		return -1;
	return account_edit(&cli->ask, a.id, &v.change);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	struct account a;

	if (cli_account(cli, o->words[0], &a) < 0)
		return -1;
	return account_remove(&cli->ask, a.id);
}

/* Programs get numbers, people names. */
static int
put_owner(struct cli *cli, struct listing *l, int64_t owner)
{
	struct account a;
	int rc = 0;

	if (l->as_json) {
		listing_int(l, owner);
		return 0;
	}
	if (owner >= 0)
		rc = account_get(&cli->ask, owner, &a);
	if (rc > 0)
		listing_text(l, a.name);
	else
		listing_textz(l, "-");
	return rc < 0 ? -1 : 0;
}

static int
add_domain(struct cli *cli, const struct listing *l, int64_t id, struct buf *to)
{
	struct domain d;
	int rc = l->as_json ? 0 : domain_get(&cli->ask, id, &d);

	buf_puts(to, to->len > 0 ? "," : "");
	if (rc > 0)
		buf_str(to, d.name);
	else
		buf_printf(to, "%lld", (long long)id);
	return rc < 0 ? -1 : 0;
}

static int
account_row(struct cli *cli, struct listing *l, const struct account *a)
{
	struct buf ids;
	int rc = 0;

	buf_init(&ids, 1 << 20);
	for (size_t i = 0; i < a->ndomains && rc == 0; i++)
		rc = add_domain(cli, l, a->domains[i], &ids);
	listing_int(l, a->id);
	listing_text(l, a->name);
	listing_textz(l, role_name(a->role));
	if (put_owner(cli, l, a->owner) < 0)
		rc = -1;
	listing_bool(l, a->has_password);
	listing_bool(l, a->second_factor);
	listing_bool(l, a->read_only);
	listing_text(l, a->permissions);
	listing_text(l, a->mail);
	listing_text(l, buf_view(&ids));
	buf_fini(&ids);
	return rc;
}

static int
account_rows(
    struct cli *cli, struct listing *l, const struct account *page, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (account_row(cli, l, &page[i]) < 0)
			return -1;
	return 0;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"name", 24},
	    {"role", 14}, {"owner", 16}, {"password", 8}, {"secondFactor", 12},
	    {"readOnly", 8}, {"permissions", 16}, {"mail", 24}, {"domains", 0}};
	struct account *page;
	struct listing l;
	size_t n = ACCOUNT_PAGE;
	int64_t after = -1;

	listing_open(
	    &l, columns, COUNT(columns), opts_has(o, "json"), cli->out);
	while (n == ACCOUNT_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (account_list(&cli->ask, after, &page, &n) < 0)
			return -1;
		if (account_rows(cli, &l, page, n) < 0)
			return -1;
		after = n > 0 ? page[n - 1].id : after;
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

/* ---- logins ---- */

static int
run_sessions(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"kind", 6},
	    {"created", 24}, {"used", 24}, {"ends", 24}, {"address", 24},
	    {"agent", 0}};
	struct signin *list;
	struct account a;
	struct listing l;
	size_t n;

	if (cli_account(cli, o->words[0], &a) < 0 ||
	    signin_list(&cli->ask, a.id, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 7, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		const struct signin *s = &list[i];

		listing_int(&l, s->id);
		listing_textz(&l, signin_kind_name(s));
		listing_time(&l, s->created);
		listing_time(&l, s->used);
		listing_time(&l, s->ends);
		listing_text(&l, s->remote);
		listing_text(&l, s->agent);
	}
	return listing_close(&l);
}

static int
run_logout(struct cli *cli, const struct opts *o)
{
	const char *text = opts_get(o, "id");
	struct account a;
	int64_t id = 0;

	if (text != NULL && !num_parse(str_of(text), 1, INT64_MAX, &id))
		return err_set(
		    cli->err, ERR_INPUT, "a login is named by its number");
	if (cli_account(cli, o->words[0], &a) < 0)
		return -1;
	return signin_end(&cli->ask, a.id, id);
}

/* ---- second factor ---- */

static int
totp_new(struct cli *cli, int64_t account)
{
	struct totp_offer offer;
	struct buf picture;
	int rc;

	if (totp_begin(&cli->ask, account, &offer) < 0)
		return -1;
	buf_init(&picture, QR_MAX);
	rc = qr_blocks(offer.url, &picture, cli->err);
	if (rc == 0) {
		cli_printf(cli, "%.*s", (int)picture.len, picture.data);
		cli_printf(cli, "secret %s\n%s\n", offer.secret, offer.url);
		cli_printf(cli, "it counts when a code of it is given: "
				"--confirm CODE\n");
	}
	buf_wipe(&picture);
	explicit_bzero(&offer, sizeof(offer));
	return rc;
}

static int
totp_sure(struct cli *cli, int64_t account, const char *code)
{
	char codes[TOTP_RECOVERY][TOTP_RECOVERY_SIZE];

	if (totp_confirm(&cli->ask, account, str_of(code), codes) < 0)
		return -1;
	cli_printf(cli, "recovery codes, each good once:\n");
	for (size_t i = 0; i < TOTP_RECOVERY; i++)
		cli_printf(cli, "%s\n", codes[i]);
	explicit_bzero(codes, sizeof(codes));
	return 0;
}

static int
run_totp(struct cli *cli, const struct opts *o)
{
	const char *code = opts_get(o, "confirm");
	struct account a;

	if (opts_has(o, "new") + opts_has(o, "off") + (code != NULL) > 1)
		return err_set(cli->err, ERR_INPUT, "one of them at a time");
	if (cli_account(cli, o->words[0], &a) < 0)
		return -1;
	if (opts_has(o, "new"))
		return totp_new(cli, a.id);
	if (code != NULL)
		return totp_sure(cli, a.id, code);
	if (opts_has(o, "off"))
		return totp_end(&cli->ask, a.id);
	cli_printf(cli, "second factor: %s\n", a.second_factor ? "on" : "off");
	return 0;
}

/* ---- keys ---- */

static int
run_key_add(struct cli *cli, const struct opts *o)
{
	const char *name = opts_get(o, "name");
	char text[KEY_TEXT_SIZE];
	struct account a;
	int64_t id;

	if (cli_account(cli, o->words[0], &a) < 0 ||
	    key_add(&cli->ask, a.id, str_of(name ? name : "key"), &id, text) <
		0)
		return -1;
	cli_printf(cli, "%s\n", text);
	explicit_bzero(text, sizeof(text));
	return 0;
}

static int
run_key_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"name", 24},
	    {"created", 24}, {"used", 24}, {"revoked", 7}};
	struct api_key *keys;
	struct account a;
	struct listing l;
	size_t n;

	if (cli_account(cli, o->words[0], &a) < 0 ||
	    key_list(&cli->ask, a.id, &keys, &n) < 0)
		return -1;
	listing_open(&l, columns, 5, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_int(&l, keys[i].id);
		listing_text(&l, keys[i].name);
		listing_time(&l, keys[i].created);
		listing_time(&l, keys[i].last_used);
		listing_bool(&l, keys[i].revoked);
	}
	return listing_close(&l);
}

static int
run_key_remove(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "key", &id) < 0 ? -1 : key_remove(&cli->ask, id);
}

static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec add_options[] = {{"role", "ROLE", OPT_MUST},
    {"id", "N", 0}, {"owner", "ACCOUNT", 0}, {"domain", "DOMAIN", OPT_MANY},
    {"permission", "WORD", OPT_MANY}, {"mail", "ADDRESS", 0},
    {"password-file", "FILE", 0}, {"read-only", "yes|no", 0}, {NULL, NULL, 0}};
static const struct opt_spec set_options[] = {{"name", "NAME", 0},
    {"role", "ROLE", 0}, {"owner", "ACCOUNT", 0},
    {"domain", "DOMAIN", OPT_MANY}, {"permission", "WORD", OPT_MANY},
    {"mail", "ADDRESS", 0}, {"password-file", "FILE", 0},
    {"read-only", "yes|no", 0}, {NULL, NULL, 0}};
static const struct opt_spec one_login[] = {{"id", "N", 0}, {NULL, NULL, 0}};
static const struct opt_spec totp_options[] = {{"new", NULL, 0},
    {"confirm", "CODE", 0}, {"off", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec key_options[] = {
    {"name", "TEXT", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_account[] = {
    {"account", "add", "NAME", {add_options, 1, 1}, CLI_STORE, run_add,
	"ROLE: system-admin, manager, company-admin or user"},
    {"account", "list", "", {json_only, 0, 0}, CLI_STORE, run_list,
	"all accounts"},
    {"account", "set", "ACCOUNT", {set_options, 1, 1}, CLI_STORE, run_set,
	"change an account; its sessions end if it loses something"},
    {"account", "remove", "ACCOUNT", {cli_removes, 1, 1}, CLI_REMOVES,
	run_remove, "remove an account and its keys"},
    {"account", "sessions", "ACCOUNT", {json_only, 1, 1}, CLI_STORE,
	run_sessions, "who is logged in as it, from where and with what"},
    {"account", "logout", "ACCOUNT", {one_login, 1, 1}, CLI_STORE, run_logout,
	"log it out everywhere, or where N says"},
    {"account", "totp", "ACCOUNT", {totp_options, 1, 1}, CLI_STORE, run_totp,
	"its second factor: a new secret, its confirmation, none"},
    {"key", "add", "ACCOUNT", {key_options, 1, 1}, CLI_STORE, run_key_add,
	"make an API key and print it, this once"},
    {"key", "list", "ACCOUNT", {json_only, 1, 1}, CLI_STORE, run_key_list,
	"keys of an account, without their secrets"},
    {"key", "remove", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_key_remove,
	"revoke a key; its sessions end"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
