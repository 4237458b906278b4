#include "rewrite.h"

#include <stdio.h>

#include "count.h"
#include "location.h"

/* RFC 9110 section 7.6.1, and those that are written anew. */
static const char *const hop_by_hop[] = {"Connection", "Keep-Alive",
    "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
    "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", NULL};

/* Meant for us or added by nginx; Referer would show the key. */
static const char *const not_for_devices[] = {"Authorization", "Cookie",
    "Referer", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto",
    "X-Forwarded-Host", "Forwarded", NULL};

/* What a client gets of a response header. */
enum pass {
	PASS_NOT,
	PASS_AS_IS,
	PASS_COOKIE, /* confined to the prefix */
	PASS_PLACE,  /* a URI that must stay below the prefix */
	PASS_LINKS,  /* such URIs in <> */
	PASS_REFRESH /* such a URI behind "url=" */
};

/*
 * Response headers of a device that reach a client: these and no others,
 * because browsers keep learning headers that act on a whole origin, and
 * servers in front headers that name their files.  "*" ends the beginning of a
 * name; the first row that fits decides.
 */
static const struct {
	const char *name;
	enum pass pass;
} passing[] = {
    /* the body */
    {"Content-Type", PASS_AS_IS},
    {"Content-Encoding", PASS_AS_IS},
    {"Content-Language", PASS_AS_IS},
    {"Content-Disposition", PASS_AS_IS},
    {"Content-Range", PASS_AS_IS},
    {"Content-MD5", PASS_AS_IS},
    {"Content-Location", PASS_PLACE},
    {"Accept-Ranges", PASS_AS_IS},
    {"ETag", PASS_AS_IS},
    {"Last-Modified", PASS_AS_IS},
    {"Vary", PASS_AS_IS},
    /* the exchange */
    {"Date", PASS_AS_IS},
    {"Server", PASS_AS_IS},
    {"Allow", PASS_AS_IS},
    {"Public", PASS_AS_IS}, /* Allow of older servers */
    {"Retry-After", PASS_AS_IS},
    {"WWW-Authenticate", PASS_AS_IS},
    {"Authentication-Info", PASS_AS_IS},
    {"Set-Cookie", PASS_COOKIE},
    {"Sec-WebSocket-*", PASS_AS_IS},
    /* where else to go */
    {"Location", PASS_PLACE},
    {"Link", PASS_LINKS},
    {"Refresh", PASS_REFRESH},
    /* WebDAV */
    {"DAV", PASS_AS_IS},
    {"MS-Author-Via", PASS_AS_IS},
    {"Lock-Token", PASS_AS_IS},
    /* who may read this one answer: the rest of what we open to all */
    {"Access-Control-Allow-Headers", PASS_AS_IS},
    {"Access-Control-Allow-Methods", PASS_AS_IS},
    {"Access-Control-Expose-Headers", PASS_AS_IS},
    {"Access-Control-Max-Age", PASS_AS_IS},
    /* what this one page may do: it can only take from what we allow */
    {"Content-Security-Policy", PASS_AS_IS},
    /* our own; commands to servers in front; what browsers act on */
    {"X-Fleetline-*", PASS_NOT},
    {"X-Accel-*", PASS_NOT},
    {"X-Sendfile*", PASS_NOT},
    {"X-Lighttpd-*", PASS_NOT},
    {"X-LiteSpeed-*", PASS_NOT},
    {"X-Reproxy-*", PASS_NOT},
    {"X-DNS-Prefetch-Control", PASS_NOT},
    {"X-Permitted-Cross-Domain-Policies", PASS_NOT},
    {"X-SourceMap", PASS_NOT},
    {"X-*", PASS_AS_IS},
};

static const char our_headers[] = "Access-Control-Allow-Origin: *\r\n"
				  "Cache-Control: no-store\r\n"
				  "Referrer-Policy: no-referrer\r\n";

/* Of a page on our own origin: it gets one that nobody else has. */
static const char sandbox[] =
    "Content-Security-Policy: sandbox allow-scripts allow-forms "
    "allow-popups allow-downloads allow-modals\r\n";

/* Of a page on its own: neither a page that opened it nor one whose name it
 * could make its own by document.domain is in its reach. */
static const char fence[] =
    "Cross-Origin-Opener-Policy: same-origin-allow-popups\r\n"
    "Origin-Agent-Cluster: ?1\r\n";

static bool
is_one_of(struct str name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (str_eq_nocase(name, str_of(*list)))
			return true;
	return false;
}

static bool
starts_nocase(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       str_eq_nocase(str_n(s.p, prefix.len), prefix);
}

