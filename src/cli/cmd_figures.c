/* Commands that count devices. */
#include <string.h>

#include "cli.h"
#include "count.h"
#include "device.h"
#include "statistics.h"

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

static const struct opt_spec stats_options[] = {{"by", "WHAT", 0},
    {"domain", "DOMAIN", OPT_MANY}, {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_figures[] = {
    {"stats", NULL, "", {stats_options, 0, 0}, CLI_STORE, run_stats,
	"how many devices are known and online, by domain, type and version"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
