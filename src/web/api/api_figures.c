/* Messages that count: what there is. */
#include "api_table.h"
#include "device.h"
#include "statistics.h"

/* ---- fields ---- */

enum { F_DOMAIN_IDS };

/* clang-format off */
static const struct field f_statistics[] = {
    [F_DOMAIN_IDS] = NUMBERS("domainIds", 1, ID_MAX),
};
/* clang-format on */

/* ---- GetStatistics ---- */

static void
put_figures(struct jout *j, const struct figures *f)
{
	jout_int(j, "known", f->known);
	jout_int(j, "online", f->online);
}

static void
put_row(struct jout *j, const struct figures *f)
{
	jout_object(j, NULL);
	if (f->by == FIGURES_DOMAIN) {
		jout_int(j, "domainId", f->domain_id);
		jout_str(j, "name", f->domain);
	} else if (f->by == FIGURES_TYPE) {
		jout_strz(j, "type", device_type_name(f->type));
		jout_str(j, "product", f->product);
	} else {
		jout_str(j, "version", f->version);
	}
	put_figures(j, f);
	jout_end(j);
}

/* What is not listed stands as one sum beside the list. */
static void
put_rows(struct jout *j, const char *name, const char *others,
    const struct statistics_list *l)
{
	jout_array(j, name);
	for (size_t i = 0; i < l->n; i++)
		put_row(j, &l->rows[i]);
	jout_end(j);
	if (l->n == 0 || l->rest.known == 0)
		return;
	jout_object(j, others);
	put_figures(j, &l->rest);
	jout_end(j);
}

static int
get_statistics(struct call *c)
{
	const struct value *ids = &c->v[F_DOMAIN_IDS];
	struct jout *j = &c->reply->j;
	struct statistics s;

	if (statistics_get(&c->q, ids->numbers, ids->n, &s) < 0)
		return -1;
	reply_open(c->reply);
	put_figures(j, &s.all);
	if (s.has_unassigned)
		jout_int(j, "unassigned", s.unassigned);
	put_rows(j, "domains", "otherDomains", &s.by[FIGURES_DOMAIN]);
	put_rows(j, "types", "otherTypes", &s.by[FIGURES_TYPE]);
	put_rows(j, "versions", "otherVersions", &s.by[FIGURES_VERSION]);
	reply_close(c->reply);
	return 0;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetStatistics"), FIELDS(f_statistics), .run = get_statistics},
};
/* clang-format on */

const struct api_table api_figures = {messages, COUNT(messages)};
