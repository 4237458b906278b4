/* Heads on their way through the passthrough. */
#include "rewrite.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "must.h"
#include "tap.h"

static const struct rewrite web = {
    .prefix = {"/b/passthrough/d/k", 18},
    .host = {"fleet.example", 13},
    .hosts = {"192.0.2.7", 9},
    .path = {"/dir/page?x", 11},
    .confined = true,
    .sandboxed = true,
};
static const struct rewrite apart = {
    .prefix = {"/b/passthrough/d/k", 18},
    .host = {"d.pt.example", 12},
    .path = {"/dir/page?x", 11},
    .confined = true,
};
static const struct rewrite program = {
    .prefix = {"", 0},
    .host = {"control", 7},
    .path = {"/", 1},
    .confined = false,
};

static struct http1 *
parse(bool request, const char *text)
{
	struct http1 *h =
	    request ? http1_request_new() : http1_response_new(false);
	struct http1_event ev;
	size_t taken;

	must(http1_feed(h, str_of(text), &taken, &ev) == 1);
	return h;
}

static void
to_device(const char *in, const char *target, const struct rewrite *w,
    const char *want, const char *name)
{
	struct http1 *h = parse(true, in);
	struct buf out;

	buf_init(&out, 1 << 20);
	rewrite_request(&out, h, str_of(target), w);
	tap_is_str(out.data, want, name);
	buf_fini(&out);
	http1_free(&h);
}

static void
test_requests(void)
{
	to_device("GET /x HTTP/1.0\r\n\r\n", "/", &web,
	    "GET / HTTP/1.1\r\n\r\n", "nothing is added");
	to_device(
	    "GET /x HTTP/1.1\r\nHost: fleet.example\r\nAccept: */*\r\n\r\n",
	    "/!mod%20cmd?a=%2f", &web,
	    "GET /!mod%20cmd?a=%2f HTTP/1.1\r\nHost: fleet.example\r\n"
	    "Accept: */*\r\n\r\n",
	    "Host and the bytes of the target stay");
	to_device("POST /x HTTP/1.1\r\nAuthorization: Bearer secret\r\n"
		  "Referer: https://fleet.example/key\r\nX-Real-IP: 1.2.3.4\r\n"
		  "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
		  "Connection: close, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\n"
		  "Keep-Alive: 5\r\nExpect: 100-continue\r\n"
		  "Proxy-Authorization: x\r\nX-Fleetline-Timeout: 9\r\n"
		  "Content-Length: 5\r\n\r\n",
	    "/", &web, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
	    "what is ours or hop-by-hop goes");
	to_device("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "/",
	    &web, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "a chunked body stays chunked");
	to_device("GET /x HTTP/1.1\r\nCookie: a=1; fleetline_session=2; b=3\r\n"
		  "Cookie: Fleetline=4\r\n\r\n",
	    "/", &web, "GET / HTTP/1.1\r\nCookie: a=1; b=3\r\n\r\n",
	    "our cookies go, those of the device stay");
	to_device("GET /x HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\n"
		  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
	    "/", &web,
	    "GET / HTTP/1.1\r\nSec-WebSocket-Version: 13\r\n"
	    "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
	    "an upgrade goes through");
	to_device("GET /x HTTP/1.1\r\nAuthorization: Basic eA==\r\n"
		  "Cookie: a=1\r\nX-Fleetline-Timeout: 9\r\n"
		  "Connection: close\r\n\r\n",
	    "/", &program,
	    "GET / HTTP/1.1\r\nAuthorization: Basic eA==\r\n"
	    "Cookie: a=1\r\n\r\n",
	    "a program's own credentials reach the device");
}

#define BOTH                                                                   \
	"Access-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n"        \
	"Referrer-Policy: no-referrer\r\n"
#define OURS                                                                   \
	BOTH "Content-Security-Policy: sandbox allow-scripts allow-forms "     \
	     "allow-popups allow-downloads allow-modals\r\n"

static void
to_client(const char *in, enum rewrite_body body, const struct rewrite *w,
    const char *want, const char *name)
{
	struct http1 *h = parse(false, in);
	struct buf out;

	buf_init(&out, 1 << 20);
	rewrite_response(&out, h, body, w);
	tap_is_str(out.data, want, name);
	buf_fini(&out);
	http1_free(&h);
}

