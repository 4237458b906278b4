/* Commands about the database as a file: backup, restore, check. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "hubclient.h"
#include "instance.h"
#include "rental.h"
#include "replace.h"
#include "table.h"

#define HUB_WAIT_MS    2000
#define HUB_ANSWER_MAX 65536

static int
run_backup(struct cli *cli, const struct opts *o)
{
	return instance_backup(&cli->ask, o->words[0]);
}

/* ---- check ---- */

static void
say_finding(void *arg, const char *finding)
{
	cli_printf(arg, "%s\n", finding);
}

/* The number of findings, which are printed, or -1. */
static int
check_all(struct cli *cli)
{
	struct rental_check ledgers = {.finding = say_finding, .arg = cli};
	int n = instance_check(&cli->ask, say_finding, cli);
	int ids = device_check(&cli->ask, say_finding, cli);
	int more = rental_verify(&cli->ask, &ledgers);

	return n < 0 || ids < 0 || more < 0 ? -1 : n + ids + more;
}

static int
found(struct cli *cli, int n)
{
	return n > 0 ? err_set(
			   cli->err, ERR_IO, "%s", cli_count(cli, n, "finding"))
		     : n;
}

static int
run_check(struct cli *cli, const struct opts *o)
{
	const char *file = opts_get(o, "password-file");
	struct str password;
	int n, more = 0;

	if (file != NULL && cli_password_file(cli, file, &password) < 0)
		return -1;
	n = instance_check_start(&cli->ask, &cli->conf,
	    file != NULL ? &password : NULL, say_finding, cli);
	if (n >= 0 && !opts_has(o, "quick"))
		more = check_all(cli);
	n = n < 0 || more < 0 ? -1 : n + more;
	if (n == 0)
		cli_printf(cli, "ok\n");
	return found(cli, n);
}

/* ---- restore ---- */

/* Hold the supervisor's lock, if there is one, so that nothing is started
 * meanwhile.  *fd stays open as long. */
static int
lock_supervisor(struct cli *cli, int *fd)
{
	const char *path = arena_printf(&cli->arena, "%s/lock", cli->conf.run);

	*fd = open(path, O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return errno == ENOENT
			   ? 0
			   : err_sys(cli->err, "cannot open %s", path);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	(void)close(*fd);
	return err_set(
	    cli->err, ERR_BUSY, "stop the programs first: they hold %s", path);
}

/* The hub has no database open, but knows what stood in the old one. */
static int
need_no_hub(struct cli *cli)
{
	struct hubclient hub = {
	    .origin = HUBWIRE_CONTROL,
	    .socket = conf_socket(&cli->conf, &cli->arena, "control"),
	    .timeout_ms = HUB_WAIT_MS,
	    .answer_max = HUB_ANSWER_MAX,
	};
	struct fetch_answer ans = {0};
	struct err ignored = {0};
	int rc = hubclient_get(&hub, HUBWIRE_STATUS, &ans, &ignored);

	if (rc < 0)
		return 0;
	buf_fini(&ans.body);
	return err_set(cli->err, ERR_BUSY,
	    "stop the programs first: the hub answers at %s", hub.socket);
}

/* All that can be wrong with the copy, before it replaces anything.  This
 * brings an older one to the version of this program, too. */
static int
check_aside(struct cli *cli, const char *aside, const char *copy)
{
	int rc, more;

	if (core_open_files(
		&cli->core, aside, cli->conf.key_file, NULL, cli->err) < 0)
		return -1;
	rc =
	    instance_check_start(&cli->ask, &cli->conf, NULL, say_finding, cli);
	more = rc < 0 ? -1 : check_all(cli);
	rc = rc < 0 || more < 0 ? -1 : found(cli, rc + more);
	if (rc == 0)
		rc = instance_restored(&cli->ask, copy);
	core_close(&cli->core);
	return rc;
}

static int
restore(struct cli *cli, const char *copy)
{
	struct replace r;
	int rc =
	    replace_begin(&r, cli->conf.database, copy, &cli->arena, cli->err);

	if (rc == 0)
		rc = check_aside(cli, r.aside, copy);
	if (rc == 0)
		rc = replace_commit(&r, cli->err);
	if (rc == 0)
		cli_printf(cli, "%s is the copy now\n", cli->conf.database);
	if (rc == 0 && r.kept != NULL)
		cli_printf(cli, "the old one is kept as %s\n", r.kept);
	replace_end(&r);
	return rc;
}

static int
run_restore(struct cli *cli, const struct opts *o)
{
	int lock, rc;

	if (conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0)
		return -1;
	if (lock_supervisor(cli, &lock) < 0)
		return -1;
	rc = need_no_hub(cli);
	if (rc == 0)
		rc = restore(cli, o->words[0]);
	if (lock >= 0)
		(void)close(lock);
	return rc;
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec check_options[] = {
    {"quick", NULL, 0}, {"password-file", "FILE", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_store[] = {
    {"backup", NULL, "FILE", {none, 1, 1}, CLI_STORE, run_backup,
	"copy the database, consistently, while everything runs"},
    {"restore", NULL, "FILE", {none, 1, 1}, CLI_ALONE, run_restore,
	"put a copy in the place of the database, while nothing runs"},
    {"check", NULL, "", {check_options, 0, 0}, CLI_STORE, run_check,
	"check the database, its secrets, its ledgers and fleetline.conf"},
    {"completion", NULL, "", {none, 0, 0}, CLI_ALONE, table_completion,
	"a script that completes commands and options in bash"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
