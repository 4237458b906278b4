/* Commands about the instance: init, password, status, settings, audit. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "domain.h"
#include "file.h"
#include "hubclient.h"
#include "instance.h"
#include "num.h"
#include "setting.h"

#define STATUS_MAX     65536
#define STATUS_WAIT_MS 2000
#define CONF_TEXT_MAX  65536

/* Write a first configuration file, unless there is one. */
static int
write_conf(
    const char *path, const char *domain, const char *name, struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text, CONF_TEXT_MAX);
	buf_printf(&text,
	    "; fleetline.conf(5) describes every key\n"
	    "[instance]\ndomain = %s\nname = %s\n",
	    domain ? domain : "example.com", name ? name : "devices");
	rc = buf_failed(&text)
		 ? err_set(e, ERR_LIMIT, "domain or name is too long")
		 : file_make(path, FILE_MODE_SHARED, buf_view(&text), e);
	buf_fini(&text);
	return rc < 0 ? -1 : 0;
}

/* An option that names what the existing configuration says otherwise. */
static int
check_same(
    const char *key, const char *option, const char *value, struct err *e)
{
	if (option != NULL && strcmp(option, value) != 0)
		return err_set(e, ERR_INPUT,
		    "the configuration says %s = %.80s", key, value);
	return 0;
}

static int
make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		return err_sys(e, "cannot create %s", path);
	return 0;
}

static int
run_init(struct cli *cli, const struct opts *o)
{
	const char *domain = opts_get(o, "domain"), *name = opts_get(o, "name");
	const char *file = opts_get(o, "password-file");
	char password[INSTANCE_PASSWORD_SIZE] = "";
	int rc;

	if (write_conf(cli->conf_path, domain, name, cli->err) < 0 ||
	    conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0 ||
	    check_same("domain", domain, cli->conf.domain, cli->err) < 0 ||
	    check_same("name", name, cli->conf.name, cli->err) < 0 ||
	    make_folder(cli->conf.state, cli->err) < 0)
		return -1;
	if (file == NULL)
		file = arena_printf(
		    &cli->arena, "%s/instance.password", cli->conf.state);
	/* found now, not after the password was drawn and cannot be kept */
	if (access(cli->conf.database, F_OK) < 0 && access(file, F_OK) == 0)
		return err_set(cli->err, ERR_EXISTS, "%s exists already", file);
	rc = instance_init(&cli->conf, password, cli->err);
	if (rc == 1) {
		rc = cli_secret_file(file, str_of(password), cli->err);
		if (rc == 0)
			cli_printf(cli,
			    "instance %s of %s made; password in %s\n",
			    cli->conf.name, cli->conf.domain, file);
	}
	explicit_bzero(password, sizeof(password));
	return rc;
}

static void
say_domain(struct cli *cli, const struct instance_password *done)
{
	const char *domain = cli->conf.domain;

	if (done->domain == INSTANCE_DOMAIN_CHANGED)
		cli_printf(cli,
		    "domain %s had the same password and got the new one; "
		    "a new administrative password for %s comes of that\n",
		    domain, cli_count(cli, done->devices, "device"));
	else if (done->domain == INSTANCE_DOMAIN_DIFFERS)
		cli_printf(cli,
		    "the password of domain %s was not changed and opens "
		    "everything still\n",
		    domain);
}

/* Write text to the file name of the state folder, if it is there. */
static int
replace_file(struct cli *cli, const char *name, struct str text)
{
	const char *path =
	    arena_printf(&cli->arena, "%s/%s", cli->conf.state, name);
	const char *aside = arena_printf(&cli->arena, "%s.new", path);

	if (access(path, F_OK) < 0)
		return 0;
	(void)unlink(aside);
	if (cli_secret_file(aside, text, cli->err) < 0)
		return -1;
	if (rename(aside, path) < 0)
		return err_sys(cli->err, "cannot replace %s", path);
	cli_printf(cli, "%s has the new password\n", path);
	return 0;
}

/* The files that init and ./start left must not go stale. */
static int
keep_password(struct cli *cli, struct str password)
{
	struct buf curl;
	int rc = replace_file(cli, "instance.password", password);

	buf_init(&curl, 1024);
	buf_printf(&curl, "user = \"%s:", cli->conf.domain);
	for (size_t i = 0; i < password.len; i++) {
		if (password.p[i] == '"' || password.p[i] == '\\')
			buf_putc(&curl, '\\');
		buf_putc(&curl, password.p[i]);
	}
	buf_putc(&curl, '"');
	if (rc == 0)
		rc = replace_file(cli, "curl.conf", buf_view(&curl));
	buf_wipe(&curl);
	return rc;
}

