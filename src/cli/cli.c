#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "device.h"
#include "domain.h"
#include "file.h"
#include "log.h"
#include "num.h"
#include "setting.h"
#include "term.h"

#define ARENA_MAX        ((size_t)256 << 20)
#define SEE_HELP         "; see \"fleetline help\""
#define CLI_PASSWORD_MAX 128 /* bytes */

static const struct cli_command *const tables[] = {cmd_instance, cmd_domain,
    cmd_device, cmd_fleet, cmd_account, cmd_rental, cmd_trunk, cmd_site,
    cmd_store};

#define NTABLES (sizeof(tables) / sizeof(tables[0]))

static int
put_stdout(void *arg, const void *p, size_t n)
{
	(void)arg;
	return fwrite(p, 1, n, stdout) == n ? 0 : -1;
}

void
cli_printf(struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	(void)cli;
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
}

int
cli_read_file(struct cli *cli, const char *path, size_t max, struct str *out)
{
	struct buf b;
	int rc;

	buf_init(&b, max + 1);
	rc = file_text(path, max, &b, cli->err);
	*out = str_n(arena_str(&cli->arena, buf_view(&b)), b.len);
	buf_wipe(&b);
	if (rc > 0 && out->p == NULL)
		rc = err_set(cli->err, ERR_LIMIT, "%s is too long", path);
	return rc > 0 ? 0 : -1;
}

int
cli_password_file(struct cli *cli, const char *path, struct str *out)
{
	struct buf b;
	int rc;

	buf_init(&b, CLI_PASSWORD_MAX);
	rc = file_secret(path, FILE_ANYBODY, CLI_PASSWORD_MAX, &b, cli->err);
	*out = str_n(arena_str(&cli->arena, buf_view(&b)), b.len);
	buf_wipe(&b);
	if (rc == 0 && out->p == NULL)
		rc = err_set(cli->err, ERR_LIMIT, "no room for a password");
	return rc;
}

int
cli_secret_file(const char *path, struct str text, struct err *e)
{
	struct buf line;
	int rc;

	buf_init(&line, text.len + 1);
	buf_str(&line, text);
	buf_putc(&line, '\n');
	rc = file_make(path, FILE_MODE_SECRET, buf_view(&line), e);
	buf_wipe(&line);
	return rc > 0 ? 0 : -1;
}

int
cli_domain(struct cli *cli, const char *name, struct domain *out)
{
	int rc = domain_find(&cli->ask, str_of(name), out);

	return err_need(rc, cli->err, ERR_GONE, "no domain \"%.100s\"", name);
}

int
cli_domains(
    struct cli *cli, const struct opts *o, const int64_t **out, size_t *n)
{
	int64_t *ids = arena_array(&cli->arena, OPT_VALUES_MAX, sizeof(*ids));
	struct domain d;
	const char *name;

	if (ids == NULL)
		return err_set(cli->err, ERR_LIMIT, "too many domains");
	for (*n = 0; (name = opts_nth(o, "domain", *n)) != NULL; (*n)++) {
		if (cli_domain(cli, name, &d) < 0)
			return -1;
		ids[*n] = d.id;
	}
	*out = ids;
	return 0;
}

int
cli_account(struct cli *cli, const char *name, struct account *out)
{
	int rc = account_find(&cli->ask, str_of(name), out);

	return err_need(rc, cli->err, ERR_GONE, "no account \"%.100s\"", name);
}

const struct str *
cli_text(const struct opts *o, const char *name, struct str *to)
{
	const char *text = opts_get(o, name);

	if (text == NULL)
		return NULL;
	*to = str_of(text);
	return to;
}

int
cli_confirm(struct cli *cli, const struct opts *o, const char *question)
{
	char line[16];

	if (opts_has(o, "yes"))
		return 0;
	if (isatty(STDIN_FILENO) == 0)
		return err_set(cli->err, ERR_INPUT,
		    "%s  Nobody is here to ask: add --yes", question);
	fprintf(stderr, "%s [y/N] ", question);
	if (fgets(line, sizeof(line), stdin) != NULL &&
	    (line[0] == 'y' || line[0] == 'Y'))
		return 0;
	return err_set(cli->err, ERR_INPUT, "nothing was changed");
}

int
cli_yes_no(const char *text, bool *out, struct err *e)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return err_set(
		    e, ERR_INPUT, "\"%.20s\" is neither yes nor no", text);
	*out = text[0] == 'y';
	return 0;
}

/* ---- finding and running a command ---- */

/* How many words of argv name the command c; 0: it is another one. */
static size_t
matches(const struct cli_command *c, const char *const *argv)
{
	struct str rest = str_of(c->verb), word;
	size_t n = 1;

	if (argv[0] == NULL || strcmp(c->noun, argv[0]) != 0)
		return 0;
	while (c->verb != NULL && str_next(&rest, ' ', &word)) {
		if (argv[n] == NULL || !str_eqz(word, argv[n]))
			return 0;
		n++;
	}
	return n;
}

