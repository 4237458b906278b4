/* Commands about changes of what phones get: what they would do, and how some
 * phones have them first. */
#include "cli.h"
#include "json.h"
#include "phone_diff.h"
#include "phone_stage.h"
#include "phone_type.h"
#include "term.h"

#define LAYER_AND_SETTINGS "--layer LAYER and --setting NAME=VALUE"

/* ---- what is to change ---- */

/* Templates of a folder, or settings of a layer. */
struct wish {
	const struct json *files;
	struct str layer; /* empty: files */
	struct phone_change list[PHONE_CHANGES_MAX];
	size_t n;
	const struct json *settings; /* the same as an object */
};

static int
read_text(struct cli *cli, const struct buf *text, const struct json **out)
{
	return json_read(
	    &cli->arena, buf_view(text), PHONE_SOURCE_MAX, out, cli->err);
}

static int
read_folder(struct cli *cli, const char *folder, struct wish *w)
{
	struct buf text;
	int rc;

	buf_init(&text, PHONE_SOURCE_MAX);
	rc = phone_source_differ(cli->conf.templates, folder, &text, cli->err);
	if (rc == 0)
		rc = read_text(cli, &text, &w->files);
	buf_fini(&text);
	return rc;
}

/* "name=value", or "name=" that takes it away. */
static int
add_setting(struct cli *cli, struct wish *w, struct str text)
{
	size_t at = str_find(text, '=');
	struct phone_setting_at of;
	struct str name = str_n(text.p, at);

	if (at == text.len || w->n == PHONE_CHANGES_MAX)
		return err_set(cli->err, ERR_INPUT,
		    "a setting that changes is NAME=VALUE, or NAME= without");
	if (phone_setting_read(name, &of) && of.s->kind == PHONE_SECRET)
		return err_set(cli->err, ERR_INPUT,
		    "%s is a secret, and stands on no command line",
		    of.s->name);
	w->list[w->n++] = (struct phone_change){
	    name, str_n(text.p + at + 1, text.len - at - 1)};
	return 0;
}

