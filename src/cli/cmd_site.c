/* The command that prints the nginx site of an instance. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "must.h"
#include "mustache.h"
#include "net.h"
#include "num.h"

#define SITE_MAX   ((size_t)64 << 10) /* bytes, as template and printed */
#define VALUES_MAX 32                 /* names that the templates know */
#define PORTS_MAX  65535

/* What the templates are filled in with. */
struct filling {
	struct cli *cli;
	const struct opts *o;
	struct mustache_value v[VALUES_MAX + 1];
	size_t n;
	bool failed; /* cli->err says why */
};

/* ---- values ---- */

static void
put_value(struct filling *f, struct mustache_value value)
{
	must(f->n < VALUES_MAX);
	f->v[f->n++] = value;
}

static void
put(struct filling *f, const char *name, const char *text)
{
	if (text == NULL) {
		f->failed = true;
		(void)err_set(f->cli->err, ERR_LIMIT, "no room for the site");
	}
	put_value(f, (struct mustache_value){name, str_of(text), false});
}

static void
put_truth(struct filling *f, const char *name, bool truth)
{
	put_value(f, (struct mustache_value){name, STR(""), truth});
}

static void
refuse(struct filling *f, const char *what, const char *why, const char *text)
{
	f->failed = true;
	(void)err_set(
	    f->cli->err, ERR_INPUT, "%s %s: \"%.100s\"", what, why, text);
}

/* Text that stands in quotes.  nginx has no way to write a dollar there, and
 * nobody needs the others in a path. */
static void
put_quoted(
    struct filling *f, const char *name, const char *text, const char *what)
{
	if (!str_printable(str_of(text)) || strpbrk(text, "\"\\$") != NULL)
		refuse(f, what, "has what nginx cannot read", text);
	else
		put(f, name, text);
}

/* A file or folder that an option ("--log") names, by its whole path: nginx
 * stands in a folder of its own. */
static void
put_path(struct filling *f, const char *name, const char *option,
    const char *otherwise)
{
	const char *text = opts_get(f->o, option + 2);

	if (text == NULL)
		text = otherwise;
	if (text[0] != '/')
		refuse(f, option, "does not begin with a slash", text);
	else
		put_quoted(f, name, text, option);
}

static void
put_number(struct filling *f, const char *name, int64_t n)
{
	put(f, name, arena_printf(&f->cli->arena, "%lld", (long long)n));
}

static void
put_port(
    struct filling *f, const char *name, const char *option, int64_t otherwise)
{
	const char *text = opts_get(f->o, option + 2);

	if (text != NULL && !num_parse(str_of(text), 1, PORTS_MAX, &otherwise))
		refuse(f, option, "is no port", text);
	put_number(f, name, otherwise);
}

/* ---- the parts ---- */

/* The locations, of which some are patterns: only a dot means something there.
 */
static void
put_base(struct filling *f)
{
	const char *base = f->cli->conf.base;
	struct buf pattern;

	if (!str_only(str_of(base), STR_ALNUM, "/._~-")) {
		refuse(f, "[instance] base", "has what no plain URL has", base);
		return;
	}
	buf_init(&pattern, SITE_MAX);
	for (const char *p = base; *p != '\0'; p++) {
		if (*p == '.')
			buf_puts(&pattern, "\\");
		buf_str(&pattern, str_n(p, 1));
	}
	put(f, "base", base);
	put(f, "base_pattern", arena_str(&f->cli->arena, buf_view(&pattern)));
	buf_fini(&pattern);
}

/* "ap.example.com" of "https://ap.example.com:8443/". */
static struct str
host_of(const char *url)
{
	const char *at = strstr(url, "://");
	const char *host = at != NULL ? at + 3 : url;
	size_t n =
	    host[0] == '[' ? strcspn(host, "]/") + 1 : strcspn(host, ":/");

	return str_n(host, strnlen(host, n));
}

static bool
is_name(struct str host)
{
	for (size_t i = 0; i < host.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]",
			host.p[i]) == NULL)
			return false;
	return host.len > 0;
}

/* The names it answers to: that of the url and those that this machine has for
 * itself; with --default, all. */
static void
put_names(struct filling *f)
{
	static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
	struct str host = host_of(f->cli->conf.url);
	bool all = opts_has(f->o, "default");
	struct buf names;

	put_truth(f, "default", all);
	if (!all && !is_name(host)) {
		refuse(f, "[instance] url", "names no host (or use --default)",
		    f->cli->conf.url);
		return;
	}
	buf_init(&names, SITE_MAX);
	buf_str(&names, all ? STR("_") : host);
	for (size_t i = 0; !all && i < sizeof(own) / sizeof(own[0]); i++)
		if (!str_eqz(host, own[i]))
			buf_printf(&names, " %s", own[i]);
	put(f, "names", arena_str(&f->cli->arena, buf_view(&names)));
	buf_fini(&names);
}

