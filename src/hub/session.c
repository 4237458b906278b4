#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "hubwire.h"
#include "must.h"

void
sessions_init(struct sessions *ss)
{
	map_init(&ss->by_id);
	map_init(&ss->by_cred);
}

void
sessions_fini(struct sessions *ss)
{
	struct map_node *n;

	while ((n = map_walk(&ss->by_id, NULL)) != NULL)
		session_end(ss, map_entry(n, struct session, by_id));
	map_fini(&ss->by_id);
	map_fini(&ss->by_cred);
}

static int
compare_domains(const void *a, const void *b)
{
	int64_t x = llabs(*(const int64_t *)a), y = llabs(*(const int64_t *)b);

	return (x > y) - (x < y);
}

static void
set_rights(struct session *s, const struct json *rights)
{
	const struct json *list = json_member(rights, "domains");
	size_t n = json_length(list);

	must(n <= HUBWIRE_DOMAINS_MAX);
	s->rev = json_number(json_member(rights, "rev"), 0);
	s->admin = json_true(json_member(rights, "admin"));
	s->read_only = json_true(json_member(rights, "readOnly"));
	mem_free(s->domains);
	s->ndomains = n;
	s->domains = mem_new(s->ndomains * sizeof(*s->domains));
	for (size_t i = 0; i < s->ndomains; i++)
		s->domains[i] = json_number(json_item(list, i), -1);
	if (s->ndomains > 1)
		qsort(s->domains, s->ndomains, sizeof(*s->domains),
		    compare_domains);
}

static struct session *
look_up(const struct sessions *ss, struct str id)
{
	struct map_node *n;
	struct session *s;

	for (n = map_first(&ss->by_id, map_hash(id)); n != NULL;
	     n = map_same(n)) {
		s = map_entry(n, struct session, by_id);
		if (str_eqz(id, s->id))
			return s;
	}
	return NULL;
}

bool
session_rights_fit(const struct json *rights)
{
	return json_length(json_member(rights, "domains")) <=
	       HUBWIRE_DOMAINS_MAX;
}

