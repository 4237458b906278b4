/* Finding and running the command that is asked for. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "log.h"
#include "status.h"
#include "table.h"
#include "term.h"

#define ARENA_MAX ((size_t)256 << 20)

static int
put_stdout(void *arg, const void *p, size_t n)
{
	struct cli *cli = arg;

	if (fwrite(p, 1, n, stdout) == n)
		return 0;
	return err_sys(cli->err, "cannot write the output");
}

static int
open_store(struct cli *cli)
{
	if (conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0)
		return -1;
	return core_open(&cli->core, &cli->conf, cli->err);
}

/* "Remove the category north.example Plain for good?"  One thing, which a
 * script names; it needs no --yes. */
static int
confirm(struct cli *cli, const struct cli_command *c, const struct opts *o)
{
	const char *words = "";

	for (size_t i = 0; i < o->nwords; i++)
		words = arena_printf(&cli->arena, "%s %s", words,
		    term_text(&cli->arena, str_of(o->words[i])));
	return cli_confirm(cli, o,
	    arena_printf(
		&cli->arena, "Remove the %s%s for good?", c->noun, words),
	    false);
}

static int
run_command(
    struct cli *cli, const struct cli_command *c, const char *const *argv)
{
	struct opt_hint hint = {.words = c->words};
	struct opts o;
	int rc;

	argv += table_matches(c, argv);
	hint.help = arena_printf(&cli->arena, "; see \"fleetline help %s%s%s\"",
	    c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
	if (opts_read(&o, &c->syntax, argv, &hint, cli->err) < 0) {
		cli->usage = true;
		return -1;
	}
	if (c->need == CLI_ALONE)
		return c->run(cli, &o);
	if (c->need == CLI_REMOVES && confirm(cli, c, &o) < 0)
		return -1;
	if (open_store(cli) < 0)
		return -1;
	rc = c->run(cli, &o);
	core_close(&cli->core);
	return rc;
}

static int
fail(const struct cli *cli)
{
	const struct err *e = cli->err;
	struct buf line;

	buf_init(&line, 16 * sizeof(e->text));
	(void)term_put(&line, str_of(e->text));
	fprintf(stderr, "fleetline: %s\n", line.len > 0 ? line.data : "");
	buf_fini(&line);
	return cli->usage ? STATUS_USAGE : STATUS_FAILED;
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

static bool
is_one_of(const char *word, const char *letter, const char *name)
{
	return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

static bool
asks_help(const char *const *argv)
{
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++)
		if (is_one_of(*argv, "-h", "--help"))
			return true;
	return false;
}

static int
unknown(const char *const *argv)
{
	bool noun = table_has_noun(argv[0]);

	fprintf(stderr,
	    "fleetline: unknown command \"%s%s%s\"; see \"fleetline "
	    "help%s%s\"\n",
	    argv[0], noun ? " " : "", noun ? argv[1] : "", noun ? " " : "",
	    noun ? argv[0] : "");
	return STATUS_USAGE;
}

/* About the command, or the commands, that argv begins with. */
static int
help(const char *const *argv)
{
	const struct cli_command *c;

	if (argv[0] == NULL || argv[0][0] == '-')
		return table_help(stdout, NULL);
	c = table_find(argv);
	if (c != NULL)
		return table_help_one(stdout, c);
	if (table_has_noun(argv[0]) && (argv[1] == NULL || argv[1][0] == '-'))
		return table_help(stdout, argv[0]);
	return unknown(argv);
}

static int
run(struct cli *cli, const struct cli_command *c, const char *const *argv)
{
	int rc;

	arena_init(&cli->arena, ARENA_MAX);
	actor_local(&cli->me);
	actor_name_user(&cli->me);
	cli->ask = (struct ask){.core = &cli->core,
	    .arena = &cli->arena,
	    .who = &cli->me,
	    .err = cli->err};
	rc = run_command(cli, c, argv);
	arena_fini(&cli->arena);
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_sys(cli->err, "cannot write the output");
	else if (rc == 0 && ferror(stdout) != 0) /* before, and forgotten */
		rc = err_set(cli->err, ERR_IO, "cannot write the output");
	return rc < 0 ? fail(cli) : STATUS_DONE;
}

int
cli_main(const char *const *argv)
{
	const struct cli_command *c;
	struct err e = {0};
	struct cli cli = {.err = &e};

	cli.out = (struct sink){put_stdout, &cli};
	log_open("fleetline", LOG_WARN);
	argv = take_conf(&cli, argv + 1);
	if (argv == NULL)
		return STATUS_USAGE;
	if (argv[0] != NULL && is_one_of(argv[0], "-V", "--version"))
		return puts(PACKAGE_STRING) < 0 ? STATUS_FAILED : STATUS_DONE;
	if (argv[0] != NULL && strcmp(argv[0], "help") == 0)
		return help(argv + 1);
	if (asks_help(argv))
		return help(argv);
	c = argv[0] == NULL ? NULL : table_find(argv);
	if (c != NULL)
		return run(&cli, c, argv);
	/* What is not said in full is told, too. */
	if (argv[0] != NULL && (!table_has_noun(argv[0]) || argv[1] != NULL))
		return unknown(argv);
	(void)table_help(stdout, argv[0]);
	return STATUS_USAGE;
}
