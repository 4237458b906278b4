#include "subs.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "hubwire.h"
#include "log.h"
#include "map.h"
#include "must.h"

#define SUB_ARENA (4u << 20)

enum topic {
	TOPIC_DEVICES,
	TOPIC_DOMAINS,
	TOPIC_CONFIGS,
	TOPIC_JOBS,
	TOPIC_PHONES,
	TOPIC_TRACES,
	TOPIC_TASKS,    /* who has jobs hears it, too, */
	TOPIC_RESTORES, /* and this */
	TOPIC__MAX
};

struct sub {
	TAILQ_ENTRY(sub) all_link, link;
	struct subscriber *to;
	struct arena a; /* holds what follows */
	enum topic topic;
	struct str src; /* JSON text, empty: none */
	bool assigned, unassigned;
	/* NULL: absent, which is not the same as an empty list. */
	const struct json *domains, *categories, *subcategories;
	bool held;
	struct buf waiting; /* messages, each behind its length */
};

static const struct {
	const char *name, *added, *changed, *removed;
} topics[TOPIC__MAX] = {
    [TOPIC_DEVICES] = {.name = "devices",
	.added = "DeviceAdded",
	.changed = "DeviceUpdate",
	.removed = "DeviceRemoved"},
    [TOPIC_DOMAINS] = {.name = "domains",
	.added = "DomainAdded",
	.changed = "DomainEdited",
	.removed = "DomainDeleted"},
    [TOPIC_CONFIGS] = {.name = "configs",
	.added = "DeviceConfigAdded",
	.changed = "DeviceConfigEdited",
	.removed = "DeviceConfigDeleted"},
    [TOPIC_JOBS] = {.name = "jobs",
	.added = "JobAdded",
	.changed = "JobUpdate",
	.removed = "JobDeleted"},
    [TOPIC_PHONES] = {.name = "phones",
	.added = "WaitingPhoneAdded",
	.changed = "WaitingPhoneUpdate",
	.removed = "WaitingPhoneRemoved"},
    [TOPIC_TRACES] = {.name = "traces",
	.added = "PhoneTraceAdded",
	.changed = "PhoneTraceAdded",
	.removed = "PhoneTraceAdded"},
    [TOPIC_TASKS] = {.name = "tasks",
	.added = "TaskUpdate",
	.changed = "TaskUpdate",
	.removed = "TaskUpdate"},
    [TOPIC_RESTORES] = {.name = "restores",
	.added = "RestoreUpdate",
	.changed = "RestoreUpdate",
	.removed = "RestoreUpdate"},
};

void
subs_init(struct subs *s)
{
	memset(s, 0, sizeof(*s));
	TAILQ_INIT(&s->all);
	s->seen = mem_new(SUBS_SEEN * sizeof(*s->seen));
}

void
subs_fini(struct subs *s)
{
	must(TAILQ_EMPTY(&s->all));
	mem_free(s->seen);
}

void
subscriber_init(struct subs *s, struct subscriber *to,
    const struct session *session, void (*send)(void *, struct str), void *arg)
{
	memset(to, 0, sizeof(*to));
	to->subs = s;
	TAILQ_INIT(&to->list);
	to->session = session;
	to->send = send;
	to->arg = arg;
}

/* What waited is gone: it was sent, or nobody wants it. */
static void
forget_waiting(struct sub *sub)
{
	struct subs *s = sub->to->subs;

	must(s->held >= sub->waiting.len);
	s->held -= sub->waiting.len;
	buf_fini(&sub->waiting);
}

static void
sub_drop(struct sub *sub)
{
	struct subs *s = sub->to->subs;

	must(s->count > 0 && sub->to->count > 0);
	TAILQ_REMOVE(&s->all, sub, all_link);
	TAILQ_REMOVE(&sub->to->list, sub, link);
	sub->to->count--;
	s->count--;
	s->devices -= sub->topic == TOPIC_DEVICES;
	forget_waiting(sub);
	arena_fini(&sub->a);
	mem_free(sub);
}

void
subscriber_fini(struct subscriber *to)
{
	struct sub *sub;

	while ((sub = TAILQ_FIRST(&to->list)) != NULL)
		sub_drop(sub);
}

static int
topic_of(const struct json *v, enum topic *out)
{
	struct str name = json_text(json_member(v, "topic"));

	for (int i = 0; i < TOPIC__MAX; i++)
		if (str_eqz(name, topics[i].name)) {
			*out = (enum topic)i;
			return 0;
		}
	return -1;
}

static const struct json *
list_member(const struct json *v, const char *name)
{
	const struct json *list = json_member(v, name);

	return json_kind(list) == JSON_ARRAY ? list : NULL;
}

