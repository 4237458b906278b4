#include "door.h"

#include <string.h>

#include "arena.h"
#include "must.h"
#include "passhost.h"

#define DOOR_ASKS_MAX 4 /* questions about one request */

struct door_request {
	struct relay relay; /* first */
	struct door *door;
	struct httpconn *httpconn;
	struct question *question;
	bool asked;       /* the rules have answered */
	int asks;         /* questions so far */
	uint64_t changes; /* orders about rights before the last one */
	bool unknown;     /* and do not know the device */
	bool apart;       /* it came to an origin of its own */
	char hw_id[DOOR_ID_SIZE];
	struct door_target target; /* slices of the request's head */
};

static void decide(struct door_request *q);

/* Cut at the next slash of *rest, which stays at the start of *rest. */
static struct str
segment(struct str *rest)
{
	size_t n = str_find(*rest, '/');
	struct str s = str_n(rest->p, n);

	*rest = str_n(rest->p + n, rest->len - n);
	return s;
}

bool
door_parse(struct str target, struct door_target *out)
{
	static const char mark[] = "/passthrough/";
	struct str path = str_n(target.p, str_find(target, '?')), rest;
	const char *at =
	    path.len ? memmem(path.p, path.len, mark, sizeof(mark) - 1) : NULL;

	if (at == NULL || target.p[0] != '/')
		return false;
	at += sizeof(mark) - 1;
	rest = str_n(at, (size_t)(target.p + target.len - at));
	out->hw_id = segment(&rest);
	if (rest.len == 0)
		return false;
	rest = str_n(rest.p + 1, rest.len - 1);
	out->key = segment(&rest);
	out->key.len = str_find(out->key, '?');
	out->prefix =
	    str_n(target.p, (size_t)(out->key.p + out->key.len - target.p));
	out->path = rest.len > 0 ? rest : STR("/");
	return out->hw_id.len > 0;
}

static bool
is_separator(char c)
{
	return c == '-' || c == ':' || c == '.';
}

bool
door_id(struct str text, char out[DOOR_ID_SIZE])
{
	char hex[DOOR_ID_SIZE];
	unsigned char raw[6];
	size_t n = 0;

	if (!hwid_ok(text))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!is_separator(text.p[i]))
			hex[n++] = text.p[i];
	if (crypto_unhex(str_n(hex, n), raw, sizeof(raw)) == 0)
		crypto_hex(raw, sizeof(raw), out);
	else
		str_copy(out, DOOR_ID_SIZE, text);
	return true;
}

/* ---- questions ---- */

/* Learn the session of the HTTP API that the rules vouch for. */
static void
learn_session(struct door_request *q, const struct json *commands)
{
	const struct json *text = json_member(commands, "session");
	struct sessions *all = q->door->sessions;
	struct session *known;
	int64_t life = json_number(json_member(text, "life"),
	    json_number(json_member(commands, "life"), 0));

	if (json_kind(text) != JSON_OBJECT || life <= 0)
		return;
	known = session_find(all, json_text(json_member(text, "id")));
	if (known == NULL || known->life_ms > 0)
		(void)session_open(all, text, life);
}

static void
on_answer(void *arg, const struct answer *ans)
{
	struct door_request *q = arg;

	q->question = NULL;
	if (ans == NULL) {
		httpconn_refuse(q->httpconn, 503);
		return;
	}
	if (q->changes != q->door->sessions->changes) {
		/* perhaps from before a right was taken away */
		if (q->asks < DOOR_ASKS_MAX)
			decide(q);
		else
			httpconn_refuse(q->httpconn, 503);
		return;
	}
	q->asked = true;
	q->unknown =
	    str_eqz(json_text(json_member(ans->commands, "device")), "unknown");
	learn_session(q, ans->commands);
	decide(q);
}

/* The session is told by its state if it is an app's, else by its id. */
static void
ask_rules(struct door_request *q, const struct session *s, const char *id)
{
	struct str remote = http1_find(q->httpconn->request, "X-Real-IP");
	struct question_facts facts = {0};
	char address[65];
	struct buf body;
	struct jout j;

	if (question_is_fact(remote, sizeof(address) - 1)) {
		str_copy(address, sizeof(address), remote);
		facts.remote = address;
	}
	if (s != NULL && s->life_ms == 0)
		facts.state = s->state;
	buf_init(&body, 512);
	jout_init(&j, buf_sink(&body));
	jout_object(&j, NULL);
	if (s == NULL || s->life_ms > 0)
		jout_strz(&j, "session", id);
	jout_strz(&j, "hwId", q->hw_id);
	jout_end(&j);
	q->asks++;
	q->changes = q->door->sessions->changes;
	q->question = question_new(
	    q->door->questions, QUESTION_DOOR, &facts, buf_view(&body));
	question_then(q->question, on_answer, q);
	buf_fini(&body);
	httpconn_hold(q->httpconn, true);
}

