/* Commands about alarms: what is wrong, and who is told. */
#include <stdio.h>

#include "alarm.h"
#include "alarm_setting.h"
#include "cli.h"
#include "clock.h"
#include "domain.h"
#include "mailbox.h"
#include "num.h"
#include "term.h"
#include "when.h"

/* ---- what is wrong ---- */

static int
list_domain(struct cli *cli, const struct domain *d, struct listing *l)
{
	struct alarm *page;
	size_t n = ALARM_PAGE;
	int64_t after = 0;

	while (n == ALARM_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (alarm_list(&cli->ask, d->id, after, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			listing_text(l, d->name);
			listing_text(l, page[i].kind);
			listing_text(l, page[i].subject);
			listing_time(l, page[i].raised);
			listing_time(l, page[i].told);
			listing_time(l, page[i].cleared);
			listing_text(l, page[i].detail);
			after = page[i].id;
		}
		arena_reset(&cli->arena, m);
	}
	return 0;
}

static int
list_all(struct cli *cli, struct listing *l)
{
	struct domain *page;
	size_t n = DOMAIN_PAGE;
	int64_t after = 0;

	while (n == DOMAIN_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (domain_list(&cli->ask, after, false, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (list_domain(cli, &page[i], l) < 0)
				return -1;
		after = n > 0 ? page[n - 1].id : after;
		arena_reset(&cli->arena, m);
	}
	return 0;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"domain", 20},
	    {"kind", 8}, {"subject", 14}, {"since", 24}, {"told", 24},
	    {"until", 24}, {"detail", 0}};
	struct domain d = {.id = 0};
	struct listing l;
	int rc;

	if (o->nwords > 0 && cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	listing_open(&l, columns, 7, opts_has(o, "json"), cli->out);
	rc = d.id > 0 ? list_domain(cli, &d, &l) : list_all(cli, &l);
	return listing_close(&l) < 0 ? -1 : rc;
}

/* ---- settings ---- */

static void
print(struct cli *cli, const char *name, struct str value)
{
	cli_printf(cli, "%-10s %s\n", name,
	    value.len > 0 ? term_text(&cli->arena, value) : "-");
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	char until[CLOCK_ISO_SIZE] = "";
	struct alarm_setting s;
	struct domain d;
	int64_t waiting;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    alarm_setting_get(&cli->ask, d.id, &s) < 0 ||
	    alarm_setting_waiting(&cli->ask, d.id, &waiting) < 0)
		return -1;
	if (s.paused > clock_now_ms())
		clock_iso(s.paused, until);
	cli_printf(cli, "%-10s %lld\n", "offline", (long long)s.offline);
	print(cli, "mail", s.recipients);
	print(cli, "webhook", s.url);
	print(cli, "language", s.language);
	print(cli, "zone", s.zone);
	print(cli, "quiet", s.quiet);
	print(cli, "paused", str_of(until));
	cli_printf(cli, "%-10s %lld\n", "waiting", (long long)waiting);
	return 0;
}

/* "none" takes a text away. */
static const struct str *
text(const struct opts *o, const char *name, struct str *to)
{
	const struct str *given = cli_text(o, name, to);

	if (given != NULL && str_eqz(*to, "none"))
		*to = STR("");
	return given;
}

static int
read_times(struct cli *cli, const struct opts *o, struct alarm_change *x,
    int64_t numbers[2])
{
	const char *offline = opts_get(o, "offline");
	const char *pause = opts_get(o, "pause-until");

	if (offline != NULL) {
		if (!num_parse(
			str_of(offline), 0, ALARM_OFFLINE_MAX, &numbers[0]))
			return err_set(cli->err, ERR_INPUT,
			    "--offline is a number of minutes, 0 for never");
		x->offline = &numbers[0];
	}
	if (pause == NULL)
		return 0;
	x->paused = &numbers[1];
	numbers[1] = 0;
	if (!str_eqz(str_of(pause), "none") &&
	    !when_read(str_of(pause), WHEN_BEGIN, &numbers[1]))
		return err_set(cli->err, ERR_INPUT,
		    "--pause-until is a time, \"2026-11-26 16:30\", or none");
	return 0;
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	struct str mail, url, language, zone, quiet;
	struct alarm_change x = {.recipients = text(o, "mail", &mail),
	    .url = text(o, "webhook", &url),
	    .language = cli_text(o, "language", &language),
	    .zone = cli_text(o, "zone", &zone),
	    .quiet = text(o, "quiet", &quiet),
	    .new_secret = opts_has(o, "new-secret")};
	char secret[ALARM_SECRET_SIZE];
	int64_t numbers[2];
	struct domain d;

	if (read_times(cli, o, &x, numbers) < 0 ||
	    cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	if (o->ngiven == 0)
		return err_set(cli->err, ERR_INPUT, "nothing is to be set");
	if (alarm_setting_set(&cli->ask, d.id, &x, secret) < 0)
		return -1;
	if (secret[0] != '\0')
		cli_printf(cli, "secret %s\n", secret);
	return 0;
}

/* ---- trying ---- */

static bool
always(void *arg)
{
	(void)arg;
	return true;
}

/* 1 there is such a way, 0 there is none; *failed if it did not work. */
static int
try_way(struct cli *cli, const struct alarm_sender *by, int64_t domain,
    enum alarm_way way, bool *failed)
{
	const char *name = way == ALARM_MAIL ? "mail" : "webhook";
	int rc = alarm_try(&cli->ask, &cli->conf, by, domain, way);

	if (rc < 0) {
		cli_printf(cli, "%-10s failed: %s\n", name,
		    term_text(&cli->arena, str_of(cli->err->text)));
		*failed = true;
	} else if (rc > 0) {
		cli_printf(cli, "%-10s sent\n", name);
	}
	return rc != 0;
}

static int
try_ways(struct cli *cli, const struct domain *d, const struct mailbox *box)
{
	struct alarm_sender by = {.mailer = box->mailer,
	    .from = str_of(cli->conf.mail_from),
	    .go_on = always};
	bool failed = false;
	int ways;

	if (alarm_rule(&cli->conf, &by.rule, cli->err) < 0)
		return -1;
	ways = try_way(cli, &by, d->id, ALARM_MAIL, &failed);
	ways += try_way(cli, &by, d->id, ALARM_WEBHOOK, &failed);
	if (ways == 0)
		return err_set(cli->err, ERR_GONE,
		    "%.100s has neither mail addresses nor a webhook",
		    arena_str(&cli->arena, d->name));
	return failed ? err_set(cli->err, ERR_IO, "not all ways work") : 0;
}

static int
run_test(struct cli *cli, const struct opts *o)
{
	struct mailbox box;
	struct domain d;
	int rc;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	rc = mailbox_open(&box, &cli->conf, cli->err);
	if (rc == 0)
		rc = try_ways(cli, &d, &box);
	mailbox_close(&box);
	return rc;
}

/* ---- the commands ---- */

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec set_options[] = {{"offline", "MINUTES", 0},
    {"mail", "ADDRESS,...", 0}, {"webhook", "URL", 0}, {"new-secret", NULL, 0},
    {"language", "LANGUAGE", 0}, {"zone", "ZONE", 0},
    {"quiet", "HH:MM-HH:MM", 0}, {"pause-until", "TIME", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_alarm[] = {
    {"alarm", "list", "[DOMAIN]", {json_only, 0, 1}, CLI_STORE, run_list,
	"what is wrong, in one domain or all"},
    {"alarm", "show", "DOMAIN", {none, 1, 1}, CLI_STORE, run_show,
	"who is told what, and when not"},
    {"alarm", "set", "DOMAIN", {set_options, 1, 1}, CLI_STORE, run_set,
	"change that; a new webhook gets a secret, which is printed"},
    {"alarm", "test", "DOMAIN", {none, 1, 1}, CLI_STORE, run_test,
	"send a test message by each way"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
