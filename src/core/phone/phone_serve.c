#include "phone_serve.h"

#include <string.h>

#include "ask.h"
#include "db.h"
#include "log.h"
#include "net.h"
#include "phone.h"
#include "phone_cache.h"
#include "phone_cert.h"
#include "phone_edition.h"
#include "phone_render.h"
#include "phone_upload.h"
#include "phone_wait.h"
#include "phone_window.h"

/* One request. */
struct serve {
	struct ask *q;
	const struct phone_types *types;
	const struct phone_request *in;
	struct phone_answer *out;
	struct buf *body;
	struct served_phone phone;
	const struct phone_file *file; /* that it asks for; NULL: none */
	struct phone_file firmware;    /* what that is outside of a window */
	struct phone_update update;
	char cert[PHONE_MAC_SIZE]; /* whose certificate it has; empty: none */
	bool proven;
	int64_t rev; /* the change counter before all; 0: it is not wanted */
};

static int
reason(struct serve *s, enum phone_reason why)
{
	s->out->reason = why;
	return 0;
}

/* ---- its file ---- */

static const struct phone_file *
find_file(const struct phone_vendor *v, const struct serve *s)
{
	struct phone_path p;

	for (size_t i = 0; v != NULL && i < v->nfiles; i++)
		if (phone_path_fits(v->files[i].pattern, s->in->name, &p))
			return p.mac[0] == '\0' || str_eqz(s->phone.mac, p.mac)
				   ? &v->files[i]
				   : NULL;
	return NULL;
}

/* Where it gets its files from now on. */
static struct str
url_of(const struct serve *s)
{
	char proof[PHONE_MARK_SIZE];

	phone_proof_write(s->q->core, &s->phone, proof);
	return str_of(arena_printf(s->q->arena, "%s/p/%.*s/%s/",
	    s->in->origin != NULL ? s->in->origin : "", (int)s->in->key.len,
	    s->in->key.p, proof));
}

/* A template that is wrong is for who writes it, not for the phone. */
static int
make(struct serve *s, struct phone_render *r, const struct phone_layers *layers,
    const struct phone_cache_key *key)
{
	struct phone_values values;
	const struct phone_vendor *v = r->vendor;
	struct err e;

	if (phone_values_merge(s->q, layers, NULL, &values) < 0)
		return -1;
	r->values = &values;
	if (phone_render(s->q->arena, r, s->file, s->body, &e) == 0) {
		phone_cache_put(key, buf_view(s->body), s->out->tag);
		return reason(s, PHONE_GIVEN);
	}
	log_event(LOG_ERROR, "phone.template",
	    PAIRS(P_STR("vendor", v->folder),
		P_STR("template", s->file->template), P_STRZ("why", e.text)));
	return reason(s, PHONE_TEMPLATE);
}

/* The next time nobody has to look; outside of its window somebody has. */
static void
keep(const struct serve *s, const struct phone_cache_key *key)
{
	const struct served_phone *p = &s->phone;
	struct phone_again_file f = {
	    .file = *key, .domain = s->out->domain, .until_ms = p->until};

	if (s->rev == 0 || !s->proven || s->out->reason != PHONE_GIVEN)
		return;
	str_copy(f.mac, sizeof(f.mac), p->mac);
	str_copy(f.media, sizeof(f.media), str_of(s->out->media));
	phone_again_put(s->in->again, s->rev, &f);
}

static int
give(struct serve *s, const struct phone_vendor *v, const struct phone_type *t)
{
	struct phone_render r = {.phone = &s->phone,
	    .type = t,
	    .vendor = v,
	    .url = url_of(s),
	    .update = s->update,
	    .only_firmware = s->file == &s->firmware,
	    .proven = s->proven};
	struct phone_layers layers;
	struct phone_cache_key key;
	int rc = 0;

	if (phone_values_layers(s->q, &s->phone, v->folder, STR(""), &layers) <
	    0)
		return -1;
	s->out->media = arena_str(s->q->arena, s->file->type);
	phone_cache_name(&r, s->file, &layers, &key);
	if (phone_cache_get(&key, s->body, s->out->tag))
		s->out->reason = PHONE_GIVEN;
	else
		rc = make(s, &r, &layers, &key);
	if (rc == 0)
		keep(s, &key);
	return rc;
}

