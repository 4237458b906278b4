#include "sip_client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "must.h"

#define CREDENTIAL_MAX 256 /* bytes */

/* A request that is under way; fd -1: free. */
struct request {
	int fd, cseq;
	int64_t id;
	char uri[SIP_URI_MAX], here[NET_SOCKET_SIZE];
	char event[SIP_EVENT_MAX + 1];
	char login[CREDENTIAL_MAX], password[CREDENTIAL_MAX];
	char branch[SIP_ID_SIZE], tag[SIP_ID_SIZE], call_id[SIP_ID_SIZE];
	struct buf text; /* what is sent */
	int64_t pause_ms, next_ms, end_ms;
	struct sip_result result;
	bool done;
};

struct sip_client {
	int epoll;
	size_t max, used;
	struct sockaddr_storage from;
	socklen_t from_len; /* 0: the system's choice */
	struct request *list;
};

struct sip_client *
sip_client_new(size_t max, struct str from)
{
	struct sip_client *c = mem_new(sizeof(*c));

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	must(c->epoll >= 0 && max > 0);
	c->max = max;
	c->list = mem_new(max * sizeof(*c->list));
	for (size_t i = 0; i < max; i++)
		c->list[i].fd = -1;
	if (!net_socket(from, &c->from, &c->from_len))
		c->from_len = 0;
	return c;
}

static void
end_request(struct sip_client *c, struct request *r)
{
	(void)close(r->fd);
	buf_wipe(&r->text);
	explicit_bzero(r, sizeof(*r));
	r->fd = -1;
	c->used--;
}

void
sip_client_free(struct sip_client **c)
{
	for (size_t i = 0; i < (*c)->max; i++)
		if ((*c)->list[i].fd >= 0)
			end_request(*c, &(*c)->list[i]);
	(void)close((*c)->epoll);
	mem_free((*c)->list);
	mem_free(*c);
	*c = NULL;
}

int
sip_client_fd(const struct sip_client *c)
{
	return c->epoll;
}

/* ---- sending ---- */

static void
draw_id(char out[SIP_ID_SIZE])
{
	unsigned char bytes[(SIP_ID_SIZE - 1) / 2];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, sizeof(bytes), out);
}

/* An error is that of a datagram before; the next one, or the end, tells. */
static void
send_text(struct request *r, int64_t now)
{
	if (send(r->fd, r->text.data, r->text.len, MSG_NOSIGNAL) < 0 &&
	    errno == ECONNREFUSED) {
		r->result.fate = SIP_NOBODY;
		r->done = true;
	}
	r->next_ms = now + r->pause_ms;
	r->pause_ms = r->pause_ms * 2 < SIP_T2_MS ? r->pause_ms * 2 : SIP_T2_MS;
}

/* A new transaction; header and answer: a login, or NULL. */
static void
begin(struct request *r, const char *header, struct str answer, int64_t now)
{
	draw_id(r->branch);
	buf_clear(&r->text);
	sip_notify_write(&(struct sip_notify){.uri = str_of(r->uri),
			     .here = str_of(r->here),
			     .event = str_of(r->event),
			     .branch = r->branch,
			     .tag = r->tag,
			     .call_id = r->call_id,
			     .cseq = ++r->cseq,
			     .login = header,
			     .answer = answer},
	    &r->text);
	r->pause_ms = SIP_T1_MS;
	r->end_ms = now + SIP_LAST_MS;
	send_text(r, now);
}

static int
open_socket(struct sip_client *c, struct request *r,
    const struct sockaddr_storage *to, socklen_t len)
{
	struct epoll_event ev = {.events = EPOLLIN};
	struct sockaddr_storage here;
	socklen_t n = sizeof(here);
	int on = 1;

	r->fd =
	    socket(to->ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->fd < 0)
		return -1;
	c->used++;
	/* Several may be sent from one socket of ours. */
	if ((c->from_len > 0 && c->from.ss_family == to->ss_family &&
		(setsockopt(r->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) <
			0 ||
		    bind(r->fd, (struct sockaddr *)&c->from, c->from_len) <
			0)) ||
	    connect(r->fd, (const struct sockaddr *)to, len) < 0 ||
	    getsockname(r->fd, (struct sockaddr *)&here, &n) < 0 ||
	    epoll_ctl(c->epoll, EPOLL_CTL_ADD, r->fd, &ev) < 0) {
		end_request(c, r);
		return -1;
	}
	net_socket_text(&here, r->here);
	return 0;
}

static bool
order_ok(const struct sip_order *o)
{
	return sip_user_ok(o->user) && sip_event_ok(o->event) &&
	       o->host.len < SIP_URI_MAX / 3 &&
	       str_only(o->host, STR_ALNUM, ".:-[]") &&
	       o->login.len < CREDENTIAL_MAX && str_printable(o->login) &&
	       o->password.len < CREDENTIAL_MAX && str_printable(o->password);
}

