#include "nginx_site.h"

#include <string.h>
#include <unistd.h>

#include "must.h"
#include "net.h"
#include "num.h"
#include "passhost.h"

#define PORTS_MAX 65535
#define TLS_CERT  "/etc/ssl/certs/fleetline.pem"
#define TLS_KEY   "/etc/ssl/private/fleetline.key"

/* ---- values ---- */

static void
put_value(struct site *f, struct mustache_value value)
{
	must(f->n < SITE_VALUES_MAX);
	f->v[f->n++] = value;
}

void
site_put(struct site *f, const char *name, const char *text)
{
	if (text == NULL) {
		f->failed = true;
		(void)err_set(f->cli->err, ERR_LIMIT, "no room for the site");
	}
	put_value(f, (struct mustache_value)MUSTACHE_TEXT(name, str_of(text)));
}

static void
put_truth(struct site *f, const char *name, bool truth)
{
	put_value(f, (struct mustache_value)MUSTACHE_TRUTH(name, truth));
}

static void
refuse(struct site *f, const char *what, const char *why, const char *text)
{
	f->failed = true;
	(void)err_set(
	    f->cli->err, ERR_INPUT, "%s %s: \"%.100s\"", what, why, text);
}

/* Text that stands in quotes.  nginx has no way to write a dollar there, and
 * nobody needs the others in a path. */
static void
put_quoted(struct site *f, const char *name, const char *text, const char *what)
{
	if (!str_printable(str_of(text)) || strpbrk(text, "\"\\$") != NULL)
		refuse(f, what, "has what nginx cannot read", text);
	else
		site_put(f, name, text);
}

static const char *
opts_or(const struct site *f, const char *option, const char *otherwise)
{
	const char *text = opts_get(f->o, option);

	return text != NULL ? text : otherwise;
}

/* A file or folder that an option ("--log") names, by its whole path: nginx
 * stands in a folder of its own. */
static void
put_path(
    struct site *f, const char *name, const char *option, const char *otherwise)
{
	const char *text = opts_or(f, option + 2, otherwise);

	if (text[0] != '/')
		refuse(f, option, "does not begin with a slash", text);
	else
		put_quoted(f, name, text, option);
}

static void
put_number(struct site *f, const char *name, int64_t n)
{
	site_put(f, name, arena_printf(&f->cli->arena, "%lld", (long long)n));
}

/* How devices are let in: the room to wait in is a number of seconds' worth. */
static void
put_arrivals(struct site *f, int64_t each_second)
{
	int64_t of_one = each_second * 4 / 5;

	put_number(f, "arrivals", each_second);
	put_number(f, "arrivals_burst", 30 * each_second);
	put_number(f, "arrivals_of", of_one);
	put_number(f, "arrivals_of_burst", 10 * of_one);
}

static int64_t
port_of(struct site *f, const char *option, int64_t otherwise)
{
	const char *text = opts_get(f->o, option + 2);

	if (text != NULL && !num_parse(str_of(text), 1, PORTS_MAX, &otherwise))
		refuse(f, option, "is no port", text);
	return otherwise;
}

void
site_pattern(struct buf *out, struct str plain)
{
	for (size_t i = 0; i < plain.len; i++) {
		buf_puts(out, plain.p[i] == '.' ? "\\" : "");
		buf_str(out, str_n(plain.p + i, 1));
		buf_puts(out, plain.p[i] == '/' ? "+" : "");
	}
}

/* ---- the parts ---- */

static void
put_base(struct site *f)
{
	const char *base = f->cli->conf.base;

	site_put(f, "base", base);
	if (!str_only(str_of(base), STR_ALNUM, "/._~-"))
		refuse(f, "[instance] base", "has what no plain URL has", base);
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
put_names(struct site *f)
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
	site_put(f, "names", arena_str(&f->cli->arena, buf_view(&names)));
	buf_fini(&names);
}

/* All addresses that this machine has, or one. */
static void
put_listen(struct site *f)
{
	const char *text = opts_get(f->o, "address");
	bool v6 = text != NULL && strchr(text, ':') != NULL;

	f->ipv4 = f->ipv6 = "";
	if (text != NULL && !net_is_address(str_of(text))) {
		refuse(f, "--address", "is no IP address", text);
	} else if (text != NULL) {
		f->ipv4 = v6 ? "" : text;
		f->ipv6 = v6 ? text : "";
	} else {
		f->ipv4 = "0.0.0.0";
		f->ipv6 = access("/proc/net/if_inet6", F_OK) == 0 ? "::" : "";
	}
	f->port = port_of(f, "--port", 80);
	f->tls_port = port_of(f, "--tls-port", 443);
	site_put(f, "ipv4", f->ipv4);
	site_put(f, "ipv6", f->ipv6);
	put_number(f, "port", f->port);
	put_number(f, "tls_port", f->tls_port);
}

