/* Subscriptions: who hears what, compared with a direct model. */
#include "subs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "hubwire.h"
#include "must.h"
#include "tap.h"

#define ROUNDS   1000
#define DOMAINS  4 /* 0 is unassigned */
#define LABELS   3
#define WATCHERS 64

/* A subscription as plain numbers. */
struct model {
	bool admin;
	unsigned rights; /* bit per domain */
	bool assigned, unassigned, has_domains, has_categories, has_more;
	unsigned domains, categories, more; /* bits */
};

struct watcher {
	struct model m;
	struct session session;
	int64_t may[DOMAINS];
	struct subscriber to;
	char last[256]; /* the last message */
};

/* One side of an event; present or not. */
struct side {
	bool there;
	unsigned domain, categories;
};

static struct watcher watchers[WATCHERS];
static struct subs subs;
static unsigned seed = 1;

static unsigned
draw(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return seed >> 8 & 0xffff ? (seed >> 8 & 0xffff) % below : 0;
}

static void
keep_last(void *arg, struct str message)
{
	struct watcher *w = arg;

	str_copy(w->last, sizeof(w->last), message);
}

static void
print_list(struct buf *b, const char *name, unsigned bits, bool names)
{
	const char *comma = "";

	buf_printf(b, ",\"%s\":[", name);
	for (int i = 0; i < 8; i++)
		if (bits & 1u << i) {
			buf_printf(b, names ? "%s\"c%d\"" : "%s%d", comma, i);
			comma = ",";
		}
	buf_putc(b, ']');
}

static const struct json *
parse(struct arena *a, const struct buf *b)
{
	const struct json *v = NULL;
	struct err e;

	if (json_read(a, buf_view(b), 65536, &v, &e) < 0)
		tap_ok(false, "the test writes JSON: %s", b->data);
	return v;
}

static void
subscribe(struct watcher *w, const struct model *m)
{
	struct arena a;
	struct buf b;

	arena_init(&a, 1u << 20);
	buf_init(&b, 4096);
	buf_printf(&b,
	    "{\"topic\":\"devices\",\"src\":{\"a\":1},\"assigned\":%s,"
	    "\"unassigned\":%s",
	    m->assigned ? "true" : "false", m->unassigned ? "true" : "false");
	if (m->has_domains)
		print_list(&b, "domains", m->domains, false);
	if (m->has_categories)
		print_list(&b, "categories", m->categories, true);
	if (m->has_more)
		print_list(&b, "subcategories", m->more, true);
	buf_putc(&b, '}');
	if (subscriber_add(&w->to, parse(&a, &b)) < 0)
		tap_ok(false, "a subscription is taken: %s", b.data);
	subscriber_let_go(&w->to);
	buf_fini(&b);
	arena_fini(&a);
}

static void
make_watcher(struct watcher *w)
{
	struct model *m = &w->m;

	memset(w, 0, sizeof(*w));
	m->admin = draw(3) == 0;
	m->rights = draw(1 << DOMAINS) & ~1u;
	m->assigned = draw(4) > 0;
	m->unassigned = draw(2);
	m->has_domains = draw(2);
	m->domains = draw(1 << DOMAINS) & ~1u;
	m->has_categories = draw(2);
	m->categories = draw(1 << LABELS);
	m->has_more = draw(2);
	m->more = draw(1 << LABELS);
	w->session.admin = m->admin;
	w->session.domains = w->may;
	for (unsigned i = 1; i < DOMAINS; i++)
		if (m->rights & 1u << i)
			w->may[w->session.ndomains++] = i;
	subscriber_init(&subs, &w->to, &w->session, keep_last, w);
	subscribe(w, m);
}

/* The contract, said another way than in the code. */
static bool
model_sees(const struct model *m, const struct side *s)
{
	unsigned bit = 1u << s->domain;

	if (!s->there)
		return false;
	if (s->domain == 0)
		return m->admin && m->unassigned &&
		       (!m->has_categories ||
			   ((m->categories & s->categories) &&
			       (!m->has_more || (m->more & s->categories))));
	if (!m->assigned || !(m->admin || (m->rights & bit)))
		return false;
	if (m->has_domains && !(m->domains & bit))
		return false;
	if (!m->has_categories)
		return true;
	if (!(m->categories & s->categories))
		return false;
	return !m->has_more || (m->more & s->categories) != 0;
}

static void
expected(const struct model *m, const struct side *before,
    const struct side *after, char out[256])
{
	bool was = model_sees(m, before), is = model_sees(m, after);

	if (is)
		(void)snprintf(out, 256,
		    "{\"mt\":\"%s\",\"src\":{\"a\":1},\"new\":%u}",
		    was ? "DeviceUpdate" : "DeviceAdded", after->domain);
	else if (was)
		(void)snprintf(out, 256,
		    "{\"mt\":\"DeviceRemoved\",\"src\":{\"a\":1},\"old\":%u}",
		    before->domain);
	else
		out[0] = '\0';
}

