#include "location.h"

#include <string.h>

#include "arena.h"
#include "hubwire.h"
#include "net.h"

/* What a value consists of. */
struct parts {
	struct str scheme; /* without ':' */
	struct str host;
	struct str path; /* up to '?' or '#' */
	struct str tail; /* from there */
	bool has_host;
};

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Length of the start of s without any of these characters. */
static size_t
span_without(struct str s, const char *stops)
{
	size_t n = 0;

	while (n < s.len && (s.p[n] == '\0' || strchr(stops, s.p[n]) == NULL))
		n++;
	return n;
}

static struct str
skip(struct str s, size_t n)
{
	return str_n(s.p + n, s.len - n);
}

/* ---- reading ---- */

static struct str
scheme_of(struct str s)
{
	size_t n = str_span(s, STR_LETTERS, "");

	if (n > 0)
		n = str_span(s, STR_ALNUM, "+-.");
	return n > 0 && n < s.len && s.p[n] == ':' ? str_n(s.p, n) : STR("");
}

static struct str
without_user(struct str authority)
{
	size_t at = str_find(authority, '@');

	while (at < authority.len) {
		authority = skip(authority, at + 1);
		at = str_find(authority, '@');
	}
	return authority;
}

/* "user@host:80." is "host": what a browser connects to. */
static struct str
bare_host(struct str authority)
{
	struct str s = without_user(authority);

	for (size_t i = 0; i < 2; i++) {
		const char *port = i ? ":443" : ":80";
		size_t n = strlen(port);

		if (s.len > n && memcmp(s.p + s.len - n, port, n) == 0)
			s.len -= n;
	}
	if (s.len > 0 && s.p[s.len - 1] == '.')
		s.len--;
	return s;
}

static void
take_host(struct str *rest, struct parts *out)
{
	size_t n = 0;

	while (n < rest->len && is_slash(rest->p[n]))
		n++;
	if (n < 2)
		return;
	*rest = skip(*rest, n);
	n = span_without(*rest, "/\\?#");
	out->has_host = true;
	out->host = str_n(rest->p, n);
	*rest = skip(*rest, n);
}

static struct parts
read_parts(struct str value)
{
	struct parts p = {.scheme = scheme_of(value)};
	struct str rest = value;
	size_t n;

	if (p.scheme.len > 0)
		rest = skip(rest, p.scheme.len + 1);
	take_host(&rest, &p);
	n = span_without(rest, "?#");
	p.path = str_n(rest.p, n);
	p.tail = skip(rest, n);
	return p;
}

/* "192.0.2.7" of "192.0.2.7:8080", "2001:db8::7" of "[2001:db8::7]". */
static struct str
bare_address(struct str authority, enum net_family *family)
{
	struct str s = without_user(authority);

	*family = s.len > 0 && s.p[0] == '[' ? NET_IPV6 : NET_IPV4;
	if (*family == NET_IPV6)
		s = skip(s, 1);
	return str_n(s.p, str_find(s, *family == NET_IPV6 ? ']' : ':'));
}

static bool
is_device(struct str authority, struct str hosts)
{
	char address[NET_HOST_SIZE];
	enum net_family family;
	struct str bare = bare_address(authority, &family), one;

	if (hosts.len == 0 || !net_host(bare, family, address))
		return false;
	while (str_next(&hosts, ' ', &one))
		if (str_eqz(one, address))
			return true;
	return false;
}

static bool
is_ours(struct str authority, struct str host)
{
	for (size_t i = 0; i < authority.len; i++)
		if (authority.p[i] == '%' ||
		    (unsigned char)authority.p[i] > 126)
			return true;
	return str_eq_nocase(bare_host(authority), bare_host(host));
}

/* ---- dots ---- */