struct session *
session_open(struct sessions *ss, const struct json *text, int64_t life_ms)
{
	struct str id = json_text(json_member(text, "id"));
	struct str cred = json_text(json_member(text, "cred"));
	unsigned char raw[PASSKEY_ID_LEN / 2], secret[PASSKEY_SECRET_LEN];
	struct session *s;

	if (crypto_unhex(id, raw, sizeof(raw)) < 0 || cred.len == 0 ||
	    cred.len > SESSION_CRED_MAX || !session_rights_fit(text) ||
	    crypto_unhex(json_text(json_member(text, "secret")), secret,
		sizeof(secret)) < 0)
		return NULL;
	s = look_up(ss, id);
	if (s != NULL && !crypto_equal(str_n(s->secret, sizeof(secret)),
			     str_n(secret, sizeof(secret)))) {
		session_end(ss, s);
		s = NULL;
	}
	if (s != NULL)
		map_remove(&ss->by_cred, &s->by_cred);
	else {
		s = mem_new(sizeof(*s));
		TAILQ_INIT(&s->uses);
		str_copy(s->id, sizeof(s->id), id);
		map_put(&ss->by_id, &s->by_id, map_hash(id));
	}
	memcpy(s->secret, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	str_copy(s->cred, sizeof(s->cred), cred);
	map_put(&ss->by_cred, &s->by_cred, map_hash(cred));
	set_rights(s, text);
	s->life_ms = life_ms;
	s->used = clock_mono_ms();
	return s;
}

void
session_end(struct sessions *ss, struct session *s)
{
	struct session_use *u;

	map_remove(&ss->by_id, &s->by_id);
	map_remove(&ss->by_cred, &s->by_cred);
	while ((u = TAILQ_FIRST(&s->uses)) != NULL) {
		session_unuse(u);
		u->ops->ended(u->arg);
	}
	must(TAILQ_EMPTY(&s->uses));
	explicit_bzero(s->secret, sizeof(s->secret));
	mem_free(s->domains);
	mem_free(s);
}

struct session *
session_find(struct sessions *ss, struct str id)
{
	struct session *s = look_up(ss, id);

	if (s != NULL)
		s->used = clock_mono_ms();
	return s;
}

void
sessions_tick(struct sessions *ss, int64_t now)
{
	struct map_node *n = map_walk(&ss->by_id, NULL), *next;

	for (; n != NULL; n = next) {
		struct session *s = map_entry(n, struct session, by_id);

		next = map_walk(&ss->by_id, n);
		if (s->life_ms > 0 && TAILQ_EMPTY(&s->uses) &&
		    now - s->used > s->life_ms)
			session_end(ss, s);
	}
}

/* The next session after prev that lives on cred; prev NULL: the first. */
static struct session *
next_of_cred(const struct sessions *ss, struct str cred, struct session *prev)
{
	struct map_node *n = prev ? map_same(&prev->by_cred)
				  : map_first(&ss->by_cred, map_hash(cred));

	for (; n != NULL; n = map_same(n)) {
		struct session *s = map_entry(n, struct session, by_cred);

		if (str_eqz(cred, s->cred))
			return s;
	}
	return NULL;
}

/* Did the session read its rights after the change that the order tells? */
static bool
knows_better(struct sessions *ss, const struct session *s, int64_t rev)
{
	if (rev == 0 || rev > s->rev)
		return false;
	ss->outdated++;
	return true;
}

size_t
sessions_end_cred(struct sessions *ss, struct str cred, int64_t rev)
{
	struct session *s = next_of_cred(ss, cred, NULL), *next;
	size_t n = 0;

	ss->changes++;
	for (; s != NULL; s = next) {
		next = next_of_cred(ss, cred, s);
		if (knows_better(ss, s, rev))
			continue;
		session_end(ss, s);
		n++;
	}
	return n;
}

static void
tell_changed(struct session *s)
{
	struct session_use *u, *next;

	for (u = TAILQ_FIRST(&s->uses); u != NULL; u = next) {
		next = TAILQ_NEXT(u, link);
		if (u->ops->changed != NULL)
			u->ops->changed(u->arg);
	}
}

size_t
sessions_set_rights(
    struct sessions *ss, struct str cred, const struct json *order)
{
	int64_t rev = json_number(json_member(order, "rev"), 0);
	struct session *s = NULL;
	size_t n = 0;

	ss->changes++;
	while ((s = next_of_cred(ss, cred, s)) != NULL) {
		if (knows_better(ss, s, rev))
			continue;
		set_rights(s, order);
		tell_changed(s);
		n++;
	}
	return n;
}

/* The domain in its list, NULL if it is not there. */
static const int64_t *
find_domain(const struct session *s, int64_t domain)
{
	if (domain <= 0 || s->ndomains == 0)
		return NULL;
	return bsearch(
	    &domain, s->domains, s->ndomains, sizeof(domain), compare_domains);
}

bool
session_tell(const struct session *s, struct str message)
{
	struct session_use *u, *next;
	bool told = false;

	for (u = TAILQ_FIRST(&s->uses); u != NULL; u = next) {
		next = TAILQ_NEXT(u, link);
		if (u->ops->tell == NULL)
			continue;
		u->ops->tell(u->arg, message);
		told = true;
	}
	return told;
}

bool
session_sees(const struct session *s, int64_t domain)
{
	return s->admin || find_domain(s, domain) != NULL;
}

bool
session_reaches(const struct session *s, int64_t domain)
{
	const int64_t *found;

	if (s->read_only)
		return false;
	if (s->admin)
		return true;
	found = find_domain(s, domain);
	return found != NULL && *found > 0;
}

void
session_use(struct session *s, struct session_use *u,
    const struct session_use_ops *ops, void *arg)
{
	must(u->session == NULL && ops->ended != NULL);
	u->session = s;
	u->ops = ops;
	u->arg = arg;
	TAILQ_INSERT_TAIL(&s->uses, u, link);
}

void
session_unuse(struct session_use *u)
{
	if (u->session == NULL)
		return;
	u->session->used = clock_mono_ms();
	TAILQ_REMOVE(&u->session->uses, u, link);
	u->session = NULL;
}

bool
session_key_opens(
    const struct session *s, struct str key, struct str hw_id, bool *wide)
{
	char bound[CRYPTO_GUID_SIZE], any[CRYPTO_GUID_SIZE];
	bool opens;

	passkey_make(str_of(s->id), s->secret, hw_id, bound);
	passkey_make(str_of(s->id), s->secret, str_n("", 0), any);
	*wide = crypto_equal_nocase(key, str_of(any));
	opens = *wide || crypto_equal_nocase(key, str_of(bound));
	explicit_bzero(bound, sizeof(bound));
	explicit_bzero(any, sizeof(any));
	return opens;
}
