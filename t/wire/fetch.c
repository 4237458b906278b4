/*
 * The HTTP client against a small server in this process, on a unix socket.
 * The server answers by path; a thread serves each connection.
 */
#include "fetch.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "tap.h"

#define CONNECTIONS_MAX 64

static char folder[] = "/tmp/fetchXXXXXX", path[64];
static int listener;
static pthread_t acceptor, workers[CONNECTIONS_MAX];
static atomic_int connections, busy, busiest, died;
static atomic_bool closing;

/* ---- the server ---- */

static void
send_text(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void
answer(int fd, int status, const char *body)
{
	char head[4096];

	(void)snprintf(head, sizeof(head),
	    "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n"
	    "Location: /echo\r\n\r\n%s",
	    status, strlen(body), body);
	send_text(fd, head);
}

/* A while, but not longer than the test runs. */
static void
dawdle(int ms)
{
	for (int i = 0; i < ms / 10 && !atomic_load(&closing); i++)
		(void)poll(NULL, 0, 10);
}

/* Count how many are served slowly at the same time. */
static void
serve_slowly(int fd)
{
	int now = atomic_fetch_add(&busy, 1) + 1, seen = atomic_load(&busiest);

	while (
	    now > seen && !atomic_compare_exchange_weak(&busiest, &seen, now))
		;
	dawdle(100);
	atomic_fetch_sub(&busy, 1);
	answer(fd, 200, "slow");
}

/* recv, but 0 when the test ends. */
static ssize_t
receive(int fd, char *p, size_t n)
{
	struct pollfd pfd = {fd, POLLIN, 0};

	while (!atomic_load(&closing))
		if (poll(&pfd, 1, 20) > 0)
			return recv(fd, p, n, 0);
	return 0;
}

/* False when the connection ends with this answer. */
static bool
serve(int fd, const char *request)
{
	static const char big[2001] = {[0 ... 1999] = 'b'};

	if (strstr(request, " /echo ") != NULL)
		answer(fd, 200, request);
	else if (strncmp(request, "HEAD ", 5) == 0)
		send_text(fd, "HTTP/1.1 204 X\r\nContent-Length: 9\r\n\r\n");
	else if (strstr(request, " /gone ") != NULL)
		answer(fd, 404, "no");
	else if (strstr(request, " /moved ") != NULL)
		answer(fd, 302, "");
	else if (strstr(request, " /big ") != NULL)
		answer(fd, 200, big);
	else if (strstr(request, " /slow ") != NULL) {
		serve_slowly(fd);
	} else if (strstr(request, " /never ") != NULL) {
		dawdle(10000);
		return false;
	} else if (strstr(request, " /last ") != NULL) {
		answer(fd, 200, "last");
		return false;
	} else if (strstr(request, " /die ") != NULL) {
		atomic_fetch_add(&died, 1);
		return false;
	} else if (strstr(request, " /cut ") != NULL) {
		send_text(fd, "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\ncut");
		return false;
	} else {
		send_text(fd, "rubbish\r\n\r\n");
		return false;
	}
	return true;
}

/* Is the request in b whole?  Bodies come with Content-Length. */
static bool
whole(const struct buf *b)
{
	const char *end = b->data ? strstr(b->data, "\r\n\r\n") : NULL;
	const char *length =
	    b->data ? strstr(b->data, "Content-Length: ") : NULL;
	size_t n = length ? (size_t)strtoul(length + 16, NULL, 10) : 0;

	return end != NULL && b->len >= (size_t)(end + 4 - b->data) + n;
}

static void *
connection(void *arg)
{
	int fd = *(int *)arg;
	bool open = true;
	struct buf b;
	char chunk[512];
	ssize_t got;

	mem_free(arg);
	buf_init(&b, 3000);
	while (open && (got = receive(fd, chunk, sizeof(chunk))) > 0) {
		buf_add(&b, chunk, (size_t)got);
		if (!whole(&b))
			continue;
		open = serve(fd, b.data);
		buf_clear(&b);
	}
	(void)close(fd);
	buf_fini(&b);
	return NULL;
}

static void *
accept_all(void *arg)
{
	(void)arg;
	for (;;) {
		int *fd = mem_new(sizeof(*fd));

		*fd = accept(listener, NULL, NULL);
		if (*fd < 0 || atomic_load(&closing)) {
			if (*fd >= 0)
				(void)close(*fd);
			mem_free(fd);
			return NULL;
		}
		(void)pthread_create(
		    &workers[connections++], NULL, connection, fd);
	}
}

static void
start_server(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	(void)!mkdtemp(folder);
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	memcpy(sa.sun_path, path, strlen(path) + 1);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    listen(listener, 64) < 0)
		abort();
	(void)pthread_create(&acceptor, NULL, accept_all, NULL);
}

static void
stop_server(void)
{
	atomic_store(&closing, true);
	(void)shutdown(listener, SHUT_RDWR);
	(void)pthread_join(acceptor, NULL);
	for (int i = 0; i < connections; i++)
		(void)pthread_join(workers[i], NULL);
	(void)close(listener);
	(void)unlink(path);
	(void)rmdir(folder);
}