static void
add_header(struct buf *out, struct str name, struct str value)
{
	buf_str(out, name);
	buf_puts(out, ": ");
	buf_str(out, value);
	buf_puts(out, "\r\n");
}

/* Is the cookie that starts "name=value" one of ours?  A name that is missing
 * ("=name=value") is one for some browsers. */
static bool
is_our_cookie(struct str cookie)
{
	static const char *const marks[] = {"=", "__Host-", "__Secure-"};

	for (size_t i = 0; i < COUNT(marks); i++) {
		struct str mark = str_of(marks[i]);

		if (starts_nocase(cookie, mark))
			cookie = str_trim(
			    str_n(cookie.p + mark.len, cookie.len - mark.len));
	}
	return starts_nocase(cookie, STR(REWRITE_OUR_COOKIE));
}

/* ---- towards the device ---- */

/* Value of Cookie without our own; may add nothing. */
static void
add_cookie(struct buf *out, struct str value)
{
	struct str one;
	bool first = true;

	while (str_next(&value, ';', &one)) {
		one = str_trim(one);
		if (one.len == 0 || is_our_cookie(one))
			continue;
		buf_puts(out, first ? "" : "; ");
		buf_str(out, one);
		first = false;
	}
}

static void
add_cookies(struct buf *out, const struct http1 *h)
{
	struct buf value;

	buf_init(&value, HTTP1_HEAD_MAX);
	for (size_t i = 0; i < http1_count(h); i++) {
		if (!str_eq_nocase(http1_name(h, i), STR("Cookie")))
			continue;
		buf_clear(&value);
		add_cookie(&value, http1_value(h, i));
		if (value.len > 0)
			add_header(out, STR("Cookie"), buf_view(&value));
	}
	buf_wipe(&value);
}

static bool
goes_to_device(const struct http1 *h, struct str name, const struct rewrite *w)
{
	if (is_one_of(name, hop_by_hop) || http1_token(h, "Connection", name))
		return false;
	if (str_eq_nocase(name, STR("Expect")) ||
	    starts_nocase(name, STR("X-Fleetline-")))
		return false;
	return !w->confined || !is_one_of(name, not_for_devices);
}

static void
add_framing(struct buf *out, const struct http1 *h)
{
	if (http1_chunked(h))
		buf_puts(out, "Transfer-Encoding: chunked\r\n");
	else if (http1_length(h) >= 0)
		buf_printf(out, "Content-Length: %lld\r\n",
		    (long long)http1_length(h));
}

static void
add_upgrade(struct buf *out, const struct http1 *h)
{
	add_header(out, STR("Connection"), STR("Upgrade"));
	add_header(out, STR("Upgrade"), http1_find(h, "Upgrade"));
}

void
rewrite_request(struct buf *out, const struct http1 *h, struct str target,
    const struct rewrite *w)
{
	buf_str(out, http1_method(h));
	buf_putc(out, ' ');
	buf_str(out, target);
	buf_puts(out, " HTTP/1.1\r\n");
	for (size_t i = 0; i < http1_count(h); i++)
		if (goes_to_device(h, http1_name(h, i), w))
			add_header(out, http1_name(h, i), http1_value(h, i));
	if (w->confined)
		add_cookies(out, h);
	add_framing(out, h);
	if (http1_upgraded(h))
		add_upgrade(out, h);
	buf_puts(out, "\r\n");
}

/* ---- towards the client ---- */

/* The attributes but Path and Domain; our Path last. */
bool
rewrite_set_cookie(struct buf *out, struct str value, const struct rewrite *w)
{
	struct str one, path = STR("/");
	bool first = true;

	if (is_our_cookie(str_trim(value)))
		return false;
	while (str_next(&value, ';', &one)) {
		struct str name, rest;

		one = str_trim(one);
		name = str_trim(str_n(one.p, str_find(one, '=')));
		rest = str_n(one.p + one.len, 0);
		if (str_find(one, '=') < one.len)
			rest = str_trim(str_n(one.p + str_find(one, '=') + 1,
			    one.len - str_find(one, '=') - 1));
		if (!first && str_eq_nocase(name, STR("Path")))
			path = rest.len > 0 && rest.p[0] == '/' ? rest : path;
		else if (first || !str_eq_nocase(name, STR("Domain"))) {
			buf_puts(out, first ? "" : "; ");
			buf_str(out, one);
		}
		first = false;
	}
	buf_puts(out, "; Path=");
	buf_str(out, w->prefix);
	buf_str(out, path);
	return true;
}

void
rewrite_location(struct buf *out, struct str value, const struct rewrite *w)
{
	struct location_base base = {.prefix = w->prefix,
	    .host = w->host,
	    .hosts = w->hosts,
	    .path = w->path};

	location_confine(out, value, &base);
}

