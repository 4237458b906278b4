/* Commands about provisioning codes and registration tokens. */
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "category.h"
#include "cli.h"
#include "code.h"
#include "file.h"
#include "qr.h"
#include "regtoken.h"
#include "sysclient.h"

#define URL_MAX ((size_t)4 << 10)

/* What a device is given; empty unless the configuration file says where the
 * instance is. */
static struct str
url_of(struct cli *cli, const struct str names[3])
{
	const char *host = strstr(cli->conf.url, "://");
	struct buf url;
	struct str out = STR("");

	buf_init(&url, URL_MAX);
	if (host != NULL)
		sc_url(&url, host + 3, cli->conf.base, names);
	if (url.len > 0)
		out = str_of(arena_str(&cli->arena, buf_view(&url)));
	buf_fini(&url);
	return out;
}

struct drawing {
	int (*how)(const char *text, struct buf *out, struct err *e);
	struct buf picture;
};

/* By the end of a file's name; in a terminal without one. */
static int (*form_of(const char *file))(
    const char *text, struct buf *out, struct err *e)
{
	const char *dot = file == NULL ? NULL : strrchr(file, '.');

	if (file == NULL)
		return qr_blocks;
	if (dot != NULL && strcmp(dot, ".png") == 0)
		return qr_png;
	return dot != NULL && strcmp(dot, ".svg") == 0 ? qr_svg : NULL;
}

/* URL and code, a line each, to be read by a camera. */
static int
draw(struct cli *cli, struct str url, const char *digits, struct drawing *d)
{
	char *text =
	    arena_printf(&cli->arena, "%.*s\n%s", (int)url.len, url.p, digits);
	int rc;

	if (text == NULL)
		return err_set(cli->err, ERR_LIMIT, "no room for a QR code");
	rc = d->how(text, &d->picture, cli->err);
	explicit_bzero(text, strlen(text));
	return rc;
}

/* A picture in the terminal, or in a file that is not there yet: whoever reads
 * it has the code. */
static int
show_qr(struct cli *cli, struct str url, const char *digits, const char *file)
{
	struct drawing d = {.how = form_of(file)};
	int rc;

	buf_init(&d.picture, QR_MAX);
	rc = draw(cli, url, digits, &d);
	if (rc == 0 && file == NULL)
		cli_printf(cli, "%.*s", (int)d.picture.len, d.picture.data);
	else if (rc == 0)
		rc = file_make(file, FILE_MODE_SECRET, buf_view(&d.picture),
			 cli->err) > 0
			 ? 0
			 : -1;
	buf_wipe(&d.picture);
	return rc;
}

/* Before a code is made: afterwards it could not be told again. */
static int
check_file(struct cli *cli, const char *file)
{
	char *copy;

	if (file == NULL)
		return 0;
	if (form_of(file) == NULL)
		return err_set(cli->err, ERR_INPUT,
		    "the file of a picture ends in .png or .svg");
	if (access(file, F_OK) == 0)
		return err_set(cli->err, ERR_EXISTS, "%.100s exists", file);
	copy = arena_strdup(&cli->arena, file);
	if (copy == NULL)
		return err_set(cli->err, ERR_LIMIT, "a name is too long");
	return access(dirname(copy), W_OK | X_OK) == 0
		   ? 0
		   : err_sys(cli->err, "%.100s", file);
}