static int
read_settings(struct cli *cli, const struct opts *o, struct wish *w)
{
	char name[PHONE_SETTING_NAME + 1];
	const struct str *list;
	size_t n = cli_texts(cli, o, "setting", &list);
	struct buf text;
	struct jout j;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (add_setting(cli, w, list[i]) < 0)
			return -1;
	buf_init(&text, PHONE_SOURCE_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	for (size_t i = 0; i < w->n; i++) {
		str_copy(name, sizeof(name), w->list[i].name);
		jout_str(&j, name, w->list[i].value);
	}
	jout_end(&j);
	rc = read_text(cli, &text, &w->settings);
	buf_fini(&text);
	return rc;
}

static int
read_wish(struct cli *cli, const struct opts *o, struct wish *w)
{
	*w = (struct wish){.layer = STR("")};
	(void)cli_text(o, "layer", &w->layer);
	if (o->nwords == 1 && w->layer.len == 0 && !opts_has(o, "setting"))
		return read_folder(cli, o->words[0], w);
	if (o->nwords == 0 && w->layer.len > 0 && opts_has(o, "setting"))
		return read_settings(cli, o, w);
	return err_set(cli->err, ERR_INPUT,
	    "either a folder of templates, or " LAYER_AND_SETTINGS);
}

/* ---- what it would do ---- */

static void
show_group(struct cli *cli, const struct phone_diff_group *g)
{
	struct str rest = g->text, line;

	cli_printf(cli, "%s %.*s: %s, like %.*s\n",
	    term_text(&cli->arena, g->vendor), (int)g->file.len, g->file.p,
	    cli_count(cli, g->phones, "phone"), (int)g->mac.len, g->mac.p);
	while (rest.len > 0 && str_next(&rest, '\n', &line))
		if (line.len > 0)
			cli_printf(cli, "\t%s\n", term_text(&cli->arena, line));
}

/* Mistakes in the folder are shown as what phones would get of them. */
static int
find_diff(struct cli *cli, const struct opts *o, struct phone_diff *out)
{
	struct wish w;
	struct phone_place at;
	struct phone_trial trial;
	struct phone_types before, after;
	struct phone_diff_of of = {.before = &before, .after = &after};

	if (read_wish(cli, o, &w) < 0 ||
	    phone_stage_types(&cli->ask, &cli->arena, NULL, &before) < 0)
		return -1;
	if (w.layer.len == 0)
		return phone_stage_types(
			   &cli->ask, &cli->arena, w.files, &after) < 0
			   ? -1
			   : phone_diff(&cli->ask, &of, out);
	if (phone_place_need(&cli->ask, w.layer, &at) < 0 ||
	    phone_layer_check(&cli->ask, w.list, w.n) < 0)
		return -1;
	trial = (struct phone_trial){str_of(at.text), w.settings};
	of.after = &before;
	of.trial = &trial;
	return phone_diff(&cli->ask, &of, out);
}

static int
run_diff(struct cli *cli, const struct opts *o)
{
	struct phone_diff d;

	if (find_diff(cli, o, &d) < 0)
		return -1;
	for (size_t i = 0; i < d.n; i++)
		show_group(cli, &d.list[i]);
	if (d.others > 0)
		cli_printf(cli, "%s in further groups\n",
		    cli_count(cli, d.others, "file"));
	cli_printf(cli, "%s of ", cli_count(cli, d.changed, "file"));
	cli_printf(cli, "%s would change\n", cli_count(cli, d.phones, "phone"));
	return 0;
}

/* ---- some phones first ---- */

static int
run_stage(struct cli *cli, const struct opts *o)
{
	struct wish w;
	struct phone_stage_new in = {.n = 0};
	int64_t id;

	if (read_wish(cli, o, &w) < 0)
		return -1;
	in.layer = w.layer;
	in.list = w.list;
	in.n = w.n;
	in.files = w.files;
	in.nmacs = cli_texts(cli, o, "phone", &in.macs);
	if (phone_stage_add(&cli->ask, &in, &id) < 0)
		return -1;
	cli_printf(cli, "change %lld: %s have it when they ask next\n",
	    (long long)id, cli_count(cli, (int64_t)in.nmacs, "phone"));
	return 0;
}

static int
run_commit(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "change", &id) < 0
		   ? -1
		   : phone_stage_commit(&cli->ask, id);
}

static int
run_revert(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "change", &id) < 0
		   ? -1
		   : phone_stage_revert(&cli->ask, id);
}

static int
run_staged(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"change", 8}, {"layer", 32}, {"phones", 8}, {"made", 0}};
	struct phone_stage *list;
	struct listing l;
	size_t n;

	if (phone_stage_list(&cli->ask, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_int(&l, list[i].id);
		listing_text(&l, list[i].label);
		if (str_eqz(list[i].place, PHONE_STAGE_ALL))
			listing_text(&l, STR("all"));
		else
			listing_int(&l, list[i].phones);
		listing_time(&l, list[i].made);
	}
	return listing_close(&l);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec diff_options[] = {{"layer", "LAYER", 0},
    {"setting", "NAME=VALUE", OPT_MANY}, {NULL, NULL, 0}};
static const struct opt_spec stage_options[] = {
    {"phone", "MAC", OPT_MANY | OPT_MUST}, {"layer", "LAYER", 0},
    {"setting", "NAME=VALUE", OPT_MANY}, {NULL, NULL, 0}};

const struct cli_command cmd_template[] = {
    {"template", "diff", "[FOLDER]", {diff_options, 0, 1}, CLI_STORE, run_diff,
	"what phones would get from other templates, or with other settings"},
    {"template", "stage", "[FOLDER]", {stage_options, 0, 1}, CLI_STORE,
	run_stage, "let some phones have that before the others"},
    {"template", "staged", "", {json_only, 0, 0}, CLI_STORE, run_staged,
	"what some phones have before the others"},
    {"template", "commit", "CHANGE", {none, 1, 1}, CLI_STORE, run_commit,
	"let all phones have it"},
    {"template", "revert", "CHANGE", {none, 1, 1}, CLI_STORE, run_revert,
	"take it back"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