/* A new one, in a file that must not exist yet. */
static int
draw_password(struct cli *cli, const char *file, struct str *out)
{
	char text[INSTANCE_PASSWORD_SIZE];
	int rc;

	crypto_token(text, INSTANCE_PASSWORD_LEN);
	rc = cli_secret_file(file, str_of(text), cli->err);
	if (rc == 0)
		rc = cli_password_file(cli, file, out);
	explicit_bzero(text, sizeof(text));
	return rc;
}

static int
run_password(struct cli *cli, const struct opts *o)
{
	const char *file = opts_get(o, "password-file");
	const char *drawn = opts_get(o, "new-password-file");
	struct instance_password done;
	struct str password;

	if ((file == NULL) == (drawn == NULL))
		return err_set(cli->err, ERR_INPUT,
		    "give either --password-file or --new-password-file");
	if ((file != NULL ? cli_password_file(cli, file, &password)
			  : draw_password(cli, drawn, &password)) < 0)
		return -1;
	if (domain_instance_password(
		&cli->ask, password, opts_has(o, "instance-only"), &done) < 0) {
		if (drawn != NULL)
			(void)unlink(drawn);
		return -1;
	}
	say_domain(cli, &done);
	return keep_password(cli, password);
}

/* The hub's own figures, or an empty text if it does not answer. */
static struct str
hub_status(struct cli *cli)
{
	struct hubclient hub = {
	    .origin = HUBWIRE_CONTROL,
	    .socket = conf_socket(&cli->conf, &cli->arena, "control"),
	    .timeout_ms = STATUS_WAIT_MS,
	    .answer_max = STATUS_MAX,
	};
	struct fetch_answer ans = {0};
	struct str text = STR("");
	struct err ignored;

	if (hubclient_get(&hub, HUBWIRE_STATUS, &ans, &ignored) == 0 &&
	    ans.status == 200)
		text = str_n(
		    arena_str(&cli->arena, buf_view(&ans.body)), ans.body.len);
	buf_fini(&ans.body);
	return str_trim(text);
}

static void
status_json(struct cli *cli, const struct core_stats *s, struct str hub)
{
	struct jout j;

	jout_init(&j, cli->out);
	jout_object(&j, NULL);
	jout_strz(&j, "domain", cli->conf.domain);
	jout_strz(&j, "name", cli->conf.name);
	jout_int(&j, "domains", s->domains);
	jout_int(&j, "devices", s->devices);
	jout_int(&j, "online", s->online);
	jout_int(&j, "unassigned", s->unassigned);
	jout_int(&j, "claims", s->claims);
	jout_int(&j, "accounts", s->accounts);
	if (hub.len > 0)
		jout_raw(&j, "hub", hub);
	else
		jout_null(&j, "hub");
	jout_end(&j);
	cli_printf(cli, "\n");
}

/* Every number of the hub's status as a line of its own. */
static int
print_figure(void *arg, struct str name, const struct json *v)
{
	if (json_kind(v) == JSON_INT)
		cli_printf(arg, "hub.%.*s %lld\n", (int)name.len, name.p,
		    (long long)json_number(v, 0));
	return 1;
}

static int
run_status(struct cli *cli, const struct opts *o)
{
	struct str hub = hub_status(cli);
	const struct json *figures;
	struct core_stats s;

	if (core_stats(&cli->core, &s, cli->err) < 0)
		return -1;
	if (opts_has(o, "json")) {
		status_json(cli, &s, hub);
		return 0;
	}
	cli_printf(
	    cli, "instance %s of %s\n", cli->conf.name, cli->conf.domain);
	cli_printf(cli,
	    "domains %lld\ndevices %lld\nonline %lld\nunassigned %lld\n"
	    "claims %lld\naccounts %lld\n",
	    (long long)s.domains, (long long)s.devices, (long long)s.online,
	    (long long)s.unassigned, (long long)s.claims,
	    (long long)s.accounts);
	if (hub.len == 0 ||
	    json_read(&cli->arena, hub, STATUS_MAX, &figures, cli->err) < 0)
		cli_printf(cli, "hub does not answer\n");
	else
		json_each(figures, print_figure, cli);
	return 0;
}

static int
run_setting_get(struct cli *cli, const struct opts *o)
{
	struct str v;

	if (setting_get(&cli->ask, o->words[0], &v) < 0)
		return -1;
	cli_printf(cli, "%.*s\n", (int)v.len, v.p);
	return 0;
}

