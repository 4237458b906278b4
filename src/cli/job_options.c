#include "job_options.h"

#include "num.h"

int
job_options_number(struct cli *cli, const struct opts *o,
    const struct job_number *n, const int64_t **out)
{
	const char *text = opts_get(o, n->name);

	*out = text != NULL ? n->to : NULL;
	if (text == NULL || num_parse(str_of(text), 0, n->max, n->to))
		return 0;
	return err_set(cli->err, ERR_INPUT, "--%s is a number up to %lld",
	    n->name, (long long)n->max);
}

int
job_options_truth(struct cli *cli, const char *text, bool *to, const bool **out)
{
	*out = text != NULL ? to : NULL;
	return text != NULL ? cli_yes_no(text, to, cli->err) : 0;
}

int
job_options_read(struct cli *cli, const struct opts *o, struct job_options *out)
{
	const struct job_number stages = {
	    "stages", JOB_STAGES_MAX, &out->stages};
	const struct job_number threshold = {"threshold", 100, &out->threshold};
	struct job_change *x = &out->x;

	*out = (struct job_options){0};
	x->name = cli_text(o, "name", &out->name);
	x->rule = cli_text(o, "at", &out->rule);
	x->zone = cli_text(o, "zone", &out->zone);
	x->hours = cli_text(o, "hours", &out->hours);
	x->ncategories = cli_texts(cli, o, "category", &x->categories);
	if (x->ncategories == 0)
		x->categories = NULL;
	if (job_options_number(cli, o, &stages, &x->stages) < 0 ||
	    job_options_number(cli, o, &threshold, &x->threshold) < 0)
		return -1;
	return job_options_truth(
	    cli, opts_get(o, "enabled"), &out->enabled, &x->enabled);
}

void
job_options_put(struct listing *l, const struct job *j)
{
	listing_int(l, j->id);
	listing_textz(l, job_state_name(j));
	listing_textz(l, job_outcome_name(j->outcome));
	listing_bool(l, j->enabled);
}

int
job_options_each(struct cli *cli, const struct opts *o, enum job_work work,
    void (*put)(struct listing *l, const struct job *j), struct listing *l)
{
	struct job_page p = {.work = work};
	struct job *page;
	struct domain d;
	size_t n;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	p.domain = d.id;
	do {
		if (job_list(&cli->ask, &p, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			put(l, &page[i]);
		p.after = n > 0 ? page[n - 1].id : 0;
	} while (n == JOB_PAGE);
	return 0;
}
