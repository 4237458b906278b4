/* Commands that change many devices at once: all of them, or none. */
#include "cli.h"
#include "device_bulk.h"
#include "device_instance.h"
#include "hwid_set.h"
#include "idlist.h"
#include "term.h"

#define LIST_MAX ((size_t)1 << 20) /* bytes of a list of ids */

/* ---- which devices ---- */

/* A device that is named twice is one, also for who counts them. */
static int
drop_twins(struct cli *cli, struct str *ids, size_t *n)
{
	struct hwid_set seen;
	size_t kept = 0;
	int rc = hwid_set_open(&seen, *n);

	for (size_t i = 0; rc == 0 && i < *n; i++)
		if (hwid_set_add(&seen, ids[i]) != HWID_THERE)
			ids[kept++] = ids[i];
	hwid_set_close(&seen);
	*n = kept;
	return rc < 0 ? err_set(cli->err, ERR_LIMIT, "no room for so many") : 0;
}

/* Of the words of the command line and of the file that --from names. */
static int
read_ids(struct cli *cli, const struct opts *o, struct device_bulk *b)
{
	const char *path = opts_get(o, "from");
	struct str text = str_n("", 0), *ids;

	if (path != NULL && cli_read_file(cli, path, LIST_MAX, &text) < 0)
		return -1;
	ids = arena_array(
	    &cli->arena, o->nwords + IDLIST_MAX(text.len), sizeof(*ids));
	if (ids == NULL)
		return err_set(cli->err, ERR_LIMIT, "too many devices at once");
	for (size_t i = 0; i < o->nwords; i++)
		ids[b->n++] = str_of(o->words[i]);
	b->n += idlist_read(text, ids + b->n);
	b->hw_ids = ids;
	b->dry = opts_has(o, "dry-run");
	if (b->n == 0)
		return err_set(cli->err, ERR_INPUT,
		    "no device is named: HWID, or --from FILE");
	return drop_twins(cli, ids, &b->n);
}

/* A line for what cannot be; for each, if --verbose wants it. */
static void
show(void *arg, struct str hw_id, const struct err *why)
{
	struct cli *cli = arg;

	if (why != NULL)
		fprintf(stderr, "%s: %s\n", term_text(&cli->arena, hw_id),
		    why->text);
	else
		cli_printf(cli, "%s: ok\n", term_text(&cli->arena, hw_id));
}

static int
open_bulk(struct cli *cli, const struct opts *o, struct device_bulk *b)
{
	*b = (struct device_bulk){.arg = cli};
	if (read_ids(cli, o, b) < 0)
		return -1;
	if (b->n > 1 || b->dry) /* of one the end says all */
		b->result = show;
	return 0;
}

static void
show_sum(struct cli *cli, const struct device_bulk *b, const char *what)
{
	if (b->result != NULL)
		cli_printf(cli, "%s %s%s\n",
		    cli_count(cli, (int64_t)b->n, "device"),
		    b->dry ? "would be " : "", what);
}

/* ---- what is done ---- */

static int
edit(struct cli *cli, const struct opts *o, const struct device_edit *x,
    const char *what)
{
	struct device_bulk b;

	if (open_bulk(cli, o, &b) < 0 || device_bulk_edit(&cli->ask, &b, x) < 0)
		return -1;
	show_sum(cli, &b, what);
	return 0;
}

static int
read_owner(
    struct cli *cli, const struct opts *o, int64_t *id, struct device_edit *x)
{
	struct account a = {0};
	const char *name = opts_get(o, "owner");

	if (name == NULL)
		return 0;
	if (name[0] != '\0' &&
	    (cli_account(cli, name, &a) < 0 || cli_user(cli, &a) < 0))
		return -1;
	*id = a.id;
	x->owner = id;
	return 0;
}

static int
read_type(struct cli *cli, const struct opts *o, enum device_type *type,
    struct device_edit *x)
{
	const char *name = opts_get(o, "type");

	if (name == NULL)
		return 0;
	*type = device_type_parse(str_of(name));
	if (*type == DEVICE_UNKNOWN)
		return err_set(
		    cli->err, ERR_INPUT, "unknown type \"%.60s\"", name);
	x->type = type;
	return 0;
}

