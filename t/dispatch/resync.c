/*
 * Phones that are told to fetch their files: who may order it, where it goes and
 * where it does not, and how much at once.  Phones are sockets at addresses of
 * the loopback that belong to this process; t/e2e/resync.t has a real SIP agent.
 */
#include "resync.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "must.h"
#include "net.h"
#include "phone.h"
#include "phone_id.h"
#include "phone_resync.h"
#include "phone_trace.h"
#include "phone_wait.h"
#include "sip_client.h"

static struct fixture f;
static struct conf conf;
static int64_t north, south;
static char local[NET_HOST_SIZE], allowed[64];
static int phones; /* made so far */

/* ---- a phone ---- */

struct phone {
	int fd;
	char mac[PHONE_MAC_SIZE];
};

/* In the store only, with the address that it asked from. */
static void
phone_new(struct phone *p, int64_t domain, const char *type, const char *from)
{
	struct phone_visit in = {.key_domain = domain,
	    .type = str_of(type),
	    .product = STR("phone"),
	    .ports = 1,
	    .firmware = STR("1"),
	    .address = str_of(from)};
	int64_t ports;

	(void)snprintf(p->mac, sizeof(p->mac), "0015650000%02x", ++phones);
	in.mac = str_of(p->mac);
	must(phone_wait_visit(&f.q, &in) == 1);
	must(phone_promote(&f.q, in.mac, domain, &ports) == 0);
	p->fd = -1;
}

/* Port 5060 of an address. */
static void
phone_listen(struct phone *p, const char *at)
{
	char text[NET_SOCKET_SIZE];
	struct sockaddr_storage sa;
	socklen_t len;

	(void)snprintf(text, sizeof(text), "%s:5060", at);
	must(net_socket(str_of(text), &sa, &len));
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(p->fd >= 0 && bind(p->fd, (struct sockaddr *)&sa, len) == 0);
}

/* The request that came, answered with status; "" for none. */
static const char *
phone_answers(const struct phone *p, const char *status)
{
	static char got[SIP_DATAGRAM_MAX];
	char text[SIP_DATAGRAM_MAX];
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(p->fd, got, sizeof(got) - 1, MSG_DONTWAIT,
	    (struct sockaddr *)&from, &len);
	const char *via;

	got[n > 0 ? n : 0] = '\0';
	via = strstr(got, "Via:");
	if (via == NULL || status == NULL)
		return got;
	(void)snprintf(text, sizeof(text), "SIP/2.0 %s\r\n%.*s\r\n\r\n", status,
	    (int)strcspn(via, "\r"), via);
	must(sendto(p->fd, text, strlen(text), 0, (struct sockaddr *)&from,
		 len) > 0);
	return got;
}

/* ---- the sender ---- */

static struct resync *
start(void)
{
	struct resync *r;

	must(resync_open(&r, &conf, &f.err) == 0);
	return r;
}

static int
order(struct ask *q, const struct phone *p)
{
	const struct phone_resync_order in = {
	    .mac = str_of(p->mac), .login = STR(""), .password = STR("")};

	return phone_resync(q, &in);
}

static struct phone_resync
state_of(const struct phone *p)
{
	struct phone_resync r = {0};

	must(phone_resync_get(&f.q, str_of(p->mac), &r) >= 0);
	return r;
}

/* A turn, after an answer is there. */
static void
turn_heard(struct resync *r)
{
	struct pollfd fd = {resync_fd(r), POLLIN, 0};

	must(poll(&fd, 1, 5000) == 1);
	must(resync_turn(r, &f.q) == 0);
}

static int
ended(struct resync *r, const struct phone *p)
{
	must(order(&f.q, p) == 0);
	must(resync_turn(r, &f.q) == 0);
	return (int)state_of(p).told;
}

/* ---- tests ---- */

