/* NOTIFYs by UDP: repetitions, logins, and phones that are not there.  The time
 * is made up, the sockets are not. */
#include "sip_client.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "must.h"
#include "tap.h"

/* ---- a phone ---- */

struct phone {
	int fd;
	char at[NET_SOCKET_SIZE];
	char got[SIP_DATAGRAM_MAX];
	struct sockaddr_storage from;
	socklen_t from_len;
};

static void
phone_open(struct phone *p)
{
	struct sockaddr_storage sa;
	socklen_t len;

	must(net_socket(STR("127.0.0.1:1"), &sa, &len));
	/* any port: no text says 0 */
	memset((char *)&sa + 2, 0, 2);
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(p->fd >= 0 && bind(p->fd, (struct sockaddr *)&sa, len) == 0);
	must(getsockname(p->fd, (struct sockaddr *)&sa, &len) == 0);
	net_socket_text(&sa, p->at);
}

/* False: nothing came. */
static bool
phone_hears(struct phone *p)
{
	ssize_t n;

	p->from_len = sizeof(p->from);
	n = recvfrom(p->fd, p->got, sizeof(p->got) - 1, MSG_DONTWAIT,
	    (struct sockaddr *)&p->from, &p->from_len);
	p->got[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The status line, with the request's Via, and more. */
static void
phone_says(struct phone *p, const char *status, const char *more)
{
	const char *via = strstr(p->got, "Via:");
	char text[SIP_DATAGRAM_MAX];

	must(via != NULL);
	(void)snprintf(text, sizeof(text), "SIP/2.0 %s\r\n%.*s\r\n%s\r\n",
	    status, (int)strcspn(via, "\r"), via, more);
	must(sendto(p->fd, text, strlen(text), 0, (struct sockaddr *)&p->from,
		 p->from_len) > 0);
}

/* ---- the client ---- */

static struct sip_order
order_to(const char *at)
{
	return (struct sip_order){.to = str_of(at),
	    .user = STR("001565aabbcc"),
	    .host = STR(""),
	    .event = STR("check-sync"),
	    .login = STR(""),
	    .password = STR(""),
	    .id = 7};
}

static struct sip_client *
start(const struct sip_order *o)
{
	struct sip_client *c = sip_client_new(2, STR(""));
	struct err e;

	must(sip_client_send(c, o, 0, &e) == 0);
	return c;
}

/* What was sent on the loopback is there; the descriptor says so. */
static bool
ends(struct sip_client *c, int64_t now, struct sip_result *out)
{
	struct pollfd fd = {sip_client_fd(c), POLLIN, 0};

	must(poll(&fd, 1, 5000) == 1);
	return sip_client_next(c, now, out);
}

static void
answered(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	o = order_to(p.at);
	c = start(&o);
	tap_ok(phone_hears(&p), "a NOTIFY comes");
	tap_ok(strstr(p.got, "NOTIFY sip:001565aabbcc@127.0.0.1:") == p.got,
	    "for the phone");
	tap_is_int(sip_client_wait(c, 0), SIP_T1_MS, "it is repeated soon");
	phone_says(&p, "200 OK", "");
	tap_ok(ends(c, 10, &res), "an answer ends it");
	tap_ok(res.id == 7 && res.fate == SIP_ANSWERED && res.status == 200 &&
		   !res.logged,
	    "and is told");
	tap_is_int(sip_client_wait(c, 10), -1, "nothing is left to do");
	(void)close(p.fd);
	sip_client_free(&c);
}

static void
silent(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;
	int64_t now = 0;
	int heard = 0;

	phone_open(&p);
	o = order_to(p.at);
	c = start(&o);
	while (!sip_client_next(c, now, &res))
		now += sip_client_wait(c, now);
	while (phone_hears(&p))
		heard++;
	tap_is_int(heard, 11, "a silent phone is told eleven times");
	tap_is_int(now, SIP_LAST_MS, "within 32 seconds");
	tap_ok(res.fate == SIP_SILENT && res.status == 0, "then it is silent");
	(void)close(p.fd);
	sip_client_free(&c);
}

static void
at_work(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	o = order_to(p.at);
	c = start(&o);
	must(phone_hears(&p));
	phone_says(&p, "100 Trying", "");
	tap_ok(!ends(c, SIP_T1_MS, &res), "a provisional answer ends nothing");
	tap_is_int(sip_client_wait(c, SIP_T1_MS), SIP_T2_MS,
	    "but it is repeated more slowly");
	tap_ok(sip_client_next(c, SIP_LAST_MS, &res) &&
		   res.fate == SIP_SILENT && res.status == 100,
	    "without a final one it is silent, and told what came");
	(void)close(p.fd);
	sip_client_free(&c);
}

#define CHALLENGE                                                              \
	"WWW-Authenticate: Digest realm=\"phone\", nonce=\"n1\", "             \
	"qop=\"auth\"\r\n"

static void
logs_in(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	o = order_to(p.at);
	o.login = STR("anna");
	o.password = STR("secret");
	c = start(&o);
	must(phone_hears(&p));
	phone_says(&p, "401 Unauthorized", CHALLENGE);
	tap_ok(!ends(c, 10, &res), "who is asked for a login goes on");
	must(phone_hears(&p));
	tap_ok(strstr(p.got, "\r\nCSeq: 2 NOTIFY\r\n") != NULL,
	    "with the next number");
	tap_ok(strstr(p.got, "Authorization: Digest username=\"anna\", "
			     "realm=\"phone\", nonce=\"n1\"") != NULL,
	    "and the login");
	tap_ok(strstr(p.got, "secret") == NULL, "but not the password");
	phone_says(&p, "200 OK", "");
	tap_ok(ends(c, 20, &res) && res.status == 200 && res.logged,
	    "and is let in");
	(void)close(p.fd);
	sip_client_free(&c);
}

static void
refused(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	o = order_to(p.at);
	c = start(&o);
	must(phone_hears(&p));
	phone_says(&p, "401 Unauthorized", CHALLENGE);
	tap_ok(ends(c, 10, &res) && res.status == 401 && !res.logged,
	    "without a login a question for one is the end");
	o.login = STR("anna");
	sip_client_free(&c);
	c = start(&o);
	must(phone_hears(&p));
	phone_says(&p, "401 Unauthorized", CHALLENGE);
	must(!ends(c, 10, &res));
	must(phone_hears(&p));
	phone_says(&p, "401 Unauthorized", CHALLENGE);
	tap_ok(ends(c, 20, &res) && res.status == 401 && res.logged,
	    "a wrong one is tried once");
	tap_ok(!phone_hears(&p), "and no more");
	(void)close(p.fd);
	sip_client_free(&c);
}

static void
nobody(void)
{
	struct sip_result res = {0};
	struct phone p;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	(void)close(p.fd);
	o = order_to(p.at);
	c = start(&o);
	tap_ok(ends(c, 10, &res) && res.fate == SIP_NOBODY,
	    "where nobody listens the system says so");
	sip_client_free(&c);
}

/* Somebody answers who was not asked, or something else. */
static void
strangers(void)
{
	static const char *const lies[] = {
	    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKguess\r\n\r\n",
	    "SIP/2.0 200 OK\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\n\r\n", "\r\n"};
	struct sip_result res = {0};
	struct phone p, other;
	struct sip_order o;
	struct sip_client *c;

	phone_open(&p);
	phone_open(&other);
	o = order_to(p.at);
	c = start(&o);
	must(phone_hears(&p));
	for (size_t i = 0; i < COUNT(lies); i++)
		must(sendto(p.fd, lies[i], strlen(lies[i]), 0,
			 (struct sockaddr *)&p.from, p.from_len) > 0);
	tap_ok(!ends(c, 10, &res), "what is no answer to it ends nothing");
	other.from = p.from;
	other.from_len = p.from_len;
	(void)snprintf(other.got, sizeof(other.got), "%s", p.got);
	phone_says(&other, "200 OK", "");
	tap_ok(!sip_client_next(c, 20, &res), "nor does another socket's");
	phone_says(&p, "200 OK", "");
	tap_ok(ends(c, 30, &res), "its own does");
	(void)close(p.fd);
	(void)close(other.fd);
	sip_client_free(&c);
}

static void
limits(void)
{
	struct phone p;
	struct sip_order o;
	struct sip_client *c;
	struct err e;

	phone_open(&p);
	o = order_to(p.at);
	c = sip_client_new(1, STR(""));
	o.event = STR("a\r\nb");
	tap_ok(sip_client_send(c, &o, 0, &e) < 0 && e.kind == ERR_INPUT,
	    "an event of two lines is refused");
	o.event = STR("resync");
	o.user = STR("a@b");
	tap_ok(sip_client_send(c, &o, 0, &e) < 0 && e.kind == ERR_INPUT,
	    "so is a user with a host");
	o.user = STR("a");
	o.login = STR("a\nb");
	tap_ok(sip_client_send(c, &o, 0, &e) < 0 && e.kind == ERR_INPUT,
	    "so is a login of two lines");
	o.login = STR("");
	tap_ok(sip_client_send(c, &o, 0, &e) == 0, "one at once");
	tap_ok(sip_client_send(c, &o, 0, &e) < 0 && e.kind == ERR_BUSY,
	    "a second has to wait");
	tap_ok(
	    phone_hears(&p) && strstr(p.got, "\r\nEvent: resync\r\n") != NULL,
	    "the event is the vendor's");
	(void)close(p.fd);
	sip_client_free(&c);
}

/* Two requests may leave from one socket of ours. */
static void
from_one_socket(void)
{
	struct phone here, a, b;
	struct sip_result res = {0};
	struct sip_order to_a, to_b;
	struct sip_client *c;
	struct err e;

	phone_open(&here);
	(void)close(here.fd);
	phone_open(&a);
	phone_open(&b);
	to_a = order_to(a.at);
	to_b = order_to(b.at);
	c = sip_client_new(2, str_of(here.at));
	must(sip_client_send(c, &to_a, 0, &e) == 0);
	must(sip_client_send(c, &to_b, 0, &e) == 0);
	must(phone_hears(&a) && phone_hears(&b));
	tap_ok(memcmp(&a.from, &b.from, a.from_len) == 0,
	    "all leave from the socket that was named");
	phone_says(&b, "200 OK", "");
	tap_ok(ends(c, 10, &res) && res.status == 200, "one is answered");
	phone_says(&a, "404 Gone", "");
	tap_ok(ends(c, 10, &res) && res.status == 404, "and the other");
	(void)close(a.fd);
	(void)close(b.fd);
	sip_client_free(&c);
}

int
main(void)
{
	answered();
	silent();
	at_work();
	logs_in();
	refused();
	nobody();
	strangers();
	limits();
	from_one_socket();
	return tap_end();
}