/* ---- one at a time ---- */

static struct fetch_request
request(const char *method, const char *url)
{
	struct fetch_request r = {.socket = path,
	    .method = method,
	    .url = url,
	    .timeout_ms = 5000,
	    .answer_max = 2000};

	return r;
}

static void
test_get(void)
{
	static const char *const headers[] = {"X-One: 1", "X-Two: 2", NULL};
	struct fetch_request r = request("GET", "http://hub/echo");
	struct fetch_answer ans;
	struct err e;

	r.headers = headers;
	if (!tap_ok(fetch_now(&r, &ans, &e) == 0, "a GET is answered"))
		return;
	tap_is_int(ans.status, 200, "with its status");
	tap_ok(strncmp(ans.body.data, "GET /echo HTTP/1.1\r\n", 20) == 0,
	    "the path is that of the URL");
	tap_ok(strstr(ans.body.data, "Host: hub\r\n") != NULL,
	    "the host is that of the URL");
	tap_ok(strstr(ans.body.data, "X-One: 1\r\nX-Two: 2\r\n") != NULL,
	    "headers are sent");
	buf_fini(&ans.body);
}

static void
test_post(void)
{
	struct fetch_request r = request("POST", "http://hub/echo");
	struct fetch_answer ans;
	struct err e;

	r.body = STR("{\"a\":1}");
	if (!tap_ok(fetch_now(&r, &ans, &e) == 0, "a POST is answered"))
		return;
	tap_ok(strstr(ans.body.data, "Content-Length: 7\r\n") != NULL &&
		   strstr(ans.body.data, "\r\n\r\n{\"a\":1}") != NULL,
	    "its body is sent with its length");
	tap_ok(strstr(ans.body.data, "Content-Type") == NULL &&
		   strstr(ans.body.data, "Expect") == NULL,
	    "no header is invented");
	buf_fini(&ans.body);
	r.method = "DELETE";
	r.body = STR("");
	if (!tap_ok(fetch_now(&r, &ans, &e) == 0, "a DELETE is answered"))
		return;
	tap_ok(strncmp(ans.body.data, "DELETE /echo ", 13) == 0,
	    "any method is sent");
	buf_fini(&ans.body);
}

static void
is_status(const char *method, const char *url, int status)
{
	struct fetch_request r = request(method, url);
	struct fetch_answer ans;
	struct err e;

	if (!tap_ok(fetch_now(&r, &ans, &e) == 0, "%s is an answer", url))
		return;
	tap_is_int(ans.status, status, "its status is told");
	buf_fini(&ans.body);
}

static void
is_error(struct fetch_request r, enum err_kind kind, const char *name)
{
	struct fetch_answer ans;
	struct err e;

	if (tap_ok(fetch_now(&r, &ans, &e) < 0, "%s is an error", name))
		tap_is_int(e.kind, kind, "of its kind");
	else
		buf_fini(&ans.body);
}

static void
test_errors(void)
{
	static const char *const two[] = {"X-A: 1\r\nX-B: 2", NULL};
	struct fetch_request r;

	is_error(request("GET", "http://hub/cut"), ERR_IO, "a cut body");
	is_error(request("GET", "http://hub/rubbish"), ERR_IO, "no HTTP");
	is_error(request("GET", "file:///etc/passwd"), ERR_IO, "a file");
	is_error(request("GET", "http://hub/a b\r\nX: 1"), ERR_IO,
	    "a URL of two lines");
	r = request("GET", "http://hub/big");
	r.answer_max = 1999;
	is_error(r, ERR_LIMIT, "an answer one byte too long");
	r = request("GET", "http://hub/never");
	r.timeout_ms = 50;
	is_error(r, ERR_IO, "an answer that does not come");
	r = request("GET", "http://hub/echo");
	r.socket = "/nonexistent/s";
	is_error(r, ERR_IO, "a socket without a server");
	r = request("GET", "http://hub/echo");
	r.headers = two;
	is_error(r, ERR_INPUT, "a header of two lines");
}

static void
test_reuse(void)
{
	int before = connections;

	is_status("GET", "http://hub/echo", 200);
	is_status("GET", "http://hub/echo", 200);
	is_status("GET", "http://hub/big", 200);
	tap_ok(connections - before <= 1, "a connection is used again");
	is_status("GET", "http://hub/last", 200);
	is_status("GET", "http://hub/echo", 200);
	tap_ok(connections - before >= 1,
	    "a connection that was closed meanwhile is replaced");
}

/* A kept connection dies before the answer: libcurl sends again, unless it is
 * told that the request must not be carried out twice. */
