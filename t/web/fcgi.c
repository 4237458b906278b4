/*
 * The FastCGI runtime against a client of our own: kept connections, slow
 * requests, bodies, broken peers, the end of the program.  The runtime relies
 * on public fields of FCGX_Request; these checks fail when a libfcgi changes.
 */
#include "fcgi.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "fcgi_client.h"
#include "must.h"
#include "tap.h"

#define SLOW_MS   400
#define PROMPT_MS 300
#define BODY_MAX  100000

/* ---- the program under test, in a child process ---- */

static void *
begin(void *arg, struct err *e)
{
	(void)e;
	return arg;
}

static void
end(void *ctx)
{
	(void)ctx;
}

static void
done(struct req *r, struct resp *out, int64_t us)
{
	must(us >= 0 && out->state == RESP_ENDED && r->path.p[0] == '/');
}

static void
rest(struct req *r, struct resp *out, void *arg)
{
	(void)arg;
	if (!r->busy)
		(void)usleep(SLOW_MS * 1000);
	resp_text(out, 200, "text/plain", str_of(r->busy ? "busy" : "slow"));
}

static void
serve_big(struct resp *out)
{
	char block[1000];

	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 20000; i++)
		if (resp_write(out, block, sizeof(block)) < 0)
			return;
}

/* Long, but then it cannot be completed. */
static void
serve_half(struct resp *out)
{
	serve_big(out);
	resp_break(out);
}

static void
serve(void *ctx, struct req *r, struct resp *out)
{
	char text[128];

	(void)ctx;
	if (str_eqz(r->path, "/slow"))
		req_later(r, rest, NULL);
	else if (str_eqz(r->path, "/hold"))
		rest(r, out, NULL);
	else if (str_eqz(r->path, "/big"))
		serve_big(out);
	else if (str_eqz(r->path, "/half"))
		serve_half(out);
	else {
		(void)snprintf(text, sizeof(text), "%.*s %.*s %d %zu",
		    (int)r->method.len, r->method.p, (int)r->path.len,
		    r->path.p, (int)r->body_state, r->body.len);
		resp_text(out, 200, "text/plain", str_of(text));
	}
}

struct program {
	struct sockaddr_un addr;
	socklen_t len;
	pid_t pid;
};

/* Start the runtime with so many workers on an abstract unix socket. */
static void
start(struct program *p, size_t threads)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct fcgi_setup s = {.listen_fd = fd,
	    .threads = threads,
	    .body_max = BODY_MAX,
	    .arg = &s,
	    .begin = begin,
	    .end = end,
	    .serve = serve,
	    .done = done};
	struct err e;

	memset(&p->addr, 0, sizeof(p->addr));
	p->addr.sun_family = AF_UNIX;
	must(bind(fd, (struct sockaddr *)&p->addr, sizeof(sa_family_t)) == 0);
	p->len = sizeof(p->addr);
	must(getsockname(fd, (struct sockaddr *)&p->addr, &p->len) == 0);
	must(listen(fd, 4096) == 0);
	(void)fflush(stdout);
	p->pid = fork();
	must(p->pid >= 0);
	if (p->pid == 0)
		exit(fcgi_run(&s, &e) == 0 ? 0 : 1);
	close(fd);
}

static int
stop(struct program *p)
{
	int status = -1;

	must(kill(p->pid, SIGTERM) == 0);
	must(waitpid(p->pid, &status, 0) == p->pid);
	return status;
}

static int
dial(const struct program *p)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	must(connect(fd, (const struct sockaddr *)&p->addr, p->len) == 0);
	return fd;
}

/* Ask on fd; true if the answer's body is want. */
static bool
ask(int fd, const char *path, bool keep, const char *want)
{
	struct buf out;
	const char *body;
	bool same = false;

	buf_init(&out, 64 << 20);
	if (fcgi_get(fd, path, keep, &out) == 0) {
		body = strstr(out.data, "\r\n\r\n");
		same = body != NULL && strcmp(body + 4, want) == 0;
	}
	buf_fini(&out);
	return same;
}