static void
test_responses(void)
{
	to_client("HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\n"
		  "Content-Length: 3\r\n\r\n",
	    BODY_LENGTH, &web,
	    "HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\n" OURS
	    "Content-Length: 3\r\nConnection: close\r\n\r\n",
	    "pages are put in a sandbox and not stored");
	to_client("HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\n"
		  "Content-Security-Policy: default-src 'self'\r\n"
		  "Set-Cookie: a=1; Path=/; Domain=pt.example\r\n"
		  "Origin-Agent-Cluster: ?0\r\nContent-Length: 3\r\n\r\n",
	    BODY_LENGTH, &apart,
	    "HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\n"
	    "Content-Security-Policy: default-src 'self'\r\n"
	    "Set-Cookie: a=1; Path=/b/passthrough/d/k/\r\n" BOTH
	    "Cross-Origin-Opener-Policy: same-origin-allow-popups\r\n"
	    "Origin-Agent-Cluster: ?1\r\n"
	    "Content-Length: 3\r\nConnection: close\r\n\r\n",
	    "on an origin of their own they have none");
	to_client("HTTP/1.1 200 OK\r\nX-Accel-Redirect: /etc/passwd\r\n"
		  "x-accel-buffering: yes\r\n"
		  "Strict-Transport-Security: max-age=1\r\n"
		  "Clear-Site-Data: \"*\"\r\nService-Worker-Allowed: /\r\n"
		  "Access-Control-Allow-Origin: https://evil\r\n"
		  "Access-Control-Allow-Credentials: true\r\n"
		  "Cache-Control: public\r\nReferrer-Policy: unsafe-url\r\n"
		  "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n",
	    BODY_CHUNKED, &web,
	    "HTTP/1.1 200 OK\r\n" OURS
	    "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
	    "what speaks for the site or to nginx goes");
	to_client("HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src "
		  "'none'\r\n\r\n",
	    BODY_CLOSE, &web,
	    "HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src "
	    "'none'\r\n" OURS "Connection: close\r\n\r\n",
	    "a policy of the device stays beside ours");
	to_client("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", BODY_NONE,
	    &web, "HTTP/1.1 204 No\r\n" OURS "Connection: close\r\n\r\n",
	    "204 has no length");
	to_client("HTTP/1.1 101 Go\r\nUpgrade: websocket\r\n"
		  "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
	    BODY_UPGRADE, &web,
	    "HTTP/1.1 101 Go\r\nSec-WebSocket-Accept: x\r\n" OURS
	    "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
	    "101 keeps its upgrade");
	to_client("HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\n"
		  "Set-Cookie: a=1; Path=/\r\nLocation: /x\r\n"
		  "Content-Length: 0\r\n\r\n",
	    BODY_LENGTH, &program,
	    "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\n"
	    "Set-Cookie: a=1; Path=/\r\nLocation: /x\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n",
	    "programs get the head as it is");
}

/* ---- which headers of a device pass ---- */

/* One response header, as the client gets it; "" if it does not. */
static void
passes(const char *line, const char *want, const char *name)
{
	char head[512], title[128];
	const char *from, *end;
	struct http1 *h;
	struct buf out;

	(void)snprintf(
	    head, sizeof(head), "HTTP/1.1 200 OK\r\n%s\r\n\r\n", line);
	h = parse(false, head);
	buf_init(&out, 1 << 20);
	rewrite_response(&out, h, BODY_CLOSE, &web);
	from = out.data + strlen("HTTP/1.1 200 OK\r\n");
	end = strstr(from, OURS);
	must(end != NULL);
	(void)snprintf(title, sizeof(title), "%s: %s", name, line);
	if (end > from)
		end -= 2;
	(void)snprintf(head, sizeof(head), "%.*s", (int)(end - from), from);
	tap_is_str(head, want, title);
	buf_fini(&out);
	http1_free(&h);
}

static void
test_passing(void)
{
	static const char *const kept[] = {"Content-Disposition: inline",
	    "Content-Encoding: gzip", "content-range: bytes 0-1/2",
	    "Accept-Ranges: bytes", "ETag: \"1\"", "Last-Modified: x",
	    "Retry-After: 5", "Date: x", "Server: x", "Allow: GET",
	    "WWW-Authenticate: Digest realm=\"x\"",
	    "Authentication-Info: nextnonce=\"x\"", "DAV: 1,2",
	    "Lock-Token: <opaquelocktoken:x>", "Sec-WebSocket-Protocol: x",
	    "Access-Control-Expose-Headers: X-Mine", "X-Mine: 1", "x-own: 2",
	    "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY"};
	static const char *const dropped[] = {"NEL: {}", "Report-To: {}",
	    "Reporting-Endpoints: a=\"https://evil/\"", "Accept-CH: x",
	    "Critical-CH: x", "Set-Login: logged-out",
	    "Origin-Agent-Cluster: ?1", "Clear-Site-Data: \"*\"",
	    "Service-Worker-Allowed: /", "Strict-Transport-Security: max-age=9",
	    "Public-Key-Pins: x", "Expect-CT: x", "Alt-Svc: clear",
	    "Timing-Allow-Origin: *", "SourceMap: /x", "X-SourceMap: /x",
	    "Access-Control-Allow-Origin: https://evil",
	    "Access-Control-Allow-Credentials: true",
	    "Access-Control-Allow-Private-Network: true",
	    "Use-As-Dictionary: match=\"/*\"", "Speculation-Rules: \"/x\"",
	    "Sec-Session-Registration: (ES256);path=\"x\"",
	    "Activate-Storage-Access: load", "Set-Cookie2: a=1",
	    "X-Accel-Redirect: /x", "X-Sendfile: /etc/passwd",
	    "X-LIGHTTPD-send-file: /etc/passwd", "X-Fleetline-Session: x",
	    "X-Permitted-Cross-Domain-Policies: all", "Not-Yet-Known: 1"};

	for (size_t i = 0; i < COUNT(kept); i++)
		passes(kept[i], kept[i], "what speaks for itself passes");
	for (size_t i = 0; i < COUNT(dropped); i++)
		passes(dropped[i], "", "what acts on a whole origin does not");
}