/* value with the URI at from..to confined. */
static void
confine_part(struct buf *out, struct str value, size_t from, size_t to,
    const struct rewrite *w)
{
	buf_str(out, str_n(value.p, from));
	rewrite_location(out, str_n(value.p + from, to - from), w);
}

/* Each <URI>; false if one has no end. */
static bool
confine_links(struct buf *out, struct str value, const struct rewrite *w)
{
	size_t from, to;

	while ((from = str_find(value, '<') + 1) <= value.len) {
		struct str rest = str_n(value.p + from, value.len - from);

		to = from + str_find(rest, '>');
		if (to >= value.len)
			return false;
		confine_part(out, value, from, to, w);
		value = str_n(value.p + to, value.len - to);
	}
	buf_str(out, value);
	return true;
}

/* "5" or "5; url=/x"; false for anything else, as browsers are lax here. */
static bool
confine_refresh(struct buf *out, struct str value, const struct rewrite *w)
{
	size_t at = str_span(value, STR_DIGITS, ""), end = value.len;

	if (at == 0 || at == value.len) {
		buf_str(out, value);
		return at > 0;
	}
	if (value.p[at++] != ';')
		return false;
	while (at < end && value.p[at] == ' ')
		at++;
	if (!starts_nocase(str_n(value.p + at, end - at), STR("url=")))
		return false;
	at += 4;
	if (at < end && (value.p[at] == '"' || value.p[at] == '\'')) {
		char quote = value.p[at++];

		end = at + str_find(str_n(value.p + at, end - at), quote);
	}
	confine_part(out, value, at, end, w);
	buf_str(out, str_n(value.p + end, value.len - end));
	return true;
}

static enum pass
pass_of(struct str name)
{
	for (size_t i = 0; i < COUNT(passing); i++) {
		struct str known = str_of(passing[i].name);

		if (known.p[known.len - 1] == '*'
			? starts_nocase(name, str_n(known.p, known.len - 1))
			: str_eq_nocase(name, known))
			return passing[i].pass;
	}
	return PASS_NOT;
}

/* A value that must be confined, or left out. */
static bool
confine(
    struct buf *out, enum pass pass, struct str value, const struct rewrite *w)
{
	switch (pass) {
	case PASS_NOT:
		return false;
	case PASS_AS_IS:
		buf_str(out, value);
		return true;
	case PASS_COOKIE:
		return rewrite_set_cookie(out, value, w);
	case PASS_PLACE:
		rewrite_location(out, value, w);
		return true;
	case PASS_LINKS:
		return confine_links(out, value, w);
	case PASS_REFRESH:
		return confine_refresh(out, value, w);
	}
	return false;
}

static void
add_for_client(
    struct buf *out, const struct http1 *h, size_t i, const struct rewrite *w)
{
	struct str name = http1_name(h, i);
	enum pass pass = w->confined ? pass_of(name) : PASS_AS_IS;
	struct buf value;

	if (is_one_of(name, hop_by_hop) || http1_token(h, "Connection", name))
		return;
	if (pass == PASS_AS_IS) {
		add_header(out, name, http1_value(h, i));
		return;
	}
	buf_init(&value, 2 * HTTP1_HEAD_MAX);
	if (confine(&value, pass, http1_value(h, i), w) && !buf_failed(&value))
		add_header(out, name, buf_view(&value));
	buf_wipe(&value);
}

static void
add_body_headers(struct buf *out, const struct http1 *h, enum rewrite_body body)
{
	switch (body) {
	case BODY_NONE:
		/* Of HEAD: how long it would be. */
		if (http1_length(h) >= 0 && http1_status(h) != 204)
			add_framing(out, h);
		break;
	case BODY_LENGTH:
		add_framing(out, h);
		break;
	case BODY_CHUNKED:
		buf_puts(out, "Transfer-Encoding: chunked\r\n");
		break;
	case BODY_CLOSE:
		break;
	case BODY_UPGRADE:
		add_upgrade(out, h);
		return;
	}
	add_header(out, STR("Connection"), STR("close"));
}

void
rewrite_response(struct buf *out, const struct http1 *h, enum rewrite_body body,
    const struct rewrite *w)
{
	struct str reason = http1_reason(h);

	buf_printf(out, "HTTP/1.1 %d ", http1_status(h));
	if (str_printable(reason))
		buf_str(out, reason);
	buf_puts(out, "\r\n");
	for (size_t i = 0; i < http1_count(h); i++)
		add_for_client(out, h, i, w);
	if (w->confined) {
		buf_puts(out, our_headers);
		buf_puts(out, w->sandboxed ? sandbox : fence);
	}
	add_body_headers(out, h, body);
	buf_puts(out, "\r\n");
}
