/* Commands about backup jobs, and about the configurations they have kept. */
#include <stdio.h>
#include <time.h>

#include "cli.h"
#include "clock.h"
#include "crypto.h"
#include "job_options.h"
#include "lease.h"
#include "must.h"
#include "num.h"
#include "putback.h"
#include "save.h"
#include "term.h"

#define WATCH_MS 100 /* between two looks at a put-back */

/* ---- backup jobs ---- */

/* What options say, and where their values live meanwhile. */
struct said {
	struct job_options all;
	struct str target, login, password;
	int64_t keep, days;
};

static int
read_options(struct cli *cli, const struct opts *o, struct said *s)
{
	const struct job_number keep = {"keep", JOB_KEEP_MAX, &s->keep};
	const struct job_number days = {"days", JOB_DAYS_MAX, &s->days};
	const char *file = opts_get(o, "password-file");
	struct job_change *x = &s->all.x;

	if (job_options_read(cli, o, &s->all) < 0 ||
	    job_options_number(cli, o, &keep, &x->keep) < 0 ||
	    job_options_number(cli, o, &days, &x->days) < 0)
		return -1;
	x->target = cli_text(o, "target", &s->target);
	x->login = cli_text(o, "login", &s->login);
	x->password = file != NULL ? &s->password : NULL;
	return file != NULL ? cli_password_file(cli, file, &s->password) : 0;
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	struct str name = str_of(o->words[1]);
	struct job_new as = {.work = JOB_BACKUP};
	struct domain d;
	struct said s;
	int64_t id;

	if (read_options(cli, o, &s) < 0 ||
	    cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	s.all.x.name = &name;
	as.domain = d.id;
	if (job_add(&cli->ask, &as, &s.all.x, &id) < 0)
		return -1;
	cli_printf(cli, "job %s has id %lld\n", o->words[1], (long long)id);
	return 0;
}

static int
run_edit(struct cli *cli, const struct opts *o)
{
	struct said s;
	int64_t id;

	if (cli_id(cli, o, "job", &id) < 0 || read_options(cli, o, &s) < 0)
		return -1;
	return o->ngiven == 0
		   ? err_set(cli->err, ERR_INPUT, "nothing is to be changed")
		   : job_edit(&cli->ask, id, &s.all.x);
}

static void
put_job(struct listing *l, const struct job *j)
{
	job_options_put(l, j);
	listing_int(l, j->keep);
	listing_int(l, j->days);
	listing_time(l, j->next);
	listing_time(l, j->ended);
	listing_text(l, j->target);
	listing_text(l, j->name);
}

static int
run_jobs(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {JOB_OPTIONS_COLUMNS,
	    {"keep", 6}, {"days", 6}, {"next", 26}, {"ended", 26},
	    {"target", 30}, {"name", 0}};
	struct listing l;

	listing_open(&l, columns, 10, opts_has(o, "json"), cli->out);
	if (job_options_each(cli, o, JOB_BACKUP, put_job, &l) < 0)
		return -1;
	return listing_close(&l);
}

/* ---- saves ---- */

static void
put_save(struct listing *l, const struct save *s)
{
	char hex[CRYPTO_HEX_MAX];

	must(s->hash.len == CRYPTO_HASH_MAX);
	crypto_hex(s->hash.p, s->hash.len, hex);
	listing_int(l, s->id);
	listing_time(l, s->made);
	listing_int(l, s->size);
	listing_bool(l, s->changed);
	listing_text(l, s->instance);
	listing_textz(l, hex);
}

/* 1 there are more behind them, 0, -1. */
static int
put_page(struct cli *cli, struct save_page *p, struct listing *l)
{
	struct save *page;
	size_t n;

	if (save_list(&cli->ask, p, &page, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		put_save(l, &page[i]);
		p->before = page[i].id;
	}
	return n == SAVE_PAGE;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 8}, {"time", 26},
	    {"size", 9}, {"changed", 8}, {"instance", 8}, {"sha256", 0}};
	struct save_page p = {.hw_id = str_of(o->words[0])};
	struct arena_mark m = arena_mark(&cli->arena);
	struct listing l;
	int rc = 1;

	listing_open(&l, columns, 6, opts_has(o, "json"), cli->out);
	while (rc > 0) {
		rc = put_page(cli, &p, &l);
		arena_reset(&cli->arena, m);
	}
	return rc < 0 ? -1 : listing_close(&l);
}

