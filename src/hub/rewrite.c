#include "rewrite.h"
#include "location.h"

#include <stdio.h>

/* RFC 9110 section 7.6.1, and those that are written anew. */
static const char *const hop_by_hop[] = {"Connection", "Keep-Alive",
    "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
    "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", NULL};

/* Meant for us or added by nginx; Referer would show the key. */
static const char *const not_for_devices[] = {"Authorization", "Cookie",
    "Referer", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto",
    "X-Forwarded-Host", "Forwarded", NULL};

/* They speak for the whole site, or are replaced by ours. */
static const char *const not_for_clients[] = {"Strict-Transport-Security",
    "Clear-Site-Data", "Service-Worker-Allowed", "Public-Key-Pins",
    "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
    "Cache-Control", "Expires", "Pragma", "Referrer-Policy", "Set-Cookie",
    "Location", "Content-Location", "Alt-Svc", NULL};

static const char our_headers[] =
    "Content-Security-Policy: sandbox allow-scripts allow-forms "
    "allow-popups\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n";

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

/* ---- towards the device ---- */

void
rewrite_cookie(struct buf *out, struct str value)
{
	struct str one;
	bool first = true;

	while (str_next(&value, ';', &one)) {
		one = str_trim(one);
		if (one.len == 0 || starts_nocase(one, STR(REWRITE_OUR_COOKIE)))
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
		rewrite_cookie(&value, http1_value(h, i));
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

	if (starts_nocase(str_trim(value), STR(REWRITE_OUR_COOKIE)))
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
	struct location_base base = {w->prefix, w->host, w->path};

	location_confine(out, value, &base);
}

static void
add_confined(
    struct buf *out, struct str name, struct str value, const struct rewrite *w)
{
	struct buf b;
	bool keep = true;

	buf_init(&b, 2 * HTTP1_HEAD_MAX);
	if (str_eq_nocase(name, STR("Set-Cookie")))
		keep = rewrite_set_cookie(&b, value, w);
	else
		rewrite_location(&b, value, w);
	if (keep && !buf_failed(&b))
		add_header(out, name, buf_view(&b));
	buf_wipe(&b);
}

static void
add_for_client(
    struct buf *out, const struct http1 *h, size_t i, const struct rewrite *w)
{
	struct str name = http1_name(h, i);

	if (is_one_of(name, hop_by_hop) || http1_token(h, "Connection", name))
		return;
	if (!w->confined)
		add_header(out, name, http1_value(h, i));
	else if (str_eq_nocase(name, STR("Set-Cookie")) ||
		 str_eq_nocase(name, STR("Location")) ||
		 str_eq_nocase(name, STR("Content-Location")))
		add_confined(out, name, http1_value(h, i), w);
	else if (!is_one_of(name, not_for_clients) &&
		 !starts_nocase(name, STR("X-Accel-")))
		add_header(out, name, http1_value(h, i));
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
	if (w->confined)
		buf_puts(out, our_headers);
	add_body_headers(out, h, body);
	buf_puts(out, "\r\n");
}
