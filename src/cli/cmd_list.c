/* The list of devices. */
#include <string.h>

#include "cli.h"
#include "count.h"
#include "device.h"
#include "num.h"

/* ---- columns ---- */

/* What somebody should look at first. */
static const char *
mark(const struct device *d)
{
	if (d->claimed)
		return "claimed";
	if (d->doubt != DOUBT_NONE)
		return "unconfirmed";
	return d->type_told != DEVICE_UNKNOWN && d->type_told != d->type
		   ? "other type"
		   : "";
}

enum column {
	COL_HW_ID,
	COL_ID,
	COL_DOMAIN_ID,
	COL_TYPE,
	COL_ONLINE,
	COL_LOOK,
	COL_IPV4,
	COL_PRODUCT,
	COL_VERSION,
	COL_NAME, /* the last one without --columns */
	COL_IPV6,
	COL_SINCE,
	COL_OWNER,
	COL__MAX
};

static const struct listing_column columns[COL__MAX] = {
    [COL_HW_ID] = {"hwId", 14},
    [COL_ID] = {"id", 6},
    [COL_DOMAIN_ID] = {"domainId", 8},
    [COL_TYPE] = {"type", 12},
    [COL_ONLINE] = {"online", 6},
    [COL_LOOK] = {"look", 11},
    [COL_IPV4] = {"ipv4", 15},
    [COL_PRODUCT] = {"product", 12},
    [COL_VERSION] = {"version", 34},
    [COL_NAME] = {"name", 0},
    [COL_IPV6] = {"ipv6", 39},
    [COL_SINCE] = {"since", 24},
    [COL_OWNER] = {"owner", 6},
};

static void
put_cell(struct listing *l, enum column col, const struct device *d)
{
	switch (col) {
	case COL_HW_ID:
		return listing_text(l, d->hw_id);
	case COL_ID:
		return listing_int(l, d->id);
	case COL_DOMAIN_ID:
		return listing_int(l, d->domain_id);
	case COL_TYPE:
		return listing_textz(l, device_type_name(d->type));
	case COL_ONLINE:
		return listing_bool(l, d->online);
	case COL_LOOK:
		return listing_textz(l, mark(d));
	case COL_IPV4:
		return listing_text(l, d->nifs ? d->ifs[0].ipv4 : STR(""));
	case COL_PRODUCT:
		return listing_text(l, d->product);
	case COL_VERSION:
		return listing_text(l, d->version);
	case COL_NAME:
		return listing_text(l, d->name);
	case COL_IPV6:
		return listing_text(l, d->nifs ? d->ifs[0].ipv6 : STR(""));
	case COL_SINCE:
		return listing_time(l, d->since);
	case COL_OWNER:
		return listing_int(l, d->owner);
	case COL__MAX:
		return;
	}
}

/* Those that are shown, in their order. */
struct shown {
	enum column at[COL__MAX];
	struct listing_column columns[COL__MAX];
	size_t n;
};

static int
show_column(struct cli *cli, struct shown *s, struct str name)
{
	int i = 0;

	while (i < COL__MAX && !str_eq_nocase(name, str_of(columns[i].name)))
		i++;
	if (i == COL__MAX || s->n == COL__MAX)
		return err_set(cli->err, ERR_INPUT,
		    "there is no column \"%.*s\"",
		    (int)(name.len < 60 ? name.len : 60), name.p);
	s->at[s->n] = (enum column)i;
	s->columns[s->n++] = columns[i];
	return 0;
}

static int
choose_columns(struct cli *cli, const struct opts *o, struct shown *s)
{
	struct str list = str_of(opts_get(o, "columns")), name;

	if (!opts_has(o, "columns"))
		for (int i = 0; i <= COL_NAME; i++)
			if (show_column(cli, s, str_of(columns[i].name)) < 0)
				return -1;
	while (opts_has(o, "columns") && str_next(&list, ',', &name))
		if (show_column(cli, s, str_trim(name)) < 0)
			return -1;
	return 0;
}

/* ---- which devices ---- */

static int
read_types(struct cli *cli, const struct opts *o, struct device_filter *f)
{
	enum device_type type;
	const char *v;

	for (size_t i = 0; (v = opts_nth(o, "type", i)) != NULL; i++) {
		type = device_type_parse(str_of(v));
		if (type == DEVICE_UNKNOWN)
			return err_set(
			    cli->err, ERR_INPUT, "unknown type \"%.60s\"", v);
		f->types |= DEVICE_BIT(type);
	}
	return 0;
}