static int
write_file(struct serve *s)
{
	if (!s->proven || s->file == NULL || !s->file->upload)
		return reason(s, PHONE_NO_FILE);
	if (phone_upload_save(s->q, &s->phone, s->in->name, s->in->content) < 0)
		return s->q->err->kind == ERR_LIMIT ? reason(s, PHONE_NO_FILE)
						    : -1;
	return reason(s, PHONE_SAVED);
}

/* Its window is closed, and an update job works on it. */
static bool
has_firmware(struct serve *s)
{
	if (!s->proven || s->update.url.len == 0 || s->file == NULL ||
	    !phone_file_firmware(s->file, &s->firmware))
		return false;
	s->file = &s->firmware;
	return true;
}

/* From the templates that it has. */
static int
serve_of(struct serve *s, const struct phone_types *types)
{
	const struct phone_type *t = phone_type_find(types, s->phone.type);
	const struct phone_vendor *v =
	    t != NULL ? phone_vendor_find(types, t->vendor) : NULL;

	s->file = find_file(v, s);
	if (s->in->writes)
		return write_file(s);
	if (!phone_window_is_open(&s->phone) && !has_firmware(s))
		return reason(s, PHONE_OUTSIDE);
	if (s->file == NULL || s->file->template.len == 0)
		return reason(s, PHONE_NO_FILE);
	return give(s, v, t);
}

/* It is the phone, as far as one can know here. */
static int
serve(struct serve *s)
{
	struct phone_edition e;
	int rc = phone_edition_take(s->q, s->types, s->phone.edition, &e);

	if (rc == 0)
		rc = serve_of(s, e.types);
	phone_edition_give(&e);
	return rc;
}

/* 1 an update job works on it, 0 none does, -1. */
static int
find_update(struct serve *s)
{
	const struct phone_type *t = phone_type_find(s->types, s->phone.type);

	return phone_update_find(s->q, s->phone.device_id,
	    t != NULL ? phone_type_model(t) : STR(""), &s->update);
}

/* It is the phone, by its own URL or its certificate. */
static int
serve_proven(struct serve *s)
{
	bool certain = str_eqz(s->phone.mac, s->cert);
	int rc = find_update(s);

	if (rc < 0)
		return -1;
	rc = phone_window_come(s->q, &s->phone, s->in->address,
	    certain  ? PHONE_CERTAIN
	    : rc > 0 ? PHONE_HELD
		     : PHONE_COMES);
	s->out->there = s->proven = true;
	str_copy(s->out->known.mac, sizeof(s->out->known.mac), s->phone.mac);
	if (rc <= 0)
		return rc < 0 ? -1 : reason(s, PHONE_ELSEWHERE);
	if (phone_window_proven(s->q, &s->phone) < 0 ||
	    phone_firmware(s->q, &s->phone, str_of(s->out->known.firmware)) <
		0 ||
	    phone_contact(s->q, &s->phone, s->in->address) < 0)
		return -1;
	return serve(s);
}

/* ---- by the tenant key ---- */

/* It is no device: it waits, if there is room. */
static int
let_wait(struct serve *s)
{
	const struct phone_known *k = &s->out->known;
	const struct phone_type *t = k->type;
	struct phone_visit in = {.mac = str_of(k->mac),
	    .key_domain = s->in->door.domain_id,
	    .type = t != NULL ? t->key : str_n("", 0),
	    .product = t != NULL ? t->name : str_of(k->model),
	    .ports = t != NULL ? t->ports : 1,
	    .firmware = str_of(k->firmware),
	    .address = s->in->address};
	int rc = phone_wait_visit(s->q, &in);

	s->out->there = rc > 0;
	return rc < 0 ? -1 : reason(s, rc > 0 ? PHONE_WAITS : PHONE_FULL);
}

static bool
is_from(const struct served_phone *p, struct str address)
{
	char share[NET_SHARE_SIZE];

	net_share(address, share);
	return p->place.len > 0 && str_eqz(p->place, share);
}

