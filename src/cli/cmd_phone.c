/* Commands about phones of other vendors, and the keys that they come by. */
#include <time.h>

#include "account.h"
#include "cli.h"
#include "clock.h"
#include "device.h"
#include "domain.h"
#include "num.h"
#include "phone.h"
#include "phone_check.h"
#include "phone_id.h"
#include "phone_key.h"
#include "phone_resync.h"
#include "phone_trace.h"
#include "phone_wait.h"

/* The MAC address that the first word has to be. */
static int
need_mac(struct cli *cli, const struct opts *o, char mac[PHONE_MAC_SIZE])
{
	if (phone_mac_read(str_of(o->words[0]), mac))
		return 0;
	return err_set(
	    cli->err, ERR_INPUT, "\"%.60s\" is no MAC address", o->words[0]);
}

/* ---- looking ---- */

static const struct listing_column waiting_columns[] = {{"mac", 14},
    {"type", 14}, {"ports", 6}, {"address", 16}, {"seen", 26}, {"by", 20},
    {"firmware", 0}};
static const struct listing_column port_columns[] = {{"id", 8}, {"mac", 14},
    {"port", 5}, {"domain", 20}, {"type", 14}, {"address", 16}, {"seen", 26},
    {"firmware", 12}, {"name", 0}};

/* by: whose key it came by. */
static int
put_waiting(struct cli *cli, struct listing *l, const struct waiting_phone *w)
{
	struct domain by = {.name = STR("")};

	if (domain_get(&cli->ask, w->domain_id, &by) < 0)
		return -1;
	listing_text(l, w->mac);
	listing_text(l, w->type);
	listing_int(l, w->ports);
	listing_text(l, w->address);
	listing_time(l, w->seen);
	listing_text(l, by.name);
	listing_text(l, w->firmware);
	return 0;
}

static void
put_port(struct listing *l, const struct phone_port *p)
{
	listing_int(l, p->id);
	listing_text(l, p->mac);
	listing_int(l, p->port);
	listing_text(l, p->domain);
	listing_text(l, p->type);
	listing_text(l, p->address);
	listing_time(l, p->seen);
	listing_text(l, p->firmware);
	listing_text(l, p->name);
}