static int
read_filter(struct cli *cli, const struct opts *o, struct device_filter *f)
{
	if (cli_domains(cli, o, &f->domains, &f->ndomains) < 0 ||
	    read_types(cli, o, f) < 0)
		return -1;
	f->ncategories = cli_texts(cli, o, "category", &f->categories);
	f->unassigned = opts_has(o, "unassigned") ||
			(f->ndomains == 0 && f->ncategories == 0);
	f->assigned = !opts_has(o, "unassigned") || f->ndomains > 0;
	f->doubtful = opts_has(o, "doubtful");
	f->online = opts_has(o, "online");
	f->search = str_of(opts_get(o, "search"));
	f->name = str_of(opts_get(o, "name"));
	f->ip = str_of(opts_get(o, "ip"));
	f->product = str_of(opts_get(o, "product"));
	f->version = str_of(opts_get(o, "version"));
	return cli_time(cli, o, "offline-since", WHEN_BEGIN, &f->offline_since);
}

/* ---- the list ---- */

struct list {
	struct cli *cli;
	struct device_filter f;
	struct shown shown;
	struct listing out;
	int64_t left; /* rows that may still be shown */
};

static void
put_page(struct list *l, const struct device_page *page)
{
	for (size_t i = 0; i < page->n && l->left > 0; i++, l->left--)
		for (size_t k = 0; k < l->shown.n; k++)
			put_cell(&l->out, l->shown.at[k], &page->list[i]);
}

/* As they come. */
static int
list_all(struct list *l)
{
	struct device_cursor at = {0};
	struct device_page page = {0};

	while (!page.last && l->left > 0) {
		struct arena_mark m = arena_mark(&l->cli->arena);

		if (device_list(&l->cli->ask, &l->f, &at, &page) < 0)
			return -1;
		put_page(l, &page);
		arena_reset(&l->cli->arena, m);
	}
	return 0;
}

static int
list_sorted(struct list *l, const char *sort)
{
	struct device_order o = {.sort = str_of(sort)};
	char after[DEVICE_AFTER_MAX];
	struct device_page page;

	do {
		struct arena_mark m = arena_mark(&l->cli->arena);

		/* Some orders cost a look at all devices for each page. */
		o.limit = l->left < DEVICE_SORT ? (size_t)l->left : DEVICE_SORT;
		if (device_sorted(&l->cli->ask, &l->f, &o, &page) < 0)
			return -1;
		put_page(l, &page);
		str_copy(after, sizeof(after), o.next);
		o.after = str_of(after);
		arena_reset(&l->cli->arena, m);
	} while (o.after.len > 0 && l->left > 0);
	return 0;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	struct list l = {.cli = cli, .left = INT64_MAX};
	const char *limit = opts_get(o, "limit"), *sort = opts_get(o, "sort");
	int rc;

	if (limit != NULL && !num_parse(str_of(limit), 1, INT64_MAX, &l.left))
		return err_set(cli->err, ERR_INPUT, "--limit needs a number");
	if (read_filter(cli, o, &l.f) < 0 ||
	    choose_columns(cli, o, &l.shown) < 0)
		return -1;
	listing_open(
	    &l.out, l.shown.columns, l.shown.n, opts_has(o, "json"), cli->out);
	rc = sort != NULL ? list_sorted(&l, sort) : list_all(&l);
	return rc < 0 ? -1 : listing_close(&l.out);
}

static const struct opt_spec list_options[] = {{"domain", "DOMAIN", OPT_MANY},
    {"category", "NAME", OPT_MANY}, {"type", "TYPE", OPT_MANY},
    {"unassigned", NULL, 0}, {"online", NULL, 0}, {"doubtful", NULL, 0},
    {"search", "TEXT", 0}, {"name", "TEXT", 0}, {"ip", "TEXT", 0},
    {"product", "TEXT", 0}, {"version", "TEXT", 0},
    {"offline-since", "TIME", 0}, {"sort", "COLUMN", 0}, {"limit", "N", 0},
    {"columns", "NAMES", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_list[] = {
    {"device", "list", "", {list_options, 0, 0}, CLI_STORE, run_list,
	"devices and unassigned ones"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
