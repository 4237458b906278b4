/* The command that prints the nginx site of an instance. */
#include "count.h"
#include "nginx_site.h"
#include "site_places.h"

static int
render(struct site *f, const char *name, struct buf *out)
{
	struct cli *cli = f->cli;
	const char *path = arena_printf(
	    &cli->arena, "%s/nginx/%s.conf", cli->conf.templates, name);
	struct str text;
	struct err e;

	if (cli_read_file(cli, path, SITE_MAX, &text) < 0)
		return -1;
	if (mustache_render(text, f->v, mustache_plain, out, &e) < 0)
		return err_set(cli->err, e.kind, "%s: %.200s", path, e.text);
	return 0;
}

/* Some parts stand in several servers. */
static int
render_all(struct site *f, struct buf *site)
{
	static const char *const parts[] = {
	    "fastcgi", "files", "passthrough", "server"};
	struct buf part;
	int rc = 0;

	buf_init(&part, SITE_MAX);
	for (size_t i = 0; i < COUNT(parts) && rc == 0; i++) {
		buf_clear(&part);
		rc = render(f, parts[i], &part);
		site_put(
		    f, parts[i], arena_str(&f->cli->arena, buf_view(&part)));
	}
	buf_fini(&part);
	return rc < 0 || f->failed ? -1 : render(f, "site", site);
}

static int
run_site(struct cli *cli, const struct opts *o)
{
	struct site f = {.cli = cli, .o = o};
	struct buf site;
	int rc;

	if (conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0)
		return -1;
	site_fill(&f);
	site_places(&f);
	if (f.failed)
		return -1;
	buf_init(&site, SITE_MAX);
	rc = render_all(&f, &site);
	if (rc == 0)
		rc = cli->out.put(cli->out.arg, site.data, site.len);
	buf_fini(&site);
	return rc;
}

static const struct opt_spec site_options[] = {{"address", "ADDRESS", 0},
    {"port", "N", 0}, {"tls-port", "N", 0}, {"tls-cert", "FILE", 0},
    {"tls-key", "FILE", 0}, {"log", "FOLDER", 0}, {"temp", "FOLDER", 0},
    {"passthrough-port", "N", 0}, {"passthrough-cert", "FILE", 0},
    {"passthrough-key", "FILE", 0}, {"phones-port", "N", 0},
    {"phones-cert", "FILE", 0}, {"phones-key", "FILE", 0},
    {"phones-ca", "FILE", 0}, {"default", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_site[] = {
    {"site", NULL, "", {site_options, 0, 0}, CLI_ALONE, run_site,
	"print the nginx site of the instance"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
