/*
 * nginx_site -- what the templates of the nginx site (templates/nginx) are filled in
 * with: the configuration, the options of `fleetline site`, and the places of
 * site_places.
 *
 * Whatever nginx could not read, or would read as something else, is refused.
 */
#ifndef FL_NGINX_SITE_H
#define FL_NGINX_SITE_H

#include "cli.h"
#include "mustache.h"

#define SITE_MAX        ((size_t)64 << 10) /* bytes, as template and printed */
#define SITE_VALUES_MAX 64                 /* names that the templates know */

struct site {
	struct cli *cli;
	const struct opts *o;
	struct mustache_value v[SITE_VALUES_MAX + 1];
	size_t n;
	const char *ipv4, *ipv6; /* to listen on; empty: not on this kind */
	int64_t port, tls_port;
	bool tls;
	bool failed; /* cli->err says why */
};

/* All values but those that are templates themselves and site_places; cli->conf is
 * loaded. */
void site_fill(struct site *f);

/* One more, of a template that stands in another. */
void site_put(struct site *f, const char *name, const char *text);

/* Plain text as a pattern, in which slashes may be doubled. */
void site_pattern(struct buf *out, struct str plain);

#endif