static void
print_side(
    struct buf *b, const char *name, const char *body, const struct side *s)
{
	if (!s->there)
		return;
	buf_printf(b, ",\"%s\":{\"domain\":%u,\"body\":\"\\\"%s\\\":%u\"", name,
	    s->domain, body, s->domain);
	print_list(b, "categories", s->categories, true);
	buf_putc(b, '}');
}

static void
publish(int rev, const struct side *before, const struct side *after)
{
	struct arena a;
	struct buf b;

	arena_init(&a, 1u << 20);
	buf_init(&b, 4096);
	buf_printf(&b,
	    "{\"topic\":\"devices\",\"hwId\":\"0090330a0b0c\",\"rev\":%d", rev);
	print_side(&b, "before", "old", before);
	print_side(&b, "after", "new", after);
	buf_putc(&b, '}');
	if (subs_publish(&subs, parse(&a, &b)) < 0)
		tap_ok(false, "an event is taken: %s", b.data);
	buf_fini(&b);
	arena_fini(&a);
}

static struct side
draw_side(void)
{
	struct side s = {draw(4) > 0, draw(DOMAINS), draw(1 << LABELS)};

	return s;
}

static void
test_against_model(void)
{
	int wrong = 0, heard = 0;
	char want[256];

	for (int i = 0; i < WATCHERS; i++)
		make_watcher(&watchers[i]);
	for (int round = 1; round <= ROUNDS; round++) {
		struct side before = draw_side(), after = draw_side();

		for (int i = 0; i < WATCHERS; i++)
			watchers[i].last[0] = '\0';
		publish(round, &before, &after);
		for (int i = 0; i < WATCHERS; i++) {
			expected(&watchers[i].m, &before, &after, want);
			heard += want[0] != '\0';
			if (strcmp(want, watchers[i].last) == 0)
				continue;
			if (wrong++ == 0)
				tap_diag("round %d watcher %d: \"%s\", not "
					 "\"%s\"",
				    round, i, watchers[i].last, want);
		}
	}
	tap_is_int(wrong, 0,
	    "1,000 random events reach whom a direct model says, as it says");
	tap_ok(heard > ROUNDS, "and many were heard at all (%d)", heard);
	for (int i = 0; i < WATCHERS; i++)
		subscriber_fini(&watchers[i].to);
	tap_is_int((long long)subs.count, 0, "subscriptions go with their app");
}

static int
command(struct subscriber *to, const char *text)
{
	const struct json *v;
	struct arena a;
	struct err e;
	int rc;

	arena_init(&a, 1u << 20);
	rc = json_read(&a, str_of(text), 65536, &v, &e);
	if (rc == 0)
		rc = subscriber_add(to, v);
	arena_fini(&a);
	return rc;
}

static void
collect(void *arg, struct str message)
{
	buf_str(arg, message);
	buf_putc(arg, '\n');
}

static void
test_holding(void)
{
	struct session session = {.admin = true};
	struct side none = {0}, there = {true, 1, 0}, other = {true, 2, 0};
	struct subscriber to;
	struct buf got;

	buf_init(&got, 65536);
	subscriber_init(&subs, &to, &session, collect, &got);
	tap_is_int(command(&to, "{\"topic\":\"devices\",\"assigned\":true}"), 0,
	    "a subscription without src");
	publish(2001, &none, &there);
	tap_is_int((long long)got.len, 0, "held events wait");
	publish(2002, &there, &other);
	subscriber_let_go(&to);
	tap_is_str(got.data,
	    "{\"mt\":\"DeviceAdded\",\"new\":1}\n"
	    "{\"mt\":\"DeviceUpdate\",\"new\":2}\n",
	    "and come in their order when let go, without src");
	buf_clear(&got);
	publish(2001, &none, &there);
	tap_is_int((long long)got.len, 0, "an older revision is dropped");
	publish(2002, &none, &there);
	tap_ok(got.len > 0, "the same revision is not older");
	buf_clear(&got);
	subscriber_fini(&to);
	buf_fini(&got);
}

/* A device, and a connection without proof that names its hardware id. */
static void
test_two_of_one_id(void)
{
	struct session session = {.admin = true};
	struct side none = {0}, device = {true, 1, 0}, claim = {true, 0, 0};
	struct subscriber to;
	struct buf got;

	buf_init(&got, 65536);
	subscriber_init(&subs, &to, &session, collect, &got);
	must(command(&to, "{\"topic\":\"devices\",\"assigned\":true,"
			  "\"unassigned\":true}") == 0);
	subscriber_let_go(&to);
	publish(2012, &claim, &claim);
	publish(2011, &device, &none);
	tap_is_str(got.data,
	    "{\"mt\":\"DeviceUpdate\",\"new\":0}\n"
	    "{\"mt\":\"DeviceRemoved\",\"old\":1}\n",
	    "news of a claim do not outdate those of the device");
	buf_clear(&got);
	publish(2014, &claim, &none);
	publish(2013, &claim, &device);
	tap_is_str(got.data,
	    "{\"mt\":\"DeviceRemoved\",\"old\":0}\n"
	    "{\"mt\":\"DeviceAdded\",\"new\":1}\n",
	    "of an older change only the side is told that is new");
	buf_clear(&got);
	publish(2012, &device, &claim);
	tap_is_int((long long)got.len, 0, "and none if both are older");
	subscriber_fini(&to);
	buf_fini(&got);
}