/* The save of a word, and how texts are read. */
static int
find(struct cli *cli, const char *word, struct save *s, struct saveform *f)
{
	int64_t id;

	if (!num_parse(str_of(word), 1, INT64_MAX, &id))
		return err_set(
		    cli->err, ERR_INPUT, "%s is no id of a save", word);
	return err_need(save_get(&cli->ask, id, s), cli->err, ERR_GONE,
		   "no such save") < 0 ||
		       saveform_load(
			   &cli->arena, cli->conf.templates, f, cli->err) < 0
		   ? -1
		   : 0;
}

static void
say_line(void *arg, char sign, int64_t at, struct str line)
{
	struct cli *cli = arg;
	struct arena_mark m = arena_mark(&cli->arena);
	const char *text = term_text(&cli->arena, line);

	if (sign == ' ')
		cli_printf(cli, "%s\n", text);
	else
		cli_printf(cli, "%c %lld\t%s\n", sign, (long long)at, text);
	arena_reset(&cli->arena, m);
}

/* Byte by byte, as the device had it. */
static int
put_secrets(struct cli *cli, const struct save *s)
{
	struct buf text;
	int rc = save_note(&cli->ask, s, "save.read");

	if (rc < 0)
		return -1;
	rc = save_text(&cli->ask, s, &text);
	if (rc == 0 && cli->out.put(cli->out.arg, text.data, text.len) < 0)
		rc = err_set(cli->err, ERR_IO, "cannot write");
	buf_wipe(&text);
	return rc;
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	struct saveform f;
	struct save s;

	if (find(cli, o->words[0], &s, &f) < 0)
		return -1;
	return opts_has(o, "secrets")
		   ? put_secrets(cli, &s)
		   : save_show(&cli->ask, &f, &s, say_line, cli);
}

static int
run_diff(struct cli *cli, const struct opts *o)
{
	struct saveform f;
	struct save old, new;

	if (find(cli, o->words[o->nwords - 1], &new, &f) < 0)
		return -1;
	if (o->nwords == 1 ? save_before(&cli->ask, &new, &old) < 0
			   : find(cli, o->words[0], &old, &f) < 0)
		return -1;
	return save_diff(
	    &cli->ask, &f, &(struct save_pair){&old, &new}, say_line, cli);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "save", &id) < 0 ? -1
					       : save_remove(&cli->ask, id);
}

/* ---- putting back ---- */

/* fleetline-tasks does it; who does not want to wait for that ends this. */
static int
watch(struct cli *cli, int64_t id, struct putback *p)
{
	const struct timespec pause = {.tv_nsec = WATCH_MS * 1000000L};
	const struct arena_mark m = arena_mark(&cli->arena);
	int rc;

	while (
	    (rc = putback_get(&cli->ask, id, p)) > 0 && !putback_is_over(p)) {
		if (p->state == PUTBACK_WAITING &&
		    p->ordered + PUTBACK_WAIT_MS < clock_now_ms())
			return err_set(cli->err, ERR_IO,
			    "nobody did it: does fleetline-tasks run?");
		arena_reset(&cli->arena, m);
		(void)nanosleep(&pause, NULL);
	}
	return err_need(rc, cli->err, ERR_GONE, "the put-back has gone");
}