static void
fill(struct request *r, const struct sip_order *o)
{
	struct str host = o->host.len > 0 ? o->host : o->to;

	r->id = o->id;
	(void)snprintf(r->uri, sizeof(r->uri), "sip:%.*s@%.*s",
	    (int)o->user.len, o->user.p, (int)host.len, host.p);
	str_copy(r->event, sizeof(r->event), o->event);
	str_copy(r->login, sizeof(r->login), o->login);
	str_copy(r->password, sizeof(r->password), o->password);
	buf_init(&r->text, SIP_DATAGRAM_MAX);
	draw_id(r->tag);
	draw_id(r->call_id);
}

int
sip_client_send(
    struct sip_client *c, const struct sip_order *o, int64_t now, struct err *e)
{
	struct request *r = c->list;
	struct sockaddr_storage to;
	socklen_t len;

	if (c->used == c->max)
		return err_set(e, ERR_BUSY, "too many requests under way");
	if (!order_ok(o) || !net_socket(o->to, &to, &len))
		return err_set(e, ERR_INPUT, "no order for a phone");
	while (r->fd >= 0)
		r++;
	if (open_socket(c, r, &to, len) < 0)
		return err_sys(e, "no socket to %.*s", (int)o->to.len, o->to.p);
	fill(r, o);
	begin(r, NULL, str_n("", 0), now);
	return 0;
}

/* ---- hearing ---- */

/* The same once more, with the login. */
static void
log_in(struct request *r, struct sip_answer *a, int64_t now)
{
	struct digest *d = &a->challenge;
	char cnonce[SIP_ID_SIZE];
	struct buf answer;

	draw_id(cnonce);
	d->username = str_of(r->login);
	d->uri = str_of(r->uri);
	d->cnonce = str_of(cnonce);
	buf_init(&answer, SIP_DATAGRAM_MAX);
	digest_answer(d, STR("NOTIFY"), str_of(r->password), &answer);
	r->result.logged = true;
	begin(r, a->login, buf_view(&answer), now);
	buf_wipe(&answer);
}

static void
take_answer(struct request *r, struct sip_answer *a, int64_t now)
{
	bool asks = a->status == 401 || a->status == 407;

	if (!str_eqz(a->branch, r->branch))
		return;
	r->result.status = a->status;
	if (a->status < 200)
		r->pause_ms = SIP_T2_MS; /* it is at work (17.1.2.2) */
	else if (asks && a->login != NULL && !r->result.logged &&
		 r->login[0] != '\0')
		log_in(r, a, now);
	else
		r->done = true;
}

/* What has come; more than a few wait for the next turn. */
static void
hear(struct request *r, int64_t now)
{
	char room[SIP_DATAGRAM_MAX];
	struct sip_answer answer;
	struct arena a;
	ssize_t n;

	for (int i = 0; i < 16 && !r->done; i++) {
		n = recv(r->fd, room, sizeof(room), 0);
		if (n < 0 && errno == ECONNREFUSED) {
			r->result.fate = SIP_NOBODY;
			r->done = true;
		}
		if (n < 0)
			return;
		arena_init(&a, SIP_DATAGRAM_MAX * 2);
		if (sip_answer_read(&a, str_n(room, (size_t)n), &answer) == 0)
			take_answer(r, &answer, now);
		arena_fini(&a);
	}
}

static void
look(struct request *r, int64_t now)
{
	hear(r, now);
	if (!r->done && now >= r->end_ms) {
		r->result.fate = SIP_SILENT;
		r->done = true;
	} else if (!r->done && now >= r->next_ms) {
		send_text(r, now);
	}
}

bool
sip_client_next(struct sip_client *c, int64_t now, struct sip_result *out)
{
	for (size_t i = 0; i < c->max && c->used > 0; i++) {
		struct request *r = &c->list[i];

		if (r->fd < 0)
			continue;
		look(r, now);
		if (!r->done)
			continue;
		*out = r->result;
		out->id = r->id;
		end_request(c, r);
		return true;
	}
	return false;
}

int
sip_client_wait(const struct sip_client *c, int64_t now)
{
	int64_t first = -1;

	for (size_t i = 0; i < c->max; i++) {
		const struct request *r = &c->list[i];
		int64_t due = r->next_ms < r->end_ms ? r->next_ms : r->end_ms;

		if (r->fd >= 0 && (first < 0 || due < first))
			first = due;
	}
	if (first < 0)
		return -1;
	return first > now ? (int)(first - now) : 0;
}
