/* Commands about single devices. */
#include "cli.h"
#include "clock.h"
#include "connection.h"
#include "device.h"
#include "device_instance.h"
#include "device_replace.h"
#include "num.h"
#include "term.h"

#define CONNECTIONS_SHOWN 5 /* by "device show" */

static int
read_type(const char *text, enum device_type *out, struct err *e)
{
	*out = device_type_parse(str_of(text));
	if (*out == DEVICE_UNKNOWN)
		return err_set(e, ERR_INPUT, "unknown type \"%.60s\"", text);
	return 0;
}

static int
find_device(struct cli *cli, const char *hw_id, struct device *out)
{
	int rc = device_get(&cli->ask, str_of(hw_id), out);

	return err_need(rc, cli->err, ERR_GONE, "no device \"%.100s\"", hw_id);
}

/* ---- looking ---- */

static void
show_line(struct cli *cli, const char *name, struct str v)
{
	cli_printf(cli, "%-12s %s\n", name, term_text(&cli->arena, v));
}

static int
show_instances(struct cli *cli, const struct device *d)
{
	struct str *names;
	size_t n;

	if (device_instances(&cli->ask, d, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		show_line(cli, "instance", names[i]);
	return 0;
}

/* "2026-11-26T16:00:00.000Z to 2026-11-26T16:30:00.000Z, silent, 192.0.2.7" */
static void
show_connection(struct cli *cli, const struct connection *c)
{
	char since[CLOCK_ISO_SIZE], until[CLOCK_ISO_SIZE];
	struct buf line;

	clock_iso(c->began, since);
	clock_iso(c->ended, until);
	buf_init(&line, 256);
	if (c->ended == 0)
		buf_printf(&line, "since %s", since);
	else
		buf_printf(&line, "%s to %s, %.*s", since, until,
		    (int)c->cause.len, c->cause.p);
	if (c->remote.len > 0)
		buf_printf(&line, ", %.*s", (int)c->remote.len, c->remote.p);
	show_line(cli, "connection", buf_view(&line));
	buf_fini(&line);
}

static int
show_connections(struct cli *cli, const struct device *d)
{
	struct connection *list;
	size_t n;

	if (connection_list(&cli->ask, d->hw_id, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && i < CONNECTIONS_SHOWN; i++)
		show_connection(cli, &list[i]);
	return 0;
}

static int
show_text(struct cli *cli, const struct device *d)
{
	const struct str *names;
	size_t n;

	if (device_categories(&cli->ask, d, &names, &n) < 0)
		return -1;
	show_line(cli, "hwId", d->hw_id);
	show_line(cli, "name", d->name);
	cli_printf(cli, "%-12s %lld\n%-12s %lld\n%-12s %lld\n", "id",
	    (long long)d->id, "domainId", (long long)d->domain_id, "owner",
	    (long long)d->owner);
	show_line(cli, "type", str_of(device_type_name(d->type)));
	if (d->type_told != d->type)
		show_line(
		    cli, "type told", str_of(device_type_name(d->type_told)));
	if (d->doubt != DOUBT_NONE)
		show_line(cli, "trust",
		    d->doubt == DOUBT_OFFER
			? STR("took an open offer; device confirm")
			: STR("got its password unseen; device confirm"));
	if (d->claimed)
		show_line(cli, "claimed",
		    STR("by a connection without proof; device claims"));
	show_line(cli, "product", d->product);
	show_line(cli, "version", d->version);
	show_line(cli, "online", d->online ? STR("yes") : STR("no"));
	for (size_t i = 0; i < n; i++)
		show_line(cli, "category", names[i]);
	for (size_t i = 0; i < d->nifs; i++) {
		show_line(cli, "interface", d->ifs[i].name);
		show_line(cli, "  ipv4", d->ifs[i].ipv4);
		show_line(cli, "  ipv6", d->ifs[i].ipv6);
	}
	return show_instances(cli, d) < 0 ? -1 : show_connections(cli, d);
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	struct device d;
	struct jout j;

	if (find_device(cli, o->words[0], &d) < 0)
		return -1;
	if (!opts_has(o, "json"))
		return show_text(cli, &d);
	jout_init(&j, cli->out);
	device_json(&j, NULL, &d, STR(""));
	cli_printf(cli, "\n");
	return 0;
}

static int
run_claims(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"conn", 8},
	    {"remote", 40}, {"online", 6}, {"first", 24}, {"last", 24},
	    {"type", 12}, {"product", 12}, {"boot", 36}};
	struct claim *list;
	struct listing l;
	size_t n;

	if (device_claims(&cli->ask, str_of(o->words[0]), &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 8, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_int(&l, list[i].conn);
		listing_text(&l, list[i].remote);
		listing_bool(&l, list[i].online);
		listing_time(&l, list[i].first_seen);
		listing_time(&l, list[i].last_seen);
		listing_textz(&l, device_type_name(list[i].type));
		listing_text(&l, list[i].product);
		listing_text(&l, list[i].boot);
	}
	return listing_close(&l);
}

static int
run_connections(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"since", 24}, {"until", 24}, {"cause", 13}, {"address", 15}};
	struct connection *list;
	struct listing l;
	size_t n;
	struct device d;
	int rc = connection_list(&cli->ask, str_of(o->words[0]), &list, &n);

	/* One that is known by a claim only has none. */
	if (rc < 0 || (rc == 0 && find_device(cli, o->words[0], &d) < 0))
		return -1;
	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_time(&l, list[i].began);
		listing_time(&l, list[i].ended);
		listing_text(&l, list[i].cause);
		listing_text(&l, list[i].remote);
	}
	return listing_close(&l);
}

