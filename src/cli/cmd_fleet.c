/* Commands about files of devices. */
#include "cli.h"
#include "fleet.h"
#include "term.h"

#define SHOWN_MAX 200 /* bytes of a value */

/* Enough of a value to find it; it may be a whole file that lacks a quote. */
static void
put_value(struct buf *line, struct str v)
{
	buf_putc(line, '"');
	(void)term_put(line, str_n(v.p, v.len < SHOWN_MAX ? v.len : SHOWN_MAX));
	buf_puts(line, v.len < SHOWN_MAX ? "\"" : "...\"");
}

/* "line 7, column type: "TOASTER": unknown type; expected GW, VA, ..." */
static void
complain(void *arg, const struct fleet_mistake *m)
{
	struct buf line;

	(void)arg;
	buf_init(&line, 8192);
	buf_printf(&line, "line %lld", (long long)m->line);
	if (m->column != NULL)
		buf_printf(&line, ", column %s", m->column);
	if (m->value.len > 0) {
		buf_puts(&line, ": ");
		put_value(&line, m->value);
	}
	buf_printf(&line, ": %s", m->error);
	if (m->expected != NULL)
		buf_printf(&line, "; expected %s", m->expected);
	fprintf(stderr, "%s\n", line.len > 0 ? line.data : "");
	buf_fini(&line);
}

/* "009033010299: name "desk" becomes "desk 4"" */
static void
show_step(void *arg, const struct fleet_step *s)
{
	struct buf line;

	buf_init(&line, 8192);
	(void)term_put(&line, s->hw_id);
	if (s->column == NULL) {
		buf_puts(&line, ": new");
	} else {
		buf_printf(&line, ": %s \"", s->column);
		(void)term_put(&line, s->before);
		buf_puts(&line, "\" becomes \"");
		(void)term_put(&line, s->after);
		buf_putc(&line, '"');
	}
	cli_printf(arg, "%s\n", line.len > 0 ? line.data : "");
	buf_fini(&line);
}

static void
show_sum(struct cli *cli, const struct fleet_import *in)
{
	cli_printf(cli, "%s %s", cli_count(cli, in->added, "device"),
	    in->dry ? "would be imported" : "imported");
	if (in->update)
		cli_printf(cli, ", %lld %s, %lld as they were",
		    (long long)in->changed,
		    in->dry ? "would be changed" : "changed",
		    (long long)in->same);
	cli_printf(cli, "\n");
}

/* What complain() was not told any more. */
static void
show_left_out(const struct fleet_import *in)
{
	if (in->mistakes > FLEET_ERRORS_MAX)
		fprintf(stderr, "%lld more mistakes\n",
		    (long long)in->mistakes - FLEET_ERRORS_MAX);
}

static int
run_import(struct cli *cli, const struct opts *o)
{
	struct fleet_import in = {
	    .dry = opts_has(o, "dry-run"),
	    .update = opts_has(o, "update"),
	    .any_id = opts_has(o, "any-id"),
	    .complain = complain,
	    .tell = show_step,
	    .arg = cli,
	};

	if (cli_offer(cli, o, &in.offer_minutes) < 0 ||
	    cli_read_file(cli, o->words[0], FLEET_MAX, &in.text) < 0)
		return -1;
	if (fleet_import(&cli->ask, &in) < 0) {
		show_left_out(&in);
		return -1;
	}
	show_sum(cli, &in);
	return 0;
}

static int
run_export(struct cli *cli, const struct opts *o)
{
	struct fleet_export x = {.out = cli->out};
	struct str list = str_of(opts_get(o, "columns")), *columns;

	if (cli_domains(cli, o, &x.domains, &x.ndomains) < 0)
		return -1;
	columns = arena_array(&cli->arena, list.len + 1, sizeof(*columns));
	if (columns == NULL)
		return err_set(cli->err, ERR_LIMIT, "too many columns");
	while (opts_has(o, "columns") &&
	       str_next(&list, ',', &columns[x.ncolumns]))
		x.ncolumns++;
	x.columns = columns;
	return fleet_export(&cli->ask, &x);
}

static const struct opt_spec import_options[] = {{"dry-run", NULL, 0},
    {"update", NULL, 0}, {"any-id", NULL, 0}, {"offer", "MINUTES", 0},
    {NULL, NULL, 0}};
static const struct opt_spec export_options[] = {
    {"domain", "DOMAIN", OPT_MANY}, {"columns", "NAMES", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_fleet[] = {
    {"import", "devices", "FILE", {import_options, 1, 1}, CLI_STORE, run_import,
	"add all devices of a CSV file, or none; with --update change them"},
    {"export", "devices", "", {export_options, 0, 0}, CLI_STORE, run_export,
	"all devices as CSV"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
