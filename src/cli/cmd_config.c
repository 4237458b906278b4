/* Commands about configurations. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "config_move.h"
#include "device.h"
#include "standing.h"
#include "term.h"

#define OBJECT_MAX ((size_t)2 << 20) /* bytes of one configuration as JSON */

/* ---- looking ---- */

/* "a, b"; "(none)": it is for nobody. */
static const char *
labels_text(struct cli *cli, const struct config *c)
{
	struct config_labels labels;
	const char *text = "";

	if (config_labels(&cli->ask, c, &labels) < 0)
		return NULL;
	for (size_t i = 0; i < labels.n; i++)
		text = arena_printf(&cli->arena, "%s%s%.*s", text,
		    i > 0 ? ", " : "", (int)labels.list[i].name.len,
		    labels.list[i].name.p);
	if (labels.n == 0)
		text = c->limited ? "(none)" : "(all)";
	return text;
}

static int
put(struct cli *cli, struct listing *l, const struct config *c)
{
	const char *labels = labels_text(cli, c);

	if (labels == NULL)
		return -1;
	listing_int(l, c->id);
	listing_textz(l, config_type_name(c->type));
	listing_int(l, c->revision);
	listing_time(l, c->changed);
	listing_textz(l, labels);
	listing_text(l, c->desc);
	return 0;
}

/* The next page; *after moves on, *n is how many it had. */
static int
list_page(struct cli *cli, struct listing *l, int64_t domain, int64_t *after,
    size_t *n)
{
	struct arena_mark m = arena_mark(&cli->arena);
	struct config *page;
	int rc = config_list(&cli->ask, domain, *after, &page, n);

	for (size_t i = 0; rc == 0 && i < *n; i++) {
		*after = page[i].id;
		rc = put(cli, l, &page[i]);
	}
	arena_reset(&cli->arena, m);
	return rc;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"type", 14},
	    {"revision", 8}, {"changed", 26}, {"categories", 20}, {"desc", 0}};
	size_t n = CONFIG_PAGE;
	struct domain d;
	struct listing l;
	int64_t after = 0;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	listing_open(&l, columns, 6, opts_has(o, "json"), cli->out);
	while (n == CONFIG_PAGE)
		if (list_page(cli, &l, d.id, &after, &n) < 0)
			return -1;
	return listing_close(&l);
}

static int
find(struct cli *cli, const struct opts *o, struct config *c)
{
	int64_t id;

	return cli_id(cli, o, "configuration", &id) < 0
		   ? -1
		   : err_need(config_get(&cli->ask, id, c), cli->err, ERR_GONE,
			 "no configuration %lld", (long long)id);
}

/* As the API shows it, so that it can be edited and given to "set". */
static int
show_json(struct cli *cli, const struct config *c, const struct json *values,
    const struct config_labels *labels)
{
	const struct config_reader nobody = {.looks = false};
	struct jout j;

	jout_init(&j, cli->out);
	config_json_open(&j, NULL, c, labels);
	config_value_show(&j, c->type, values, &nobody);
	jout_end(&j);
	cli_printf(cli, "\n");
	return jout_failed(&j) ? err_set(cli->err, ERR_IO, "standard output")
			       : 0;
}

/* Lines as they are, each made safe for a terminal. */
static void
show_lines(struct cli *cli, struct str text)
{
	struct str line;

	while (text.len > 0 && str_next(&text, '\n', &line)) {
		struct arena_mark m = arena_mark(&cli->arena);

		line = str_trim(line);
		cli_printf(cli, "\t%s\n",
		    line.len > 0 ? term_text(&cli->arena, line) : "");
		arena_reset(&cli->arena, m);
	}
}

