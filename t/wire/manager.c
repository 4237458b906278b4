/*
 * The client of an App Platform's manager, and the websocket below it, against a
 * hub that is a socket in this process.
 */
#include "manager.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "count.h"
#include "http1.h"
#include "must.h"
#include "tap.h"
#include "ws.h"

/* innovaphone-protocols.md 2.3: empty password, challenge 0123456789. */
#define DIGEST                                                                 \
	"55e0f37707b024f7a475e01ce5fe1a4e484f8673f398c845f9d02b8e8a7c5d07"

static char folder[] = "/tmp/managerXXXXXX", path[64];
static int listener;

/* How the device behaves; of the requests it hears the last. */
static const char *volatile way = "";
static char heard[2000];
static char said[2000]; /* messages of the websocket, one after the other */

static bool
is(const char *name)
{
	return strcmp(way, name) == 0;
}

/* ---- the device ---- */

static void
put(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void
put_frame(int fd, enum ws_kind kind, const char *text)
{
	struct buf frame;

	buf_init(&frame, 1 << 20);
	ws_frame(&frame, WS_SERVER, kind, str_of(text));
	(void)!send(fd, frame.data, frame.len, MSG_NOSIGNAL);
	buf_fini(&frame);
}

static const char *
answer_to(struct str m)
{
	if (str_holds(m, STR("\"AppChallenge\"")))
		return is("password")
			   ? "{\"mt\":\"AppChallengeResult\","
			     "\"challenge\":\"0123456789\"}"
			   : "{\"mt\":\"AppChallengeResult\",\"sysClient\":"
			     "true,\"challenge\":\"0123456789\"}";
	if (str_holds(m, STR("\"AppLogin\"")))
		return is("login") ? "{\"mt\":\"AppLoginResult\",\"ok\":false}"
				   : "{\"mt\":\"AppLoginResult\",\"ok\":true}";
	return is("key") ? "{\"mt\":\"RequestHttpKeyResult\"}"
			 : "{\"mt\":\"RequestHttpKeyResult\",\"key\":\"k &1\"}";
}

static void
hear(int fd, const struct ws_event *ev)
{
	size_t n = strlen(said);

	if (ev->kind == WS_PONG)
		(void)snprintf(said + n, sizeof(said) - n, "pong ");
	if (ev->kind != WS_TEXT)
		return;
	(void)snprintf(
	    said + n, sizeof(said) - n, "%.*s ", (int)ev->data.len, ev->data.p);
	if (is("silent"))
		return;
	if (is("closes")) {
		put(fd, "\x88\x02\x03\xe8");
		return;
	}
	put_frame(fd, WS_PING, "are you there");
	put_frame(fd, WS_TEXT, "{\"mt\":\"Another\"}");
	put_frame(fd, WS_TEXT, is("noise") ? "{" : answer_to(ev->data));
}

static void
talk(int fd, const char *head)
{
	const char *at = strstr(head, "Sec-WebSocket-Key: ");
	char accept[WS_ACCEPT_SIZE], answer[300], piece[4096];
	struct ws_in in;
	struct ws_event ev;
	size_t taken;
	ssize_t n;

	must(at != NULL);
	ws_accept(str_n(at + 19, 24), accept);
	(void)snprintf(answer, sizeof(answer),
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
	    is("accept") ? "AAAA" : accept);
	put(fd, answer);
	ws_in_init(&in, WS_SERVER, 65536);
	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0) {
		struct str s = str_n(piece, (size_t)n);

		while (ws_in_feed(&in, s.p, s.len, &taken, &ev) > 0) {
			s = str_n(s.p + taken, s.len - taken);
			hear(fd, &ev);
		}
	}
	ws_in_fini(&in);
}

