/*
 * Fetching from an address that somebody set: which ones are connected to, and
 * what an answer may be.  Two servers on the loopback, one whose socket is
 * allowed and one whose is not; names mean what this test says.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "count.h"
#include "fetch.h"
#include "lookup.h"
#include "mail.h"
#include "must.h"
#include "tap.h"

/* ---- names ---- */

#define ANSWERS_MAX 4

static struct {
	const char *addresses[ANSWERS_MAX]; /* one look-up after the other */
	const char *both[2];                /* or all at once */
	atomic_int asked;
	atomic_bool silent; /* no name server answers */
	atomic_int waiting; /* look-ups that wait for one */
} names;

#define SILENCE_MS 10000 /* at most */

static void
wait_for_server(void)
{
	int64_t until = clock_mono_ms() + SILENCE_MS;

	atomic_fetch_add(&names.waiting, 1);
	while (atomic_load(&names.silent) && clock_mono_ms() < until)
		(void)poll(NULL, 0, 10);
	atomic_fetch_sub(&names.waiting, 1);
}

/* In front of the others; false: it is no address. */
static bool
add_address(struct addrinfo **list, const char *text, const char *service)
{
	uint16_t port =
	    htons((uint16_t)strtoul(service ? service : "0", NULL, 10));
	struct addrinfo *a =
	    calloc(1, sizeof(*a) + sizeof(struct sockaddr_in6));
	struct sockaddr_in6 *six;
	struct sockaddr_in *four;

	must(a != NULL);
	a->ai_addr = (void *)(a + 1);
	four = (void *)(a + 1);
	six = (void *)(a + 1);
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_port = port;
		a->ai_family = AF_INET;
		a->ai_addrlen = sizeof(*four);
	} else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
		six->sin6_port = port;
		a->ai_family = AF_INET6;
		a->ai_addrlen = sizeof(*six);
	} else {
		free(a);
		return false;
	}
	a->ai_addr->sa_family = (sa_family_t)a->ai_family;
	a->ai_socktype = SOCK_STREAM;
	a->ai_next = *list;
	*list = a;
	return true;
}

/* In place of libc's, for libcurl as well. */
int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	int n = atomic_fetch_add(&names.asked, 1), found = 0;
	const char *list[2] = {names.both[0], names.both[1]};
	char host[64];

	(void)hints;
	wait_for_server();
	str_copy(host, sizeof(host), str_of(node));
	if (host[0] != '\0' && host[strlen(host) - 1] == '.')
		host[strlen(host) - 1] = '\0'; /* the root's dot */
	if (names.addresses[0] != NULL) {
		list[0] = names.addresses[n < ANSWERS_MAX ? n : 0];
		list[1] = NULL;
	} else if (list[0] == NULL)
		list[0] = host; /* a literal address */
	*out = NULL;
	for (size_t i = 2; i-- > 0;)
		if (list[i] != NULL && add_address(out, list[i], service))
			found++;
	return found > 0 ? 0 : EAI_NONAME;
}

void
freeaddrinfo(struct addrinfo *a)
{
	while (a != NULL) {
		struct addrinfo *next = a->ai_next;

		free(a);
		a = next;
	}
}

/* ---- the servers ---- */

struct server {
	int fd;
	uint16_t port;
	pthread_t thread;
	atomic_int connections;
	char seen[2048]; /* the last request */
};

static struct server good, forbidden;
static atomic_bool closing;