/* ---- checks ---- */

static void
test_kept(void)
{
	struct program p;
	int idle[50], fd;
	int64_t t;
	char c;

	start(&p, 1);
	for (int i = 0; i < 50; i++) {
		idle[i] = dial(&p);
		must(ask(idle[i], "/a", true, "GET /a 0 0"));
	}
	fd = dial(&p);
	t = clock_mono_ms();
	tap_ok(ask(fd, "/b", false, "GET /b 0 0") &&
		   clock_mono_ms() - t < PROMPT_MS,
	    "one worker answers although 50 kept connections are idle");
	t = clock_mono_ms();
	tap_ok(ask(idle[7], "/c", true, "GET /c 0 0") &&
		   ask(idle[7], "/d", true, "GET /d 0 0") &&
		   clock_mono_ms() - t < PROMPT_MS,
	    "a kept connection serves further requests, and closing another "
	    "one does not hold the worker");
	tap_ok(read(fd, &c, 1) == 0, "a connection not kept is closed");
	close(fd);
	for (int i = 0; i < 50; i++)
		close(idle[i]);
	tap_is_int(stop(&p), 0, "SIGTERM ends it with status 0");
}

static void
test_slow(void)
{
	struct program p;
	struct buf out;
	int fd[64], one, answered = 0;
	struct fcgi_ask a = {.method = "GET",
	    .path = "/slow",
	    .more = NULL,
	    .body = str_n("", 0),
	    .announce = -1,
	    .keep = true};
	int64_t t, fast;

	start(&p, 2);
	one = dial(&p);
	must(ask(one, "/warm", true, "GET /warm 0 0"));
	t = clock_mono_ms();
	for (int i = 0; i < 64; i++) {
		fd[i] = dial(&p);
		must(fcgi_send(fd[i], &a) == 0);
	}
	fast = clock_mono_ms();
	tap_ok(ask(one, "/fast", true, "GET /fast 0 0"),
	    "a quick request is answered among 64 slow ones");
	tap_ok(clock_mono_ms() - fast < PROMPT_MS, "and promptly");
	for (int i = 0; i < 64; i++) {
		buf_init(&out, 4096);
		answered += fcgi_receive(fd[i], &out) == 0 &&
			    strstr(out.data, "slow") != NULL;
		buf_fini(&out);
		close(fd[i]);
	}
	t = clock_mono_ms() - t;
	tap_is_int(answered, 64, "all slow ones are answered");
	if (!tap_ok(t < 2 * SLOW_MS, "none waits longer than its slowness"))
		tap_diag("%lld ms", (long long)t);
	close(one);
	tap_is_int(stop(&p), 0, "it ends cleanly afterwards");
}

static bool
post(int fd, size_t n, long announce, const char *want)
{
	char *body = mem_new(n + 1);
	struct fcgi_ask a = {.method = "POST",
	    .path = "/p?q",
	    .more = NULL,
	    .body = {body, n},
	    .announce = announce,
	    .keep = true};
	struct buf out;
	bool same;

	buf_init(&out, 4096);
	same = fcgi_send(fd, &a) == 0 && fcgi_receive(fd, &out) == 0 &&
	       strstr(out.data, want) != NULL;
	if (!same)
		tap_diag("%s", out.data ? out.data : "no answer");
	buf_fini(&out);
	mem_free(body);
	return same;
}