static void
test_once(void)
{
	struct fetch_request r = request("GET", "http://hub/die");
	int before;

	is_status("GET", "http://hub/echo", 200);
	died = 0;
	is_error(r, ERR_IO, "a connection that dies");
	tap_is_int(died, 2, "over a kept connection it is sent twice");
	r.once = true;
	for (int i = 0; i < 2; i++) {
		is_status("GET", "http://hub/echo", 200);
		died = 0;
		is_error(r, ERR_IO, "the same, once");
		tap_is_int(died, 1, "what must be sent once is");
	}
	r.url = "http://hub/echo";
	before = connections;
	for (int i = 0; i < 2; i++) {
		struct fetch_answer ans;
		struct err e;

		if (tap_ok(fetch_now(&r, &ans, &e) == 0, "it is answered"))
			buf_fini(&ans.body);
	}
	tap_is_int(connections - before, 2, "each has a connection of its own");
}

/* ---- many at once ---- */

struct result {
	atomic_int done, good, failed;
};

static void
note(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct result *r = arg;

	if (e == NULL && ans->status == 200 &&
	    str_eqz(buf_view(&ans->body), "slow"))
		r->good++;
	if (e != NULL)
		r->failed++;
	r->done++;
}

struct kept {
	struct result r;
	struct buf body;
};

static void
keep(void *arg, struct fetch_answer *ans, const struct err *e)
{
	struct kept *k = arg;

	if (e == NULL) {
		k->body = ans->body;
		ans->body.data = NULL;
	}
	k->r.done++;
}

static void
wait_for(struct result *r, int n)
{
	for (int i = 0; i < 1000 && r->done < n; i++)
		(void)poll(NULL, 0, 10);
}

static void
test_pool(void)
{
	struct fetch_pool *p = fetch_pool_new(3, 20);
	struct fetch_request r = request("GET", "http://hub/slow");
	struct result res = {0};
	int before = connections;

	busiest = 0;
	for (int i = 0; i < 9; i++)
		if (fetch_submit(p, &r, note, &res) < 0)
			tap_ok(false, "a job is taken");
	wait_for(&res, 9);
	tap_is_int(res.good, 9, "all jobs of a pool are answered");
	tap_is_int(busiest, 3, "as many run at once as was said");
	tap_ok(connections - before <= 3, "connections are used again");
	r.url = "http://hub/cut";
	if (fetch_submit(p, &r, note, &res) < 0)
		tap_ok(false, "a job is taken");
	wait_for(&res, 10);
	tap_is_int(res.failed, 1, "a failed job is told");
	fetch_pool_free(&p);
	tap_ok(p == NULL, "a pool ends");
}

/* The pool's thread wakes by itself once a second at least. */
static void
test_pool_speed(void)
{
	struct fetch_pool *p = fetch_pool_new(1, 20);
	struct fetch_request r = request("GET", "http://hub/slow");
	struct result res = {0};
	int64_t began = clock_mono_ms();

	for (int i = 0; i < 3; i++)
		if (fetch_submit(p, &r, note, &res) < 0)
			tap_ok(false, "a job is taken");
	wait_for(&res, 3);
	tap_ok(res.good == 3 && clock_mono_ms() - began < 1000,
	    "a job that waits starts when another ends");
	fetch_pool_free(&p);
}

static void
test_pool_copies(void)
{
	struct fetch_pool *p = fetch_pool_new(1, 1);
	char url[] = "http://hub/echo", body[] = "copied", head[] = "X-C: 1";
	const char *headers[] = {head, NULL};
	struct fetch_request r = request("POST", url);
	struct kept k = {0};

	r.body = str_of(body);
	r.headers = headers;
	if (fetch_submit(p, &r, keep, &k) < 0)
		tap_ok(false, "a job is taken");
	memset(url, '#', sizeof(url) - 1);
	memset(body, '#', sizeof(body) - 1);
	memset(head, '#', sizeof(head) - 1);
	wait_for(&k.r, 1);
	tap_ok(k.body.data != NULL && strstr(k.body.data, "X-C: 1") != NULL &&
		   strstr(k.body.data, "copied") != NULL,
	    "a request is copied, an answer can be kept");
	fetch_pool_free(&p);
	buf_fini(&k.body);
}

static void
test_pool_limit(void)
{
	struct fetch_pool *p = fetch_pool_new(1, 2);
	struct fetch_request r = request("GET", "http://hub/never");
	struct result res = {0};
	int taken = 0;

	for (int i = 0; i < 5; i++)
		taken += fetch_submit(p, &r, note, &res) == 0;
	tap_is_int(taken, 3, "one runs, two wait, the others are refused");
	fetch_pool_free(&p);
	tap_is_int(res.failed, 3, "an ended pool tells all that were dropped");
	fetch_pool_free(&p);
}

int
main(void)
{
	start_server();
	test_get();
	test_post();
	is_status("GET", "http://hub/gone", 404);
	is_status("GET", "http://hub/moved", 302);
	is_status("HEAD", "http://hub/head", 204);
	test_errors();
	test_reuse();
	test_once();
	test_pool();
	test_pool_speed();
	test_pool_copies();
	test_pool_limit();
	stop_server();
	return tap_end();
}
