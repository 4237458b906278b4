/* Commands about update jobs: what they are, and what came of them. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "clock.h"
#include "job_options.h"
#include "plan.h"
#include "task.h"
#include "term.h"

/* ---- options ---- */

/* What options say, and where their values live meanwhile. */
struct said {
	struct job_options all;
	struct str release, parts, models, firmware;
	bool keep;
};

/* "boot,firmware": words with blanks between. */
static const struct str *
words(struct cli *cli, const struct opts *o, const char *option, struct str *to)
{
	const char *said = opts_get(o, option);
	char *copy = arena_strdup(&cli->arena, said != NULL ? said : "");

	if (said == NULL || copy == NULL)
		return NULL;
	for (char *c = copy; *c != '\0'; c++)
		if (*c == ',')
			*c = ' ';
	*to = str_of(copy);
	return to;
}

static int
read_options(struct cli *cli, const struct opts *o, struct said *s)
{
	struct job_change *x = &s->all.x;

	if (job_options_read(cli, o, &s->all) < 0)
		return -1;
	x->release = cli_text(o, "release", &s->release);
	x->parts = words(cli, o, "parts", &s->parts);
	x->models = words(cli, o, "models", &s->models);
	x->firmware = cli_text(o, "firmware", &s->firmware);
	return job_options_truth(
	    cli, opts_get(o, "keep-launcher"), &s->keep, &x->keep_launcher);
}

/* ---- changing ---- */