/* All addresses that this machine has, or one. */
static void
put_listen(struct filling *f)
{
	const char *text = opts_get(f->o, "address");
	bool v6 = text != NULL && strchr(text, ':') != NULL;

	if (text != NULL && !net_is_address(str_of(text))) {
		refuse(f, "--address", "is no IP address", text);
	} else if (text != NULL) {
		put(f, "ipv4", v6 ? "" : text);
		put(f, "ipv6", v6 ? text : "");
	} else {
		put(f, "ipv4", "0.0.0.0");
		put(f, "ipv6",
		    access("/proc/net/if_inet6", F_OK) == 0 ? "::" : "");
	}
	put_port(f, "port", "--port", 80);
	put_port(f, "tls_port", "--tls-port", 443);
}

static void
put_tls(struct filling *f)
{
	bool cert = opts_has(f->o, "tls-cert"), key = opts_has(f->o, "tls-key");

	if (cert != key)
		refuse(f, "--tls-cert and --tls-key", "belong together",
		    cert ? "no key" : "no certificate");
	put_truth(f, "tls", cert);
	put_path(f, "tls_cert", "--tls-cert", "/etc/ssl/certs/fleetline.pem");
	put_path(f, "tls_key", "--tls-key", "/etc/ssl/private/fleetline.key");
}

/* One line for each proxy that is trusted; conf has checked them. */
static void
put_lines(
    struct filling *f, const char *name, const char *before, const char *behind)
{
	struct str rest = str_of(f->cli->conf.nginx_trusted), one;
	struct buf lines;

	buf_init(&lines, SITE_MAX);
	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		buf_puts(&lines, lines.len > 0 ? "\n\t" : "");
		buf_puts(&lines, before);
		buf_str(&lines, one);
		buf_puts(&lines, behind);
	}
	put(f, name, arena_str(&f->cli->arena, buf_view(&lines)));
	buf_fini(&lines);
}

static void
fill_in(struct filling *f)
{
	const struct conf *c = &f->cli->conf;

	put_quoted(f, "instance", c->base, "[instance] base");
	put_quoted(f, "run", c->run, "[paths] run");
	put_base(f);
	put_names(f);
	put_listen(f);
	put_tls(f);
	put_path(f, "log", "--log", "/var/log/fleetline");
	put_path(f, "temp", "--temp", "/var/lib/nginx");
	put(f, "proxied", c->nginx_trusted);
	put_lines(f, "trusted", "", " 1;");
	put_lines(f, "real_ip_from", "set_real_ip_from ", ";");
	put_number(f, "per_address", c->nginx_per_address);
	put_number(f, "connections", c->nginx_connections);
}

/* ---- printing ---- */

static int
render(struct filling *f, const char *name, struct buf *out)
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

static int
run_site(struct cli *cli, const struct opts *o)
{
	struct filling f = {.cli = cli, .o = o};
	struct buf fastcgi, site;
	int rc;

	if (conf_load(cli->conf_path, &cli->arena, &cli->conf, cli->err) < 0)
		return -1;
	fill_in(&f);
	if (f.failed)
		return -1;
	buf_init(&fastcgi, SITE_MAX);
	buf_init(&site, SITE_MAX);
	rc = render(&f, "fastcgi", &fastcgi);
	put(&f, "fastcgi", arena_str(&cli->arena, buf_view(&fastcgi)));
	if (rc == 0)
		rc = f.failed ? -1 : render(&f, "site", &site);
	if (rc == 0)
		rc = cli->out.put(cli->out.arg, site.data, site.len);
	buf_fini(&fastcgi);
	buf_fini(&site);
	return rc;
}

static const struct opt_spec site_options[] = {{"address", "ADDRESS", 0},
    {"port", "N", 0}, {"tls-port", "N", 0}, {"tls-cert", "FILE", 0},
    {"tls-key", "FILE", 0}, {"log", "FOLDER", 0}, {"temp", "FOLDER", 0},
    {"default", NULL, 0}, {NULL, NULL, 0}};

const struct cli_command cmd_site[] = {
    {"site", NULL, "", {site_options, 0, 0}, CLI_ALONE, run_site,
	"print the nginx site of the instance"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