static int
run_password(struct cli *cli, const struct opts *o)
{
	struct buf text;
	int rc;

	buf_init(&text, 256);
	rc = device_admin_password(&cli->ask, str_of(o->words[0]), &text);
	if (rc == 1)
		cli_printf(cli, "%s\n", text.data);
	buf_wipe(&text);
	return err_need(rc, cli->err, ERR_GONE, "the device has none");
}

/* ---- changing ---- */

static int
run_add(struct cli *cli, const struct opts *o)
{
	const char *name = opts_get(o, "name"), *type = opts_get(o, "type");
	const char *product = opts_get(o, "product");
	struct device_new in = {
	    .hw_id = str_of(o->words[0]), .type = DEVICE_UNKNOWN};
	struct domain d;

	if (cli_domain(cli, opts_get(o, "domain"), &d) < 0 ||
	    (type != NULL && read_type(type, &in.type, cli->err) < 0))
		return -1;
	if (cli_offer(cli, o, &in.offer_minutes) < 0)
		return -1;
	in.domain = d.id;
	in.name = str_of(name);
	in.product = str_of(product);
	in.ncategories = cli_texts(cli, o, "category", &in.categories);
	in.any_id = opts_has(o, "any-id");
	return device_add(&cli->ask, &in);
}

/* The claim of hw_id that --claim names by its connection number. */
static int
read_choice(struct cli *cli, const struct opts *o, const char *hw_id,
    struct device_choice *out)
{
	struct claim *list;
	int64_t conn;
	size_t n;

	if (!num_parse(str_of(opts_get(o, "claim")), 1, INT64_MAX, &conn))
		return err_set(cli->err, ERR_INPUT, "--claim needs a number");
	if (device_claims(&cli->ask, str_of(hw_id), &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].conn == conn && list[i].online) {
			out->boot = list[i].boot;
			out->conn = conn;
			return 0;
		}
	return err_set(cli->err, ERR_GONE, "no such claim is connected");
}

/* Each connection that may be meant, with the command that chooses it. */
static void
show_choices(struct cli *cli, const struct opts *o, const char *command,
    const struct device_placed *placed)
{
	char since[CLOCK_ISO_SIZE];

	for (size_t i = 0; i < placed->nclaims; i++) {
		const struct claim *c = &placed->claims[i];

		clock_iso(c->first_seen, since);
		cli_printf(cli,
		    "%s since %s, %s:\n"
		    "\tfleetline device %s %s %s --claim %lld\n",
		    term_text(&cli->arena, c->remote), since,
		    term_text(&cli->arena, c->product), command, o->words[0],
		    o->words[1], (long long)c->conn);
	}
}

static void
show_placed(struct cli *cli, const struct device_placed *placed)
{
	for (size_t i = 0; i < placed->nlost; i++)
		cli_printf(cli, "category left behind: %s\n",
		    term_text(&cli->arena, placed->lost[i]));
	if (!placed->delivered)
		cli_printf(cli, "nothing was sent: %s\n",
		    "no connection waits for a password now; "
		    "a device that has one keeps it");
}

static int
run_assign(struct cli *cli, const struct opts *o)
{
	const char *text = opts_get(o, "type");
	struct device_choice choice = {0};
	struct device_placed placed;
	enum device_type type;
	struct domain d;

	if (cli_domain(cli, o->words[1], &d) < 0 ||
	    (opts_has(o, "claim") &&
		read_choice(cli, o, o->words[0], &choice) < 0) ||
	    (text != NULL && read_type(text, &type, cli->err) < 0))
		return -1;
	if (text != NULL)
		choice.type = &type;
	if (device_assign(
		&cli->ask, str_of(o->words[0]), d.id, &choice, &placed) < 0) {
		show_choices(cli, o, "assign", &placed);
		return -1;
	}
	show_placed(cli, &placed);
	return 0;
}

/* What stays, so that a mistyped id is seen. */
static void
show_replaced(
    struct cli *cli, const struct opts *o, const struct device_replaced *done)
{
	const struct device *d = &done->device;

	cli_printf(cli, "%s takes the place of %s: id %lld, domain %lld, %s\n",
	    term_text(&cli->arena, d->hw_id), o->words[0], (long long)d->id,
	    (long long)d->domain_id, term_text(&cli->arena, d->name));
	for (size_t i = 0; i < done->ncategories; i++)
		cli_printf(cli, "category %s\n",
		    term_text(&cli->arena, done->categories[i]));
	if (d->rented || d->has_lease)
		cli_printf(cli, "rented licences stay; they are installed on "
				"the device by hand\n");
}

