/* Commands about provisioning codes. */
#include <string.h>

#include "cli.h"
#include "code.h"

/* What a device is given; empty unless the configuration file says where the
 * instance is. */
static struct str
url_of(struct cli *cli)
{
	const char *host = strstr(cli->conf.url, "://");

	if (host == NULL)
		return STR("");
	return str_of(arena_printf(
	    &cli->arena, "wss%s%s/sysclients", host, cli->conf.base));
}

static int
run_new(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"id", 6}, {"code", 14}, {"validUntil", 26}, {"url", 0}};
	struct code_wish w = {
	    .rollout = opts_has(o, "rollout"),
	    .administrative = !opts_has(o, "own-password"),
	    .category = str_of(opts_get(o, "category")),
	};
	struct code_made made;
	struct domain d;
	struct listing l;

	(void)cli_text(o, "name", &w.name);
	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	w.domain = d.id;
	if (code_add(&cli->ask, &w, NULL, &made) < 0)
		return -1;
	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	listing_int(&l, made.id);
	listing_textz(&l, made.digits);
	listing_time(&l, made.ends);
	listing_text(&l, url_of(cli));
	explicit_bzero(made.digits, sizeof(made.digits));
	return listing_close(&l);
}

static int64_t
put(struct cli *cli, struct listing *l, const struct code *c)
{
	listing_int(l, c->id);
	listing_textz(l,
	    arena_printf(&cli->arena, "...%.*s", (int)c->tail.len, c->tail.p));
	listing_textz(l, code_state(c));
	listing_time(l, c->ends);
	listing_text(l, c->category);
	listing_text(l, c->maker);
	listing_text(l, c->hw_id);
	listing_text(l, c->port);
	listing_text(l, c->name);
	return c->id;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"code", 7},
	    {"state", 6}, {"validUntil", 26}, {"category", 16}, {"maker", 14},
	    {"hwId", 14}, {"port", 6}, {"name", 0}};
	size_t n = CODE_PAGE;
	struct code *page;
	struct domain d;
	struct listing l;
	int64_t before = 0;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	listing_open(&l, columns, 9, opts_has(o, "json"), cli->out);
	while (n == CODE_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (code_list(&cli->ask, d.id, before, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			before = put(cli, &l, &page[i]);
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

static int
run_revoke(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "code", &id) < 0 ? -1
					       : code_revoke(&cli->ask, id);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec new_options[] = {
    {"category", "CATEGORY", OPT_MUST}, {"name", "NAME", 0},
    {"rollout", NULL, 0}, {"own-password", NULL, 0}, {"json", NULL, 0},
    {NULL, NULL, 0}};

const struct cli_command cmd_code[] = {
    {"code", "new", "DOMAIN", {new_options, 1, 1}, CLI_STORE, run_new,
	"make a provisioning code and print it, this once"},
    {"code", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_list,
	"provisioning codes, without their digits, and what used them"},
    {"code", "revoke", "ID", {none, 1, 1}, CLI_STORE, run_revoke,
	"end a provisioning code"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