/* The command belongs to the answer: the subscription keeps a copy. */
static int
sub_read(struct sub *sub, const struct json *command)
{
	const struct json *own;
	struct buf text;
	struct err e;
	int rc;

	buf_init(&text, SUB_ARENA / 4);
	json_print(command, &text);
	rc = json_read(&sub->a, buf_view(&text), SUB_ARENA / 4, &own, &e);
	buf_clear(&text);
	if (rc == 0 && json_kind(json_member(own, "src")) != JSON_NONE) {
		json_print(json_member(own, "src"), &text);
		sub->src = str_of(arena_str(&sub->a, buf_view(&text)));
	}
	buf_fini(&text);
	if (rc < 0 || arena_failed(&sub->a) || topic_of(own, &sub->topic) < 0)
		return -1;
	sub->assigned = json_true(json_member(own, "assigned"));
	sub->unassigned = json_true(json_member(own, "unassigned"));
	sub->domains = list_member(own, "domains");
	sub->categories = list_member(own, "categories");
	sub->subcategories = list_member(own, "subcategories");
	return 0;
}

int
subscriber_add(struct subscriber *to, const struct json *command)
{
	struct sub *sub = mem_new(sizeof(*sub)), *old, *next;
	struct subs *s = to->subs;

	must(to->session != NULL && to->count <= HUBWIRE_SUBS_MAX);
	arena_init(&sub->a, SUB_ARENA);
	buf_init(&sub->waiting, SUBS_HELD_MAX);
	sub->to = to;
	sub->held = true;
	if (sub_read(sub, command) < 0) {
		arena_fini(&sub->a);
		mem_free(sub);
		return -1;
	}
	for (old = TAILQ_FIRST(&to->list); old != NULL; old = next) {
		next = TAILQ_NEXT(old, link);
		if (old->topic == sub->topic && str_eq(old->src, sub->src))
			sub_drop(old);
	}
	if (to->count == HUBWIRE_SUBS_MAX)
		sub_drop(TAILQ_FIRST(&to->list));
	TAILQ_INSERT_TAIL(&to->list, sub, link);
	TAILQ_INSERT_TAIL(&s->all, sub, all_link);
	to->count++;
	s->count++;
	s->devices += sub->topic == TOPIC_DEVICES;
	return 0;
}

void
subscriber_let_go(struct subscriber *to)
{
	struct sub *sub;
	uint32_t n;

	TAILQ_FOREACH (sub, &to->list, link) {
		struct buf *b = &sub->waiting;

		sub->held = false;
		/* What ran over is closed: nothing of it goes out. */
		for (size_t at = 0; !buf_failed(b) && at < b->len;
		     at += sizeof(n) + n) {
			memcpy(&n, b->data + at, sizeof(n));
			must(n <= b->len - at - sizeof(n));
			to->send(to->arg, str_n(b->data + at + sizeof(n), n));
		}
		forget_waiting(sub);
	}
}

/* ---- who sees what ---- */

static bool
has_number(const struct json *list, int64_t n)
{
	for (size_t i = 0; i < json_length(list); i++)
		if (json_number(json_item(list, i), -1) == n)
			return true;
	return false;
}

/* Have the two lists of names one in common? */
static bool
shares_name(const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < json_length(a); i++)
		for (size_t k = 0; k < json_length(b); k++)
			if (str_eq(json_text(json_item(a, i)),
				json_text(json_item(b, k))))
				return true;
	return false;
}

static bool
wants_domain(const struct sub *sub, int64_t domain)
{
	return sub->domains == NULL || has_number(sub->domains, domain);
}

static bool
wants_device(const struct sub *sub, int64_t domain, const struct json *side)
{
	const struct json *has = json_member(side, "categories");

	if (domain == 0 && !(sub->unassigned && sub->to->session->admin))
		return false;
	if (domain > 0 && !sub->assigned)
		return false;
	if (domain > 0 && !wants_domain(sub, domain))
		return false;
	if (sub->categories == NULL)
		return true;
	return shares_name(sub->categories, has) &&
	       (sub->subcategories == NULL ||
		   shares_name(sub->subcategories, has));
}

static bool
sees(const struct sub *sub, const struct json *side)
{
	int64_t domain = json_number(json_member(side, "domain"), -1);

	if (json_kind(side) != JSON_OBJECT || domain < 0)
		return false;
	if (!session_sees(sub->to->session, domain))
		return false;
	return sub->topic == TOPIC_DEVICES ? wants_device(sub, domain, side)
					   : wants_domain(sub, domain);
}

/* ---- events ---- */