static int
run_replace(struct cli *cli, const struct opts *o)
{
	struct device_choice choice = {0};
	struct device_swap swap = {.old_id = str_of(o->words[0]),
	    .new_id = str_of(o->words[1]),
	    .choice = &choice,
	    .dry = opts_has(o, "dry-run")};
	struct device_replaced done;

	if (opts_has(o, "claim") &&
	    read_choice(cli, o, o->words[1], &choice) < 0)
		return -1;
	if (device_replace(&cli->ask, &swap, &done) < 0) {
		show_choices(cli, o, "replace", &done.placed);
		return -1;
	}
	show_replaced(cli, o, &done);
	if (!swap.dry)
		show_placed(cli, &done.placed);
	return 0;
}

static int
run_confirm(struct cli *cli, const struct opts *o)
{
	return device_confirm(&cli->ask, str_of(o->words[0]));
}

static int
run_unassign(struct cli *cli, const struct opts *o)
{
	return device_unassign(&cli->ask, str_of(o->words[0]));
}

static int
run_own(struct cli *cli, const struct opts *o)
{
	struct account a;

	if (cli_account(cli, o->words[1], &a) < 0 || cli_user(cli, &a) < 0)
		return -1;
	return device_own(&cli->ask, str_of(o->words[0]), a.id);
}

static int
run_disown(struct cli *cli, const struct opts *o)
{
	return device_own(&cli->ask, str_of(o->words[0]), 0);
}

static int
run_rename(struct cli *cli, const struct opts *o)
{
	return device_rename(
	    &cli->ask, str_of(o->words[0]), str_of(o->words[1]));
}

static int
show_categories(struct cli *cli, const char *hw_id)
{
	const struct str *names;
	struct device d;
	size_t n;

	if (find_device(cli, hw_id, &d) < 0 ||
	    device_categories(&cli->ask, &d, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		cli_printf(cli, "%s\n", term_text(&cli->arena, names[i]));
	return 0;
}

/* Without --category they are shown; --category "" takes all away. */
static int
run_categories(struct cli *cli, const struct opts *o)
{
	const struct str *names;
	size_t n = cli_texts(cli, o, "category", &names);

	if (n == 0)
		return show_categories(cli, o->words[0]);
	if (n == 1 && names[0].len == 0)
		n = 0;
	return device_set_categories(&cli->ask, str_of(o->words[0]), names, n);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};

static const struct opt_spec add_options[] = {{"domain", "DOMAIN", OPT_MUST},
    {"name", "NAME", 0}, {"type", "TYPE", 0}, {"product", "PRODUCT", 0},
    {"category", "NAME", OPT_MANY}, {"offer", "MINUTES", 0},
    {"any-id", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec assign_options[] = {
    {"claim", "CONN", 0}, {"type", "TYPE", 0}, {NULL, NULL, 0}};
static const struct opt_spec replace_options[] = {
    {"claim", "CONN", 0}, {"dry-run", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec category_options[] = {
    {"category", "NAME", OPT_MANY}, {NULL, NULL, 0}};

const struct cli_command cmd_device[] = {
    {"device", "show", "HWID", {json_only, 1, 1}, CLI_STORE, run_show,
	"all that is known of one device"},
    {"device", "claims", "HWID", {json_only, 1, 1}, CLI_STORE, run_claims,
	"connections that name this id without proof"},
    {"device", "connections", "HWID", {json_only, 1, 1}, CLI_STORE,
	run_connections, "its last connections, and why each ended"},
    {"device", "password", "HWID", {none, 1, 1}, CLI_STORE, run_password,
	"its administrative password in clear (audited)"},
    {"device", "add", "HWID", {add_options, 1, 1}, CLI_STORE, run_add,
	"add a device to a domain"},
    {"device", "assign", "HWID DOMAIN", {assign_options, 2, 2}, CLI_STORE,
	run_assign, "put it into a domain and give its connection a password"},
    {"device", "replace", "OLD NEW", {replace_options, 2, 2}, CLI_STORE,
	run_replace, "other hardware takes over the place of a broken one"},
    {"device", "confirm", "HWID", {none, 1, 1}, CLI_STORE, run_confirm,
	"it was looked at: it may have its domain's password"},
    {"device", "unassign", "HWID", {none, 1, 1}, CLI_STORE, run_unassign,
	"take it out of its domain"},
    {"device", "own", "HWID ACCOUNT", {none, 2, 2}, CLI_STORE, run_own,
	"give it to a user, in whose billing list it stands"},
    {"device", "disown", "HWID", {none, 1, 1}, CLI_STORE, run_disown,
	"take it away from its user"},
    {"device", "rename", "HWID NAME", {none, 2, 2}, CLI_STORE, run_rename,
	"name it here; an empty name takes the device's own"},
    {"device", "categories", "HWID", {category_options, 1, 1}, CLI_STORE,
	run_categories, "show its categories, or replace them"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