static void
show_value(struct cli *cli, const struct config_field *f, const struct json *v)
{
	struct buf text;

	buf_init(&text, OBJECT_MAX);
	cli_printf(cli, "%-20s ", f->name);
	if (f->kind == CONFIG_SECRET) {
		cli_printf(cli, "(set)\n");
	} else if (f->kind == CONFIG_SCRIPT) {
		cli_printf(cli, "\n");
		show_lines(cli, json_text(v));
	} else if (f->kind == CONFIG_CERTS) {
		for (size_t i = 0; i < json_length(v); i++) {
			buf_puts(&text, i > 0 ? ", " : "");
			buf_str(&text, json_text(json_member(
					   json_item(v, i), "fingerprint")));
		}
		cli_printf(
		    cli, "%s\n", term_text(&cli->arena, buf_view(&text)));
	} else if (json_kind(v) == JSON_STRING) {
		cli_printf(cli, "%s\n", term_text(&cli->arena, json_text(v)));
	} else {
		json_print(v, &text);
		cli_printf(cli, "%s\n", text.data);
	}
	buf_fini(&text);
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	const struct config_field *f;
	struct config_labels labels;
	const struct json *values;
	struct config c;

	if (find(cli, o, &c) < 0 || config_labels(&cli->ask, &c, &labels) < 0 ||
	    config_values(&cli->ask, &c, &values) < 0)
		return -1;
	if (opts_has(o, "json"))
		return show_json(cli, &c, values, &labels);
	cli_printf(cli, "%-20s %s\n", "type", config_type_name(c.type));
	cli_printf(cli, "%-20s %s\n", "desc", term_text(&cli->arena, c.desc));
	cli_printf(cli, "%-20s %s\n", "categories",
	    term_text(&cli->arena, str_of(labels_text(cli, &c))));
	cli_printf(cli, "%-20s %lld\n", "revision", (long long)c.revision);
	for (f = config_type_fields(c.type); f->name != NULL; f++) {
		const struct json *v = json_member(values, f->name);

		if (json_kind(v) != JSON_NONE)
			show_value(cli, f, v);
	}
	return 0;
}

static void
put_standing(struct listing *l, const struct standing *s)
{
	const struct config_state *sent = s->sent;

	listing_int(l, s->config.id);
	listing_textz(l, config_type_name(s->config.type));
	listing_int(l, s->config.revision);
	listing_textz(l, s->result);
	listing_int(l, sent != NULL ? sent->revision : 0);
	listing_time(l, sent != NULL ? sent->time : 0);
	listing_textz(l, s->rule);
	listing_text(l, s->config.desc);
	listing_text(l, sent != NULL ? sent->why : STR(""));
}

static int
run_state(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"type", 14},
	    {"revision", 8}, {"result", 10}, {"sent", 6}, {"time", 26},
	    {"rule", 8}, {"desc", 20}, {"error", 0}};
	struct standing *list;
	struct listing l;
	struct device d;
	size_t n;

	if (err_need(device_get(&cli->ask, str_of(o->words[0]), &d), cli->err,
		ERR_GONE, "no device \"%.100s\"", o->words[0]) < 0 ||
	    standing_list(&cli->ask, d.id, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 9, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++)
		put_standing(&l, &list[i]);
	return listing_close(&l);
}

static int
run_resume(struct cli *cli, const struct opts *o)
{
	return state_resume(&cli->ask, str_of(o->words[0]));
}

/* ---- changing ---- */

/* What --script and --desc and --category say, as the members that a file would
 * have; type only where it is new. */
static int
members_of_options(
    struct cli *cli, const struct opts *o, bool is_new, struct str *out)
{
	const struct str *names;
	size_t n = cli_texts(cli, o, "category", &names);
	struct str script, desc;
	struct buf text;
	struct jout j;

	buf_init(&text, OBJECT_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	if (opts_has(o, "script")) {
		if (cli_read_file(cli, opts_get(o, "script"),
			(size_t)CONFIG_SCRIPT_MAX, &script) < 0)
			return -1;
		if (!str_utf8(script))
			return err_set(
			    cli->err, ERR_INPUT, "the script is not UTF-8");
		if (is_new)
			jout_strz(&j, "type", "EXPERT");
		jout_str(&j, "script", script);
	}
	if (cli_text(o, "desc", &desc) != NULL)
		jout_str(&j, "desc", desc);
	if (n > 0) {
		jout_array(&j, "categories");
		for (size_t i = 0; i < n; i++)
			jout_str(&j, NULL, names[i]);
		jout_end(&j);
	}
	jout_end(&j);
	*out = str_n(arena_str(&cli->arena, buf_view(&text)), text.len);
	buf_wipe(&text);
	return out->p != NULL ? 0 : err_set(cli->err, ERR_LIMIT, "no room");
}

/* A file with the object, or options in its place. */
static int
read_members(
    struct cli *cli, const struct opts *o, bool is_new, const struct json **out)
{
	struct str text;

