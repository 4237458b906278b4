/* HttpGet, with a stub of the hub's control socket. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api.h"
#include "api_face.h"
#include "appstate.h"
#include "identify.h"
#include "must.h"
#include "others.h"
#include "presence.h"
#include "rig.h"
#include "tap.h"

#define URI                                                                    \
	"https://h/example.com/devices/passthrough/009033000001/"              \
	"0e6ff4c7-7a88-40c4-98eb-8c91903933e6/"
#define BIG 100000

static struct rig g;
static const char *admin, *of_blue;

/* ---- the stub: answers each request by its path ---- */

static char asked[4096]; /* head of the last request */

static void
answer(int fd, const char *status, const char *type, struct str body)
{
	char head[256];
	int n = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n",
	    status, type, body.len);

	must(write(fd, head, (size_t)n) == n);
	must(write(fd, body.p, body.len) == (ssize_t)body.len);
}

static void
serve_one(int fd)
{
	static char big[BIG];
	ssize_t n = read(fd, asked, sizeof(asked) - 1);

	must(n > 0);
	asked[n] = '\0';
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = i % 80 == 79 ? '\n' : 'x';
	if (strstr(asked, "/big") != NULL)
		answer(fd, "200 OK", "text/plain", str_n(big, sizeof(big)));
	else if (strstr(asked, "/binary") != NULL)
		answer(fd, "200 OK", "image/png", STR("\x89PNG\xff"));
	else if (strstr(asked, "/starting") != NULL)
		answer(fd, "503 Busy", "text/plain", STR("not yet\n"));
	else
		answer(fd, "200 OK", "text/plain", STR("log\n"));
}

static void *
stub(void *arg)
{
	int listening = *(int *)arg, fd;

	while ((fd = accept(listening, NULL, NULL)) >= 0) {
		serve_one(fd);
		close(fd);
	}
	return NULL;
}

static int
listen_stub(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)mkdir(g.web.conf.run, 0700);
	str_copy(addr.sun_path, sizeof(addr.sun_path), str_of(g.web.control));
	must(bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0);
	must(listen(fd, 10) == 0);
	return fd;
}

/* ---- checks ---- */

static bool
says(const char *key, const char *path, const char *part)
{
	char message[400];
	const char *text;

	(void)snprintf(message, sizeof(message),
	    "{\"mt\":\"HttpGet\",\"uri\":\"" URI "%s\"}", path);
	text = rig_api(&g, key, message);
	if (strstr(text, part) != NULL)
		return true;
	tap_diag("no %s in %.300s", part, text);
	return false;
}

static void
set_online(void)
{
	struct peer p = {.hub = STR("hub"),
	    .boot = STR("0e6ff4c7-7a88-40c4-98eb-8c91903933e6"),
	    .conn = 0};
	struct ask q = *rig_ask(&g);
	struct buf out;

	q.who = NULL;
	buf_init(&out, 65536);
	must(presence_apply(&q, &p,
		 STR("{\"first\":true,\"subscribers\":0,\"list\":"
		     "[[\"009033000001\",1,true,1700000000000,\"device\"]]}"),
		 &out) == 0);
	buf_fini(&out);
}

static void
test_rights(void)
{
	tap_ok(says(admin, "log.txt", "\"error\":\"device offline\""),
	    "an offline device is told as such");
	tap_ok(says(of_blue, "log.txt", "\"error\":\"not found\""),
	    "but not to another domain");
	set_online();
	tap_ok(says(of_blue, "log.txt", "\"error\":\"not found\""),
	    "nor does it reach it");
	tap_is_str(asked, "", "nothing went to the hub so far");
	tap_ok(says(admin, "a b", "\"error\":\"invalid uri\""),
	    "a path that is no request target is refused");
	tap_ok(strstr(rig_api(&g, admin,
			  "{\"mt\":\"HttpGet\",\"uri\":\"http://h/other\"}"),
		   "invalid uri") != NULL,
	    "so is any other address");
}

static void
test_data(void)
{
	tap_ok(says(admin, "log.txt?a=%20b",
		   "{\"mt\":\"HttpGetResult\",\"status\":200,"
		   "\"contentType\":\"text/plain\",\"data\":\"log\\n\","
		   "\"last\":true}\n"),
	    "the device's answer comes back");
	tap_ok(
	    strstr(asked, "GET /tunnel/009033000001/log.txt?a=%20b HTTP/1.1") ==
		    asked &&
		strstr(asked, "X-Fleetline-Timeout: 10") != NULL,
	    "path and query went to the tunnel as they were, with a time-out");
	tap_ok(says(admin, "../x/./y", "\"status\":200") &&
		   strstr(asked, "/tunnel/009033000001/../x/./y ") != NULL,
	    "dots are left alone");
	tap_ok(says(admin, "binary",
		   "\"contentType\":\"image/png\",\"encoding\":\"base64\","
		   "\"data\":\"iVBOR/8=\""),
	    "what is no text comes in base64");
}

/* Over AppWebsocket a long text comes in several messages. */
static void
test_parts(void)
{
	struct appstate s = {.logged_in = true};
	struct ask *q = rig_ask(&g);
	struct rig_answer a;
	struct actor who;
	const char *state, *at;
	int messages = 0, lasts = 0;

	must(actor_now(q, "instance", &who) == 1);
	session_draw(&s.session);
	state = arena_printf(q->arena, "HTTP_X_FLEETLINE_STATE=%s",
	    appstate_text(q->arena, &s, &who));
	rig_send(&g, api_hub,
	    (const char *[]){
		"REQUEST_METHOD=POST", "REQUEST_URI=/hub/api", state, NULL},
	    STR("{\"mt\":\"HttpGet\",\"uri\":\"" URI "big\"}"), &a);
	for (at = a.body.data; (at = strstr(at, "HttpGetResult")) != NULL; at++)
		messages++;
	for (at = a.body.data; (at = strstr(at, "\"last\":true")) != NULL; at++)
		lasts++;
	tap_ok(messages >= 2 && lasts == 1,
	    "a long answer comes in several messages, one of them the last");
	rig_answer_end(&a);
}

/* What /health and /metrics ask other programs. */
static void
test_others(void)
{
	struct hubclient hub = others_hub(&g.web);
	struct fetch_answer a;

	tap_ok(others_ask(&hub, "/starting", &a) < 0,
	    "a program that answers 503 says nothing of itself");
	must(others_ask(&hub, "/health", &a) == 0);
	tap_ok(str_eqz(buf_view(&a.body), "log\n"), "one that is well does");
	buf_fini(&a.body);
}

int
main(void)
{
	pthread_t thread;
	int fd;
	int64_t red;

	rig_open(&g);
	red = rig_domain(&g, "red.example", "red-password");
	rig_device(&g, "009033000001", red, DEVICE_GW);
	admin = rig_key(&g, "root", 0);
	of_blue = rig_key(
	    &g, "blue", rig_domain(&g, "blue.example", "blue-password"));
	fd = listen_stub();
	must(pthread_create(&thread, NULL, stub, &fd) == 0);
	test_rights();
	test_data();
	test_parts();
	test_others();
	(void)shutdown(fd, SHUT_RDWR);
	must(pthread_join(thread, NULL) == 0);
	close(fd);
	(void)unlink(g.web.control);
	(void)rmdir(g.web.conf.run);
	rig_close(&g);
	return tap_end();
}
