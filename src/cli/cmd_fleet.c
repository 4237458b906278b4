/* Commands about files of devices. */
#include "cli.h"
#include "fleet.h"

static void
complain(void *arg, int64_t line, const char *what)
{
	(void)arg;
	fprintf(stderr, "line %lld: %s\n", (long long)line, what);
}

static int
run_import(struct cli *cli, const struct opts *o)
{
	struct fleet_import in = {
	    .dry = opts_has(o, "dry-run"), .complain = complain};

	if (cli_offer(cli, o, &in.offer_minutes) < 0 ||
	    cli_read_file(cli, o->words[0], FLEET_MAX, &in.text) < 0 ||
	    fleet_import(&cli->ask, &in) < 0)
		return -1;
	cli_printf(cli, "%lld devices %s\n", (long long)in.count,
	    in.dry ? "would be imported" : "imported");
	return 0;
}

static int
run_export(struct cli *cli, const struct opts *o)
{
	(void)o;
	return fleet_export(&cli->ask, cli->out);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec import_options[] = {
    {"dry-run", NULL, 0}, {"offer", "MINUTES", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_fleet[] = {
    {"import", "devices", "FILE", {import_options, 1, 1}, CLI_STORE, run_import,
	"add all devices of a CSV file, or none"},
    {"export", "devices", "", {none, 0, 0}, CLI_STORE, run_export,
	"all devices as CSV"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