static int
run_add(struct cli *cli, const struct opts *o)
{
	struct str name = str_of(o->words[1]);
	struct domain d;
	struct job_new as;
	struct said s;
	int64_t id;

	if (read_options(cli, o, &s) < 0 ||
	    cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	s.all.x.name = &name;
	as = (struct job_new){.domain = d.id,
	    .work = s.all.x.models != NULL ? JOB_PHONES : JOB_UPDATE};
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

static int
with_id(struct cli *cli, const struct opts *o,
    int (*how)(struct ask *q, int64_t id))
{
	int64_t id;

	return cli_id(cli, o, "job", &id) < 0 ? -1 : how(&cli->ask, id);
}

static int
run_start(struct cli *cli, const struct opts *o)
{
	return with_id(cli, o, job_start);
}

static int
run_abort(struct cli *cli, const struct opts *o)
{
	return with_id(cli, o, job_abort);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	return with_id(cli, o, job_remove);
}

/* ---- looking ---- */

static void
put_job(struct listing *l, const struct job *j)
{
	job_options_put(l, j);
	listing_text(l, j->release);
	listing_time(l, j->next);
	listing_time(l, j->ended);
	listing_text(l, j->trouble);
	listing_text(l, j->name);
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {JOB_OPTIONS_COLUMNS,
	    {"release", 12}, {"next", 26}, {"ended", 26}, {"trouble", 8},
	    {"name", 0}};
	struct listing l;

	listing_open(&l, columns, 9, opts_has(o, "json"), cli->out);
	if (job_options_each(cli, o, JOB_UPDATE, put_job, &l) < 0)
		return -1;
	return listing_close(&l);
}

/* "release      14r1", names as in JSON; what is empty is left out. */
static void
show_text(struct cli *cli, const char *name, struct str v)
{
	if (v.len > 0)
		cli_printf(cli, "%-12s %s\n", name, term_text(&cli->arena, v));
}

static void
show_int(struct cli *cli, const char *name, int64_t v)
{
	cli_printf(cli, "%-12s %lld\n", name, (long long)v);
}

static void
show_truth(struct cli *cli, const char *name, bool v)
{
	show_text(cli, name, v ? STR("yes") : STR("no"));
}

static void
show_time(struct cli *cli, const char *name, int64_t ms)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(ms, iso);
	if (ms > 0)
		show_text(cli, name, str_of(iso));
}

/* What only jobs of its work have. */
static void
show_own(struct cli *cli, const struct job *j)
{
	if (j->work != JOB_BACKUP)
		show_text(cli, "release", j->release);
	if (j->work == JOB_PHONES) {
		show_text(cli, "models", j->parts);
		show_text(cli, "firmware", j->target);
		return;
	}
	if (j->work == JOB_UPDATE) {
		show_text(cli, "parts", j->parts);
		show_truth(cli, "keepLauncher", j->keep_launcher);
		return;
	}
	show_text(cli, "target", j->target);
	show_text(cli, "login", j->login);
	show_int(cli, "keep", j->keep);
	show_int(cli, "days", j->days);
}

/* How far it is. */
static int
show_state(struct cli *cli, const struct job *j)
{
	struct job_counts c;

	if (job_count(&cli->ask, j, &c) < 0)
		return -1;
	show_text(cli, "state", str_of(job_state_name(j)));
	show_text(cli, "outcome", str_of(job_outcome_name(j->outcome)));
	show_text(cli, "trouble", j->trouble);
	show_int(cli, "round", j->round);
	show_time(cli, "next", j->next);
	show_time(cli, "due", j->due);
	show_time(cli, "began", j->began);
	show_time(cli, "ended", j->ended);
	for (enum task_state s = TASK_WAITING; s < TASK_STATE__MAX; s++)
		show_int(cli, task_state_name(s), c.n[s]);
	return 0;
}

static int
show_job(struct cli *cli, const struct job *j)
{
	struct str *names;
	size_t n;

	if (job_categories(&cli->ask, j, &names, &n) < 0)
		return -1;
	show_int(cli, "id", j->id);
	show_int(cli, "domainId", j->domain_id);
	show_text(cli, "name", j->name);
	show_text(cli, "work", str_of(job_work_name(j->work)));
	show_truth(cli, "enabled", j->enabled);
	for (size_t i = 0; i < n; i++)
		show_text(cli, "category", names[i]);
	show_own(cli, j);
	show_text(cli, "rule", j->rule);
	show_text(cli, "zone", j->zone);
	show_text(cli, "hours", j->hours);
	show_int(cli, "stages", j->stages);
	show_int(cli, "threshold", j->threshold);
	return show_state(cli, j);
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	struct jout out;
	struct job j;
	int64_t id;

	if (cli_id(cli, o, "job", &id) < 0 ||
	    err_need(job_get(&cli->ask, id, &j), cli->err, ERR_GONE,
		"no such job") < 0)
		return -1;
	if (!opts_has(o, "json"))
		return show_job(cli, &j);
	jout_init(&out, cli->out);
	if (job_json(&cli->ask, &out, NULL, &j) < 0)
		return -1;
	cli_printf(cli, "\n");
	return 0;
}

static void
put_task(struct listing *l, const struct task *t)
{
	struct task_word w;

	listing_text(l, t->hw_id);
	listing_textz(l, task_state_name(t->state));
	listing_textz(l,
	    t->state != TASK_DONE && task_word(t, &w) ? part_name(w.part) : "");
	listing_int(l, t->stage + 1);
	listing_int(l, t->tries);
	listing_time(l, t->ended);
	listing_text(l, t->error);
	listing_textz(l, task_hint(t));
}

static int
run_tasks(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"hwId", 14},
	    {"state", 8}, {"step", 9}, {"stage", 6}, {"tries", 6},
	    {"ended", 26}, {"error", 40}, {"hint", 0}};
	const char *state = opts_get(o, "state");
	struct task_page p = {.state = 0};
	size_t n = TASK_PAGE;
	struct task *page;
	struct listing l;

	if (state != NULL)
		p.state = task_state_of(str_of(state));
	if (p.state == TASK_STATE__MAX)
		return err_set(cli->err, ERR_INPUT,
		    "--state is waiting, active, away, done, failed, skipped "
		    "or unfit");
	if (cli_id(cli, o, "job", &p.job) < 0)
		return -1;
	listing_open(&l, columns, 8, opts_has(o, "json"), cli->out);
	while (n == TASK_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (task_list(&cli->ask, &p, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			put_task(&l, &page[i]);
		p.after = n > 0 ? page[n - 1].device_id : 0;
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

static void
put_plan(void *arg, const struct device *d, const struct plan_task *t)
{
	struct listing *l = arg;

	listing_text(l, d->hw_id);
	listing_text(l, d->product);
	listing_textz(l, task_state_name(t->state));
	listing_text(l, d->version);
	listing_textz(l, t->words[0] != '\0' ? t->words : t->error);
}

/* What would be done, and to whom not. */
static int
run_plan(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"hwId", 14},
	    {"product", 12}, {"state", 8}, {"version", 30}, {"plan", 0}};
	struct listing l;
	int64_t id;

	if (cli_id(cli, o, "job", &id) < 0)
		return -1;
	listing_open(&l, columns, 5, opts_has(o, "json"), cli->out);
	return plan_dry(&cli->ask, &cli->conf, id, put_plan, &l) < 0
		   ? -1
		   : listing_close(&l);
}

/* ---- watching ---- */

#define WATCH_MS  500
#define BAR_WIDTH 30
#define BAR_ELSE  14 /* the state, brackets and blanks; the last column */

/* ", again at 2026-11-28T02:40:00.000Z" of one that waits for its repetition. */
static const char *
pause_of(struct cli *cli, const struct job *j)
{
	char due[CLOCK_ISO_SIZE];
	const char *text;

	if (j->state != JOB_IDLE || j->wish == JOB_NOTHING ||
	    j->due <= clock_now_ms())
		return "";
	clock_iso(j->due, due);
	text = arena_printf(&cli->arena, ", %s at %s",
	    j->wish == JOB_FAILED ? "again" : "begins", due);
	return text != NULL ? text : "";
}

/* A terminal breaks a line that is too long for it, and what is broken cannot be
 * written over: the bar has what the words leave it. */
static int
bar_width(const char *words)
{
	int width = term_width();
	int room = width - BAR_ELSE - (int)strlen(words);

	if (width == 0 || room > BAR_WIDTH)
		return BAR_WIDTH;
	return room > 0 ? room : 0;
}

/* "running   [#####.....] 12 of 40 done, 1 failed, 5 at work" */
static const char *
line_of(struct cli *cli, const struct job *j, const struct job_counts *c)
{
	int64_t over = c->n[TASK_DONE] + c->n[TASK_FAILED] + c->n[TASK_SKIPPED];
	int64_t all = over + c->n[TASK_WAITING] + c->n[TASK_ACTIVE];
	char bar[BAR_WIDTH + 1] = "";
	const char *words = arena_printf(&cli->arena,
	    "%lld of %lld done, %lld failed, %lld at work, %lld away%s",
	    (long long)c->n[TASK_DONE], (long long)all,
	    (long long)c->n[TASK_FAILED], (long long)c->n[TASK_ACTIVE],
	    (long long)c->n[TASK_AWAY], pause_of(cli, j));
	int width = words != NULL ? bar_width(words) : 0;

	if (words == NULL)
		return NULL;
	memset(bar, '.', (size_t)width);
	memset(bar, '#', all > 0 ? (size_t)(over * width / all) : 0);
	return arena_printf(
	    &cli->arena, "%-9s [%s] %s", job_state_name(j), bar, words);
}

/* On a terminal one line that changes, else a line for each change. */
static void
show_line(struct cli *cli, const char *line, char last[256])
{
	if (strcmp(line, last) == 0)
		return;
	str_copy(last, 256, str_of(line));
	if (term_width() > 0)
		cli_printf(cli, "\r%.*s\033[K", term_width() - 1, line);
	else
		cli_printf(cli, "%s\n", line);
	(void)fflush(stdout); /* somebody watches */
}

/* 1 it is at work still, 0 no longer. */
static int
look(struct cli *cli, int64_t id, char last[256])
{
	struct job_counts c;
	struct job j;
	const char *line;

	if (err_need(job_get(&cli->ask, id, &j), cli->err, ERR_GONE,
		"no such job") < 0 ||
	    job_count(&cli->ask, &j, &c) < 0)
		return -1;
	line = line_of(cli, &j, &c);
	if (line != NULL)
		show_line(cli, line, last);
	if (j.state != JOB_IDLE || j.wish != JOB_NOTHING)
		return 1;
	cli_printf(cli, "%s%s %s\n", term_width() > 0 ? "\n" : "",
	    job_outcome_name(j.outcome), term_text(&cli->arena, j.trouble));
	return 0;
}

static int
run_watch(struct cli *cli, const struct opts *o)
{
	const struct timespec pause = {.tv_nsec = WATCH_MS * 1000000L};
	char last[256] = "";
	int64_t id;
	int rc = cli_id(cli, o, "job", &id) < 0 ? -1 : 1;

	while (rc > 0) {
		struct arena_mark m = arena_mark(&cli->arena);

		rc = look(cli, id, last);
		arena_reset(&cli->arena, m);
		if (rc > 0)
			(void)nanosleep(&pause, NULL);
	}
	return rc;
}

/* ---- the commands ---- */

static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec task_options[] = {
    {"state", "STATE", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec none[] = {{NULL, NULL, 0}};
#define JOB_OPTIONS                                                            \
	{"parts", "boot,firmware", 0}, {"at", "RULE", 0}, {"zone", "ZONE", 0}, \
	    {"models", "MODEL,MODEL", 0}, {"firmware", "URL", 0},              \
	    {"hours", "HH:MM-HH:MM", 0}, {"stages", "N", 0},                   \
	    {"threshold", "PERCENT", 0}, {"keep-launcher", "yes|no", 0},       \
	    {"enabled", "yes|no", 0},                                          \
	{                                                                      \
		NULL, NULL, 0                                                  \
	}
static const struct opt_spec add_options[] = {{"release", "RELEASE", OPT_MUST},
    {"category", "CATEGORY", OPT_MANY}, JOB_OPTIONS};
static const struct opt_spec edit_options[] = {{"name", "NAME", 0},
    {"release", "RELEASE", 0}, {"category", "CATEGORY", OPT_MANY}, JOB_OPTIONS};

const struct cli_command cmd_job[] = {
    {"job", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_list,
	"update jobs, when they begin, how they ended"},
    {"job", "show", "ID", {json_only, 1, 1}, CLI_STORE, run_show,
	"all that it is, and how far"},
    {"job", "add", "DOMAIN NAME", {add_options, 2, 2}, CLI_STORE, run_add,
	"a job that brings a release to devices of categories"},
    {"job", "edit", "ID", {edit_options, 1, 1}, CLI_STORE, run_edit,
	"change it"},
    {"job", "remove", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"forget it with its tasks"},
    {"job", "plan", "ID", {json_only, 1, 1}, CLI_STORE, run_plan,
	"who would be updated, by which steps, and who not and why"},
    {"job", "start", "ID", {none, 1, 1}, CLI_STORE, run_start,
	"begin as soon as it has its turn"},
    {"job", "abort", "ID", {none, 1, 1}, CLI_STORE, run_abort,
	"begin with no more devices"},
    {"job", "tasks", "ID", {task_options, 1, 1}, CLI_STORE, run_tasks,
	"its devices: how far they are, what went wrong"},
    {"job", "watch", "ID", {none, 1, 1}, CLI_STORE, run_watch,
	"see it work, until it has ended"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