static void
put_tls(struct site *f)
{
	bool cert = opts_has(f->o, "tls-cert"), key = opts_has(f->o, "tls-key");

	if (cert != key)
		refuse(f, "--tls-cert and --tls-key", "belong together",
		    cert ? "no key" : "no certificate");
	f->tls = cert;
	put_truth(f, "tls", cert);
	put_path(f, "tls_cert", "--tls-cert", TLS_CERT);
	put_path(f, "tls_key", "--tls-key", TLS_KEY);
}

/* ---- the pages of devices, apart ---- */

/* Where they are served; the url of the configuration, or the port alone. */
struct apart {
	const char *url;
	struct passhost place;
	int64_t port; /* of its own; 0: those of the rest */
	bool tls;
};

/* False: there is no such place, or it was refused. */
static bool
find_apart(struct site *f, struct apart *out)
{
	const char *url = f->cli->conf.passthrough_url;
	int64_t port = port_of(f, "--passthrough-port", 0);

	if (url[0] == '\0' && port > 0)
		url = arena_printf(&f->cli->arena, "%s://:%lld",
		    f->tls ? "https" : "http", (long long)port);
	out->url = url;
	if (url == NULL || url[0] == '\0')
		return false;
	if (!passhost_parse(str_of(url), &out->place)) {
		refuse(f, "[passthrough] url", "is no origin", url);
		return false;
	}
	out->port = port;
	if (port == 0 && out->place.port.len > 0)
		(void)num_parse(out->place.port, 1, PORTS_MAX, &out->port);
	if (out->port == f->port || out->port == f->tls_port)
		out->port = 0;
	out->tls =
	    f->tls && (out->port == 0 || str_eqz(out->place.scheme, "https"));
	return true;
}

static void
add_listen(struct buf *out, const char *address, bool v6, int64_t port,
    const char *more)
{
	if (address[0] != '\0')
		buf_printf(out,
		    v6 ? "%slisten [%s]:%lld%s;" : "%slisten %s:%lld%s;",
		    out->len > 0 ? "\n\t" : "", address, (long long)port, more);
}

/* Options of a socket are said once, where others listen on it, too. */
static void
put_apart_listen(struct site *f, const struct apart *a)
{
	static const char own[] = " backlog=4096 so_keepalive=on";
	static const char own_tls[] = " ssl backlog=4096 so_keepalive=on";
	struct buf lines;

	buf_init(&lines, SITE_MAX);
	for (int v6 = 0; v6 < 2; v6++) {
		const char *address = v6 ? f->ipv6 : f->ipv4;

		if (a->port != 0) {
			add_listen(&lines, address, v6, a->port,
			    a->tls ? own_tls : own);
			continue;
		}
		add_listen(&lines, address, v6, f->port, "");
		if (f->tls)
			add_listen(&lines, address, v6, f->tls_port, " ssl");
	}
	site_put(
	    f, "apart_listen", arena_str(&f->cli->arena, buf_view(&lines)));
	buf_fini(&lines);
}

/* The names of the server, and what of them the hub is told. */
static void
put_apart_names(struct site *f, const struct apart *a)
{
	struct str host = a->place.host;
	struct buf names;

	buf_init(&names, SITE_MAX);
	if (a->place.each) {
		buf_puts(&names, "\"~^(?<fl_label>[0-9a-z-]+)\\.");
		site_pattern(&names, host);
		buf_puts(&names, "$\"");
	} else {
		buf_str(&names, a->port != 0 ? STR("_") : host);
	}
	site_put(f, "apart_names", arena_str(&f->cli->arena, buf_view(&names)));
	site_put(f, "apart_label",
	    a->place.each ? "$fl_label" : "\"" PASSHOST_SHARED "\"");
	buf_fini(&names);
	if (a->port == 0 && !a->place.each &&
	    (host.len == 0 || str_eq_nocase(host, host_of(f->cli->conf.url))))
		refuse(f, "[passthrough] url",
		    "is our own origin: it needs a name or a port of its own",
		    a->url);
}