static void
send_text(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Until the other side has enough. */
static void
send_for_ever(int fd, const char *text)
{
	while (!atomic_load(&closing) &&
	       send(fd, text, strlen(text), MSG_NOSIGNAL) > 0)
		;
}

static void
hang(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	while (!atomic_load(&closing))
		if (poll(&p, 1, 20) > 0 && recv(fd, &c, 1, 0) <= 0)
			return;
}

/* True if the connection may be used again. */
static bool
answer(int fd, const char *request)
{
	const char *ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
			 "Connection: keep-alive\r\n\r\nok";

	if (strstr(request, " /endless ") != NULL) {
		send_text(fd, "HTTP/1.1 200 OK\r\n\r\n");
		send_for_ever(fd, "0123456789");
	} else if (strstr(request, " /headers ") != NULL) {
		send_text(fd, "HTTP/1.1 200 OK\r\n");
		send_for_ever(fd, "X-More: 0123456789\r\n");
	} else if (strstr(request, " /continue ") != NULL) {
		send_for_ever(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	} else if (strstr(request, " /folded ") != NULL) {
		send_text(fd, "HTTP/1.1 200 OK\r\n\t\t\t\t\t\t\t\tX-Long: 1\r\n"
			      "Content-Length: 0\r\n\r\n");
	} else if (strstr(request, " /hang ") != NULL) {
		hang(fd);
	} else if (strstr(request, " /drop ") != NULL) {
		return false;
	} else if (strstr(request, " /moved ") != NULL) {
		send_text(fd, "HTTP/1.1 302 X\r\nContent-Length: 0\r\n"
			      "Location: http://169.254.169.254/\r\n\r\n");
	} else if (strstr(request, " /login ") != NULL) {
		send_text(fd, "HTTP/1.1 401 X\r\nContent-Length: 0\r\n"
			      "WWW-Authenticate: Basic realm=\"x\"\r\n\r\n");
	} else {
		send_text(fd, ok);
		return true;
	}
	return false;
}

/* What the other side sends; 0 when it or the test ends. */
static ssize_t
receive(int fd, char *to, size_t n)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (!atomic_load(&closing))
		if (poll(&p, 1, 20) > 0)
			return recv(fd, to, n, 0);
	return 0;
}

/* One request; false if there is none, or nothing may follow. */
static bool
serve(struct server *s, int fd)
{
	size_t n = 0;
	ssize_t got;

	memset(s->seen, 0, sizeof(s->seen));
	/* Head and the body "{}". */
	while (n < sizeof(s->seen) - 1 &&
	       (n < 6 || strcmp(s->seen + n - 6, "\r\n\r\n{}") != 0)) {
		got = receive(fd, s->seen + n, sizeof(s->seen) - 1 - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return answer(fd, s->seen);
}

static void *
accept_all(void *arg)
{
	struct server *s = arg;

	for (;;) {
		int fd = accept(s->fd, NULL, NULL);

		if (fd < 0 || atomic_load(&closing)) {
			if (fd >= 0)
				(void)close(fd);
			return NULL;
		}
		atomic_fetch_add(&s->connections, 1);
		while (serve(s, fd))
			;
		(void)close(fd);
	}
}

static void
start(struct server *s, const char *address)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t len = sizeof(sa);

	must(inet_pton(AF_INET, address, &sa.sin_addr) == 1);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(s->fd, (struct sockaddr *)&sa, sizeof(sa)) == 0);
	must(listen(s->fd, 16) == 0);
	must(getsockname(s->fd, (struct sockaddr *)&sa, &len) == 0);
	s->port = ntohs(sa.sin_port);
	must(pthread_create(&s->thread, NULL, accept_all, s) == 0);
}

static void
stop(struct server *s)
{
	(void)shutdown(s->fd, SHUT_RDWR);
	must(pthread_join(s->thread, NULL) == 0);
	(void)close(s->fd);
}

/* ---- requests ---- */

static char also[64];
static bool private_ok = true;

/* The status, or minus the kind of the error. */
static int
fetch(const char *host, uint16_t port, const char *path)
{
	const struct fetch_guard guard = {
	    .rule = {.private_ok = private_ok, .also = also},
	    .connect_ms = 1000,
	    .head_max = 8192};
	char url[256];
	struct fetch_request r = {.method = "POST",
	    .url = url,
	    .body = STR("{}"),
	    .timeout_ms = 2000,
	    .answer_max = 4096,
	    .guard = &guard};
	struct fetch_answer ans;
	struct err e = {0};

	(void)snprintf(url, sizeof(url), "http://%s:%u%s", host, port, path);
	if (fetch_now(&r, &ans, &e) < 0) {
		tap_diag("%s: %s", url, e.text);
		return -(int)e.kind;
	}
	buf_fini(&ans.body);
	return ans.status;
}

static void
test_addresses(void)
{
	static const char *const spellings[] = {"127.0.0.1", "2130706433",
	    "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1",
	    "127.0.0.1.", "user:word@127.0.0.1", "[::ffff:127.0.0.1]"};

	tap_is_int(fetch("127.0.0.5", good.port, "/"), 200,
	    "a socket that the operator allows is fetched from");
	for (size_t i = 0; i < COUNT(spellings); i++)
		tap_ok(fetch(spellings[i], forbidden.port, "/") ==
			   -(int)ERR_DENIED,
		    "not from %s", spellings[i]);
	tap_ok(fetch("127.0.0.5", forbidden.port, "/") == -(int)ERR_DENIED,
	    "nor from another port of the allowed address");
	tap_ok(fetch("169.254.169.254", 80, "/") == -(int)ERR_DENIED,
	    "nor from where clouds serve secrets");
	tap_is_int(forbidden.connections, 0, "nobody was connected to");
}

/* One that may not be connected to spoils them all, wherever it stands: which is
 * taken, the other side's name server says. */
static void
test_both(void)
{
	static const char *const bad[] = {"127.0.0.1", "::ffff:127.0.0.1",
	    "169.254.169.254", "::1", "fe80::1", "::ffff:169.254.169.254",
	    "64:ff9b::7f00:1", "0.0.0.0"};

	names.both[0] = "127.0.0.5";
	names.both[1] = "127.0.0.5";
	tap_is_int(fetch("both.example", good.port, "/"), 200,
	    "a name whose addresses are all allowed is fetched from");
	for (size_t i = 0; i < COUNT(bad); i++) {
		int before = good.connections;

		names.both[0] = bad[i];
		names.both[1] = "127.0.0.5";
		tap_ok(
		    fetch("both.example", good.port, "/") == -(int)ERR_DENIED,
		    "a name that means %s and an allowed address is refused",
		    bad[i]);
		names.both[0] = "127.0.0.5";
		names.both[1] = bad[i];
		tap_ok(
		    fetch("both.example", good.port, "/") == -(int)ERR_DENIED,
		    "... also with the allowed one first");
		tap_is_int(good.connections - before, 0,
		    "... and not even that one is connected to");
	}
	private_ok = false;
	names.both[0] = "10.0.0.1";
	names.both[1] = "127.0.0.5";
	tap_ok(fetch("both.example", good.port, "/") == -(int)ERR_DENIED,
	    "so is one that means a private address, where those are not");
	private_ok = true;
	names.both[0] = names.both[1] = NULL;
}

/* What was checked is what is connected to: there is one look-up. */
static void
test_names(void)
{
	names.addresses[0] = "127.0.0.5";
	names.addresses[1] = names.addresses[2] = names.addresses[3] =
	    "127.0.0.1";
	names.asked = 0;
	tap_is_int(fetch("rebind.example", good.port, "/"), 200,
	    "a name that means an allowed address is fetched from");
	tap_is_int(
	    names.asked, 1, "it is looked up once, not to check it first");
	tap_ok(fetch("rebind.example", good.port, "/") == -(int)ERR_DENIED,
	    "a name that changes is refused with what it has become");
	tap_is_int(names.asked, 2, "nothing was remembered");
	names.addresses[0] = NULL;
	test_both();
	tap_is_int(forbidden.connections, 0, "nobody was connected to");
}

/* The look-up goes on in a thread of libcurl, which nobody waits for. */
static void
test_silent_names(void)
{
	static const struct fetch_request plain = {.method = "GET",
	    .url = "http://silent.example/",
	    .timeout_ms = 500,
	    .answer_max = 4096};
	static const struct mail_server server = {
	    .url = "smtp://silent.example:25",
	    .tls = MAIL_TLS_OFF,
	    .timeout_ms = 500};
	const struct str to = STR("b@north.example");
	const struct mail letter = {.from = STR("a@north.example"),
	    .to = &to,
	    .nto = 1,
	    .subject = STR("x"),
	    .text = STR("x\n"),
	    .id = STR("1.2@north.example")};
	int64_t begun = clock_mono_ms();
	struct fetch_answer ans;
	struct mailer *mr;
	struct err e = {0};

	atomic_store(&names.silent, true);
	tap_ok(fetch("silent.example", good.port, "/") == -(int)ERR_IO &&
		   clock_mono_ms() - begun < SILENCE_MS / 2,
	    "a name server that never answers holds nobody up");
	begun = clock_mono_ms();
	tap_ok(fetch_now(&plain, &ans, &e) < 0 && e.kind == ERR_IO &&
		   clock_mono_ms() - begun < SILENCE_MS / 2,
	    "nor a request without a guard");
	begun = clock_mono_ms();
	must(mailer_open(&server, &mr, &e) == 0);
	tap_ok(mail_send(mr, &letter, NULL, NULL, &e) < 0 &&
		   clock_mono_ms() - begun < SILENCE_MS / 2,
	    "nor a letter: %s", e.text);
	mailer_close(&mr);
	tap_is_int(atomic_load(&names.waiting), 3, "all were looked up");
	atomic_store(&names.silent, false);
	while (atomic_load(&names.waiting) > 0)
		(void)poll(NULL, 0, 10);
}

static void
test_answers(void)
{
	int64_t begun = clock_mono_ms();
	int before;

	tap_ok(fetch("127.0.0.5", good.port, "/endless") == -(int)ERR_LIMIT,
	    "an answer without end is cut off");
	tap_ok(fetch("127.0.0.5", good.port, "/headers") == -(int)ERR_LIMIT,
	    "headers without end are");
	tap_ok(fetch("127.0.0.5", good.port, "/continue") == -(int)ERR_LIMIT,
	    "and answers before the answer");
	tap_ok(clock_mono_ms() - begun < 2000, "none waits for its time");
	tap_ok(fetch("127.0.0.5", good.port, "/hang") == -(int)ERR_IO,
	    "who says nothing is left after the time");
	/* libcurl 7.88 adds it to a header of the request before, which is gone. */
	(void)fetch("127.0.0.5", good.port, "/");
	tap_ok(fetch("127.0.0.5", good.port, "/folded") == -(int)ERR_IO,
	    "a line that goes on with no header before it is no answer");
	tap_is_int(fetch("127.0.0.5", good.port, "/moved"), 302,
	    "a redirect is an answer, not a way");
	tap_is_int(fetch("127.0.0.5", good.port, "/login"), 401,
	    "so is the wish for a login");
	before = good.connections;
	tap_ok(fetch("127.0.0.5", good.port, "/drop") == -(int)ERR_IO,
	    "a connection that ends is no answer");
	tap_is_int(good.connections - before, 1, "and nothing is sent twice");
	(void)fetch("127.0.0.5", good.port, "/");
	(void)fetch("127.0.0.5", good.port, "/");
	tap_is_int(good.connections - before, 3, "no connection is kept");
}

/* The environment cannot lead requests elsewhere, nor add a login. */
static void
test_environment(void)
{
	char home[] = "/tmp/fetchXXXXXX", proxy[64], file[64];
	FILE *f;

	must(mkdtemp(home) != NULL);
	(void)snprintf(file, sizeof(file), "%s/.netrc", home);
	f = fopen(file, "w");
	must(f != NULL);
	(void)fputs("machine 127.0.0.5 login joe password secret\n", f);
	(void)fclose(f);
	(void)snprintf(
	    proxy, sizeof(proxy), "http://127.0.0.1:%u", forbidden.port);
	(void)setenv("HOME", home, 1);
	(void)setenv("http_proxy", proxy, 1);
	(void)setenv("ALL_PROXY", proxy, 1);
	tap_is_int(fetch("127.0.0.5", good.port, "/login"), 401,
	    "with a proxy and a .netrc around");
	tap_ok(strstr(good.seen, "Authorization") == NULL,
	    "nobody's password is sent");
	tap_is_int(forbidden.connections, 0, "and no proxy is asked");
	(void)unlink(file);
	(void)rmdir(home);
}

static void
test_urls(void)
{
	static const char *const ok[] = {"http://hooks.example/",
	    "https://a.b/c", "http://127.0.0.1:9/x?y=z",
	    "https://[2001:db8::1]:8443/x", "HTTPS://a.example"};
	static const char *const bad[] = {"", "x", "a.example/x",
	    "file:///etc/x", "ftp://a.example/", "gopher://a.example/",
	    "unix:///run/x", "http://", "http:/x", "http:x", "http:///x",
	    "http://joe@a.example/", "http://joe:secret@a.example/",
	    "http://[fe80::1%25eth0]/", "http://a b/",
	    "http://a.example/\r\nX: 1", "http://a.example/\x01",
	    "http://\xc3\xa4.example/", "http://a.example:99999/",
	    "javascript:alert(1)"};
	char longest[FETCH_URL_MAX + 2];

	for (size_t i = 0; i < COUNT(ok); i++)
		tap_ok(fetch_url_ok(str_of(ok[i])), "a URL: %s", ok[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!fetch_url_ok(str_of(bad[i])), "no URL, number %zu", i);
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "http://a/", 9);
	tap_ok(fetch_url_ok(str_n(longest, FETCH_URL_MAX)) &&
		   !fetch_url_ok(str_n(longest, FETCH_URL_MAX + 1)),
	    "its length is limited");
}

static bool
is_of(const struct lookup *l, const char *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = 9};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = 9};

	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		return lookup_has(
		    l, (const struct sockaddr *)(const void *)&v4);
	must(inet_pton(AF_INET6, address, &v6.sin6_addr) == 1);
	return lookup_has(l, (const struct sockaddr *)(const void *)&v6);
}

