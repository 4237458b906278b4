/* Commands about what phones of other vendors get: settings, windows, files. */
#include "cli.h"
#include "num.h"
#include "phone.h"
#include "phone_explain.h"
#include "phone_id.h"
#include "phone_layer.h"
#include "phone_type.h"
#include "phone_upload.h"
#include "phone_window.h"
#include "term.h"

/* The phone that the first word names. */
static int
need_phone(struct cli *cli, const struct opts *o, struct served_phone *out)
{
	char mac[PHONE_MAC_SIZE];

	if (!phone_mac_read(str_of(o->words[0]), mac))
		return err_set(cli->err, ERR_INPUT,
		    "\"%.60s\" is no MAC address", o->words[0]);
	return err_need(phone_served(&cli->ask, str_of(mac), out), cli->err,
	    ERR_GONE, "no phone %s", mac);
}

/* ---- settings ---- */

/* "vendor:snmo" would have no effect, and nobody would see why. */
static int
check_layer(struct cli *cli, struct str layer)
{
	struct phone_types types;
	struct str rest = layer, word;

	(void)str_next(&rest, ':', &word);
	if (!str_eqz(word, "vendor") && !str_eqz(word, "model"))
		return 0;
	if (phone_types_load(
		&cli->arena, cli->conf.templates, &types, cli->err) < 0)
		return -1;
	if (str_eqz(word, "vendor") ? phone_vendor_find(&types, rest) != NULL
				    : phone_type_find(&types, rest) != NULL)
		return 0;
	return err_set(cli->err, ERR_GONE,
	    "no %.*s \"%.60s\"; see \"fleetline phone types\"", (int)word.len,
	    word.p, term_text(&cli->arena, rest));
}

static int
change(struct cli *cli, const struct opts *o, struct str value)
{
	struct phone_change c = {str_of(o->words[1]), value};
	struct str layer = str_of(o->words[0]);

	return check_layer(cli, layer) < 0
		   ? -1
		   : phone_layer_set(&cli->ask, layer, &c, 1);
}

static bool
is_secret(const char *name)
{
	struct phone_setting_at of;

	return phone_setting_read(str_of(name), &of) &&
	       of.s->kind == PHONE_SECRET;
}

/* Other people of the machine see what stands on a command line. */
static int
run_set(struct cli *cli, const struct opts *o)
{
	const char *path = opts_get(o, "password-file");
	struct str value;

	if (path != NULL && o->nwords == 2)
		return cli_password_file(cli, path, &value) < 0
			   ? -1
			   : change(cli, o, value);
	if (path != NULL || o->nwords < 3)
		return err_set(
		    cli->err, ERR_INPUT, "either a value or a --password-file");
	if (is_secret(o->words[1]))
		return err_set(cli->err, ERR_INPUT,
		    "%.40s is a secret: it comes by --password-file",
		    o->words[1]);
	if (o->words[2][0] == '\0')
		return err_set(
		    cli->err, ERR_INPUT, "\"unset\" takes a value away");
	return change(cli, o, str_of(o->words[2]));
}

static int
run_unset(struct cli *cli, const struct opts *o)
{
	return change(cli, o, STR(""));
}

static const struct listing_column value_columns[] = {
    {"setting", 20}, {"value", 32}, {"unit", 9}, {"layer", 0}};

static void
put_value(struct cli *cli, struct listing *l, const struct phone_value *v)
{
	const struct phone_setting *s = v->of.s;

	listing_textz(l, v->of.at < 0 ? s->name
				      : arena_printf(&cli->arena, "%s.%lld",
					    s->name, (long long)v->of.at));
	listing_text(l, s->kind == PHONE_SECRET ? STR("(set)") : v->text);
	listing_textz(l, s->unit);
	listing_text(l, v->layer);
}

static int
put_values(struct cli *cli, const struct opts *o, const struct phone_values *v)
{
	struct listing l;

	listing_open(&l, value_columns, 4, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < v->n; i++)
		put_value(cli, &l, &v->list[i]);
	return listing_close(&l);
}

static int
run_explain(struct cli *cli, const struct opts *o)
{
	struct phone_types types;
	struct phone_values v;
	struct served_phone p;

	return need_phone(cli, o, &p) < 0 ||
		       phone_types_load(&cli->arena, cli->conf.templates,
			   &types, cli->err) < 0 ||
		       phone_explain(&cli->ask, &types, p.mac, &v) < 0
		   ? -1
		   : put_values(cli, o, &v);
}