static void
compose(struct buf *out, const char *mt, struct str src, struct str body)
{
	buf_printf(out, "{\"mt\":\"%s\"", mt);
	if (src.len > 0) {
		buf_puts(out, ",\"src\":");
		buf_str(out, src);
	}
	if (body.len > 0) {
		buf_putc(out, ',');
		buf_str(out, body);
	}
	buf_putc(out, '}');
}

static void
hand_over(struct sub *sub, struct str message)
{
	struct subs *s = sub->to->subs;
	bool tight = s->held >= SUBS_HELD_ALL;
	uint32_t n = (uint32_t)message.len;
	size_t had = sub->waiting.len;

	if (!sub->held) {
		sub->to->send(sub->to->arg, message);
		return;
	}
	if (!tight || had < SUBS_HELD_TIGHT) {
		buf_add(&sub->waiting, &n, sizeof(n));
		buf_str(&sub->waiting, message);
		s->held += sub->waiting.len - had;
		if (!buf_failed(&sub->waiting))
			return;
	}
	if (sub->to->overrun != NULL)
		sub->to->overrun(sub->to->arg);
}

static void
offer(struct sub *sub, enum topic topic, const struct json *before,
    const struct json *after)
{
	bool was = sees(sub, before), is = sees(sub, after);
	const struct json *side = is ? after : before;
	struct buf message;
	const char *mt;

	if (!was && !is)
		return;
	mt = is ? (was ? topics[topic].changed : topics[topic].added)
		: topics[topic].removed;
	buf_init(&message, HUBWIRE_EVENT_MAX + 4096);
	compose(&message, mt, sub->src, json_text(json_member(side, "body")));
	if (!buf_failed(&message)) {
		hand_over(sub, buf_view(&message));
	} else {
		/* What it missed it can only learn by asking again. */
		log_event(LOG_ERROR, "event.too-long", PAIRS(P_STRZ("mt", mt)));
		if (sub->to->overrun != NULL)
			sub->to->overrun(sub->to->arg);
	}
	buf_fini(&message);
}

/* Names the thing of which a side of an event tells: all but devices by topic and
 * id, a phone that waits by its hardware id.  A device in a domain is one thing,
 * what has the same hardware id in none another: connections without proof come
 * and go beside it. */
static uint64_t
thing_of(const struct json *event, enum topic topic, const struct json *side)
{
	struct str hw_id = json_text(json_member(event, "hwId"));
	char text[96];
	int n;

	if (topic == TOPIC_DEVICES)
		return map_hash(hw_id) ^
		       (json_number(json_member(side, "domain"), 0) == 0);
	if (topic == TOPIC_PHONES)
		return map_hash(hw_id);
	n = snprintf(text, sizeof(text), "%s:%lld", topics[topic].name,
	    (long long)json_number(json_member(event, "id"), -1));
	return map_hash(str_n(text, (size_t)n));
}

/* NULL: something newer of the same thing was published before. */
static const struct json *
newer(struct subs *s, uint64_t thing, int64_t rev, const struct json *side)
{
	struct subs_seen *seen = &s->seen[thing & (SUBS_SEEN - 1)];

	if (side == NULL || (seen->thing == thing && rev < seen->rev))
		return NULL;
	seen->thing = thing;
	seen->rev = rev;
	return side;
}

static bool
wants_topic(const struct sub *sub, enum topic topic)
{
	return sub->topic == topic ||
	       (sub->topic == TOPIC_JOBS &&
		   (topic == TOPIC_TASKS || topic == TOPIC_RESTORES));
}

int
subs_publish(struct subs *s, const struct json *event)
{
	const struct json *before = json_member(event, "before");
	const struct json *after = json_member(event, "after");
	int64_t rev = json_number(json_member(event, "rev"), -1);
	struct sub *sub, *next;
	enum topic topic;

	if (topic_of(event, &topic) < 0 || rev < 0)
		return -1;
	before = newer(s, thing_of(event, topic, before), rev, before);
	after = newer(s, thing_of(event, topic, after), rev, after);
	if (before == NULL && after == NULL) {
		s->outdated++;
		return 0;
	}
	s->published++;
	for (sub = TAILQ_FIRST(&s->all); sub != NULL; sub = next) {
		next = TAILQ_NEXT(sub, all_link);
		if (wants_topic(sub, topic))
			offer(sub, topic, before, after);
	}
	return 0;
}

int
subs_publish_text(struct subs *s, struct str line)
{
	const struct json *event;
	struct arena a;
	struct err e;
	int rc;

	arena_init(&a, SUB_ARENA);
	rc = json_read(&a, line, 4 * (size_t)HUBWIRE_EVENT_MAX, &event, &e);
	if (rc == 0)
		rc = subs_publish(s, event);
	arena_fini(&a);
	return rc;
}