	if (o->nwords > 1 && o->ngiven > 0)
		return err_set(cli->err, ERR_INPUT,
		    "a file says all of it: no option beside it");
	if (o->nwords == 1 &&
	    (is_new ? !opts_has(o, "script") : o->ngiven == 0))
		return err_set(cli->err, ERR_INPUT,
		    is_new ? "name a FILE, or a script with --script"
			   : "nothing is to be changed");
	if (o->nwords > 1
		? cli_read_file(cli, o->words[1], OBJECT_MAX, &text) < 0
		: members_of_options(cli, o, is_new, &text) < 0)
		return -1;
	if (json_read(&cli->arena, text, OBJECT_MAX, out, cli->err) < 0)
		return -1;
	return json_kind(*out) == JSON_OBJECT
		   ? 0
		   : err_set(cli->err, ERR_INPUT, "not a JSON object");
}

/* The member that is wrong stands before what is wrong with it. */
static int
name_wrong(struct cli *cli, const struct config_done *done)
{
	struct err e = *cli->err;

	return done->wrong == NULL
		   ? -1
		   : err_set(cli->err, e.kind, "%.40s: %.100s",
			 term_text(&cli->arena, str_of(done->wrong)), e.text);
}

static int
save(struct cli *cli, const struct opts *o, struct config_wish *w)
{
	struct config_done done;

	if (read_members(cli, o, w->id == 0, &w->given.members) < 0)
		return -1;
	if (config_save(&cli->ask, w, &done) < 0)
		return name_wrong(cli, &done);
	cli_printf(cli, "configuration %lld has revision %lld\n",
	    (long long)done.id, (long long)done.revision);
	for (size_t i = 0; i < done.nwarnings; i++)
		cli_printf(cli, "warning: line %zu: %s\n",
		    done.warnings[i].line,
		    script_warning_text(&done.warnings[i]));
	return 0;
}

static int
run_add(struct cli *cli, const struct opts *o)
{
	struct config_wish w = {.id = 0};
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	w.domain = d.id;
	return save(cli, o, &w);
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	struct config_wish w = {.id = 0};

	return cli_id(cli, o, "configuration", &w.id) < 0 ? -1
							  : save(cli, o, &w);
}

static int
run_remove(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "configuration", &id) < 0
		   ? -1
		   : config_remove(&cli->ask, id);
}

/* ---- moving ---- */

/* Of both files or none; 1 there are both, with the phrase, 0, -1. */
static int
phrase_of(struct cli *cli, const struct opts *o, struct str *phrase)
{
	const char *path = opts_get(o, "password-file");

	if ((path != NULL) != opts_has(o, "secrets"))
		return err_set(cli->err, ERR_INPUT,
		    "--secrets and --password-file, with a pass phrase, need "
		    "each other");
	if (path == NULL)
		return 0;
	if (cli_password_file(cli, path, phrase) < 0)
		return -1;
	return phrase->len >= CONFIG_PHRASE_MIN
		   ? 1
		   : err_set(cli->err, ERR_INPUT,
			 "the pass phrase needs %d characters",
			 CONFIG_PHRASE_MIN);
}

static int
write_secrets(
    struct cli *cli, const char *path, struct str phrase, struct str plain)
{
	struct buf sealed;
	int rc = config_secrets_seal(phrase, plain, &sealed, cli->err);

	if (rc == 0)
		rc = cli_secret_file(path, buf_view(&sealed), cli->err);
	buf_wipe(&sealed);
	return rc;
}