static const struct cli_command *
find_command(const char *const *argv)
{
	for (size_t t = 0; t < NTABLES; t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++)
			if (matches(c, argv) > 0)
				return c;
	return NULL;
}

static void
print_usage(FILE *to, const struct cli_command *c)
{
	fprintf(to, "fleetline %s%s%s%s%s", c->noun, c->verb ? " " : "",
	    c->verb ? c->verb : "", c->words[0] ? " " : "", c->words);
	for (const struct opt_spec *s = c->syntax.specs; s->name != NULL; s++)
		fprintf(to, " %s--%s%s%s%s%s", s->flags & OPT_MUST ? "" : "[",
		    s->name, s->value ? " " : "", s->value ? s->value : "",
		    s->flags & OPT_MUST ? "" : "]",
		    s->flags & OPT_MANY ? "..." : "");
	fputc('\n', to);
}

static void
print_help(void)
{
	puts("usage: fleetline [-c FILE] COMMAND\n\nCommands:");
	for (size_t t = 0; t < NTABLES; t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++) {
			fputs("  ", stdout);
			print_usage(stdout, c);
			printf("      %s\n", c->help);
		}
	printf("\nThe configuration is FILE, else $FLEETLINE_CONF, else %s.\n",
	    CLI_CONF_DEFAULT);
}

static int
open_store(struct cli *cli)
{
	if (conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0)
		return -1;
	return core_open(&cli->core, &cli->conf, cli->err);
}

static int
run_command(
    struct cli *cli, const struct cli_command *c, const char *const *argv)
{
	struct opts o;
	int rc;

	argv += matches(c, argv);
	if (opts_read(&o, &c->syntax, argv, SEE_HELP, cli->err) < 0)
		return -1;
	if (c->need == CLI_ALONE)
		return c->run(cli, &o);
	if (open_store(cli) < 0)
		return -1;
	rc = c->run(cli, &o);
	core_close(&cli->core);
	return rc;
}

static int
fail(const struct err *e)
{
	struct buf line;

	buf_init(&line, 16 * sizeof(e->text));
	(void)term_put(&line, str_of(e->text));
	fprintf(stderr, "fleetline: %s\n", line.len > 0 ? line.data : "");
	buf_fini(&line);
	return 1;
}

/* Take "-c FILE" off the front; NULL with a message if FILE is missing. */
static const char *const *
take_conf(struct cli *cli, const char *const *argv)
{
	const char *env = getenv("FLEETLINE_CONF");

	cli->conf_path = env != NULL && env[0] ? env : CLI_CONF_DEFAULT;
	if (argv[0] == NULL || strcmp(argv[0], "-c") != 0)
		return argv;
	if (argv[1] == NULL) {
		fputs("fleetline: option -c needs a FILE\n", stderr);
		return NULL;
	}
	cli->conf_path = argv[1];
	return argv + 2;
}

int
cli_offer(struct cli *cli, const struct opts *o, int64_t *out)
{
	const char *minutes = opts_get(o, "offer");

	if (minutes != NULL &&
	    !num_parse(str_of(minutes), 1, SETTING_OFFER_MAX, out))
		return err_set(cli->err, ERR_INPUT,
		    "--offer needs minutes, 1 to %d", SETTING_OFFER_MAX);
	return 0;
}

int
cli_main(const char *const *argv)
{
	const struct cli_command *c;
	struct cli cli = {.out = {put_stdout, NULL}};
	struct err e = {0};
	int rc;

	log_open("fleetline", LOG_WARN);
	argv = take_conf(&cli, argv + 1);
	if (argv == NULL)
		return 2;
	if (argv[0] == NULL || strcmp(argv[0], "help") == 0 ||
	    strcmp(argv[0], "--help") == 0) {
		print_help();
		return argv[0] == NULL ? 2 : 0;
	}
	if (strcmp(argv[0], "--version") == 0) {
		puts(PACKAGE_STRING);
		return 0;
	}
	c = find_command(argv);
	if (c == NULL) {
		fprintf(stderr, "fleetline: unknown command" SEE_HELP "\n");
		return 2;
	}
	arena_init(&cli.arena, ARENA_MAX);
	actor_local(&cli.me);
	actor_name_user(&cli.me);
	cli.err = &e;
	cli.ask = (struct ask){
	    .core = &cli.core, .arena = &cli.arena, .who = &cli.me, .err = &e};
	rc = run_command(&cli, c, argv);
	arena_fini(&cli.arena);
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_sys(&e, "cannot write the output");
	return rc < 0 ? fail(&e) : 0;
}