/* What a jobs' subscriber, who may see domain 3, hears of tasks of a domain. */
static void
publish_tasks(int domain, int rev)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
	    "{\"topic\":\"tasks\",\"id\":7,\"rev\":%d,"
	    "\"before\":{\"domain\":%d,\"body\":\"\"},"
	    "\"after\":{\"domain\":%d,\"body\":\"\\\"jobId\\\":7\"}}",
	    rev, domain, domain);
	tap_ok(subs_publish_text(&subs, str_of(text)) == 0,
	    "tasks of domain %d are told", domain);
}

static void
test_tasks(void)
{
	int64_t may[] = {3};
	struct session session = {.domains = may, .ndomains = 1};
	struct subscriber to;
	struct buf got;

	buf_init(&got, 65536);
	subscriber_init(&subs, &to, &session, collect, &got);
	(void)command(&to, "{\"topic\":\"jobs\",\"src\":1}");
	(void)command(&to, "{\"topic\":\"domains\",\"src\":2}");
	subscriber_let_go(&to);
	publish_tasks(4, 900);
	tap_is_int((long long)got.len, 0, "... to nobody who does not see it");
	publish_tasks(3, 901);
	buf_putc(&got, '\0');
	tap_is_str(got.data, "{\"mt\":\"TaskUpdate\",\"src\":1,\"jobId\":7}\n",
	    "who subscribes to jobs hears TaskUpdate, once");
	buf_clear(&got);
	tap_ok(subs_publish_text(&subs,
		   STR("{\"order\":\"event\",\"topic\":\"restores\",\"id\":7,"
		       "\"rev\":902,\"after\":{\"domain\":3,"
		       "\"body\":\"\\\"restore\\\":{}\"}}")) == 0,
	    "a put-back is told");
	buf_putc(&got, '\0');
	tap_is_str(got.data,
	    "{\"mt\":\"RestoreUpdate\",\"src\":1,\"restore\":{}}\n",
	    "... to who subscribes to jobs");
	subscriber_fini(&to);
	buf_fini(&got);
}

static void
test_limits(void)
{
	struct session session = {.admin = true};
	struct subscriber to;
	char text[128];
	struct buf got;

	buf_init(&got, 65536);
	subscriber_init(&subs, &to, &session, collect, &got);
	tap_ok(command(&to, "{\"topic\":\"weather\"}") < 0,
	    "an unknown topic is refused");
	for (int i = 0; i < 20; i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"topic\":\"domains\",\"src\":%d}", i);
		(void)command(&to, text);
	}
	tap_is_int((long long)to.count, HUBWIRE_SUBS_MAX,
	    "of too many subscriptions the oldest gives way");
	(void)command(&to, "{\"topic\":\"domains\",\"src\":19}");
	tap_is_int((long long)to.count, HUBWIRE_SUBS_MAX,
	    "the same topic and src replaces the older one");
	(void)command(&to, "{\"topic\":\"devices\",\"src\":19}");
	tap_is_int((long long)subs.devices, 1, "those to devices are counted");
	subscriber_let_go(&to);
	(void)subs_publish_text(&subs,
	    STR("{\"topic\":\"domains\",\"rev\":5,\"after\":{\"domain\":3,"
		"\"body\":\"\\\"id\\\":3\"}}"));
	tap_ok(strstr(got.data,
		   "{\"mt\":\"DomainAdded\",\"src\":19,\"id\":3}") != NULL,
	    "a domain that is new is added");
	buf_clear(&got);
	(void)subs_publish_text(&subs,
	    STR("{\"topic\":\"domains\",\"rev\":6,\"before\":{\"domain\":3,"
		"\"body\":\"\\\"id\\\":3\"}}"));
	tap_ok(strstr(got.data, "\"mt\":\"DomainDeleted\"") != NULL,
	    "one that is gone is deleted");
	tap_ok(subs_publish_text(&subs, STR("{\"topic\":\"devices\"}")) < 0,
	    "an event without revision is none");
	tap_ok(subs_publish_text(&subs, STR("nothing")) < 0,
	    "nor is what is no JSON");
	subscriber_fini(&to);
	buf_fini(&got);
}

int
main(void)
{
	subs_init(&subs);
	test_against_model();
	test_holding();
	test_two_of_one_id();
	test_tasks();
	test_limits();
	subs_fini(&subs);
	return tap_end();
}
