#include "device.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "hwid.h"
#include "location.h"
#include "log.h"
#include "must.h"

/* A message that waits for the question before it. */
struct device_message {
	STAILQ_ENTRY(device_message) link;
	enum question_kind kind;
	size_t len;
	char text[];
};

static const struct wsconn_ops socket_ops;

static void close_seat(struct seat *s, enum hubwire_end why);
static void demote_seat(struct seat *s);
static void ask_next(struct device *d);
static void take_question(
    struct device *d, enum question_kind kind, struct str text);

void
devices_init(struct devices *ds, struct questions *as, struct roster *r)
{
	memset(ds, 0, sizeof(*ds));
	ds->questions = as;
	ds->roster = r;
	r->close = close_seat;
	r->demoted = demote_seat;
	TAILQ_INIT(&ds->dead);
	TAILQ_INIT(&ds->quiet);
	bundles_init(&ds->bundles);
	buf_init(&ds->frame, SC_JSON_MAX * 4);
}

struct device *
device_of_seat(struct seat *s)
{
	_Static_assert(offsetof(struct device, seat) == 0, "the seat is first");
	return (struct device *)(void *)s;
}

/* ---- life ---- */

static struct str
query_of(const struct http1 *head)
{
	struct str target = http1_target(head);
	size_t at = str_find(target, '?');

	return at == target.len ? str_n("", 0)
				: str_n(target.p + at + 1, target.len - at - 1);
}

int
device_open(struct devices *ds, struct wsconn *w, const struct http1 *head)
{
	struct str query = query_of(head);
	struct device *d;

	if (query.len > 0 && !question_is_fact(query, HUBWIRE_QUERY_MAX))
		return 400;
	if (ds->now >= ds->max)
		return 503;
	d = mem_new(sizeof(*d));
	d->all = ds;
	d->ws = w;
	d->seat.remote =
	    question_fact(http1_find(head, "X-Real-IP"), HUBWIRE_REMOTE_MAX);
	d->query = question_fact(query, HUBWIRE_QUERY_MAX);
	STAILQ_INIT(&d->waiting);
	bundle_init(&d->bundle, &ds->bundles, w);
	ds->now++;
	roster_enter(ds->roster, &d->seat);
	wsconn_own(w, &socket_ops, d, SC_DATA_MAX + SC_TUNNEL_HEAD);
	return 0;
}