static void
test_orders(void)
{
	struct phone p, other, strange = {.mac = "001565ffffff"};
	struct actor login;
	struct ask q;
	struct phone_resync_order in = {.login = STR("anna")};
	char cred[ACTOR_CRED_SIZE];

	phone_new(&p, north, "yealinkT46S", "192.0.2.1");
	phone_new(&other, south, "yealinkT46S", "192.0.2.1");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &login) == 1);
	q = fx_as(&f, &login);
	tap_ok(order(&q, &other) < 0 && f.err.kind == ERR_GONE,
	    "another domain's phone is none");
	tap_ok(order(&q, &strange) < 0 && f.err.kind == ERR_GONE,
	    "as one that there is not");
	tap_ok(order(&q, &p) == 0, "a domain orders it of its own");
	tap_ok(order(&q, &p) < 0 && f.err.kind == ERR_BUSY, "once");
	in.mac = str_of(other.mac);
	tap_ok(phone_resync(&f.q, &in) < 0 && f.err.kind == ERR_INPUT,
	    "a login has a password");
	in.login = STR("a\nb");
	in.password = STR("c");
	tap_ok(phone_resync(&f.q, &in) < 0 && f.err.kind == ERR_INPUT,
	    "and one line");
	must(db_do(f.core.store, STMT_PHONE_RESYNC_DONE,
		 ARGS(A_INT(state_of(&p).device_id), A_INT(state_of(&p).wanted),
		     A_INT(1), A_INT(1), A_INT(200)),
		 &f.err) == 0);
}

/* To the address that it asked from. */
static void
test_direct(void)
{
	struct phone p;
	struct resync *r = start();
	struct phone_traced *rows;
	int64_t before = 0;
	const char *got;
	size_t n;

	phone_new(&p, north, "yealinkT46S", local);
	phone_listen(&p, local);
	tap_is_int(ended(r, &p), PHONE_TOLD_NOT_YET, "it is sent");
	got = phone_answers(&p, "200 OK");
	tap_ok(strstr(got, "\r\nEvent: check-sync;reboot=false\r\n") != NULL,
	    "with the event of its vendor");
	turn_heard(r);
	tap_is_int(state_of(&p).told, PHONE_TOLD_ANSWERED, "and answered");
	must(phone_trace_list(&f.q, str_of(p.mac), &before, &rows, &n) == 0);
	tap_ok(n > 0 && rows[0].status == 200 && rows[0].reason == PHONE_TOLD &&
		   str_eqz(rows[0].file, "NOTIFY check-sync;reboot=false"),
	    "which its trace has");
	tap_ok(order(&f.q, &p) < 0 && f.err.kind == ERR_BUSY,
	    "it is not told again within ten seconds");
	(void)close(p.fd);
	resync_close(&r);
}

/* Two of one address wait for each other, whoever orders how much. */
static void
test_one_address(void)
{
	struct phone a, b;
	struct resync *r = start();

	phone_new(&a, north, "", local);
	phone_new(&b, north, "", local);
	phone_listen(&a, local);
	must(order(&f.q, &a) == 0 && order(&f.q, &b) == 0);
	must(resync_turn(r, &f.q) == 0);
	tap_ok(strstr(phone_answers(&a, NULL), a.mac) != NULL,
	    "an address gets one request");
	tap_ok(phone_answers(&a, NULL)[0] == '\0', "and not another");
	resync_close(&r);
	r = start();
	must(resync_turn(r, &f.q) == 0);
	tap_ok(strstr(phone_answers(&a, "486 Busy"), a.mac) != NULL,
	    "a program that was killed has it sent again");
	turn_heard(r);
	tap_ok(state_of(&a).told == PHONE_TOLD_ANSWERED &&
		   state_of(&a).status == 486,
	    "a refusal is told");
	must(resync_turn(r, &f.q) == 0);
	tap_ok(strstr(phone_answers(&a, "200 OK"), b.mac) != NULL,
	    "until it is answered");
	turn_heard(r);
	(void)close(a.fd);
	resync_close(&r);
}

static void
test_barred(void)
{
	static const char *const bad[] = {"127.0.0.1", "169.254.169.254",
	    "224.0.1.75", "255.255.255.255", "::1", "fe80::1"};
	struct phone p;
	struct resync *r = start();

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		phone_new(&p, north, "", bad[i]);
		tap_is_int(ended(r, &p), PHONE_TOLD_BARRED, bad[i]);
	}
	conf.private_ok = false;
	phone_new(&p, north, "", "10.1.2.3");
	tap_is_int(ended(r, &p), PHONE_TOLD_BARRED,
	    "a private address, where those are not allowed");
	conf.private_ok = true;
	phone_new(&p, north, "", "");
	tap_is_int(ended(r, &p), PHONE_TOLD_NOWHERE,
	    "nobody knows where a phone is that never asked");
	tap_is_int(state_of(&p).done > 0, 1, "that is the end of it");
	resync_close(&r);
}