static int
run_new(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {
	    {"id", 6}, {"code", 14}, {"validUntil", 26}, {"url", 0}};
	struct code_wish w = {
	    .rollout = opts_has(o, "rollout"),
	    .administrative = !opts_has(o, "own-password"),
	    .category = str_of(opts_get(o, "category")),
	};
	const char *file = opts_get(o, "qr-file");
	struct str url = url_of(cli, NULL);
	struct code_made made;
	struct domain d;
	struct listing l;
	int rc;

	(void)cli_text(o, "name", &w.name);
	if (check_file(cli, file) < 0 || cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	w.domain = d.id;
	if (code_add(&cli->ask, &w, NULL, &made) < 0)
		return -1;
	listing_open(&l, columns, 4, opts_has(o, "json"), cli->out);
	listing_int(&l, made.id);
	listing_textz(&l, made.digits);
	listing_time(&l, made.ends);
	listing_text(&l, url);
	rc = listing_close(&l);
	if (rc == 0 && opts_has(o, "qr"))
		rc = show_qr(cli, url, made.digits, NULL);
	if (rc == 0 && file != NULL)
		rc = show_qr(cli, url, made.digits, file);
	explicit_bzero(made.digits, sizeof(made.digits));
	return rc;
}

static int64_t
put(struct cli *cli, struct listing *l, const struct code *c)
{
	listing_int(l, c->id);
	listing_textz(l,
	    arena_printf(&cli->arena, "...%.*s", (int)c->tail.len, c->tail.p));
	listing_textz(l, code_state(c));
	listing_time(l, c->ends);
	listing_text(l, c->category);
	listing_text(l, c->maker);
	listing_text(l, c->hw_id);
	listing_text(l, c->port);
	listing_text(l, c->name);
	return c->id;
}

static int
run_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"id", 6}, {"code", 7},
	    {"state", 6}, {"validUntil", 26}, {"category", 16}, {"maker", 14},
	    {"hwId", 14}, {"port", 6}, {"name", 0}};
	size_t n = CODE_PAGE;
	struct code *page;
	struct domain d;
	struct listing l;
	int64_t before = 0;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	listing_open(&l, columns, 9, opts_has(o, "json"), cli->out);
	while (n == CODE_PAGE) {
		struct arena_mark m = arena_mark(&cli->arena);

		if (code_list(&cli->ask, d.id, before, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			before = put(cli, &l, &page[i]);
		arena_reset(&cli->arena, m);
	}
	return listing_close(&l);
}

static int
run_revoke(struct cli *cli, const struct opts *o)
{
	int64_t id;

	return cli_id(cli, o, "code", &id) < 0 ? -1
					       : code_revoke(&cli->ask, id);
}

/* ---- registration tokens ---- */

/* With a category, the URLs it is for. */
static int
show_token(struct cli *cli, const struct opts *o, const struct domain *d,
    const char *token)
{
	static const struct listing_column columns[] = {
	    {"token", REGTOKEN_LEN + 2}, {"url", 0}};
	struct str names[3] = {d->name, str_of(token), STR("")};
	struct listing l;

	listing_open(&l, columns, 2, opts_has(o, "json"), cli->out);
	if (token[0] != '\0') {
		listing_textz(&l, token);
		listing_text(&l, cli_text(o, "category", &names[2]) != NULL
				     ? url_of(cli, names)
				     : STR(""));
	}
	return listing_close(&l);
}

/* A URL with another one would put nobody in. */
static int
check_category(struct cli *cli, const struct opts *o, int64_t domain)
{
	const char *name = opts_get(o, "category");
	struct category k;
	int rc = name == NULL
		     ? 1
		     : category_find(&cli->ask, domain, str_of(name), &k);

	if (rc < 0 || name == NULL)
		return rc < 0 ? -1 : 0;
	if (rc == 0)
		return err_set(
		    cli->err, ERR_GONE, "no category \"%.100s\"", name);
	return k.config ? 0
			: err_say(cli->err, ERR_INPUT,
			      "not a provisioning category: those were added "
			      "with --config");
}

static int
run_token(struct cli *cli, const struct opts *o,
    int (*how)(struct ask *q, int64_t domain, char out[REGTOKEN_SIZE]))
{
	char token[REGTOKEN_SIZE];
	struct domain d;
	int rc;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    check_category(cli, o, d.id) < 0 || how(&cli->ask, d.id, token) < 0)
		return -1;
	rc = show_token(cli, o, &d, token);
	explicit_bzero(token, sizeof(token));
	return rc;
}

static int
run_token_show(struct cli *cli, const struct opts *o)
{
	return run_token(cli, o, regtoken_get);
}

static int
run_token_new(struct cli *cli, const struct opts *o)
{
	return run_token(cli, o, regtoken_renew);
}

static int
run_token_remove(struct cli *cli, const struct opts *o)
{
	struct domain d;

	return cli_domain(cli, o->words[0], &d) < 0
		   ? -1
		   : regtoken_renew(&cli->ask, d.id, NULL);
}

static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec token_options[] = {
    {"category", "NAME", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec new_options[] = {
    {"category", "CATEGORY", OPT_MUST}, {"name", "NAME", 0},
    {"rollout", NULL, 0}, {"own-password", NULL, 0}, {"qr", NULL, 0},
    {"qr-file", "FILE", 0}, {"json", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_code[] = {
    {"code", "new", "DOMAIN", {new_options, 1, 1}, CLI_STORE, run_new,
	"make a provisioning code and print it, this once"},
    {"code", "list", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_list,
	"provisioning codes, without their digits, and what used them"},
    {"code", "revoke", "ID", {cli_removes, 1, 1}, CLI_REMOVES, run_revoke,
	"end a provisioning code"},
    {"token", "show", "DOMAIN", {token_options, 1, 1}, CLI_STORE,
	run_token_show, "the registration token of a domain"},
    {"token", "new", "DOMAIN", {token_options, 1, 1}, CLI_STORE, run_token_new,
	"draw one; the old one ends"},
    {"token", "remove", "DOMAIN", {cli_removes, 1, 1}, CLI_REMOVES,
	run_token_remove, "end it"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