static void
put_apart(struct site *f)
{
	struct apart a = {0};
	bool there = find_apart(f, &a);

	if (opts_has(f->o, "passthrough-cert") !=
	    opts_has(f->o, "passthrough-key"))
		refuse(f, "--passthrough-cert and --passthrough-key",
		    "belong together", "one is missing");
	put_truth(f, "apart", there);
	put_truth(f, "apart_tls", a.tls);
	site_put(f, "apart_url", there ? a.url : "");
	put_path(f, "apart_cert", "--passthrough-cert",
	    opts_or(f, "tls-cert", TLS_CERT));
	put_path(f, "apart_key", "--passthrough-key",
	    opts_or(f, "tls-key", TLS_KEY));
	if (there) {
		put_apart_listen(f, &a);
		put_apart_names(f, &a);
	} else {
		site_put(f, "apart_listen", "");
		site_put(f, "apart_names", "");
		site_put(f, "apart_label", "");
	}
}

/* ---- old phones, apart ---- */

/* Their port speaks TLS as old as theirs, so it is nobody else's: nginx takes
 * the versions of a port from its first server. */
static void
put_phones_listen(struct site *f, int64_t port)
{
	struct buf lines;

	buf_init(&lines, SITE_MAX);
	add_listen(&lines, f->ipv4, false, port, " ssl backlog=4096");
	add_listen(&lines, f->ipv6, true, port, " ssl backlog=4096");
	site_put(
	    f, "phones_listen", arena_str(&f->cli->arena, buf_view(&lines)));
	buf_fini(&lines);
}

static void
put_phones(struct site *f)
{
	int64_t port = port_of(f, "--phones-port", 0);
	bool cert = opts_has(f->o, "phones-cert");

	if (cert != opts_has(f->o, "phones-key"))
		refuse(f, "--phones-cert and --phones-key", "belong together",
		    "one is missing");
	else if (port > 0 && !cert && !f->tls)
		refuse(f, "--phones-port", "needs a certificate",
		    opts_get(f->o, "phones-port"));
	else if (port > 0 && (port == f->port || port == f->tls_port))
		refuse(f, "--phones-port", "is taken",
		    opts_get(f->o, "phones-port"));
	put_truth(f, "phones", port > 0);
	put_truth(f, "phones_clients", opts_has(f->o, "phones-ca"));
	put_path(f, "phones_cert", "--phones-cert",
	    opts_or(f, "tls-cert", TLS_CERT));
	put_path(
	    f, "phones_key", "--phones-key", opts_or(f, "tls-key", TLS_KEY));
	put_path(f, "phones_ca", "--phones-ca", "/");
	put_phones_listen(f, port);
}

/* One line for each proxy that is trusted; conf has checked them. */
static void
put_lines(
    struct site *f, const char *name, const char *before, const char *behind)
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
	site_put(f, name, arena_str(&f->cli->arena, buf_view(&lines)));
	buf_fini(&lines);
}

/* Who may show the console in a frame: its own pages, and those named. */
static void
put_console(struct site *f)
{
	const char *frames = f->cli->conf.console_frames;

	put_quoted(f, "console", f->cli->conf.console, "[paths] console");
	site_put(f, "frames", frames);
	if (!str_only(str_of(frames), STR_ALNUM, ":/.*-[] "))
		refuse(f, "[console] frame_ancestors",
		    "has what is in no origin", frames);
}

void
site_fill(struct site *f)
{
	const struct conf *c = &f->cli->conf;

	put_quoted(f, "instance", c->base, "[instance] base");
	put_quoted(f, "run", c->run, "[paths] run");
	put_quoted(f, "state", c->state, "[paths] state");
	put_base(f);
	put_console(f);
	put_names(f);
	put_listen(f);
	put_tls(f);
	put_apart(f);
	put_phones(f);
	put_path(f, "log", "--log", "/var/log/fleetline");
	put_path(f, "temp", "--temp", "/var/lib/nginx");
	site_put(f, "proxied", c->nginx_trusted);
	put_lines(f, "trusted", "", " 1;");
	put_lines(f, "real_ip_from", "set_real_ip_from ", ";");
	put_number(f, "per_address", c->nginx_per_address);
	put_number(f, "connections", c->nginx_connections);
	put_arrivals(f, c->nginx_arrivals);
}