static void
test_places(void)
{
	const char *link = "URIs of Link stay below the prefix";
	const char *refresh = "Refresh stays below the prefix";

	passes("Link: </a.css>; rel=preload; as=style, <b>; rel=next",
	    "Link: </b/passthrough/d/k/a.css>; rel=preload; as=style, <b>; "
	    "rel=next",
	    link);
	passes("Link: <//fleet.example/example.com/devices/api>; rel=x",
	    "Link: </b/passthrough/d/k/example.com/devices/api>; rel=x", link);
	passes("Link: </a.css; rel=preload", "", link);
	passes("Content-Location: /x", "Content-Location: /b/passthrough/d/k/x",
	    "Content-Location too");
	passes("Refresh: 5", "Refresh: 5", refresh);
	passes("Refresh: 5; url=/x", "Refresh: 5; url=/b/passthrough/d/k/x",
	    refresh);
	passes("Refresh: 0;URL='/x'", "Refresh: 0;URL='/b/passthrough/d/k/x'",
	    refresh);
	passes("Refresh: 0;url=x.html", "Refresh: 0;url=x.html", refresh);
	passes("Refresh: 0, /x", "", refresh);
	passes("Refresh: 0; /x", "", refresh);
	passes("Refresh: /x", "", refresh);
}

static void
cookie(const char *in, const char *want)
{
	struct buf out;
	bool keep;

	buf_init(&out, 65536);
	keep = rewrite_set_cookie(&out, str_of(in), &web);
	tap_is_str(keep ? out.data : "dropped", want, in);
	buf_fini(&out);
}

static void
test_cookies(void)
{
	cookie("a=1", "a=1; Path=/b/passthrough/d/k/");
	cookie("a=1; Path=/", "a=1; Path=/b/passthrough/d/k/");
	cookie("a=1;path=/admin;HttpOnly",
	    "a=1; HttpOnly; Path=/b/passthrough/d/k/admin");
	cookie("a=1; Domain=example; Secure",
	    "a=1; Secure; Path=/b/passthrough/d/k/");
	cookie("a=1; Path=x; Path=/y", "a=1; Path=/b/passthrough/d/k/y");
	cookie("path=/1; DOMAIN = .com", "path=/1; Path=/b/passthrough/d/k/");
	cookie("fleetline_session=1", "dropped");
	cookie(" FleetLine=1", "dropped");
	cookie("__Host-fleetline_session=1; Path=/; Secure", "dropped");
	cookie("__SECURE-Fleetline=1", "dropped");
	cookie("=fleetline_session=1", "dropped");
	cookie(" = __host-fleetline", "dropped");
	cookie("x-fleetline=1", "x-fleetline=1; Path=/b/passthrough/d/k/");
}

static void
location(const char *in, const char *want)
{
	struct buf out;

	buf_init(&out, 65536);
	rewrite_location(&out, str_of(in), &web);
	tap_is_str(out.data ? out.data : "", want, in);
	buf_fini(&out);
}

static void
test_locations(void)
{
	location("/x?y#z", "/b/passthrough/d/k/x?y#z");
	location("other?y", "other?y");
	location("http://fleet.example/x", "/b/passthrough/d/k/x");
	location("https://FLEET.example/x", "/b/passthrough/d/k/x");
	location("http://fleet.example", "/b/passthrough/d/k/");
	location("https://elsewhere/x", "https://elsewhere/x");
	location("//elsewhere/x", "//elsewhere/x");
	location(
	    "https://fleet.example.evil/x", "https://fleet.example.evil/x");
	location(
	    "https://fleet.example@evil/x", "https://fleet.example@evil/x");
	location("/../../up", "/b/passthrough/d/k/up");
}

int
main(void)
{
	test_requests();
	test_responses();
	test_passing();
	test_places();
	test_cookies();
	test_locations();
	return tap_end();
}
