#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "device.h"
#include "domain.h"
#include "file.h"
#include "num.h"
#include "setting.h"

#define CLI_PASSWORD_MAX 128 /* bytes */

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

int
cli_user(struct cli *cli, const struct account *a)
{
	return a->role == ROLE_USER
		   ? 0
		   : err_say(cli->err, ERR_INPUT,
			 "only accounts of role user own devices and trunks");
}

int
cli_id(struct cli *cli, const struct opts *o, const char *what, int64_t *out)
{
	if (num_parse(str_of(o->words[0]), 1, INT64_MAX, out))
		return 0;
	return err_set(
	    cli->err, ERR_INPUT, "a %s is named by its number", what);
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

size_t
cli_texts(struct cli *cli, const struct opts *o, const char *name,
    const struct str **out)
{
	struct str *list =
	    arena_array(&cli->arena, OPT_VALUES_MAX, sizeof(*list));
	const char *v;
	size_t n = 0;

	while (list != NULL && (v = opts_nth(o, name, n)) != NULL)
		list[n++] = str_of(v);
	*out = list;
	return n;
}

const struct opt_spec cli_removes[] = {{"yes", NULL, 0}, {NULL, NULL, 0}};

const char *
cli_count(struct cli *cli, int64_t n, const char *what)
{
	return arena_printf(
	    &cli->arena, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}

int
cli_confirm(
    struct cli *cli, const struct opts *o, const char *question, bool strict)
{
	char line[16];

	if (opts_has(o, "yes"))
		return 0;
	if (isatty(STDIN_FILENO) == 0 && !strict)
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
cli_time(struct cli *cli, const struct opts *o, const char *name,
    enum when_edge edge, int64_t *out)
{
	const char *text = opts_get(o, name);

	if (text == NULL || when_read(str_of(text), edge, out))
		return 0;
	return err_set(cli->err, ERR_INPUT,
	    "--%s needs a date like 2026-11-26 or \"2026-11-26 16:30\" (UTC)",
	    name);
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
