#include "provision.h"

#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "health.h"
#include "log.h"
#include "must.h"
#include "part.h"
#include "phone_again.h"
#include "phone_cache.h"
#include "phone_key.h"
#include "phone_notes.h"
#include "phone_render.h"
#include "phone_serve.h"
#include "phone_window.h"
#include "turns.h"

#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */

static struct arena memory;
static struct phone_types types;

/* ---- the trace ---- */

static struct {
	struct phone_notes *notes;
	struct core core;
	struct turns *turns;
} late;

/* By a core that nobody else uses meanwhile. */
static int
write_notes(struct core *core, bool all, struct err *e)
{
	struct arena a;
	struct ask q = {.core = core, .arena = &a, .err = e};
	int rc;

	arena_init(&a, PHONE_NOTES_MEMORY);
	rc = phone_notes_write(late.notes, &q, all);
	arena_fini(&a);
	return rc;
}

static bool
write_late(void *all)
{
	struct err e = {0};

	if (write_notes(&late.core, all != NULL, &e) < 0)
		log_event(
		    LOG_ERROR, "provision.trace", PAIRS(P_STRZ("why", e.text)));
	return true;
}

int
provision_start(struct web *w, struct err *e)
{
	arena_init(&memory, TYPES_MAX);
	if (phone_types_load(&memory, w->conf.templates, &types, e) < 0 ||
	    core_open(&late.core, &w->conf, e) < 0)
		return -1;
	late.notes = phone_notes_new();
	late.turns = turns_start(PHONE_NOTES_MS, write_late, NULL);
	return 0;
}

void
provision_stop(void)
{
	turns_stop(&late.turns);
	(void)write_late(late.notes); /* all */
	phone_notes_free(&late.notes);
	core_close(&late.core);
	phone_again_clear();
	phone_cache_clear();
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

/* 1 the key counts, 0 it does not, or never was one (*out is empty then), -1. */
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

/* /p/<key>/.../<name>; several slashes count as one. */
static void
read_path(struct str path, struct phone_request *out)
{
	struct str word;
	size_t n = 0;

	out->key = out->name = str_n("", 0);
	while (str_next(&path, '/', &word)) {
		if (word.len == 0)
			continue;
		if (n == 1)
			out->key = word;
		else if (n > 1)
			out->name = word;
		n++;
	}
}

/* Of what stands behind the key only a proof counts. */
static void
find_proof(struct ask *q, struct str path, struct phone_request *out)
{
	struct str word;
	struct phone_mark m;

	while (str_next(&path, '/', &word))
		if (word.p > out->key.p && phone_proof_read(q->core, word, &m))
			out->proof = m;
}

/* A stranger's file is called by its pattern, so that rows stay few; and where
 * there is no room for him whatever he asks, by nothing. */
static int
trace(struct ask *q, const struct phone_request *in,
    const struct phone_answer *a, int status)
{
	bool plain = in->name.len <= PHONE_PATH_MAX && str_printable(in->name);
	struct phone_event e = {.key_domain = a->domain,
	    .mac = a->there ? str_of(a->known.mac) : str_n("", 0),
	    .address = in->address,
	    .file = a->there && plain         ? in->name
		    : a->reason == PHONE_FULL ? str_n("", 0)
					      : a->known.file,
	    .status = status,
	    .reason = a->reason};

	/* Who finds it full waits for the disk like everybody before him. */
	if (phone_notes_add(late.notes, &e))
		return 0;
	return write_notes(q->core, true, q->err) < 0 ||
		       !phone_notes_add(late.notes, &e)
		   ? -1
		   : 0;
}

/* Whatever is wrong, nobody learns what. */
static int
not_found(struct resp *out)
{
	if (resp_restart(out)) {
		(void)resp_header(out, "Cache-Control", STR("no-store"));
		resp_text(out, 404, "text/plain", STR("not found\n"));
	}
	return 404;
}

static int
answer(const struct req *r, const struct phone_answer *a,
    const struct buf *body, struct resp *out)
{
	if (a->reason == PHONE_GIVEN) {
		(void)resp_header(out, "Cache-Control", STR("no-store"));
		return part_send(out, r, a->media, a->tag, buf_view(body));
	}
	if (a->reason != PHONE_SAVED)
		return not_found(out);
	resp_text(out, 201, "text/plain", STR(""));
	return 201;
}

static bool
is_write(const struct req *r)
{
	return str_eqz(r->method, "PUT") || str_eqz(r->method, "POST");
}

/* All that a file may depend on. */
static void
name_it(const struct req *r, const struct phone_request *in,
    struct phone_again *out)
{
	const struct str said[] = {r->path, in->agent, in->address, in->cert,
	    str_of(in->origin != NULL ? in->origin : "")};

	phone_again_name(said, COUNT(said), out);
}

/* Who asks, and what becomes of it: 1, 0 nobody may hear anything, -1. */
static int
judge(struct ask *q, const struct req *r, struct phone_request *in,
    struct phone_answer *a, struct buf *body)
{
	struct phone_again again;
	int rc = 0;

	if (!in->writes) {
		name_it(r, in, &again);
		in->again = &again;
		rc = phone_serve_again(q, in, a, body);
	}
	if (rc != 0)
		return rc;
	find_proof(q, r->path, in);
	rc = find_key(q, in->key, &in->door);
	if (rc < 0 || in->door.domain_id == 0)
		return rc < 0 ? -1 : 0;
	in->counts = rc > 0;
	return phone_serve(q, &types, in, a, body);
}

static int
visit(struct ask *q, struct req *r, struct resp *out)
{
	struct phone_request in = {.address = r->remote,
	    .agent = req_param(r, "HTTP_USER_AGENT"),
	    .cert = req_param(r, "FLEETLINE_CLIENT"),
	    .origin = req_origin(r),
	    .writes = is_write(r),
	    .content = r->body};
	struct phone_answer a;
	struct buf body;
	int rc;

	read_path(r->path, &in);
	buf_init(&body, PHONE_RENDER_MAX);
	rc = judge(q, r, &in, &a, &body);
	if (rc > 0) {
		r->refused = a.reason != PHONE_GIVEN && a.reason != PHONE_SAVED;
		if (trace(q, &in, &a, answer(r, &a, &body, out)) < 0)
			rc = -1;
	}
	buf_wipe(&body);
	return rc;
}

static void
serve(struct worker *w, struct req *r, struct resp *out)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);

	int rc;

	r->refused = true;
	rc = visit(&q, r, out);
	if (rc < 0)
		log_event(LOG_ERROR, "provision.failed",
		    PAIRS(P_STRZ("id", r->id), P_STRZ("why", e.text)));
	if (rc <= 0)
		(void)not_found(out);
}

static void
refuse_bare(struct resp *out, int status, const char *phrase)
{
	(void)status;
	(void)phrase;
	(void)not_found(out);
}

static const struct route list[] = {
    HEALTH_ROUTES("/provision"),
    {"/", ROUTE_REST, "GET, HEAD, PUT, POST", serve, "provision"},
};

const struct routes provision_routes = {list, COUNT(list), refuse_bare};
