/*
 * The courier against a hub that is a socket in this process: what it says in a
 * device's place, what a device says, and that nothing is begun while questions
 * wait.
 */
#include "courier.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http1.h"
#include "must.h"
#include "tap.h"

static char folder[] = "/tmp/courierXXXXXX", path[64];
static int listener;
static atomic_int waiting, questions, connections;

/* ---- the hub ---- */

static void
say(int fd, const char *status, const char *type, const char *body)
{
	char text[2000];

	(void)snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    status, type, strlen(body), body);
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void
serve(int fd, const char *head)
{
	static const struct {
		const char *path, *status;
	} hub[] = {{"/gone ", "503 X"}, {"/full ", "429 X"},
	    {"/silent ", "504 X"}, {"/odd ", "502 X"}};
	char status[100];

	for (size_t i = 0; i < 4; i++)
		if (strstr(head, hub[i].path) != NULL) {
			say(fd, hub[i].status, HTTP1_NOT_DEVICE, "no");
			return;
		}
	(void)snprintf(status, sizeof(status),
	    "{\"questions\":%d,\"waiting\":%d}", (int)questions, (int)waiting);
	if (strstr(head, "/status ") != NULL)
		say(fd, "200 OK", "application/json", status);
	else if (strstr(head, "/own503 ") != NULL)
		say(fd, "503 Busy", "text/plain", "the device's own");
	else if (strstr(head, "POST /orders ") != NULL)
		say(fd, "200 OK", "application/json", "{\"ok\":true}\n");
	else if (strstr(head, "/cut ") == NULL)
		say(fd, "200 OK", "text/plain", head);
}

static void *
hub(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		char head[2000];
		ssize_t n = recv(fd, head, sizeof(head) - 1, 0);

		connections++;
		head[n > 0 ? n : 0] = '\0';
		serve(fd, head);
		(void)close(fd);
	}
	return NULL;
}

/* ---- the tests ---- */

static struct courier_answer *
wait_for(struct courier *c)
{
	struct pollfd fd = {courier_fd(c), POLLIN, 0};
	struct courier_answer *a;

	while ((a = courier_next(c)) == NULL)
		must(poll(&fd, 1, 10000) > 0);
	return a;
}

static void
is_fate(
    struct courier *c, const char *at, enum courier_fate fate, const char *name)
{
	struct courier_answer *a;
	int me;

	must(courier_get(c, STR("0090334100be"), at, &me) == 0);
	a = wait_for(c);
	tap_ok(a->fate == fate && a->arg == &me, "%s", name);
	tap_ok(
	    fate == COURIER_ANSWERED || a->err.text[0] != '\0', "... in words");
	courier_drop(a);
}

static void
test_answers(struct courier *c)
{
	struct courier_answer *a;

	is_fate(c, "/gone", COURIER_GONE, "a device that is not there");
	is_fate(c, "/full", COURIER_FULL, "H3: one with too many tunnels");
	is_fate(c, "/silent", COURIER_SILENT, "one that is silent");
	is_fate(c, "/odd", COURIER_BROKEN, "one that speaks no HTTP");
	is_fate(c, "/cut", COURIER_BROKEN, "an answer that breaks off");
	is_fate(
	    c, "/own503", COURIER_ANSWERED, "a device's own 503 is its own");
	must(courier_get(c, STR("0090334100be"), "/!a%2520b", NULL) == 0);
	a = wait_for(c);
	tap_ok(strncmp(a->body.data, "GET /tunnel/0090334100be/!a%2520b HTTP",
		   38) == 0,
	    "H11: the path travels as it is");
	courier_drop(a);
	must(courier_order(c, STR("{}\n"), NULL) == 0);
	a = wait_for(c);
	tap_ok(
	    a->fate == COURIER_ANSWERED && strstr(a->body.data, "true") != NULL,
	    "an order is answered");
	courier_drop(a);
}

static void
test_once(struct courier *c)
{
	int before = connections;

	is_fate(c, "/cut", COURIER_BROKEN, "a command whose answer is lost");
	tap_is_int(connections - before, 1, "H1: is never sent twice");
}

static void
test_calm(struct courier *c)
{
	waiting = 3;
	(void)poll(NULL, 0, 120); /* its answer is good for 100 ms */
	tap_ok(!courier_may(c), "W2: nothing is begun while questions wait");
	waiting = 0;
	questions = COURIER_QUESTIONS + 1;
	(void)poll(NULL, 0, 120);
	tap_ok(!courier_may(c), "W2: nor while the hub asks much");
	questions = COURIER_QUESTIONS;
	(void)poll(NULL, 0, 120);
	tap_ok(courier_may(c), "W2: but when they are answered");
}

int
main(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct courier *c;
	pthread_t thread;

	must(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	memcpy(sa.sun_path, path, strlen(path) + 1);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	must(bind(listener, (struct sockaddr *)&sa, sizeof(sa)) == 0 &&
	     listen(listener, 64) == 0);
	must(pthread_create(&thread, NULL, hub, NULL) == 0);
	c = courier_new(path, 4, 5000);
	test_answers(c);
	test_once(c);
	test_calm(c);
	courier_free(&c);
	(void)shutdown(listener, SHUT_RDWR);
	(void)pthread_join(thread, NULL);
	(void)close(listener);
	(void)unlink(path);
	(void)rmdir(folder);
	return tap_end();
}
