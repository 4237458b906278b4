/* Commands about the store of firmware of this instance. */
#include "appstore.h"
#include "cli.h"
#include "supply.h"

/* Files are added one after the other: each is there or is not. */
static int
run_add(struct cli *cli, const struct opts *o)
{
	const char *folder = supply_folder(&cli->arena, &cli->conf);
	struct appstore_file f = {.release = str_of(opts_get(o, "release")),
	    .build = str_of(opts_get(o, "build")),
	    .product = str_of(opts_get(o, "product"))};

	for (size_t i = 0; i < o->nwords; i++) {
		f.path = o->words[i];
		if (folder == NULL ||
		    appstore_add(&cli->arena, folder, &f, cli->err) < 0)
			return -1;
	}
	return 0;
}

static void
put_file(void *arg, const struct appstore_entry *x)
{
	struct listing *l = arg;

	listing_text(l, x->release);
	listing_textz(l, x->build);
	listing_int(l, x->size);
	listing_textz(l, x->sum);
	listing_textz(l, x->name);
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"release", 12},
	    {"build", 12}, {"size", 10}, {"sha256", 66}, {"name", 0}};
	const char *folder = supply_folder(&cli->arena, &cli->conf);
	struct listing l;

	if (folder == NULL)
		return err_set(cli->err, ERR_LIMIT, "no room");
	listing_open(&l, columns, 5, opts_has(o, "json"), cli->out);
	return appstore_list(&cli->arena, folder, put_file, &l, cli->err) < 0
		   ? -1
		   : listing_close(&l);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	const char *folder = supply_folder(&cli->arena, &cli->conf);

	if (folder == NULL)
		return err_set(cli->err, ERR_LIMIT, "no room");
	return appstore_remove(
	    &cli->arena, folder, str_of(o->words[0]), cli->err);
}

static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec add_options[] = {{"release", "RELEASE", OPT_MUST},
    {"build", "BUILD", OPT_MUST}, {"product", "PRODUCT", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_appstore[] = {
    {"store", "list", "", {json_only, 0, 0}, CLI_STORE, run_list,
	"files of firmware that devices can load from here"},
    {"store", "add", "FILE...", {add_options, 1, OPT_WORDS_MAX}, CLI_STORE,
	run_add, "copy files of a build there"},
    {"store", "remove", "BUILD", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"remove a build with its files"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