static void
forget_messages(struct device *d)
{
	struct device_message *m;

	while ((m = STAILQ_FIRST(&d->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->waiting, link);
		mem_free(m);
	}
	d->waits = 0;
}

static void
device_free(struct device *d)
{
	must(d->ws == NULL && d->question == NULL && d->quiet_since == 0);
	forget_messages(d);
	mem_free(d->asked);
	mem_free(d->state);
	mem_free(d->seat.remote);
	mem_free(d->query);
	mem_free(d->hosts);
	mem_free(d);
}

void
devices_turn(struct devices *ds)
{
	struct device *d;

	bundles_turn(&ds->bundles);
	while ((d = TAILQ_FIRST(&ds->dead)) != NULL) {
		TAILQ_REMOVE(&ds->dead, d, link);
		device_free(d);
	}
}

void
devices_fini(struct devices *ds)
{
	devices_turn(ds);
	bundles_fini(&ds->bundles);
	buf_fini(&ds->frame);
}

static void
end_quiet(struct device *d)
{
	if (d->quiet_since == 0)
		return;
	TAILQ_REMOVE(&d->all->quiet, d, link);
	d->quiet_since = 0;
}

/* The rules wait for an answer of the device, but not for ever. */
static void
begin_quiet(struct device *d)
{
	end_quiet(d);
	if (d->ws == NULL)
		return;
	d->quiet_since = clock_mono_ms();
	TAILQ_INSERT_TAIL(&d->all->quiet, d, link);
}

void
devices_tick(struct devices *ds, int64_t now)
{
	struct device *d;

	while ((d = TAILQ_FIRST(&ds->quiet)) != NULL &&
	       now - d->quiet_since >= HUBWIRE_QUIET_MS)
		take_question(d, QUESTION_IDENTIFY, str_n("", 0));
	bundles_tick(&ds->bundles, now);
}

/* A question in flight keeps the object: its answer may name the device. */
static void
on_down(void *owner, enum hubwire_end why)
{
	struct device *d = owner;

	must(d->ws != NULL && d->all->now > 0);
	end_quiet(d);
	d->ws = NULL;
	d->all->now--;
	bundle_down(&d->bundle);
	forget_messages(d);
	roster_leave(d->all->roster, &d->seat, why);
	if (d->question != NULL && question_flies(d->question))
		return;
	question_cancel(&d->question);
	TAILQ_INSERT_TAIL(&d->all->dead, d, link);
}

void
device_close(
    struct device *d, enum hubwire_end why, unsigned code, const char *reason)
{
	if (d->ws != NULL)
		wsconn_close(d->ws, why, (uint16_t)code, reason);
}

static void
close_seat(struct seat *s, enum hubwire_end why)
{
	unsigned code = why == HUBWIRE_END_CROWDED ? HUBWIRE_CLOSE_LATER
						   : HUBWIRE_CLOSE_REMOVED;

	device_close(device_of_seat(s), why, code, hubwire_end_name(why));
}

static void
on_unsettled(void *owner)
{
	struct device *d = owner;

	if (d->seat.level != LEVEL_NEW)
		return;
	if (d->question != NULL)
		device_close(
		    d, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_LATER, "no answer");
	else
		device_close(d, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_POLICY,
		    "no identification");
}

/* ---- commands of the rules ---- */

static void
send_admin(struct device *d, const struct json *frame)
{
	int64_t number = json_number(json_item(frame, 0), -1);
	struct buf *b = &d->all->frame;

	if (number < 0 || number > UINT16_MAX || d->ws == NULL)
		return;
	buf_clear(b);
	sc_add_admin(b, (uint16_t)number, json_text(json_item(frame, 1)));
	if (!buf_failed(b))
		wsconn_send(d->ws, WS_BINARY, buf_view(b));
}

/* False: it fits into no header. */
static bool
set_state(struct device *d, const struct json *state)
{
	struct str text = json_text(state);

	if (json_kind(state) != JSON_STRING)
		return true;
	if (text.len > 0 && !question_is_fact(text, HUBWIRE_STATE_MAX))
		return false;
	mem_free(d->state);
	d->state = question_fact(text, HUBWIRE_STATE_MAX);
	return true;
}

static void
set_level(struct device *d, const struct json *commands)
{
	struct str as = json_text(json_member(commands, "as"));
	struct proof proof = {
	    .hw_id = json_text(json_member(commands, "hwId")),
	    .domain = json_number(json_member(commands, "domain"), 0),
	    .displace = json_true(json_member(commands, "displace")),
	};

	if (as.len == 0 || !hwid_ok(proof.hw_id))
		return;
	if (d->ws == NULL) {
		roster_late(d->all->roster, &d->seat, proof.hw_id);
		return;
	}
	wsconn_settle(d->ws);
	if (str_eqz(as, "claim"))
		roster_claim(d->all->roster, &d->seat, proof.hw_id);
	else if (str_eqz(as, "device") && proof.domain > 0)
		roster_prove(d->all->roster, &d->seat, &proof);
}

/* Too many of its address wait unproven, or else it is told to go. */
static void
obey_close(struct device *d, unsigned code)
{
	bool crowded = code == HUBWIRE_CLOSE_LATER;

	if (!ws_code_valid(code))
		return;
	d->all->roster->crowded += crowded;
	device_close(
	    d, crowded ? HUBWIRE_END_CROWDED : HUBWIRE_END_REFUSED, code, "");
}

/* Commands of an answer or an order. */
static bool
obey(struct device *d, const struct json *commands)
{
	const struct json *frames = json_member(commands, "send");
	int64_t code = json_number(json_member(commands, "close"), 0);

	if (!set_state(d, json_member(commands, "state")))
		return false;
	for (size_t i = 0; i < json_length(frames); i++)
		send_admin(d, json_item(frames, i));
	set_level(d, commands);
	location_hosts(&d->hosts, json_member(commands, "hosts"));
	if (json_true(json_member(commands, "again")))
		begin_quiet(d);
	obey_close(d, code > 0 && code <= UINT16_MAX ? (unsigned)code : 0);
	return true;
}

/* An order: what is asked now was asked before it. */
static void
overtake(struct device *d)
{
	d->overtaken = d->question != NULL;
}

bool
device_command(struct device *d, const struct json *commands)
{
	if (!obey(d, commands))
		return false;
	/* Frames alone change nothing that an answer may speak of. */
	if (json_kind(json_member(commands, "state")) == JSON_STRING ||
	    json_kind(json_member(commands, "as")) == JSON_STRING)
		overtake(d);
	return true;
}

void
device_move(struct device *d, int64_t domain)
{
	overtake(d);
	d->seat.domain = domain;
	bundle_recheck(&d->bundle);
}

void
device_release(struct device *d)
{
	overtake(d);
	mem_free(d->state);
	d->state = NULL;
	roster_release(d->all->roster, &d->seat);
}

/* ---- questions ---- */

/* True if the answer is older than an order; then it is asked again, unless
 * there was nothing but that the device was silent. */
static bool
is_overtaken(struct device *d)
{
	struct device_message *m = d->asked;
	bool overtaken = d->overtaken && d->ws != NULL;

	must(m != NULL);
	d->overtaken = false;
	d->asked = NULL;
	if (overtaken && m->len > 0) {
		STAILQ_INSERT_HEAD(&d->waiting, m, link);
		d->waits++;
	} else {
		mem_free(m);
	}
	return overtaken;
}

static void
on_answer(void *arg, const struct answer *ans)
{
	struct device *d = arg;
	bool was_up = d->ws != NULL;

	d->question = NULL;
	if (ans == NULL) {
		device_close(
		    d, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_LATER, "no answer");
	} else if (!is_overtaken(d) && !obey(d, ans->commands)) {
		log_event(LOG_ERROR, "answer.refused",
		    PAIRS(P_STRZ("what", "state")));
		device_close(
		    d, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_BROKEN, "state");
	}
	if (!was_up)
		TAILQ_INSERT_TAIL(&d->all->dead, d, link);
	else if (d->ws != NULL)
		ask_next(d);
}

static void
ask_next(struct device *d)
{
	struct device_message *m = STAILQ_FIRST(&d->waiting);
	struct question_facts facts = {
	    .conn = d->seat.conn, .remote = d->seat.remote};

	if (m == NULL || d->question != NULL)
		return;
	must(d->ws != NULL && d->waits > 0);
	STAILQ_REMOVE_HEAD(&d->waiting, link);
	d->waits--;
	facts.state = d->state;
	facts.query = m->kind == QUESTION_IDENTIFY ? d->query : NULL;
	d->question = question_new(
	    d->all->questions, m->kind, &facts, str_n(m->text, m->len));
	mem_free(d->asked);
	d->asked = m;
	question_then(d->question, on_answer, d);
}

static void
take_question(struct device *d, enum question_kind kind, struct str text)
{
	struct device_message *m;

	must(d->ws != NULL);
	end_quiet(d);
	if (d->waits == HUBWIRE_DEVICE_WAITING) {
		device_close(d, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_POLICY,
		    "too many messages");
		return;
	}
	m = mem_new(sizeof(*m) + text.len);
	m->kind = kind;
	m->len = text.len;
	memcpy(m->text, text.p, text.len);
	STAILQ_INSERT_TAIL(&d->waiting, m, link);
	d->waits++;
	ask_next(d);
}

/* Later editions may have more messages: told once, then ignored. */
static void
note_unknown(struct device *d, const struct sc_msg *m)
{
	char number[8];

	if (d->told_unknown)
		return;
	d->told_unknown = true;
	(void)snprintf(number, sizeof(number), "0x%04x", m->admin);
	log_event(LOG_INFO, "device.unknown",
	    PAIRS(P_INT("conn", (int64_t)d->seat.conn),
		P_STRZ("hwId", d->seat.hw_id), P_STRZ("number", number),
		P_INT("length", (int64_t)m->data.len)));
}

static void
take_admin(struct device *d, const struct sc_msg *m)
{
	if (m->admin == SC_IDENTIFY)
		take_question(d, QUESTION_IDENTIFY, m->data);
	else if (m->admin == SC_PROVISION)
		take_question(d, QUESTION_PROVISION, m->data);
	else
		note_unknown(d, m);
}

/* ---- the tunnel ---- */

struct tunnel *
device_tunnel(struct device *d, const struct tunnel_request *request)
{
	if (d->seat.level != LEVEL_DEVICE)
		return NULL;
	return bundle_open(&d->bundle, request);
}

bool
device_full(const struct device *d, bool program)
{
	return d->seat.level == LEVEL_DEVICE && bundle_full(&d->bundle, program);
}

/* Not the device any more. */
static void
demote_seat(struct seat *s)
{
	bundle_cut(&device_of_seat(s)->bundle);
}

static void
on_drained(void *owner)
{
	struct device *d = owner;

	bundle_go_on(&d->bundle);
}

static void
on_message(void *owner, enum ws_kind kind, struct str data)
{
	struct device *d = owner;
	struct sc_msg m;
	int rc;

	if (kind != WS_BINARY) {
		device_close(
		    d, HUBWIRE_END_ERROR, WS_UNSUPPORTED, "binary only");
		return;
	}
	rc = sc_parse(data, &m);
	if (rc < 0)
		device_close(d, HUBWIRE_END_ERROR, WS_PROTOCOL,
		    "not a sysclient message");
	else if (rc > 0 && m.kind == SC_ADMIN)
		take_admin(d, &m);
	else if (rc > 0 && m.kind == SC_TUNNEL)
		bundle_take(&d->bundle, &m);
}

static const struct wsconn_ops socket_ops = {
    .message = on_message,
    .drained = on_drained,
    .unsettled = on_unsettled,
    .down = on_down,
};