/* What can be known to fail does so before anything is written. */
static int
run_export(struct cli *cli, const struct opts *o)
{
	const char *path = opts_get(o, "secrets");
	struct buf secrets;
	struct str phrase;
	struct domain d;
	int rc = phrase_of(cli, o, &phrase), with = rc;

	if (rc < 0 || cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	if (with > 0 && access(path, F_OK) == 0)
		return err_set(
		    cli->err, ERR_EXISTS, "%s is there already", path);
	rc = config_export(&cli->ask, d.id, cli->out, &secrets);
	cli_printf(cli, "\n");
	if (rc == 0 && with > 0)
		rc = write_secrets(cli, path, phrase, buf_view(&secrets));
	buf_wipe(&secrets);
	return rc;
}

/* The array of secrets; empty without. */
static int
read_secrets(struct cli *cli, const struct opts *o, struct buf *plain)
{
	struct str phrase, text;

	int rc = phrase_of(cli, o, &phrase);

	buf_init(plain, 0);
	if (rc <= 0)
		return rc;
	return cli_read_file(
		   cli, opts_get(o, "secrets"), CONFIG_SECRETS_MAX, &text) < 0
		   ? -1
		   : config_secrets_open(phrase, text, plain, cli->err);
}

static int
import(struct cli *cli, int64_t domain, struct str text, struct str secrets)
{
	struct config_moved moved;
	struct err e;

	if (config_import(&cli->ask, domain, text, secrets, &moved) < 0) {
		(void)name_wrong(cli, &moved.done);
		e = *cli->err;
		return err_set(cli->err, e.kind, "configuration %zu: %.120s",
		    moved.done.nth + 1, e.text);
	}
	cli_printf(cli, "%s imported\n",
	    cli_count(cli, (int64_t)moved.n, "configuration"));
	if (moved.secrets > 0)
		cli_printf(cli, "%s left out: set them by hand\n",
		    cli_count(cli, (int64_t)moved.secrets, "secret"));
	return 0;
}

static int
run_import(struct cli *cli, const struct opts *o)
{
	struct buf secrets;
	struct domain d;
	struct str text;
	int rc = -1;

	buf_init(&secrets, 0);
	if (cli_domain(cli, o->words[0], &d) == 0 &&
	    cli_read_file(cli, o->words[1], CONFIG_MOVE_MAX, &text) == 0 &&
	    read_secrets(cli, o, &secrets) == 0)
		rc = import(cli, d.id, text, buf_view(&secrets));
	buf_wipe(&secrets);
	return rc;
}

/* ---- the commands ---- */

static const struct opt_spec no_options[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec save_options[] = {{"script", "FILE", 0},
    {"desc", "TEXT", 0}, {"category", "NAME", OPT_MANY}, {NULL, NULL, 0}};
static const struct opt_spec move_options[] = {
    {"secrets", "FILE", 0}, {"password-file", "FILE", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_config[] = {
    {"config", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_list,
	"configurations of a domain"},
    {"config", "show", "ID", {json_only, 1, 1}, CLI_STORE, run_show,
	"one configuration with its values, without secrets"},
    {"config", "add", "DOMAIN [FILE]", {save_options, 1, 2}, CLI_STORE, run_add,
	"add one: a JSON object, or a script"},
    {"config", "set", "ID [FILE]", {save_options, 1, 2}, CLI_STORE, run_set,
	"change what the file or the options say"},
    {"config", "remove", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_remove,
	"forget one; devices keep what they have"},
    {"config", "state", "HWID", {json_only, 1, 1}, CLI_STORE, run_state,
	"what a device should have, and what became of it"},
    {"config", "resume", "HWID", {no_options, 1, 1}, CLI_STORE, run_resume,
	"let scripts that were stopped run once more"},
    {"config", "export", "DOMAIN", {move_options, 1, 1}, CLI_STORE, run_export,
	"configurations of a domain as JSON"},
    {"config", "import", "DOMAIN FILE", {move_options, 2, 2}, CLI_STORE,
	run_import, "add what an export has, all or nothing"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
