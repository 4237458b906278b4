/* Commands about moving devices to another host, and about pauses. */
#include "cli.h"
#include "clock.h"
#include "move.h"
#include "pause.h"
#include "registration.h"
#include "term.h"

/* ---- moving ---- */

static void
print(struct cli *cli, const char *name, struct str value)
{
	cli_printf(cli, "%-8s %s\n", name,
	    value.len > 0 ? term_text(&cli->arena, value) : "-");
}

static void
print_int(struct cli *cli, const char *name, int64_t n)
{
	cli_printf(cli, "%-8s %lld\n", name, (long long)n);
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"host", 40}, {"known", 8}, {"online", 0}};
	struct registration *list;
	struct listing l;
	size_t n;

	if (registration_hosts(&cli->ask, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 3, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_text(&l, list[i].host);
		listing_int(&l, list[i].known);
		listing_int(&l, list[i].online);
	}
	return listing_close(&l);
}

static int
run_move(struct cli *cli, const struct opts *o)
{
	struct move_wish w = {.from = str_of(o->words[0]),
	    .to = str_of(o->words[1]),
	    .base = cli->conf.base,
	    .dry = opts_has(o, "dry-run")};
	struct move_preview p;

	if (move_begin(&cli->ask, &w, &p) < 0)
		return -1;
	print_int(cli, "known", p.scope.known);
	print_int(cli, "online", p.scope.online);
	for (size_t i = 0; i < p.n; i++)
		print(cli, "first", p.first[i]);
	return 0;
}

static int
run_status(struct cli *cli, const struct opts *o)
{
	struct move_standing s;

	(void)o;
	if (move_get(&cli->ask, &s) < 0)
		return -1;
	print(cli, "heard", s.m.told);
	print(cli, "from", s.m.from);
	print(cli, "to", s.m.to);
	print(cli, "state",
	    s.m.to.len == 0    ? STR("never begun")
	    : s.m.ended == 0   ? STR("on")
	    : s.m.why.len == 0 ? STR("stopped")
			       : s.m.why);
	print_int(cli, "back", s.m.back);
	print_int(cli, "away", s.n.away);
	print_int(cli, "failed", s.n.failed);
	print_int(cli, "known", s.left.known);
	print_int(cli, "online", s.left.online);
	return 0;
}

static int
run_stop(struct cli *cli, const struct opts *o)
{
	(void)o;
	return move_stop(&cli->ask);
}

/* ---- pauses ---- */

/* "none" is 0. */
static int
read_until(struct cli *cli, const char *word, int64_t *until)
{
	*until = 0;
	if (str_eqz(STR("none"), word) ||
	    when_read(str_of(word), WHEN_BEGIN, until))
		return 0;
	return err_set(cli->err, ERR_INPUT,
	    "\"%.40s\" is no time such as \"2026-11-26 16:30\", nor none",
	    word);
}

static int
run_device(struct cli *cli, const struct opts *o)
{
	int64_t until;

	return read_until(cli, o->words[1], &until) < 0
		   ? -1
		   : pause_device(&cli->ask, str_of(o->words[0]), until);
}

static int
run_domain(struct cli *cli, const struct opts *o)
{
	struct domain d;
	int64_t until;

	return read_until(cli, o->words[1], &until) < 0 ||
		       cli_domain(cli, o->words[0], &d) < 0
		   ? -1
		   : pause_domain(&cli->ask, d.id, until);
}

static int
run_pauses(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"hwId", 20}, {"until", 0}};
	struct pauses p;
	struct domain d;
	struct listing l;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    pause_list(&cli->ask, d.id, &p) < 0)
		return -1;
	listing_open(&l, columns, 2, opts_has(o, "json"), cli->out);
	if (p.until > 0) {
		listing_textz(&l, "all");
		listing_time(&l, p.until);
	}
	for (size_t i = 0; i < p.n; i++) {
		listing_text(&l, p.list[i].hw_id);
		listing_time(&l, p.list[i].until);
	}
	return listing_close(&l);
}

/* ---- the commands ---- */

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec dry[] = {{"dry-run", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_move[] = {
    {"registration", "list", "", {json_only, 0, 0}, CLI_STORE, run_list,
	"by which host devices know this instance"},
    {"registration", "move", "OLD NEW", {dry, 2, 2}, CLI_STORE, run_move,
	"tell devices that know it by one host another one"},
    {"registration", "status", "", {none, 0, 0}, CLI_STORE, run_status,
	"how that goes"},
    {"registration", "stop", "", {none, 0, 0}, CLI_STORE, run_stop,
	"tell nobody any more"},
    {"pause", "device", "HWID TIME", {none, 2, 2}, CLI_STORE, run_device,
	"leave it in peace until then: no configurations, jobs, alarms"},
    {"pause", "domain", "DOMAIN TIME", {none, 2, 2}, CLI_STORE, run_domain,
	"the same for all devices of a domain; none: no longer"},
    {"pause", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_pauses,
	"what is paused there, and until when"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