static void
test_bodies(void)
{
	struct program p;
	int fd;

	start(&p, 1);
	fd = dial(&p);
	tap_ok(post(fd, BODY_MAX, BODY_MAX, "POST /p 0 100000"),
	    "a body of exactly the limit is whole");
	tap_ok(post(fd, BODY_MAX, -1, "POST /p 0 100000"),
	    "also without an announced length");
	tap_ok(post(fd, BODY_MAX + 1, BODY_MAX + 1, "POST /p 1 0"),
	    "one byte more is too big");
	tap_ok(post(fd, BODY_MAX + 1, -1, "POST /p 1 0"),
	    "also without an announced length");
	tap_ok(post(fd, 3000000, 3000000, "POST /p 1 0"),
	    "a far too big one is read away, so that the answer arrives");
	tap_ok(post(fd, 5, 10, "POST /p 2 5"), "a short body is noticed");
	close(fd);
	tap_is_int(stop(&p), 0, "it ends cleanly afterwards");
}

static void
test_broken(void)
{
	struct program p;
	struct fcgi_ask big = {.method = "GET",
	    .path = "/big",
	    .more = NULL,
	    .body = str_n("", 0),
	    .announce = -1,
	    .keep = true};
	int fd, good;
	struct buf out;

	start(&p, 1);
	fd = dial(&p);
	must(write(fd, "GET / HTTP/1.0\r\n\r\n", 18) == 18);
	good = dial(&p);
	tap_ok(ask(good, "/x", true, "GET /x 0 0"),
	    "bytes that are no FastCGI disturb nobody");
	close(fd);
	fd = dial(&p);
	must(write(fd, "\1\1\0\1\0\10\0\0", 8) == 8);
	close(fd);
	tap_ok(ask(good, "/x", true, "GET /x 0 0"),
	    "a record that ends in the middle disturbs nobody");
	fd = dial(&p);
	must(fcgi_send(fd, &big) == 0);
	close(fd);
	tap_ok(ask(good, "/x", true, "GET /x 0 0"),
	    "a client that leaves during a long answer frees the worker");
	buf_init(&out, 64 << 20);
	tap_ok(fcgi_get(good, "/big", true, &out) == 0 && out.len > 20000000,
	    "a long answer arrives whole");
	buf_clear(&out);
	fd = dial(&p);
	tap_ok(fcgi_get(fd, "/half", true, &out) < 0 && out.len > 1000000,
	    "one that cannot be completed breaks off without an end");
	close(fd);
	tap_ok(ask(good, "/x", true, "GET /x 0 0"), "and frees the worker");
	buf_fini(&out);
	close(good);
	tap_is_int(stop(&p), 0, "it ends cleanly afterwards");
}

static void
test_end(void)
{
	struct fcgi_ask hold = {.method = "GET",
	    .path = "/hold",
	    .more = NULL,
	    .body = str_n("", 0),
	    .announce = -1,
	    .keep = true};
	struct fcgi_ask slow = {.method = "GET",
	    .path = "/slow",
	    .more = NULL,
	    .body = str_n("", 0),
	    .announce = -1,
	    .keep = true};
	struct program p;
	struct buf out;
	int a, b, c;

	start(&p, 1);
	a = dial(&p);
	b = dial(&p);
	c = dial(&p);
	must(ask(b, "/warm", true, "GET /warm 0 0"));
	must(fcgi_send(c, &slow) == 0);
	must(fcgi_send(a, &hold) == 0);
	(void)usleep(100000);
	must(fcgi_send(b, &hold) == 0); /* waits for the only worker */
	tap_is_int(stop(&p), 0, "SIGTERM in mid-request ends with status 0");
	buf_init(&out, 4096);
	tap_ok(fcgi_receive(a, &out) == 0 && strstr(out.data, "slow") != NULL,
	    "the request in flight was answered");
	buf_clear(&out);
	tap_ok(fcgi_receive(b, &out) == 0 && strstr(out.data, "slow") != NULL,
	    "one that nginx had already sent as well");
	buf_clear(&out);
	tap_ok(fcgi_receive(c, &out) == 0 && strstr(out.data, "slow") != NULL,
	    "a slow one too");
	buf_fini(&out);
	close(a);
	close(b);
	close(c);
}

int
main(void)
{
	test_kept();
	test_slow();
	test_bodies();
	test_broken();
	test_end();
	return tap_end();
}
