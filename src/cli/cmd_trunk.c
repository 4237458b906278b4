/* Commands about trunks. */
#include "account.h"
#include "cli.h"
#include "num.h"
#include "trunk.h"

/* The number given for an option; otherwise if it was not given. */
static int
number(struct cli *cli, const struct opts *o, const char *name,
    int64_t otherwise, int64_t *out)
{
	const char *text = opts_get(o, name);

	*out = otherwise;
	if (text == NULL || num_parse(str_of(text), INT32_MIN, INT32_MAX, out))
		return 0;
	return err_set(cli->err, ERR_INPUT, "--%s needs a number", name);
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	struct trunk t = {.ipaddr = str_of(opts_get(o, "ipaddr"))};
	struct account a;

	if (number(cli, o, "port", 0, &t.port) < 0 ||
	    number(cli, o, "id", 0, &t.id) < 0 ||
	    cli_account(cli, opts_get(o, "user"), &a) < 0)
		return -1;
	if (opts_has(o, "id") && t.id < 1)
		return err_set(
		    cli->err, ERR_INPUT, "--id needs a positive number");
	t.user = a.id;
	if (trunk_add(&cli->ask, &t) < 0)
		return -1;
	cli_printf(cli, "trunk %.*s has id %lld\n", (int)t.ipaddr.len,
	    t.ipaddr.p, (long long)t.id);
	return 0;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"id", 8}, {"user", 8}, {"port", 6}, {"ipaddr", 0}};
	const char *name = opts_get(o, "user");
	struct account a = {.id = -1};
	struct trunk *page;
	struct listing l;
	size_t n = TRUNK_PAGE;
	int64_t after = 0;

	if (name != NULL && cli_account(cli, name, &a) < 0)
		return -1;
	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	while (n == TRUNK_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (trunk_list(&cli->ask, a.id, after, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			listing_int(&l, page[i].id);
			listing_int(&l, page[i].user);
			listing_int(&l, page[i].port);
			listing_text(&l, page[i].ipaddr);
			after = page[i].id;
		}
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "trunk", &id) < 0 ? -1
						: trunk_remove(&cli->ask, id);
}

static const struct opt_spec add_options[] = {{"user", "NAME", OPT_MUST},
    {"ipaddr", "ADDRESS", OPT_MUST}, {"port", "PORT", 0}, {"id", "N", 0},
    {NULL, NULL, 0}};
static const struct opt_spec list_options[] = {
    {"user", "NAME", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_trunk[] = {
    {"trunk", "add", "", {add_options, 0, 0}, CLI_STORE, run_add,
	"a peer with a fixed address, subnet or range"},
    {"trunk", "list", "", {list_options, 0, 0}, CLI_STORE, run_list,
	"all trunks, or those of one user"},
    {"trunk", "remove", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"remove a trunk"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