static int
list_waiting(struct cli *cli, const struct opts *o)
{
	char after[PHONE_MAC_SIZE] = "";
	struct waiting_phone *page;
	struct listing l;
	size_t n;

	listing_open(&l, waiting_columns, 7, opts_has(o, "json"), cli->out);
	do {
		struct arena_mark m = arena_mark(&cli->arena);
		struct str at = str_of(after);

		if (phone_wait_list(&cli->ask, &at, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (put_waiting(cli, &l, &page[i]) < 0)
				return -1;
		str_copy(after, sizeof(after), at);
		arena_reset(&cli->arena, m);
	} while (after[0] != '\0');
	return listing_close(&l);
}

static int
list_ports(struct cli *cli, const struct opts *o, int64_t domain)
{
	struct phone_port *page;
	struct listing l;
	int64_t after = 0;
	size_t n;

	listing_open(&l, port_columns, 9, opts_has(o, "json"), cli->out);
	do {
		struct arena_mark m = arena_mark(&cli->arena);

		if (phone_list(&cli->ask, &after, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (domain == 0 || page[i].domain_id == domain)
				put_port(&l, &page[i]);
		arena_reset(&cli->arena, m);
	} while (after != 0);
	return listing_close(&l);
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	const char *name = opts_get(o, "domain");
	struct domain d = {0};

	if (opts_has(o, "waiting") && name != NULL)
		return err_set(
		    cli->err, ERR_INPUT, "a phone that waits is in no domain");
	if (name != NULL && cli_domain(cli, name, &d) < 0)
		return -1;
	return opts_has(o, "waiting") ? list_waiting(cli, o)
				      : list_ports(cli, o, d.id);
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	struct waiting_phone w;
	struct phone_port *list;
	struct listing l;
	size_t n;
	int rc;

	if (need_mac(cli, o, mac) < 0)
		return -1;
	rc = phone_wait_get(&cli->ask, str_of(mac), &w);
	if (rc < 0 || phone_find(&cli->ask, str_of(mac), &list, &n) < 0)
		return -1;
	if (rc == 0 && n == 0)
		return err_set(cli->err, ERR_GONE, "no phone %s", mac);
	listing_open(&l, rc > 0 ? waiting_columns : port_columns,
	    rc > 0 ? 7 : 9, opts_has(o, "json"), cli->out);
	if (rc > 0 && put_waiting(cli, &l, &w) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		put_port(&l, &list[i]);
	return listing_close(&l);
}

static int
run_types(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"type", 18},
	    {"vendor", 14}, {"ports", 6}, {"updates", 8}, {"name", 0}};
	struct phone_types types;
	struct listing l;

	if (phone_types_load(
		&cli->arena, cli->conf.templates, &types, cli->err) < 0)
		return -1;
	listing_open(&l, columns, 5, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < types.n; i++) {
		listing_text(&l, types.list[i].key);
		listing_text(&l, types.list[i].vendor);
		listing_int(&l, types.list[i].ports);
		listing_bool(&l, phone_type_updates(&types, &types.list[i]));
		listing_text(&l, types.list[i].name);
	}
	return listing_close(&l);
}

static void
say_finding(void *arg, const char *finding)
{
	cli_printf(arg, "%s\n", finding);
}

static int
run_check(struct cli *cli, const struct opts *o)
{
	struct phone_hearer to = {say_finding, cli};
	int n = phone_check(o->words[0], &to, cli->err);

	if (n > 0)
		return err_set(
		    cli->err, ERR_INPUT, "%s", cli_count(cli, n, "mistake"));
	return n;
}

/* ---- what they asked for ---- */

static void
put_traced(struct listing *l, const struct phone_traced *t)
{
	enum phone_reason reason = (enum phone_reason)t->reason;

	listing_time(l, t->began);
	listing_time(l, t->last);
	listing_int(l, t->n);
	listing_text(l, t->address);
	listing_int(l, t->status);
	listing_text(l, t->file);
	listing_textz(l, phone_reason_name(reason));
	listing_textz(l, phone_reason_text(reason));
}

/* A device of the hub never asks here; nothing would be a wrong answer. */
static int
need_phone(struct cli *cli, const char *mac)
{
	struct device d;
	int rc = device_get(&cli->ask, str_of(mac), &d);

	if (rc <= 0 || d.polls)
		return rc < 0 ? -1 : 0;
	return err_set(cli->err, ERR_GONE,
	    "%s is no phone of another vendor: it connects to the hub; see "
	    "\"fleetline device show %s\"",
	    mac, mac);
}

static int
run_trace(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"began", 26},
	    {"last", 26}, {"n", 5}, {"address", 16}, {"status", 6},
	    {"file", 24}, {"reason", 10}, {"why", 0}};
	char mac[PHONE_MAC_SIZE] = "";
	struct phone_traced *page;
	struct listing l;
	int64_t before = 0;
	size_t n;

	if (o->nwords > 0 &&
	    (need_mac(cli, o, mac) < 0 || need_phone(cli, mac) < 0))
		return -1;
	listing_open(&l, columns, 8, opts_has(o, "json"), cli->out);
	do {
		struct arena_mark m = arena_mark(&cli->arena);

		if (phone_trace_list(
			&cli->ask, str_of(mac), &before, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			put_traced(&l, &page[i]);
		arena_reset(&cli->arena, m);
	} while (before != 0);
	return listing_close(&l);
}

/* ---- changing ---- */

static int
run_promote(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	struct domain d;
	int64_t ports;

	if (need_mac(cli, o, mac) < 0 || cli_domain(cli, o->words[1], &d) < 0 ||
	    phone_promote(&cli->ask, str_of(mac), d.id, &ports) < 0)
		return -1;
	cli_printf(cli, "%s promoted\n", cli_count(cli, ports, "port"));
	return 0;
}

static int
run_demote(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	int64_t ports;

	return need_mac(cli, o, mac) < 0
		   ? -1
		   : phone_wait_remove(&cli->ask, str_of(mac), &ports);
}

static int
run_assign(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	const char *port = opts_get(o, "port");
	struct phone_move in = {.port = -1};
	struct phone_moved moved;
	struct domain d;

	if (need_mac(cli, o, mac) < 0 || cli_domain(cli, o->words[1], &d) < 0)
		return -1;
	if (port != NULL &&
	    !num_parse(str_of(port), 0, PHONE_PORT_MAX, &in.port))
		return err_set(
		    cli->err, ERR_INPUT, "--port needs a number from 0");
	in.mac = str_of(mac);
	in.to = d.id;
	if (phone_assign(&cli->ask, &in, &moved) < 0)
		return -1;
	cli_printf(cli, "%s assigned\n", cli_count(cli, moved.moved, "port"));
	return 0;
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_new in = {.name = STR("")};
	struct phone_types types;
	struct domain d;

	if (need_mac(cli, o, mac) < 0 || cli_domain(cli, o->words[1], &d) < 0 ||
	    phone_types_load(
		&cli->arena, cli->conf.templates, &types, cli->err) < 0)
		return -1;
	(void)cli_text(o, "name", &in.name);
	in.mac = str_of(mac);
	in.domain = d.id;
	in.type = phone_type_find(&types, str_of(opts_get(o, "type")));
	if (in.type == NULL)
		return err_set(cli->err, ERR_GONE,
		    "no type \"%.60s\"; see \"fleetline phone types\"",
		    opts_get(o, "type"));
	return phone_add(&cli->ask, &in);
}

/* ---- telling them to come ---- */

#define RESYNC_LOOK_MS 100
#define RESYNC_WAIT_MS 40000 /* longer than a request takes */

/* Until it is done, or nobody does it. */
static int
wait_told(struct cli *cli, struct str mac, struct phone_resync *out)
{
	const struct timespec pause = {.tv_nsec = RESYNC_LOOK_MS * 1000000L};
	int64_t end = clock_mono_ms() + RESYNC_WAIT_MS;
	int rc;

	do {
		struct arena_mark m = arena_mark(&cli->arena);

		(void)nanosleep(&pause, NULL);
		rc = phone_resync_get(&cli->ask, mac, out);
		arena_reset(&cli->arena, m);
	} while (rc > 0 && out->done == 0 && clock_mono_ms() < end);
	return rc < 0 ? -1 : 0;
}

static int
run_resync(struct cli *cli, const struct opts *o)
{
	char mac[PHONE_MAC_SIZE];
	const char *file = opts_get(o, "password-file");
	struct phone_resync_order in = {.login = STR(""), .password = STR("")};
	struct phone_resync r = {0};
	enum phone_told told;

	if (need_mac(cli, o, mac) < 0 ||
	    (file != NULL && cli_password_file(cli, file, &in.password) < 0))
		return -1;
	in.mac = str_of(mac);
	(void)cli_text(o, "user", &in.login);
	if (phone_resync(&cli->ask, &in) < 0)
		return -1;
	if (opts_has(o, "no-wait"))
		return 0;
	if (wait_told(cli, in.mac, &r) < 0)
		return -1;
	told = r.done > 0 ? (enum phone_told)r.told : PHONE_TOLD_LATE;
	if (r.status < 200 || r.status > 299)
		return err_set(cli->err, ERR_IO, "%s (%s, %lld)",
		    phone_told_text(told), phone_told_name(told),
		    (long long)r.status);
	cli_printf(
	    cli, "%s: %lld\n", phone_told_text(told), (long long)r.status);
	return 0;
}

/* ---- keys ---- */

static int
run_key(struct cli *cli, const struct opts *o,
    int (*how)(struct ask *q, int64_t domain, char key[PHONE_KEY_SIZE]))
{
	char key[PHONE_KEY_SIZE];
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    how(&cli->ask, d.id, key) < 0)
		return -1;
	cli_printf(cli, "%s\n", key);
	return 0;
}

static int
run_key_new(struct cli *cli, const struct opts *o)
{
	return run_key(cli, o, phone_key_new);
}

static int
run_key_rotate(struct cli *cli, const struct opts *o)
{
	return run_key(cli, o, phone_key_rotate);
}

static int
run_key_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"domain", 24}, {"made", 26}, {"key", 0}};
	char key[PHONE_KEY_SIZE];
	struct phone_door *page;
	struct listing l;
	int64_t after = 0;
	size_t n;

	listing_open(&l, columns, 3, opts_has(o, "json"), cli->out);
	do {
		if (phone_key_list(&cli->ask, &after, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			phone_key_write(&cli->core, &page[i], key);
			listing_text(&l, page[i].domain);
			listing_time(&l, page[i].made);
			listing_textz(&l, key);
		}
	} while (after != 0);
	return listing_close(&l);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec list_options[] = {{"waiting", NULL, 0},
    {"domain", "DOMAIN", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec assign_options[] = {
    {"port", "N", 0}, {NULL, NULL, 0}};
static const struct opt_spec resync_options[] = {{"user", "NAME", 0},
    {"password-file", "FILE", 0}, {"no-wait", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec add_options[] = {
    {"type", "TYPE", OPT_MUST}, {"name", "NAME", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_phone[] = {
    {"phone", "list", "", {list_options, 0, 0}, CLI_STORE, run_list,
	"ports of promoted phones, or the phones that wait"},
    {"phone", "show", "MAC", {json_only, 1, 1}, CLI_STORE, run_show,
	"one phone, waiting or with its ports"},
    {"phone", "types", "", {json_only, 0, 0}, CLI_STORE, run_types,
	"the types of phones that there are"},
    {"phone", "check", "FOLDER", {none, 1, 1}, CLI_ALONE, run_check,
	"what is wrong with the data of a vendor, by line"},
    {"phone", "promote", "MAC DOMAIN", {none, 2, 2}, CLI_STORE, run_promote,
	"put a phone that waits into a domain"},
    {"phone", "demote", "MAC", {cli_removes, 1, 1}, CLI_REMOVES, run_demote,
	"forget a phone that waits, until it asks again"},
    {"phone", "assign", "MAC DOMAIN", {assign_options, 2, 2}, CLI_STORE,
	run_assign, "move a phone, or one port of it"},
    {"phone", "add", "MAC DOMAIN", {add_options, 2, 2}, CLI_STORE, run_add,
	"add a phone that never asked"},
    {"phone", "resync", "MAC", {resync_options, 1, 1}, CLI_STORE, run_resync,
	"tell a phone to fetch its files now"},
    {"phone", "trace", "[MAC]", {json_only, 0, 1}, CLI_STORE, run_trace,
	"what a phone asked for and got, and why"},
    {"phone-key", "new", "DOMAIN", {none, 1, 1}, CLI_STORE, run_key_new,
	"the first part of URLs by which phones come"},
    {"phone-key", "rotate", "DOMAIN", {none, 1, 1}, CLI_STORE, run_key_rotate,
	"draw another one; the old one ends"},
    {"phone-key", "list", "", {json_only, 0, 0}, CLI_STORE, run_key_list,
	"the keys that there are"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