static int
run_putback(struct cli *cli, const struct opts *o)
{
	struct putback_wish w = {.unsaved = opts_has(o, "unsaved")};
	struct putback p;
	int64_t id;
	int rc;

	if (cli_id(cli, o, "save", &w.save) < 0 ||
	    cli_confirm(cli, o,
		"The device loses what it has now, and may restart.",
		true) < 0 ||
	    putback_order(&cli->ask, &w, &id) < 0)
		return -1;
	rc = lease_held(&cli->ask, "tasks");
	if (rc == 0)
		cli_printf(cli, "it waits for fleetline-tasks to run\n");
	if (rc < 0 || watch(cli, id, &p) < 0)
		return -1;
	if (p.state != PUTBACK_DONE)
		return err_set(
		    cli->err, ERR_IO, "%s", arena_str(&cli->arena, p.error));
	if (p.error.len > 0)
		cli_printf(cli, "%s\n", term_text(&cli->arena, p.error));
	cli_printf(cli, "the device has taken it\n");
	return 0;
}

static void
put_putback(struct listing *l, const struct putback *p)
{
	listing_int(l, p->id);
	listing_int(l, p->save_id);
	listing_int(l, p->kept_id);
	listing_text(l, p->instance);
	listing_textz(l, putback_state_name(p));
	listing_time(l, p->ordered);
	listing_time(l, p->ended);
	listing_text(l, p->error);
}

/* A device has few, so they stay in memory. */
static int
put_putbacks(struct cli *cli, struct putback_page *p, struct listing *l)
{
	struct putback *list;
	size_t n = PUTBACK_PAGE;

	while (n == PUTBACK_PAGE) {
		if (putback_list(&cli->ask, p, &list, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; p->before = list[i++].id)
			put_putback(l, &list[i]);
	}
	return listing_close(l);
}

static int
run_putbacks(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"save", 8},
	    {"saved", 8}, {"instance", 8}, {"state", 8}, {"ordered", 26},
	    {"ended", 26}, {"error", 0}};
	struct putback_page p = {.hw_id = str_of(o->words[0])};
	struct listing l;

	listing_open(&l, columns, 8, opts_has(o, "json"), cli->out);
	return put_putbacks(cli, &p, &l);
}

/* ---- the commands ---- */

static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec put_back[] = {
    {"yes", NULL, 0}, {"unsaved", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec secrets[] = {
    {"secrets", NULL, 0}, {NULL, NULL, 0}};
#define BACKUP_OPTIONS                                                         \
	{"target", "URL", 0}, {"login", "NAME", 0},                            \
	    {"password-file", "FILE", 0}, {"keep", "N", 0}, {"days", "N", 0},  \
	    {"at", "RULE", 0}, {"zone", "ZONE", 0},                            \
	    {"hours", "HH:MM-HH:MM", 0}, {"stages", "N", 0},                   \
	    {"threshold", "PERCENT", 0}, {"enabled", "yes|no", 0},             \
	{                                                                      \
		NULL, NULL, 0                                                  \
	}
static const struct opt_spec add_options[] = {
    {"category", "CATEGORY", OPT_MANY}, BACKUP_OPTIONS};
static const struct opt_spec edit_options[] = {
    {"name", "NAME", 0}, {"category", "CATEGORY", OPT_MANY}, BACKUP_OPTIONS};

const struct cli_command cmd_backup[] = {
    {"backup-job", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_jobs,
	"backup jobs, when they begin, how they ended"},
    {"backup-job", "add", "DOMAIN NAME", {add_options, 2, 2}, CLI_STORE,
	run_add, "a job that keeps the configurations of devices"},
    {"backup-job", "edit", "ID", {edit_options, 1, 1}, CLI_STORE, run_edit,
	"change it; job show, start, abort, tasks, watch and remove do the "
	"rest"},
    {"save", "list", "HWID", {json_only, 1, 1}, CLI_STORE, run_list,
	"configurations of a device that are kept"},
    {"save", "show", "ID", {secrets, 1, 1}, CLI_STORE, run_show,
	"one of them, with secrets masked"},
    {"save", "diff", "[OLD] NEW", {none, 1, 2}, CLI_STORE, run_diff,
	"lines in which two differ; of one, what is new since the one before"},
    {"save", "put-back", "ID", {put_back, 1, 1}, CLI_STORE, run_putback,
	"save what the device has now, and let it load this again"},
    {"save", "put-backs", "HWID", {json_only, 1, 1}, CLI_STORE, run_putbacks,
	"what was put back on a device, and how that ended"},
    {"save", "remove", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"forget it"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
