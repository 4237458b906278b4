/* Commands that count devices: those there are, those that were online. */
#include <string.h>

#include "cli.h"
#include "clock.h"
#include "count.h"
#include "device.h"
#include "domain.h"
#include "history.h"
#include "num.h"
#include "statistics.h"

#define DAY_MS    INT64_C(86400000)
#define HOUR_MS   INT64_C(3600000)
#define HOURS_MAX (HISTORY_POINTS - 1) /* in steps of an hour, with both ends */
#define STEP      60 /* minutes, unless another is asked for */

/* ---- stats ---- */

/* What a row is about, and where a list goes on as one sum. */
static const struct kind {
	const char *name, *others;
} kinds[FIGURES__MAX] = {
    [FIGURES_ALL] = {"all", NULL},
    [FIGURES_DOMAIN] = {"domain", "other domains"},
    [FIGURES_TYPE] = {"type", "other types"},
    [FIGURES_VERSION] = {"version", "other versions"},
};

static void
put_row(struct listing *l, const char *of, struct str type, struct str what,
    const struct figures *f)
{
	listing_textz(l, of);
	listing_text(l, type);
	listing_text(l, what);
	listing_int(l, f->known);
	listing_int(l, f->online);
}

static struct str
name_of(const struct figures *f)
{
	return f->by == FIGURES_DOMAIN ? f->domain
	       : f->by == FIGURES_TYPE ? f->product
				       : f->version;
}

static void
put_list(
    struct listing *out, enum figures_by by, const struct statistics_list *l)
{
	const struct str none = STR("");

	for (size_t i = 0; i < l->n; i++)
		put_row(out, kinds[by].name,
		    by == FIGURES_TYPE
			? str_of(device_type_name(l->rows[i].type))
			: none,
		    name_of(&l->rows[i]), &l->rows[i]);
	if (l->n > 0 && l->rest.known > 0)
		put_row(out, kinds[by].others, none, none, &l->rest);
}

/* The kind that --by names; FIGURES_ALL without. */
static int
read_by(struct cli *cli, const struct opts *o, enum figures_by *by)
{
	const char *name = opts_get(o, "by");

	*by = FIGURES_ALL;
	if (name == NULL)
		return 0;
	for (int i = FIGURES_DOMAIN; i < FIGURES__MAX; i++)
		if (strcmp(name, kinds[i].name) == 0) {
			*by = (enum figures_by)i;
			return 0;
		}
	return err_set(
	    cli->err, ERR_INPUT, "--by is \"domain\", \"type\" or \"version\"");
}

static int
run_stats(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"of", 14},
	    {"type", 12}, {"name", 34}, {"known", 8}, {"online", 0}};
	const int64_t *domains;
	enum figures_by by;
	struct statistics s;
	struct listing l;
	size_t n;

	if (read_by(cli, o, &by) < 0 || cli_domains(cli, o, &domains, &n) < 0 ||
	    statistics_get(&cli->ask, domains, n, &s) < 0)
		return -1;
	listing_open(
	    &l, columns, COUNT(columns), opts_has(o, "json"), cli->out);
	put_row(&l, kinds[FIGURES_ALL].name, STR(""), STR(""), &s.all);
	for (int i = FIGURES_DOMAIN; i < FIGURES__MAX; i++)
		if (by == FIGURES_ALL || by == (enum figures_by)i)
			put_list(&l, (enum figures_by)i, &s.by[i]);
	return listing_close(&l);
}

/* ---- history ---- */

static int
read_query(struct cli *cli, const struct opts *o, struct history_query *in)
{
	const char *step = opts_get(o, "step");
	struct domain d = {0};

	if (o->nwords > 0 && cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	*in = (struct history_query){
	    .domain_id = d.id, .to = clock_now_ms(), .step = STEP};
	if (cli_time(cli, o, "until", WHEN_END, &in->to) < 0)
		return -1;
	in->from = in->to - DAY_MS;
	if (step != NULL && !num_parse(str_of(step), HISTORY_STEP_MIN,
				HISTORY_STEP_MAX, &in->step))
		return err_set(
		    cli->err, ERR_INPUT, "--step needs minutes, 5 to 1440");
	if (cli_time(cli, o, "since", WHEN_BEGIN, &in->from) < 0)
		return -1;
	if (step == NULL && in->to - in->from > HOURS_MAX * HOUR_MS)
		in->step = 0;
	return 0;
}

static void
put_step(struct listing *l, int64_t time, const struct history_step *s,
    bool has_unassigned)
{
	listing_time(l, time);
	listing_int(l, s->online);
	listing_int(l, s->min);
	listing_int(l, s->max);
	listing_int(l, s->known);
	if (has_unassigned)
		listing_int(l, s->unassigned);
}

static int
run_history(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"time", 24},
	    {"online", 8}, {"min", 8}, {"max", 8}, {"known", 8},
	    {"unassigned", 0}};
	bool whole = o->nwords == 0;
	struct history_query in;
	struct history h;
	struct listing l;

	if (read_query(cli, o, &in) < 0 || history_get(&cli->ask, &in, &h) < 0)
		return -1;
	listing_open(&l, columns, COUNT(columns) - !whole, opts_has(o, "json"),
	    cli->out);
	for (size_t i = 0; i < h.n; i++)
		if (h.list[i].count > 0)
			put_step(&l, h.from + (int64_t)i * h.step * 60000,
			    &h.list[i], whole);
	return listing_close(&l);
}

static const struct opt_spec history_options[] = {{"since", "TIME", 0},
    {"until", "TIME", 0}, {"step", "MINUTES", 0}, {"json", NULL, 0},
    {NULL, NULL, 0}};
static const struct opt_spec stats_options[] = {{"by", "WHAT", 0},
    {"domain", "DOMAIN", OPT_MANY}, {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_figures[] = {
    {"stats", NULL, "", {stats_options, 0, 0}, CLI_STORE, run_stats,
	"how many devices are known and online, by domain, type and version"},
    {"history", NULL, "[DOMAIN]", {history_options, 0, 1}, CLI_STORE,
	run_history, "how many devices were online, for a day or longer"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