static void
serve(int fd, const char *head)
{
	(void)snprintf(heard, sizeof(heard), "%s", head);
	if (is("404"))
		put(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	else if (is("half"))
		put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
	else if (is("gone"))
		put(fd, "HTTP/1.1 502 X\r\nContent-Type: " HTTP1_NOT_DEVICE
			"\r\nContent-Length: 0\r\n\r\n");
	else if (is("hang"))
		(void)!recv(fd, (char[1]){0}, 1, 0);
	else
		put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndump");
}

static void *
connection(void *arg)
{
	int fd = *(int *)arg;
	char head[2000];
	ssize_t n = recv(fd, head, sizeof(head) - 1, 0);

	free(arg);
	head[n > 0 ? n : 0] = '\0';
	if (strstr(head, "/manager HTTP") == NULL)
		serve(fd, head);
	else if (is("offline"))
		put(fd, "HTTP/1.1 503 X\r\nContent-Type: " HTTP1_NOT_DEVICE
			"\r\nContent-Length: 0\r\n\r\n");
	else if (is("none"))
		put(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	else
		talk(fd, head);
	(void)close(fd);
	return NULL;
}

static void *
hub(void *arg)
{
	pthread_t t;
	int fd;

	(void)arg;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		int *own = malloc(sizeof(*own));

		must(own != NULL);
		*own = fd;
		must(pthread_create(&t, NULL, connection, own) == 0);
		must(pthread_detach(t) == 0);
	}
	return NULL;
}

/* ---- the tests ---- */

static struct manager
manager(int64_t ms)
{
	return (struct manager){.control = path,
	    .hw_id = STR("009033400007"),
	    .until_ms = clock_mono_ms() + ms};
}

/* What comes of a dump: its text, or why there is none. */
static const char *
dump(const char *instance)
{
	static char out[200];
	struct manager m = manager(is("silent") || is("hang") ? 300 : 10000);
	struct err e = {0};
	struct buf text;
	int rc;

	said[0] = heard[0] = '\0';
	buf_init(&text, 100);
	rc = manager_dump(&m, str_of(instance), &text, &e);
	(void)snprintf(out, sizeof(out), "%.*s", (int)text.len, text.data);
	if (rc < 0)
		(void)snprintf(out, sizeof(out), "%s", e.text);
	buf_wipe(&text);
	return out;
}

static void
test_dump(void)
{
	tap_is_str(dump(""), "dump", "BJ4: the manager's own dump");
	tap_ok(strstr(heard, "GET /tunnel/009033400007/backup?key=k%20%261"
			     "&uncompressed=1&manager=true"
			     "&ignoreStatistics=true HTTP/1.1\r\n") == heard,
	    "BJ4: is asked for as 7.3 has it");
	tap_ok(strstr(said, "\"digest\":\"" DIGEST "\"") != NULL,
	    "BJ4: with the vector's login of an empty password");
	tap_ok(strstr(said, "\"app\":\"manager\",\"domain\":\"\","
			    "\"sip\":\"manager\"") != NULL,
	    "... as the manager, of no domain");
	tap_ok(strstr(said, "pong ") != NULL, "its pings are answered");
	tap_is_str(dump("apps.example/users"), "dump", "BJ4: an instance's");
	tap_ok(strstr(heard, "&uncompressed=1&appName=users"
			     "&appDomain=apps.example HTTP/1.1\r\n") != NULL,
	    "BJ4: by its name and its domain of apps");
}

static void
test_failures(void)
{
	static const struct {
		const char *way, *why;
	} rows[] = {
	    {"offline", "the device is not connected"},
	    {"none", "it answers 404"},
	    {"accept", "it is no websocket"},
	    {"password", "it wants a password: it does not know the tunnel"},
	    {"login", "it refuses the login"},
	    {"key", "it gives no key"},
	    {"noise", "it speaks no JSON"},
	    {"closes", "the connection was closed"},
	    {"silent", "no answer in time"},
	    {"404", "the manager answers 404"},
	    {"gone", "the answer broke off"},
	    {"half", "no answer: Transferred a partial file"},
	    {"hang", "no answer: Timeout was reached"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		way = rows[i].way;
		tap_is_str(dump("a/b"), rows[i].why, rows[i].way);
	}
	way = "";
}

static void
test_stop(void)
{
	atomic_bool stop = true;
	struct manager m = manager(60000);
	int64_t began = clock_mono_ms();
	struct buf text;
	struct err e = {0};

	m.stop = &stop;
	way = "silent";
	buf_init(&text, 100);
	tap_ok(manager_dump(&m, STR(""), &text, &e) < 0 &&
		   clock_mono_ms() - began < 10000,
	    "who is told to stop waits for nobody");
	tap_is_str(e.text, "it was stopped", "... and says so");
	buf_wipe(&text);
	way = "";
}

static void
test_restore(void)
{
	struct manager m = manager(10000);
	struct err e = {0};

	tap_ok(manager_restore(
		   &m, STR("apps.example/users"), STR("dump"), &e) == 0,
	    "BJ6: a dump goes back");
	tap_ok(strstr(heard, "POST /tunnel/009033400007/restore?"
			     "src=restore-instance-users&key=k%20%261 "
			     "HTTP/1.1\r\n") == heard &&
		   strstr(heard, "Content-Type: application/text\r\n") != NULL,
	    "BJ6: as 7.3 has it");
	way = "404";
	tap_ok(manager_restore(&m, STR("a/b"), STR("dump"), &e) < 0,
	    "one that it does not take");
	tap_is_str(e.text, "the manager answers 404", "... is no success");
	way = "";
	tap_ok(manager_restore(&m, STR(""), STR("dump"), &e) < 0 &&
		   e.kind == ERR_INPUT,
	    "the manager's own has no published way back");
}

static void
test_names(void)
{
	static const char *const good[] = {
	    "a/b", "apps.example/users-2", "A_1.x/9"};
	static const char *const bad[] = {"", "users", "/users", "a/", "a/b/c",
	    "a b/c", ".a/b", "a/.b", "a/b?", "a/b\n", "../b"};

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(manager_instance_ok(str_of(good[i])), "%s names one",
		    good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!manager_instance_ok(str_of(bad[i])),
		    "\"%s\" names none", bad[i]);
}

int
main(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	pthread_t t;

	must(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	(void)snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	must(listener >= 0);
	must(bind(listener, (struct sockaddr *)&to, sizeof(to)) == 0);
	must(listen(listener, 8) == 0);
	must(pthread_create(&t, NULL, hub, NULL) == 0);
	test_dump();
	test_failures();
	test_stop();
	test_restore();
	test_names();
	(void)shutdown(listener, SHUT_RDWR);
	must(pthread_join(t, NULL) == 0);
	(void)close(listener);
	(void)unlink(path);
	(void)rmdir(folder);
	return tap_end();
}
