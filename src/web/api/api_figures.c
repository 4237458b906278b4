/* Messages that count: what there is, what was online when. */
#include "api_table.h"
#include "clock.h"
#include "device.h"
#include "history.h"
#include "statistics.h"

/* ---- fields ---- */

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */
#define DAY_MS   INT64_C(86400000)

enum { F_DOMAIN_IDS };
enum { F_DOMAIN_ID, F_FROM, F_TO, F_STEP };

/* clang-format off */
static const struct field f_statistics[] = {
    [F_DOMAIN_IDS] = NUMBERS("domainIds", 1, ID_MAX),
};

static const struct field f_history[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 1, ID_MAX),
    [F_FROM] = NUMBER("from", 0, TIME_MAX),
    [F_TO] = NUMBER("to", 1, TIME_MAX),
    [F_STEP] = NUMBER("step", HISTORY_STEP_MIN, HISTORY_STEP_MAX),
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

/* ---- GetOnlineHistory ---- */

/* The series of an answer; a gap is null. */
static const struct series {
	const char *name;
	size_t at; /* of its number in a step */
} series[] = {
    {"online", offsetof(struct history_step, online)},
    {"min", offsetof(struct history_step, min)},
    {"max", offsetof(struct history_step, max)},
    {"known", offsetof(struct history_step, known)},
    {"unassigned", offsetof(struct history_step, unassigned)},
};

static void
put_series(struct jout *j, const struct series *s, const struct history *h)
{
	jout_array(j, s->name);
	for (size_t i = 0; i < h->n; i++) {
		const char *step = (const char *)&h->list[i];

		if (h->list[i].count > 0)
			jout_int(j, NULL,
			    *(const int64_t *)(const void *)(step + s->at));
		else
			jout_null(j, NULL);
	}
	jout_end(j);
}

static int
get_online_history(struct call *c)
{
	const struct value *v = c->v;
	struct jout *j = &c->reply->j;
	struct history_query in = {.domain_id = v[F_DOMAIN_ID].number,
	    .to = v[F_TO].given ? v[F_TO].number : clock_now_ms(),
	    .step = v[F_STEP].number};
	size_t n = COUNT(series);
	struct history h;

	in.from = v[F_FROM].given ? v[F_FROM].number : in.to - DAY_MS;
	if (history_get(&c->q, &in, &h) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(j, "from", h.from);
	jout_int(j, "step", h.step);
	for (size_t i = 0; i < (in.domain_id > 0 ? n - 1 : n); i++)
		put_series(j, &series[i], &h);
	reply_close(c->reply);
	return 0;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetOnlineHistory"), READS, FIELDS(f_history), .run = get_online_history},
    {LOGIN("GetStatistics"), READS, FIELDS(f_statistics), .run = get_statistics},
};
/* clang-format on */

const struct api_table api_figures = {messages, COUNT(messages)};
