#include "origin.h"

#include "num.h"

#define PORT_MAX 65535

/* "https://host:port" taken apart. */
struct parts {
	struct str scheme, host;
	int64_t port;
};

static int64_t
default_port(struct str scheme)
{
	if (str_eq_nocase(scheme, STR("http")))
		return 80;
	return str_eq_nocase(scheme, STR("https")) ? 443 : 0;
}

/* Where the port begins behind a host, "[::1]" too; s.len if there is none. */
static size_t
find_port(struct str s)
{
	size_t bracket = str_find(s, ']');
	size_t from = bracket < s.len ? bracket : 0;

	return from + str_find(str_n(s.p + from, s.len - from), ':');
}

/* False unless text is that and nothing else: "null" is nobody's origin. */
static bool
take_apart(struct str text, struct parts *out)
{
	size_t at = str_find(text, ':');
	struct str rest;

	out->scheme = str_n(text.p, at);
	out->port = default_port(out->scheme);
	rest = str_n(text.p + at, text.len - at);
	if (out->port == 0 || !str_starts(rest, STR("://")))
		return false;
	rest = str_n(rest.p + 3, rest.len - 3);
	at = find_port(rest);
	out->host = str_n(rest.p, at);
	if (str_find(out->host, '/') < at || at == 0)
		return false;
	rest = str_n(rest.p + at, rest.len - at);
	return rest.len <= 1 || num_parse(str_n(rest.p + 1, rest.len - 1), 1,
				    PORT_MAX, &out->port);
}

static bool
is_same(const struct parts *a, const struct parts *b)
{
	return str_eq_nocase(a->scheme, b->scheme) &&
	       str_eq_nocase(a->host, b->host) && a->port == b->port;
}

bool
origin_is(struct str origin, const char *own)
{
	struct parts a, b;

	return own != NULL && take_apart(origin, &a) &&
	       take_apart(str_of(own), &b) && is_same(&a, &b);
}

static bool
is_ours(const struct req *r, struct str origin, const char *url)
{
	return origin_is(origin, url[0] != '\0' ? url : req_origin(r));
}

struct str
origin_path(const struct req *r, const char *url, struct str uri)
{
	struct str marks = STR("://"), rest;
	size_t at = str_find(uri, ':');

	rest = str_n(uri.p + at, uri.len - at);
	if (!str_starts(rest, marks))
		return uri;
	rest = str_n(rest.p + marks.len, rest.len - marks.len);
	at += marks.len + str_find(rest, '/');
	if (!is_ours(r, str_n(uri.p, at), url))
		return uri;
	return str_n(uri.p + at, uri.len - at);
}

/* Two of one header: nobody can say which one is meant. */
static bool
is_repeated(const struct req *r, const char *name)
{
	return req_nth(r, name, 1).p != NULL;
}

bool
origin_is_foreign(const struct req *r, const char *url)
{
	struct str origin = req_nth(r, "HTTP_ORIGIN", 0);
	struct str site = req_nth(r, "HTTP_SEC_FETCH_SITE", 0);

	if (is_repeated(r, "HTTP_ORIGIN") ||
	    is_repeated(r, "HTTP_SEC_FETCH_SITE"))
		return true;
	if (origin.p != NULL && !is_ours(r, origin, url))
		return true;
	return site.p != NULL && !str_eqz(site, "same-origin") &&
	       !str_eqz(site, "none");
}
