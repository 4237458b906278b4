#include "tunnel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "sysclient.h"
#include "tap.h"

/* What the device sent: events as digits, and the bytes of its results. */
static struct buf events, bytes;

static void
collect(struct tunnel *t, uint32_t session, uint32_t event, struct str data)
{
	(void)t, (void)session;
	buf_putc(&events, (char)('0' + event));
	if (event == SC_RECEIVE_RESULT)
		buf_str(&bytes, data);
}

/* How often the device was told to do what its box wants. */
static unsigned acted;

static void
count_act(struct tunnel *t)
{
	(void)t;
	acted++;
}

static struct tunnel_world world = {.loop = NULL,
    .types = "mixed",
    .delay_ms = 0,
    .requests = 0,
    .send = collect,
    .act = count_act};
static struct tunnel device;
static struct box box;

static void
begin(void)
{
	tunnel_fini(&device);
	device = (struct tunnel){.world = &world, .box = &box};
	buf_fini(&events);
	buf_fini(&bytes);
}

/* Send a request in two pieces and receive until nothing comes. */
static void
request(const char *text)
{
	size_t half = strlen(text) / 2, before;

	begin();
	tunnel_take(&device, 13, SC_SEND, str_n(text, half));
	tunnel_take(&device, 13, SC_SEND, str_of(text + half));
	do {
		before = bytes.len;
		tunnel_take(&device, 13, SC_RECEIVE, STR("\0\0\0\0"));
	} while (bytes.len > before);
	buf_putc(&bytes, '\0');
}

static bool
has(const char *part)
{
	return strstr(bytes.data, part) != NULL;
}

static void
order_of_frames(void)
{
	begin();
	tunnel_take(&device, 13, SC_RECEIVE, STR("\0\0\0\0"));
	tap_is_int((long long)events.len, 0,
	    "a receive for an unknown session is ignored");
	tunnel_take(&device, 13, SC_SEND, STR("GET / HT"));
	tunnel_take(&device, 13, SC_RECEIVE, STR("\0\0\0\0"));
	tap_is_str(
	    events.data, "3", "a receive waits while there is no answer");
	tunnel_take(&device, 13, SC_SEND, STR("TP/1.1\r\nHost: x\r\n\r\n"));
	tap_is_str(
	    events.data, "332", "the answer comes once the request is whole");
	tunnel_take(&device, 13, SC_SHUTDOWN, STR(""));
	tap_is_str(events.data, "3324", "a shutdown is confirmed");
	tap_ok(device.first == NULL, "the session is gone then");
}

static void
pages(void)
{
	request("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("200 OK") && has("href=\"log.txt\""),
	    "the front page has relative links");
	request("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("Content-Length: ") && !has("href"),
	    "HEAD gets the head of GET and no body");
	request("GET /cfg.txt HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("Connection: close") && has("config activate"),
	    "cfg.txt is ended by the end of the session");
	request("GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("404 Not Found"), "another path is not found");
	request("GET \r\n\r\n");
	tap_ok(has("400 Bad Request"), "what is no request is refused");
}

static void
big(void)
{
	const char *body;

	request("GET /big?bytes=100000 HTTP/1.1\r\nHost: x\r\n\r\n");
	body = strstr(bytes.data, "\r\n\r\n") + 4;
	tap_is_int((long long)strlen(body), 100000,
	    "big has as many bytes as asked for");
	tap_is_mem(body + 99984, 16, "000000000099984\n", 16,
	    "each line tells its offset");
	request(
	    "GET /big?bytes=20&framing=chunked HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("chunked\r\n\r\n14\r\n000000000000000\n0000\r\n0\r\n\r\n"),
	    "big comes in chunks when asked so");
	request("GET /big?bytes=x HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("404 Not Found"), "a wrong query is not found");
}

static void
bodies(void)
{
	request(
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
	tap_ok(has("Content-Length: 5\r\n\r\nhello"), "echo returns the body");
	request(
	    "POST /sum HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
	    "\r\n3\r\nabc\r\n0\r\n\r\n");
	tap_ok(
	    has("3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20"
		"015ad"),
	    "sum tells length and SHA-256 of a chunked body");
}

static void
websocket(void)
{
	request("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	tap_ok(has("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "ws accepts an upgrade");
	buf_fini(&bytes);
	tunnel_take(&device, 13, SC_SEND,
	    str_n("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
	tap_is_mem(bytes.data, bytes.len, "\x81\x05Hello", 7,
	    "a message comes back to the waiting receive");
	request("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("400 Bad Request"), "ws without an upgrade is refused");
}

static void
commands(void)
{
	request("GET /NTP0/mod_cmd.xml?cmd=form&addr=a HTTP/1.1\r\n"
		"Host: x\r\n\r\n");
	tap_ok(has("200 OK") && has("\r\n\r\nok\n"),
	    "B9: a form is answered with ok");
	request("GET /!config%20write HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("200 OK"), "B9: and so is a command");
	request("GET /!config%20melt HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("400 Bad Request"), "one that is none is refused");
	request("GET /cfg.txt HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("config change NTP0 /addr a\n"),
	    "B9: cfg.txt has what was written");
	request("GET /!reset HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("200 OK") && acted == 0, "a reset is answered");
	tunnel_take(&device, 13, SC_SHUTDOWN, STR(""));
	tap_is_int(acted, 1, "and carried out when its session ends");
	box_clear(&box);
}

static void
broken(void)
{
	char path[] = "/tmp/fleetline-faults-XXXXXX";
	static const char text[] = "* 500 /a\n* cut /b\n* hang /c\n"
				   "* endless /d\n* 404 /log.txt\n";
	int fd = mkstemp(path);

	tap_ok(fd >= 0 && write(fd, text, strlen(text)) > 0 && close(fd) == 0,
	    "a file of faults");
	world.faults = path;
	request("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("500 Internal"), "B9: a path fails");
	request("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("Content-Length: 6\r\n\r\nok\n"),
	    "B9: an answer ends before its end");
	request("GET /c HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_is_int((long long)bytes.len, 1, "B9: a path hangs");
	request("GET /log.txt HTTP/1.1\r\nHost: x\r\n\r\n");
	tap_ok(has("404 Not Found"), "B9: a path is not there");
	begin();
	tunnel_take(
	    &device, 13, SC_SEND, STR("GET /d HTTP/1.1\r\nHost: x\r\n\r\n"));
	for (int i = 0; i < 100; i++)
		tunnel_take(&device, 13, SC_RECEIVE, STR("\0\0\0\0"));
	tap_ok(bytes.len > 100000, "B9: an answer has no end");
	world.faults = NULL;
	unlink(path);
}

static void
limits(void)
{
	begin();
	for (uint32_t i = 0; i <= TUNNEL_SESSIONS_MAX; i++)
		tunnel_take(&device, i, SC_SEND, STR("GET "));
	tap_is_int(events.data[TUNNEL_SESSIONS_MAX], '4',
	    "one session too many is shut down");
	tunnel_fini(&device);
}

int
main(void)
{
	buf_init(&events, 1 << 20);
	buf_init(&bytes, 1 << 20);
	order_of_frames();
	pages();
	big();
	bodies();
	websocket();
	commands();
	broken();
	limits();
	buf_fini(&events);
	buf_fini(&bytes);
	return tap_end();
}