static void
test_lookup(void)
{
	struct lookup l;
	struct err e = {0};
	char host[1024];

	must(lookup(&(struct lookup_of){"2001:db8::1", 5000, NULL}, &l, &e) ==
	     0);
	tap_ok(is_of(&l, "2001:db8::1") && !is_of(&l, "2001:db8::2") &&
		   !is_of(&l, "192.0.2.1"),
	    "an address of IPv6 is itself, whatever its port");
	must(lookup(&(struct lookup_of){"192.0.2.1", 5000, NULL}, &l, &e) == 0);
	tap_ok(is_of(&l, "192.0.2.1") && !is_of(&l, "192.0.2.2") &&
		   !is_of(&l, "2001:db8::1"),
	    "so is one of IPv4");
	memset(host, 'x', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	tap_ok(lookup(&(struct lookup_of){host, 5000, NULL}, &l, &e) < 0 &&
		   e.kind == ERR_IO,
	    "no name is that long");
}

int
main(void)
{
	start(&good, "127.0.0.5");
	start(&forbidden, "127.0.0.1");
	(void)snprintf(also, sizeof(also), "127.0.0.5:%u", good.port);
	test_urls();
	test_lookup();
	test_addresses();
	test_names();
	test_silent_names();
	test_answers();
	test_environment();
	atomic_store(&closing, true);
	stop(&good);
	stop(&forbidden);
	return tap_end();
}