/* 1 for ".", 2 for "..", in any spelling; 0 for all else. */
static int
dots_of(struct str s)
{
	int n = 0;

	while (s.len > 0) {
		if (s.p[0] == '.')
			s = skip(s, 1);
		else if (s.len >= 3 && str_eq_nocase(str_n(s.p, 3), STR("%2e")))
			s = skip(s, 3);
		else
			return 0;
		n++;
	}
	return n <= 2 ? n : 0;
}

static bool
climbs(struct str path)
{
	while (path.len > 0) {
		size_t n = span_without(path, "/\\");

		if (dots_of(str_n(path.p, n)) == 2)
			return true;
		path = skip(path, n < path.len ? n + 1 : n);
	}
	return false;
}

static void
drop_segment(struct buf *b)
{
	size_t n = b->len;

	while (n > 0 && b->data[n - 1] != '/')
		n--;
	buf_cut(b, n > 0 ? n - 1 : 0);
}

/* Add the segments of a path that does not begin with a slash, without their
 * dots; if it is the last part of a path, dots at its end leave a slash. */
static void
add_path(struct buf *b, struct str path, bool is_last)
{
	bool more = true;

	while (more) {
		size_t n = span_without(path, "/\\");
		int dots = dots_of(str_n(path.p, n));

		more = n < path.len;
		if (dots == 2)
			drop_segment(b);
		if (dots == 0 || (!more && is_last))
			buf_putc(b, '/');
		if (dots == 0)
			buf_str(b, str_n(path.p, n));
		path = skip(path, more ? n + 1 : n);
	}
}

/* The folder of the request, without the slash at its start and end. */
static struct str
folder_of(struct str path)
{
	path.len = span_without(path, "?#");
	while (path.len > 0 && path.p[path.len - 1] != '/')
		path.len--;
	if (path.len > 0)
		path.len--;
	return path.len > 0 ? skip(path, 1) : path;
}

static void
add_confined(
    struct buf *out, const struct parts *p, const struct location_base *base)
{
	struct str path = p->path;
	struct buf b;

	buf_init(&b, out->max);
	if (path.len > 0 && is_slash(path.p[0]))
		path = skip(path, 1);
	else if (!p->has_host && folder_of(base->path).len > 0)
		add_path(&b, folder_of(base->path), false);
	add_path(&b, path, true);
	buf_str(out, base->prefix);
	buf_str(out, buf_view(&b));
	buf_str(out, p->tail);
	buf_fini(&b);
}

void
location_confine(
    struct buf *out, struct str value, const struct location_base *base)
{
	struct parts p;
	bool web;

	value = str_trim(value);
	/* Browsers take tabs out wherever they stand. */
	if (!str_printable(value))
		value = STR("/");
	p = read_parts(value);
	web = str_eq_nocase(p.scheme, STR("http")) ||
	      str_eq_nocase(p.scheme, STR("https"));
	if (p.scheme.len > 0 && !web)
		buf_str(out, value);
	else if (p.has_host && !is_ours(p.host, base->host) &&
		 !is_device(p.host, base->hosts))
		buf_str(out, value);
	else if (!p.has_host && !web &&
		 (p.path.len == 0 ||
		     (!is_slash(p.path.p[0]) && !climbs(p.path))))
		buf_str(out, value);
	else
		add_confined(out, &p, base);
}

void
location_hosts(char **hosts, const struct json *list)
{
	size_t n = json_length(list);
	struct buf all;

	if (json_kind(list) != JSON_ARRAY)
		return;
	buf_init(&all, HUBWIRE_HOSTS_MAX * NET_HOST_SIZE);
	for (size_t i = 0; i < n && i < HUBWIRE_HOSTS_MAX; i++) {
		struct str one = json_text(json_item(list, i));

		if (!net_is_address(one))
			continue;
		buf_puts(&all, all.len > 0 ? " " : "");
		buf_str(&all, one);
	}
	mem_free(*hosts);
	*hosts = all.len > 0 ? mem_strdup(all.data) : NULL;
	buf_fini(&all);
}