/* --category NAME..., or --category "" for none. */
static void
read_categories(struct cli *cli, const struct opts *o, struct device_edit *x)
{
	size_t n = cli_texts(cli, o, "category", &x->categories);

	x->ncategories = n == 1 && x->categories[0].len == 0 ? 0 : n;
	if (n == 0)
		x->categories = NULL;
}

/* --instances DOMAIN/NAME,..., or --instances "" for none. */
static int
read_instances(struct cli *cli, const struct opts *o, struct device_edit *x)
{
	struct str list = str_of(opts_get(o, "instances"));
	struct str *names =
	    arena_array(&cli->arena, DEVICE_INSTANCES_MAX + 1, sizeof(*names));

	if (opts_get(o, "instances") == NULL)
		return 0;
	if (names == NULL)
		return err_set(cli->err, ERR_LIMIT, "no room for instances");
	while (list.len > 0 && x->ninstances <= DEVICE_INSTANCES_MAX &&
	       str_next(&list, ',', &names[x->ninstances]))
		x->ninstances++;
	x->instances = names;
	return 0;
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	struct device_edit x = {0};
	enum device_type type;
	struct str name;
	int64_t owner;

	x.name = cli_text(o, "name", &name);
	read_categories(cli, o, &x);
	if (read_instances(cli, o, &x) < 0 ||
	    read_type(cli, o, &type, &x) < 0 ||
	    read_owner(cli, o, &owner, &x) < 0)
		return -1;
	if (o->ngiven == (size_t)opts_has(o, "from") + opts_has(o, "dry-run"))
		return err_set(cli->err, ERR_INPUT, "nothing is to be set");
	return edit(cli, o, &x, "changed");
}

static int
run_move(struct cli *cli, const struct opts *o)
{
	struct device_edit x = {0};
	enum device_type type;
	struct domain d;

	if (cli_domain(cli, opts_get(o, "domain"), &d) < 0 ||
	    read_type(cli, o, &type, &x) < 0)
		return -1;
	x.domain = &d.id;
	return edit(cli, o, &x, "moved");
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	struct device_bulk b;
	const char *question;

	if (open_bulk(cli, o, &b) < 0)
		return -1;
	question = b.n == 1 ? arena_printf(&cli->arena,
				  "Remove the device %s for good?",
				  term_text(&cli->arena, b.hw_ids[0]))
			    : arena_printf(&cli->arena, "Remove %s for good?",
				  cli_count(cli, (int64_t)b.n, "device"));
	if (!b.dry && cli_confirm(cli, o, question, true) < 0)
		return -1;
	if (device_bulk_remove(&cli->ask, &b) < 0)
		return -1;
	show_sum(cli, &b, "removed");
	return 0;
}

#define WHICH                                                                  \
	{"from", "FILE", 0},                                                   \
	{                                                                      \
		"dry-run", NULL, 0                                             \
	}

static const struct opt_spec set_options[] = {WHICH, {"name", "NAME", 0},
    {"category", "NAME", OPT_MANY}, {"type", "TYPE", 0},
    {"owner", "ACCOUNT", 0}, {"instances", "DOMAIN/NAME,...", 0},
    {NULL, NULL, 0}};
static const struct opt_spec move_options[] = {WHICH,
    {"domain", "DOMAIN", OPT_MUST}, {"type", "TYPE", 0}, {NULL, NULL, 0}};
static const struct opt_spec remove_options[] = {
    WHICH, {"yes", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_bulk[] = {
    {"device", "set", "[HWID...]", {set_options, 0, OPT_WORDS_MAX}, CLI_STORE,
	run_set, "change devices, all that are named or none"},
    {"device", "move", "[HWID...]", {move_options, 0, OPT_WORDS_MAX}, CLI_STORE,
	run_move, "put devices into another domain, all or none"},
    {"device", "remove", "[HWID...]", {remove_options, 0, OPT_WORDS_MAX},
	CLI_STORE, run_remove,
	"forget devices and close their connections, all or none"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
