/* Commands about domains, access between them, and categories. */
#include <string.h>

#include "category.h"
#include "cli.h"
#include "crypto.h"
#include "domain.h"
#include "rental.h"
#include "when.h"

#define NEW_PASSWORD_LEN 20

/* What --name, --password-file, --deploy and --admin-passwords say. */
struct change_values {
	struct domain_change change;
	struct str name, password;
	bool deploy, admin_random, secondary;
};

static int
read_change(struct cli *cli, const struct opts *o, struct change_values *v)
{
	const char *file = opts_get(o, "password-file");
	const char *deploy = opts_get(o, "deploy");
	const char *secondary = opts_get(o, "secondary");
	const char *admin = opts_get(o, "admin-passwords");

	v->change.name = cli_text(o, "name", &v->name);
	if (file != NULL) {
		if (cli_password_file(cli, file, &v->password) < 0)
			return -1;
		v->change.password = &v->password;
	}
	if (deploy != NULL) {
		if (cli_yes_no(deploy, &v->deploy, cli->err) < 0)
			return -1;
		v->change.deploy = &v->deploy;
	}
	if (secondary != NULL) {
		if (cli_yes_no(secondary, &v->secondary, cli->err) < 0)
			return -1;
		v->change.secondary = &v->secondary;
	}
	if (admin == NULL)
		return 0;
	v->admin_random = strcmp(admin, "random") == 0;
	v->change.admin_random = &v->admin_random;
	if (!v->admin_random && strcmp(admin, "domain") != 0)
		return err_set(cli->err, ERR_INPUT,
		    "--admin-passwords is \"domain\" or \"random\"");
	return 0;
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	char drawn[NEW_PASSWORD_LEN + 1] = "";
	struct change_values v = {0};
	int64_t id;

	if (read_change(cli, o, &v) < 0)
		return -1;
	if (v.change.password == NULL) {
		crypto_token(drawn, NEW_PASSWORD_LEN);
		v.password = str_of(drawn);
		v.change.password = &v.password;
	}
	if (domain_add(&cli->ask, str_of(o->words[0]), &v.change, &id) < 0)
		return -1;
	cli_printf(cli, "domain %s has id %lld\n", o->words[0], (long long)id);
	if (drawn[0] != '\0')
		cli_printf(cli, "password %s\n", drawn);
	return 0;
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	struct change_values v = {0};
	struct domain d;

	if (read_change(cli, o, &v) < 0 || cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	if (o->ngiven == 0)
		return err_set(cli->err, ERR_INPUT, "nothing is to be set");
	if (domain_edit(&cli->ask, d.id, &v.change) < 0)
		return -1;
	if (d.is_instance && v.change.password != NULL)
		cli_printf(cli, "the instance password still opens everything; "
				"\"fleetline password\" changes it\n");
	return 0;
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	return domain_remove(&cli->ask, d.id, rental_may_remove);
}

static int
two_domains(
    struct cli *cli, const struct opts *o, struct domain *a, struct domain *b)
{
	if (cli_domain(cli, o->words[0], a) < 0)
		return -1;
	return cli_domain(cli, o->words[1], b);
}

static int
run_grant(struct cli *cli, const struct opts *o)
{
	const char *until = opts_get(o, "until");
	struct grant g = {.read_only = opts_has(o, "read-only")};
	struct domain a, b;

	if (until != NULL && !when_read(str_of(until), WHEN_END, &g.ends))
		return err_set(cli->err, ERR_INPUT,
		    "--until needs a date like 2026-11-26");
	if (two_domains(cli, o, &a, &b) < 0)
		return -1;
	g.domain = a.id;
	g.target = b.id;
	return domain_grant(&cli->ask, &g);
}

static int
run_revoke(struct cli *cli, const struct opts *o)
{
	struct domain a, b;

	if (two_domains(cli, o, &a, &b) < 0)
		return -1;
	return domain_revoke(&cli->ask, a.id, b.id);
}

/* Names of the domains that d may act on, comma separated. */
static int
access_names(struct cli *cli, const struct domain *d, struct str *out)
{
	struct domain target;
	struct buf names;
	struct grant *list;
	size_t n;
	int rc = 0;

	if (domain_access(&cli->ask, d->id, &list, &n) < 0)
		return -1;
	buf_init(&names, 1 << 20);
	for (size_t i = 0; i < n && rc >= 0; i++) {
		rc = domain_get(&cli->ask, list[i].target, &target);
		if (rc > 0) {
			buf_puts(&names, names.len ? "," : "");
			buf_str(&names, target.name);
		}
	}
	*out = str_n(arena_str(&cli->arena, buf_view(&names)), names.len);
	buf_fini(&names);
	return rc < 0 ? -1 : 0;
}

static int
run_access(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"domain", 32}, {"read-only", 9}, {"ends", 24}};
	struct domain d, target;
	struct grant *list;
	struct listing l;
	size_t n;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    domain_access(&cli->ask, d.id, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 3, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		if (domain_get(&cli->ask, list[i].target, &target) != 1)
			continue;
		listing_text(&l, target.name);
		listing_bool(&l, list[i].read_only);
		listing_time(&l, list[i].ends);
	}
	return listing_close(&l);
}