/* In its first window, from where it waited.  Who names it elsewhere is not
 * noted as the phone: orders to fetch files go where that is. */
static int
serve_first(struct serve *s)
{
	int rc = load_one(ask_loader(s->q), STMT_SERVED_PHONE_OF,
	    ARGS(A_STRZ(s->out->known.mac)), load_served_phone, &s->phone);

	if (rc <= 0)
		return rc < 0 ? -1 : reason(s, PHONE_NO_FILE);
	if (str_eqz(s->phone.mac, s->cert))
		return serve_proven(s);
	s->out->there = true;
	if (s->phone.place.len > 0 && !is_from(&s->phone, s->in->address))
		return reason(s, PHONE_ELSEWHERE);
	if (phone_contact(s->q, &s->phone, s->in->address) < 0)
		return -1;
	return s->phone.proven != 0 ? reason(s, PHONE_OWN_URL) : serve(s);
}

/* Whoever names a phone of others learns by the time it takes no more than who
 * names one that nobody has. */
static int
look_alike(struct serve *s, struct str mac)
{
	const struct phone_visit in = {.mac = mac,
	    .key_domain = s->in->door.domain_id,
	    .address = s->in->address};

	return phone_wait_look(s->q, &in) < 0 ? -1 : 0;
}

static int
by_key(struct serve *s)
{
	char *known = s->out->known.mac;
	struct str mac;
	bool served;
	int rc;

	/* A common file does not say whose it is. */
	if (known[0] == '\0')
		str_copy(known, PHONE_MAC_SIZE, str_of(s->cert));
	mac = str_of(known);
	if (mac.len == 0)
		return reason(s, PHONE_NO_MAC);
	rc = phone_door(s->q, mac, s->in->door.domain_id, &served);
	if (rc <= 0)
		return rc < 0 ? -1 : let_wait(s);
	if (served)
		return serve_first(s);
	return look_alike(s, mac) < 0 ? -1 : reason(s, PHONE_OTHER_KEY);
}

/* ---- by its own URL ---- */

/* 1 it is the phone's, 0 it is of before, or another's, -1. */
static int
find_proven(struct serve *s)
{
	const struct phone_mark *m = &s->in->proof;
	int rc;

	if (m->id == 0)
		return 0;
	if (s->in->again != NULL && phone_again_rev(s->q, &s->rev) < 0)
		return -1;
	rc = load_one(ask_loader(s->q), STMT_SERVED_PHONE, ARGS(A_INT(m->id)),
	    load_served_phone, &s->phone);
	return rc > 0 ? s->phone.generation == m->generation &&
			    (s->phone.domain_id == s->in->door.domain_id ||
				s->phone.key_domain == s->in->door.domain_id)
		      : rc;
}

int
phone_serve(struct ask *q, const struct phone_types *types,
    const struct phone_request *in, struct phone_answer *out, struct buf *body)
{
	struct serve s = {
	    .q = q, .types = types, .in = in, .out = out, .body = body};
	int rc = find_proven(&s);

	*out = (struct phone_answer){.domain = in->door.domain_id};
	if (rc < 0 || (rc == 0 && !in->counts))
		return rc;
	phone_known_find(types, in->name, in->agent, &out->known);
	(void)phone_cert_read(in->cert, s.cert);
	rc = rc > 0 ? serve_proven(&s) : by_key(&s);
	return rc < 0 ? -1 : 1;
}

/* ---- again ---- */

int
phone_serve_again(struct ask *q, const struct phone_request *in,
    struct phone_answer *out, struct buf *body)
{
	struct phone_again_file f;
	int rc = phone_again_get(q, in->again, &f, body);

	if (rc <= 0)
		return rc;
	*out = (struct phone_answer){.reason = PHONE_GIVEN,
	    .there = true,
	    .domain = f.domain,
	    .media = arena_str(q->arena, str_of(f.media))};
	memcpy(out->known.mac, f.mac, sizeof(f.mac));
	memcpy(out->tag, f.tag, sizeof(f.tag));
	return 1;
}
