/*
 * cli -- the command line "fleetline": the rules for people and scripts.
 *
 * Each command is one row of a table (cmd_*.c): words, options, help, what to
 * run.  Commands act as the administrator "local" on the store itself, with
 * the same functions as the JSON API, so rights ended here end sessions in the
 * hub as well.  Exit statuses are those of status.h; an error is one line on
 * standard error.
 */
#ifndef FL_CLI_H
#define FL_CLI_H

#include <stdio.h>

#include "actor.h"
#include "conf.h"
#include "core.h"
#include "listing.h"
#include "opt.h"
#include "when.h"

#define CLI_CONF_DEFAULT "/etc/fleetline/fleetline.conf"

struct cli {
	const char *conf_path;
	struct conf conf;
	struct core core;
	struct arena arena; /* of this command */
	struct actor me;
	struct err *err; /* every command fills it when it gives -1 */
	struct ask ask;  /* core, arena, me and err, for the rules */
	struct sink out; /* standard output */
	bool usage;      /* the command line was wrong */
};

enum cli_need {
	CLI_STORE,   /* open configuration and store before */
	CLI_REMOVES, /* and ask a terminal whether the thing shall go */
	CLI_ALONE    /* the command opens what it needs itself */
};

struct cli_command {
	const char *noun, *verb; /* verb: one word or two; NULL: none */
	const char *words;       /* for the usage line, "HWID DOMAIN" */
	struct opt_syntax syntax;
	enum cli_need need;
	int (*run)(struct cli *cli, const struct opts *o);
	const char *help;
};

/* Tables of the cmd_ modules; each ends with noun NULL. */
extern const struct cli_command cmd_instance[], cmd_domain[], cmd_device[],
    cmd_list[], cmd_bulk[], cmd_fleet[], cmd_figures[], cmd_account[],
    cmd_alarm[], cmd_rental[], cmd_trunk[], cmd_code[], cmd_config[],
    cmd_phone[], cmd_phone_setting[], cmd_template[], cmd_phone_import[],
    cmd_job[], cmd_backup[], cmd_move[], cmd_appstore[], cmd_site[],
    cmd_store[];

/* Everything after main: returns the exit status. */
int cli_main(const char *const *argv);

/* ---- for commands ---- */

void cli_printf(struct cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * First line of a file ("-": standard input) into the arena.  A password may
 * have 1 to 128 bytes.
 */
int cli_password_file(
    struct cli *cli, const char *path, struct str *out) FL_CHECK;

/* Write text and a line feed to a new file of mode 0600. */
int cli_secret_file(const char *path, struct str text, struct err *e) FL_CHECK;

/* A whole file of at most max bytes ("-": standard input). */
int cli_read_file(
    struct cli *cli, const char *path, size_t max, struct str *out) FL_CHECK;

/* The domain of that name; ERR_GONE names it. */
int cli_domain(struct cli *cli, const char *name, struct domain *out) FL_CHECK;

/* The ids of those that --domain names. */
int cli_domains(struct cli *cli, const struct opts *o, const int64_t **out,
    size_t *n) FL_CHECK;

/* The account of that name; ERR_GONE names it. */
int cli_account(
    struct cli *cli, const char *name, struct account *out) FL_CHECK;

/* The number that the first word has to be, of a thing ("key"). */
int cli_id(struct cli *cli, const struct opts *o, const char *what,
    int64_t *out) FL_CHECK;

/* ERR_INPUT unless it is a user's: the number of an administrator's account may
 * be that of nobody. */
int cli_user(struct cli *cli, const struct account *a) FL_CHECK;

/* What --name says, kept in *to: to or, without the option, NULL. */
const struct str *cli_text(
    const struct opts *o, const char *name, struct str *to);

/* The values of an option that may be given more than once. */
size_t cli_texts(struct cli *cli, const struct opts *o, const char *name,
    const struct str **out);

/* May this be done, which cannot be undone?  With --yes, or when somebody at a
 * terminal says so; without a terminal unless strict.  Else ERR_INPUT. */
int cli_confirm(struct cli *cli, const struct opts *o, const char *question,
    bool strict) FL_CHECK;

/* The options of a command that is CLI_REMOVES. */
extern const struct opt_spec cli_removes[];

/* "1 device", "2 devices"; in the arena. */
const char *cli_count(struct cli *cli, int64_t n, const char *what);

/* The time that --name says; without the option *out stays as it is. */
int cli_time(struct cli *cli, const struct opts *o, const char *name,
    enum when_edge edge, int64_t *out) FL_CHECK;

/* "yes", "no". */
int cli_yes_no(const char *text, bool *out, struct err *e) FL_CHECK;

/* The minutes of --offer; 0 without. */
int cli_offer(struct cli *cli, const struct opts *o, int64_t *out) FL_CHECK;

#endif