static int
run_settings(struct cli *cli, const struct opts *o)
{
	struct phone_values v;

	return phone_layer_get(&cli->ask, str_of(o->words[0]), &v) < 0
		   ? -1
		   : put_values(cli, o, &v);
}

/* What there is to be set. */
static int
run_names(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"setting", 16},
	    {"of", 6}, {"default", 16}, {"unit", 9}, {"choices", 28},
	    {"help", 0}};
	static const char *const of[] = {"phone", "port", "key"};
	const struct phone_setting *s = phone_setting_table;
	struct listing l;

	listing_open(&l, columns, 6, opts_has(o, "json"), cli->out);
	for (; s->name != NULL; s++) {
		listing_textz(&l, s->name);
		listing_textz(&l, of[s->of]);
		listing_textz(&l, s->otherwise);
		listing_textz(&l, s->unit);
		listing_textz(&l, s->choices);
		listing_textz(&l, s->help);
	}
	return listing_close(&l);
}

/* ---- windows ---- */

static int
say_window(struct cli *cli, const struct served_phone *p)
{
	char until[CLOCK_ISO_SIZE];
	struct str place =
	    p->place.len > 0 ? p->place : STR("where it comes from first");

	clock_iso(p->until, until);
	if (p->until == 0)
		cli_printf(cli, "closed\n");
	else
		cli_printf(cli, "open until %s,%s from %.*s\n", until,
		    p->proven != 0 ? " under its own URL" : "", (int)place.len,
		    place.p);
	return 0;
}

static int
run_window(struct cli *cli, const struct opts *o)
{
	const char *minutes = opts_get(o, "minutes");
	struct phone_opening in = {.minutes = PHONE_WINDOW_MINUTES,
	    .anew = opts_has(o, "anew"),
	    .from = STR("")};
	struct served_phone p;

	if (minutes != NULL &&
	    !num_parse(str_of(minutes), 0, PHONE_WINDOW_MAX, &in.minutes))
		return err_set(cli->err, ERR_INPUT,
		    "--minutes needs a number from 0 to %d", PHONE_WINDOW_MAX);
	(void)cli_text(o, "from", &in.from);
	if (need_phone(cli, o, &p) < 0)
		return -1;
	in.mac = p.mac;
	return phone_window_set(&cli->ask, &in, &p) < 0 ? -1
							: say_window(cli, &p);
}

/* ---- what they wrote ---- */

static int
run_files(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"file", 28}, {"time", 26}, {"size", 0}};
	struct phone_upload *list;
	struct served_phone p;
	struct listing l;
	size_t n;

	if (need_phone(cli, o, &p) < 0 ||
	    phone_upload_list(&cli->ask, p.mac, &list, &n) < 0)
		return -1;
	if (o->nwords == 1)
		listing_open(&l, columns, 3, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		if (o->nwords == 1) {
			listing_text(&l, list[i].name);
			listing_time(&l, list[i].time);
			listing_int(&l, list[i].size);
		} else if (str_eqz(list[i].name, o->words[1])) {
			return cli->out.put(cli->out.arg, list[i].content.p,
			    list[i].content.len);
		}
	}
	return o->nwords == 1 ? listing_close(&l)
			      : err_set(cli->err, ERR_GONE, "no such file");
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec set_options[] = {
    {"password-file", "FILE", 0}, {NULL, NULL, 0}};
static const struct opt_spec window_options[] = {{"minutes", "N", 0},
    {"from", "ADDRESS", 0}, {"anew", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_phone_setting[] = {
    {"phone", "set", "LAYER SETTING [VALUE]", {set_options, 2, 3}, CLI_STORE,
	run_set, "what the phones of a layer shall have"},
    {"phone", "unset", "LAYER SETTING", {none, 2, 2}, CLI_STORE, run_unset,
	"they have it from farther layers again"},
    {"phone", "settings", "LAYER", {json_only, 1, 1}, CLI_STORE, run_settings,
	"what a layer sets itself"},
    {"phone", "setting-names", "", {json_only, 0, 0}, CLI_ALONE, run_names,
	"what there is to be set"},
    {"phone", "explain", "MAC", {json_only, 1, 1}, CLI_STORE, run_explain,
	"each value that a phone gets, and the layer it comes from"},
    {"phone", "window", "MAC", {window_options, 1, 1}, CLI_STORE, run_window,
	"let a phone fetch its files for a while"},
    {"phone", "files", "MAC [FILE]", {json_only, 1, 2}, CLI_STORE, run_files,
	"what a phone has written itself"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
