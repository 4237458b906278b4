/*
 * Speaking with the hub, against a server in this process that hears one
 * request and gives one answer.
 */
#include "hubclient.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "must.h"
#include "tap.h"

static char folder[] = "/tmp/hubclientXXXXXX", path[64], heard[4096];

static int
listen_there(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unlink(path);
	str_copy(to.sun_path, sizeof(to.sun_path), str_of(path));
	must(fd >= 0 && bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	     listen(fd, 4) == 0);
	return fd;
}

struct server {
	int fd;
	const char *ends; /* what the request ends with */
	const char *answer;
};

static void *
serve(void *arg)
{
	const struct server *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	size_t n = 0;
	ssize_t got;

	heard[0] = '\0';
	while (strstr(heard, s->ends) == NULL &&
	       (got = recv(fd, heard + n, sizeof(heard) - 1 - n, 0)) > 0) {
		n += (size_t)got;
		heard[n] = '\0';
	}
	(void)!send(fd, s->answer, strlen(s->answer), MSG_NOSIGNAL);
	(void)close(fd);
	return NULL;
}

static struct hubclient
hub(void)
{
	return (struct hubclient){.origin = HUBWIRE_CONTROL,
	    .socket = path,
	    .timeout_ms = 5000,
	    .answer_max = 4096};
}

/* hubclient_order against a server with that answer. */
static int
order(const char *answer, struct buf *out, struct err *e)
{
	struct server s = {
	    .fd = listen_there(), .ends = "two\n", .answer = answer};
	struct hubclient c = hub();
	pthread_t thread;
	int rc;

	must(pthread_create(&thread, NULL, serve, &s) == 0);
	rc = hubclient_order(&c, STR("one\ntwo\n"), out, e);
	(void)pthread_join(thread, NULL);
	(void)close(s.fd);
	return rc;
}

static void
test_order(void)
{
	struct hubclient c = hub();
	struct err e = {0};
	struct buf out;

	buf_init(&out, 4096);
	(void)unlink(path);
	tap_is_int(hubclient_order(&c, STR("x\n"), &out, &e), 0,
	    "where nobody listens there is no hub");
	tap_is_int(order("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n"
			 "Connection: close\r\n\r\n{\"ok\":true}\n",
		       &out, &e),
	    1, "orders are confirmed");
	tap_is_str(
	    out.data, "{\"ok\":true}\n", "the hub's lines are handed on");
	tap_ok(strncmp(heard, "POST /orders HTTP/1.1\r\n", 23) == 0 &&
		   strstr(heard, "Host: control\r\n") != NULL &&
		   strstr(heard, "\r\n\r\none\ntwo\n") != NULL,
	    "as doc/hub.md says they are sent");
	buf_clear(&out);
	tap_ok(order("HTTP/1.1 403 No\r\nContent-Length: 2\r\n"
		     "Connection: close\r\n\r\nno",
		   &out, &e) < 0 &&
		   e.kind == ERR_BUSY && out.len == 0,
	    "a refusal confirms nothing");
	tap_is_int(hubclient_order(&c, STR("x\n"), &out, &e), 0,
	    "a hub that has ended is none");
	buf_fini(&out);
}

static void
test_get(void)
{
	struct server s = {.fd = listen_there(),
	    .ends = "\r\n\r\n",
	    .answer = "HTTP/1.1 503 X\r\nContent-Length: 3\r\n"
		      "Connection: close\r\n\r\noff"};
	struct fetch_answer ans;
	struct hubclient c = hub();
	pthread_t thread;
	struct err e = {0};

	c.device_s = 7;
	must(pthread_create(&thread, NULL, serve, &s) == 0);
	tap_ok(hubclient_get(&c, HUBWIRE_TUNNEL "ab/x?y", &ans, &e) == 0 &&
		   ans.status == 503 && str_eqz(buf_view(&ans.body), "off"),
	    "an answer is one whatever its status is");
	buf_fini(&ans.body);
	(void)pthread_join(thread, NULL);
	(void)close(s.fd);
	tap_ok(strncmp(heard, "GET /tunnel/ab/x?y HTTP/1.1\r\n", 29) == 0 &&
		   strstr(heard, "X-Fleetline-Timeout: 7\r\n") != NULL,
	    "the time a device has is said to the hub");
	tap_ok(hubclient_get(&c, HUBWIRE_STATUS, &ans, &e) < 0,
	    "without a hub there is no answer");
}

static void
test_listens(void)
{
	int fd = listen_there();
	char long_path[200];

	tap_is_int(hubclient_listens(path), 1, "somebody listens");
	(void)chmod(path, 0);
	if (geteuid() != 0)
		tap_is_int(hubclient_listens(path), -1,
		    "who may not connect does not know");
	(void)close(fd);
	(void)chmod(path, 0600);
	tap_is_int(
	    hubclient_listens(path), 0, "a socket that was left is none");
	(void)unlink(path);
	tap_is_int(hubclient_listens(path), 0, "nor is no file");
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	tap_is_int(
	    hubclient_listens(long_path), 0, "no socket has a path that long");
}

int
main(void)
{
	must(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/control.sock", folder);
	test_order();
	test_get();
	test_listens();
	(void)rmdir(folder);
	return tap_end();
}