/* ---- the decision ---- */

static void
begin(struct door_request *q, struct session *s, struct device *d)
{
	struct relay_plan plan = {.device = d,
	    .session = s,
	    .prefix = q->target.prefix,
	    .sandboxed = !q->apart,
	    .target = q->target.path,
	    .timeout_ms = q->door->timeout_ms};
	int status =
	    relay_start(&q->relay, q->httpconn, q->httpconn->request, &plan);

	if (status != 0)
		httpconn_refuse(q->httpconn, status);
	else if (q->httpconn->held)
		httpconn_hold(q->httpconn, false);
}

static void
decide(struct door_request *q)
{
	char id[PASSKEY_ID_LEN + 1];
	struct session *s;
	struct seat *seat;
	bool opens, wide;

	if (!passkey_session(q->target.key, id)) {
		httpconn_refuse(q->httpconn, 403);
		return;
	}
	s = session_find(q->door->sessions, str_of(id));
	opens = s != NULL &&
		session_key_opens(s, q->target.key, str_of(q->hw_id), &wide);
	/* Of the HTTP API there may be a newer one with the same id. */
	if (!opens && !q->asked && (s == NULL || s->life_ms > 0)) {
		ask_rules(q, s, id);
		return;
	}
	/* A page outside the sandbox must not hold a key for other devices. */
	if (!opens || (wide && q->apart)) {
		httpconn_refuse(q->httpconn, 403);
		return;
	}
	seat = roster_device(q->door->roster, str_of(q->hw_id));
	if (seat != NULL && session_reaches(s, seat->domain))
		begin(q, s, device_of_seat(seat));
	else if (seat != NULL)
		httpconn_refuse(q->httpconn, 404);
	else if (!q->asked)
		ask_rules(q, s, id);
	else
		httpconn_refuse(q->httpconn, q->unknown ? 404 : 503);
}

/* False: the request came to the name of another device. */
static bool
find_place(struct door_request *q, const struct http1 *h)
{
	struct str label = http1_find(h, PASSHOST_HEADER);
	char own[PASSHOST_LABEL_SIZE];

	q->apart = label.len > 0;
	if (!q->apart || str_eqz(label, PASSHOST_SHARED))
		return true;
	passhost_label(str_of(q->hw_id), own);
	return str_eqz(label, own);
}

static void
on_head(struct httpconn *f, const struct http1 *h)
{
	struct door *d = f->all->arg;
	struct door_request *q = mem_new(sizeof(*q));

	d->requests++;
	f->user = q;
	q->door = d;
	q->httpconn = f;
	if (!door_parse(http1_target(h), &q->target) ||
	    !door_id(q->target.hw_id, q->hw_id) || !find_place(q, h))
		httpconn_refuse(f, 404);
	else
		decide(q);
}

static void
on_body(struct httpconn *f, struct str piece)
{
	relay_body(&((struct door_request *)f->user)->relay, piece);
}

static void
on_end(struct httpconn *f)
{
	relay_end(&((struct door_request *)f->user)->relay);
}

static void
on_drained(struct httpconn *f)
{
	relay_drained(&((struct door_request *)f->user)->relay);
}

static void
on_gone(struct httpconn *f)
{
	struct door_request *q = f->user;

	question_cancel(&q->question);
	if (q->relay.httpconn != NULL)
		relay_fini(&q->relay);
	mem_free(q);
	f->user = NULL;
}

static const struct httpconn_ops ops = {
    .head = on_head,
    .body = on_body,
    .end = on_end,
    .drained = on_drained,
    .gone = on_gone,
};

void
door_init(struct door *d, struct conns *conns)
{
	memset(d, 0, sizeof(*d));
	httpconns_init(&d->httpconns, conns, &ops, d);
	/* The key is the credential: any page may see why it was refused. */
	d->httpconns.header = "Access-Control-Allow-Origin: *\r\n";
}