static int
run_setting_set(struct cli *cli, const struct opts *o)
{
	const char *file = opts_get(o, "file");
	struct str value;

	if ((file == NULL) == (o->nwords == 1))
		return err_set(cli->err, ERR_INPUT,
		    "give either a value or a --file with it");
	if (file == NULL)
		value = str_of(o->words[1]);
	else if (cli_password_file(cli, file, &value) < 0)
		return -1;
	return setting_set(&cli->ask, o->words[0], value);
}

static int
run_setting_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"key", 24}, {"value", 16}, {"default", 12}, {"help", 0}};
	struct listing l;
	struct str v;

	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	for (const struct setting *s = setting_table; s->key != NULL; s++) {
		if (setting_get(&cli->ask, s->key, &v) < 0)
			return -1;
		listing_textz(&l, s->key);
		listing_text(&l, v);
		listing_textz(&l, s->otherwise);
		listing_textz(&l, s->help);
	}
	return listing_close(&l);
}

static void
audit_row(struct listing *l, const struct audit *row)
{
	listing_int(l, row->id);
	listing_time(l, row->time);
	listing_text(l, row->who);
	listing_text(l, row->what);
	listing_text(l, row->on);
	listing_text(l, row->detail);
}

static int
read_filter(struct cli *cli, const struct opts *o, struct audit_filter *f)
{
	const char *name = opts_get(o, "domain");
	struct domain d = {0};

	if (name != NULL && cli_domain(cli, name, &d) < 0)
		return -1;
	*f = (struct audit_filter){.who = str_of(opts_get(o, "who")),
	    .on = str_of(opts_get(o, "on")),
	    .what = str_of(opts_get(o, "what")),
	    .domain = d.id};
	if (cli_time(cli, o, "since", WHEN_BEGIN, &f->since) < 0)
		return -1;
	return cli_time(cli, o, "until", WHEN_END, &f->until);
}

static int
run_audit(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 8}, {"time", 24},
	    {"who", 12}, {"what", 20}, {"on", 20}, {"detail", 0}};
	const char *text = opts_get(o, "limit");
	struct audit_filter filter;
	struct audit *rows;
	int64_t left = 100;
	struct listing l;
	size_t n = AUDIT_PAGE;

	if (text != NULL && !num_parse(str_of(text), 1, 1000000000, &left))
		return err_set(cli->err, ERR_INPUT, "--limit needs a number");
	if (read_filter(cli, o, &filter) < 0)
		return -1;
	listing_open(&l, columns, 6, opts_has(o, "json"), cli->out);
	while (left > 0 && n == AUDIT_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (audit_list(&cli->ask, &filter, &rows, &n) < 0)
			return -1;
		for (size_t i = 0; i < n && left > 0; i++, left--) {
			audit_row(&l, &rows[i]);
			filter.before = rows[i].id;
		}
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec init_options[] = {{"domain", "NAME", 0},
    {"name", "NAME", 0}, {"password-file", "FILE", 0}, {NULL, NULL, 0}};
static const struct opt_spec password_options[] = {{"password-file", "FILE", 0},
    {"new-password-file", "FILE", 0}, {"instance-only", NULL, 0},
    {NULL, NULL, 0}};
static const struct opt_spec file_options[] = {
    {"file", "FILE", 0}, {NULL, NULL, 0}};
static const struct opt_spec audit_options[] = {{"since", "TIME", 0},
    {"until", "TIME", 0}, {"who", "CRED", 0}, {"on", "NAME", 0},
    {"what", "WHAT", 0}, {"domain", "DOMAIN", 0}, {"limit", "N", 0},
    {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_instance[] = {
    {"init", NULL, "", {init_options, 0, 0}, CLI_ALONE, run_init,
	"make configuration, key, database and instance domain"},
    {"password", NULL, "", {password_options, 0, 0}, CLI_STORE, run_password,
	"change the instance password, and its domain's if it is the same"},
    {"status", NULL, "", {json_only, 0, 0}, CLI_STORE, run_status,
	"figures of the store and of the hub"},
    {"setting", "get", "KEY", {none, 1, 1}, CLI_STORE, run_setting_get,
	"print one setting"},
    {"setting", "set", "KEY [VALUE]", {file_options, 1, 2}, CLI_STORE,
	run_setting_set, "change one setting; an empty value is the default"},
    {"setting", "list", "", {json_only, 0, 0}, CLI_STORE, run_setting_list,
	"all settings with their meaning"},
    {"audit", "list", "", {audit_options, 0, 0}, CLI_STORE, run_audit,
	"who changed what, newest first (100 rows)"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
