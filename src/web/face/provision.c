#include "provision.h"

#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "health.h"
#include "log.h"
#include "must.h"
#include "phone.h"
#include "phone_key.h"
#include "phone_known.h"
#include "phone_trace.h"
#include "phone_wait.h"

#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */

static struct arena memory;
static struct phone_types types;

int
provision_start(struct web *w, struct err *e)
{
	arena_init(&memory, TYPES_MAX);
	return phone_types_load(&memory, w->conf.templates, &types, e);
}

void
provision_stop(void)
{
	arena_fini(&memory);
}

/* ---- keys that count ---- */

static struct {
	pthread_mutex_t lock;
	struct remembered {
		int64_t domain, generation; /* generation 0: it has no key */
		int64_t until_ms;
	} list[PROVISION_KEYS];
} keys = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct remembered *
place_of(int64_t domain)
{
	return &keys.list[(uint64_t)domain % PROVISION_KEYS];
}

static bool
recall(int64_t domain, int64_t *generation)
{
	const struct remembered *k = place_of(domain);
	bool known;

	must(pthread_mutex_lock(&keys.lock) == 0);
	known = k->domain == domain && k->until_ms > clock_mono_ms();
	if (known)
		*generation = k->generation;
	must(pthread_mutex_unlock(&keys.lock) == 0);
	return known;
}

static void
remember(int64_t domain, int64_t generation)
{
	struct remembered *k = place_of(domain);

	must(pthread_mutex_lock(&keys.lock) == 0);
	*k = (struct remembered){
	    domain, generation, clock_mono_ms() + PROVISION_KEY_MS};
	must(pthread_mutex_unlock(&keys.lock) == 0);
}

/* 1 the key counts, 0 it is none, -1. */
static int
find_key(struct ask *q, struct str key, struct phone_door *out)
{
	int64_t generation = 0;

	if (!phone_key_read(q->core, key, out))
		return 0;
	if (!recall(out->domain_id, &generation)) {
		if (phone_key_counts(q, out->domain_id, &generation) < 0)
			return -1;
		remember(out->domain_id, generation);
	}
	return generation == out->generation;
}

/* ---- a request ---- */

struct visit {
	struct ask q;
	struct str address;
	struct str name; /* of the file */
	struct phone_door door;
	struct phone_known phone;
};

/* /p/<key>/.../<name>; several slashes count as one. */
static void
read_path(struct str path, struct str *key, struct str *name)
{
	struct str word;
	size_t n = 0;

	*key = *name = str_n("", 0);
	while (str_next(&path, '/', &word)) {
		if (word.len == 0)
			continue;
		if (n == 1)
			*key = word;
		else if (n > 1)
			*name = word;
		n++;
	}
}

/* It is no device: it waits, if there is room. */
static int
let_wait(struct visit *v, enum phone_reason *why)
{
	const struct phone_type *t = v->phone.type;
	struct phone_visit in = {.mac = str_of(v->phone.mac),
	    .key_domain = v->door.domain_id,
	    .type = t != NULL ? t->key : str_n("", 0),
	    .product = t != NULL ? t->name : str_of(v->phone.model),
	    .ports = t != NULL ? t->ports : 1,
	    .firmware = str_of(v->phone.firmware),
	    .address = v->address};
	int rc = phone_wait_visit(&v->q, &in);

	*why = rc > 0 ? PHONE_WAITS : PHONE_FULL;
	return rc < 0 ? -1 : 0;
}

static int
judge(struct visit *v, enum phone_reason *why)
{
	struct str mac = str_of(v->phone.mac);
	bool served;
	int rc;

	*why = PHONE_NO_MAC;
	if (mac.len == 0)
		return 0;
	rc = phone_door(&v->q, mac, v->door.domain_id, &served);
	if (rc <= 0)
		return rc < 0 ? -1 : let_wait(v, why);
	*why = served ? PHONE_NO_FILE : PHONE_OTHER_KEY;
	return served ? phone_contact(&v->q, mac, v->address) : 0;
}

/* A stranger's file is called by its pattern, so that rows stay few. */
static int
trace(struct visit *v, enum phone_reason why)
{
	bool known = why == PHONE_WAITS || why == PHONE_NO_FILE;
	bool plain = v->name.len <= PHONE_PATH_MAX && str_printable(v->name);
	struct phone_event e = {.key_domain = v->door.domain_id,
	    .mac = known ? str_of(v->phone.mac) : str_n("", 0),
	    .address = v->address,
	    .file = known && plain ? v->name : v->phone.file,
	    .status = 404,
	    .reason = why};

	return phone_trace_add(&v->q, &e);
}

static int
visit(struct req *r, struct visit *v)
{
	enum phone_reason why;
	struct str key;
	int rc;

	read_path(r->path, &key, &v->name);
	rc = find_key(&v->q, key, &v->door);
	if (rc <= 0)
		return rc;
	phone_known_find(
	    &types, v->name, req_param(r, "HTTP_USER_AGENT"), &v->phone);
	return judge(v, &why) < 0 ? -1 : trace(v, why);
}

/* Whatever is wrong, nobody learns what. */
static void
not_found(struct resp *out)
{
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	resp_text(out, 404, "text/plain", STR("not found\n"));
}

static void
serve(struct worker *w, struct req *r, struct resp *out)
{
	struct err e = {0};
	struct visit v = {
	    .q = worker_ask(w, r, NULL, &e), .address = r->remote};

	r->refused = true;
	if (visit(r, &v) < 0)
		log_event(LOG_ERROR, "provision.failed",
		    PAIRS(P_STRZ("id", r->id), P_STRZ("why", e.text)));
	not_found(out);
}

static void
refuse_bare(struct resp *out, int status, const char *phrase)
{
	(void)status;
	(void)phrase;
	not_found(out);
}

static const struct route list[] = {
    HEALTH_ROUTES("/provision"),
    {"/", ROUTE_REST, "GET, HEAD, PUT, POST", serve, "provision"},
};

const struct routes provision_routes = {list, COUNT(list), refuse_bare};