/* To the operator's proxy: by the name of the phone's domain. */
static void
test_proxy(void)
{
	struct phone proxy = {.mac = ""}, list[RESYNC_DOMAIN + 1], other;
	struct resync *r;
	char at[NET_SOCKET_SIZE];
	int heard = 0, of_other = 0;
	const char *got;

	phone_listen(&proxy, local);
	(void)snprintf(at, sizeof(at), "%s:5060", local);
	conf.phones_notify = at;
	conf.fetch_local = "";
	r = start();
	for (int i = 0; i <= RESYNC_DOMAIN; i++) {
		phone_new(&list[i], north, "gxp2170", "192.0.2.9");
		must(order(&f.q, &list[i]) == 0);
	}
	phone_new(&other, south, "", "");
	must(order(&f.q, &other) == 0);
	must(resync_turn(r, &f.q) == 0);
	while ((got = phone_answers(&proxy, NULL))[0] != '\0') {
		heard += strstr(got, "@north SIP/2.0") != NULL &&
			 strstr(got, "Event: resync\r\n") != NULL;
		of_other += strstr(got, "@south SIP/2.0") != NULL;
	}
	tap_is_int(heard, RESYNC_DOMAIN, "a domain has its share at once");
	tap_is_int(of_other, 1, "and leaves room for others");
	(void)close(proxy.fd);
	resync_close(&r);
	conf.phones_notify = "";
	conf.fetch_local = allowed;
}

static void
test_late(void)
{
	struct phone p;
	struct resync *r = start();

	phone_new(&p, north, "", local);
	must(order(&f.q, &p) == 0);
	must(db_do(f.core.store, STMT_PHONE_RESYNC_SET,
		 ARGS(A_INT(state_of(&p).device_id),
		     A_INT(clock_now_ms() - PHONE_RESYNC_LATE_MS - 1),
		     A_STR(STR("")), A_NULL),
		 &f.err) == 0);
	must(resync_turn(r, &f.q) == 0);
	tap_is_int(state_of(&p).told, PHONE_TOLD_LATE,
	    "what nobody sent in time is given up");
	tap_ok(order(&f.q, &p) < 0 && f.err.kind == ERR_BUSY, "for a while");
	resync_close(&r);
}

/* There is no such address here to send from. */
static void
test_no_socket(void)
{
	struct phone p;
	struct resync *r;

	phone_new(&p, north, "yealinkT46S", local);
	must(order(&f.q, &p) == 0);
	conf.phones_from = "192.0.2.77:5060";
	r = start();
	conf.phones_from = "";
	must(resync_turn(r, &f.q) == 0);
	tap_is_int(state_of(&p).told, PHONE_TOLD_FAILED,
	    "what cannot be sent is over at once");
	resync_close(&r);
}

static void
test_no_templates(void)
{
	struct conf bare = conf;
	struct resync *r;

	bare.templates = "/nonexistent";
	tap_ok(resync_open(&r, &bare, &f.err) < 0,
	    "without templates nobody knows how phones are told");
}

static void
test_many(void)
{
	struct phone p;
	int n = 0;

	do {
		phone_new(&p, south, "", "192.0.2.10");
	} while (order(&f.q, &p) == 0 && ++n < 2 * PHONE_RESYNC_OPEN);
	tap_ok(n <= PHONE_RESYNC_OPEN && f.err.kind == ERR_BUSY,
	    "a domain has a hundred orders that wait");
}

int
main(void)
{
	unsigned pid = (unsigned)getpid();

	fx_open(&f);
	north = fx_domain(&f, "north", FX_PASS);
	south = fx_domain(&f, "south", FX_PASS);
	(void)snprintf(local, sizeof(local), "127.%u.%u.%u",
	    10 + (pid >> 16) % 200, (pid >> 8) & 0xff, 1 + pid % 254);
	(void)snprintf(allowed, sizeof(allowed), "%s:5060", local);
	conf = (struct conf){.templates = SRCDIR "/templates",
	    .private_ok = true,
	    .phones_notify = "",
	    .phones_from = "",
	    .fetch_local = allowed};
	test_orders();
	test_direct();
	test_one_address();
	test_barred();
	test_proxy();
	test_late();
	test_no_socket();
	test_no_templates();
	test_many();
	fx_close(&f);
	return tap_end();
}