static int
domain_row(struct cli *cli, struct listing *l, const struct domain *d)
{
	struct str names;

	if (access_names(cli, d, &names) < 0)
		return -1;
	listing_int(l, d->id);
	listing_text(l, d->name);
	listing_int(l, d->count);
	listing_int(l, d->count_online);
	listing_bool(l, d->deploy);
	listing_bool(l, d->is_instance);
	listing_bool(l, d->secondary);
	listing_text(l, names);
	return 0;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"name", 28},
	    {"devices", 8}, {"online", 8}, {"deploy", 6}, {"instance", 8},
	    {"secondary", 9}, {"access", 0}};
	struct domain *page;
	struct listing l;
	size_t n = DOMAIN_PAGE;
	int64_t after = 0;

	listing_open(&l, columns, 8, opts_has(o, "json"), cli->out);
	while (n == DOMAIN_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (domain_list(&cli->ask, after, true, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			if (domain_row(cli, &l, &page[i]) < 0)
				return -1;
			after = page[i].id;
		}
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

/* ---- categories ---- */

static int
run_category_add(struct cli *cli, const struct opts *o)
{
	struct domain d;
	int64_t id;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    category_add(&cli->ask, d.id, str_of(o->words[1]),
		opts_has(o, "config"), &id) < 0)
		return -1;
	cli_printf(
	    cli, "category %s has id %lld\n", o->words[1], (long long)id);
	return 0;
}

static int
run_category_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"id", 6}, {"name", 32}, {"config", 6}};
	struct category *list;
	struct listing l;
	struct domain d;
	size_t n;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    category_list(&cli->ask, d.id, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 3, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_int(&l, list[i].id);
		listing_text(&l, list[i].name);
		listing_bool(&l, list[i].config);
	}
	return listing_close(&l);
}

static int
run_category_remove(struct cli *cli, const struct opts *o)
{
	struct category k;
	struct domain d;
	int rc;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	rc = category_find(&cli->ask, d.id, str_of(o->words[1]), &k);
	if (rc == 0)
		return err_set(
		    cli->err, ERR_GONE, "no category \"%.100s\"", o->words[1]);
	return rc < 0 ? -1 : category_remove(&cli->ask, k.id);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec add_options[] = {{"password-file", "FILE", 0},
    {"deploy", "yes|no", 0}, {"admin-passwords", "domain|random", 0},
    {"secondary", "yes|no", 0}, {NULL, NULL, 0}};
static const struct opt_spec set_options[] = {{"name", "NAME", 0},
    {"password-file", "FILE", 0}, {"deploy", "yes|no", 0},
    {"admin-passwords", "domain|random", 0}, {"secondary", "yes|no", 0},
    {NULL, NULL, 0}};
static const struct opt_spec grant_options[] = {
    {"read-only", NULL, 0}, {"until", "TIME", 0}, {NULL, NULL, 0}};
static const struct opt_spec category_options[] = {
    {"config", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_domain[] = {
    {"domain", "add", "NAME", {add_options, 1, 1}, CLI_STORE, run_add,
	"add a domain; without a file its password is drawn and printed"},
    {"domain", "list", "", {json_only, 0, 0}, CLI_STORE, run_list,
	"domains, their devices, and which others they may act on"},
    {"domain", "set", "DOMAIN", {set_options, 1, 1}, CLI_STORE, run_set,
	"change name, password, or whether passwords are deployed"},
    {"domain", "grant", "DOMAIN TARGET", {grant_options, 2, 2}, CLI_STORE,
	run_grant, "let DOMAIN act on TARGET, or look at it, until TIME"},
    {"domain", "access", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_access,
	"which others it may act on, how and until when"},
    {"domain", "revoke", "DOMAIN TARGET", {none, 2, 2}, CLI_STORE, run_revoke,
	"take that right away"},
    {"domain", "remove", "DOMAIN", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"remove a domain without devices"},
    {"category", "add", "DOMAIN NAME", {category_options, 2, 2}, CLI_STORE,
	run_category_add, "add a category (--config: for provisioning)"},
    {"category", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE,
	run_category_list, "categories of a domain"},
    {"category", "remove", "DOMAIN NAME", {cli_removes, 2, 2}, CLI_REMOVES,
	run_category_remove, "remove a category; devices lose it"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
