#include "uri.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "map.h"
#include "must.h"

struct kept {
	struct map_node node;
	char who[ACTOR_TEXT_SIZE]; /* cred and epoch */
	struct session session;
	struct passkey_maker maker;
};

struct sessions {
	pthread_mutex_t lock;
	struct map map;
};

struct sessions *
sessions_new(void)
{
	struct sessions *s = mem_new(sizeof(*s));

	must(pthread_mutex_init(&s->lock, NULL) == 0);
	map_init(&s->map);
	return s;
}

static void
forget_all(struct sessions *s)
{
	struct map_node *n;

	while ((n = map_walk(&s->map, NULL)) != NULL) {
		struct kept *k = map_entry(n, struct kept, node);

		map_remove(&s->map, n);
		explicit_bzero(k, sizeof(*k));
		mem_free(k);
	}
}

void
sessions_free(struct sessions **sp)
{
	struct sessions *s = *sp;

	if (s == NULL)
		return;
	forget_all(s);
	map_fini(&s->map);
	must(pthread_mutex_destroy(&s->lock) == 0);
	mem_free(s);
	*sp = NULL;
}

static struct kept *
find(struct sessions *s, const char *who)
{
	struct map_node *n = map_first(&s->map, map_hash(str_of(who)));

	for (; n != NULL; n = map_same(n)) {
		struct kept *k = map_entry(n, struct kept, node);

		if (strcmp(k->who, who) == 0)
			return k;
	}
	return NULL;
}

static void
remember(struct sessions *s, const char *who, const struct session *session,
    const struct passkey_maker *maker)
{
	struct kept *k;

	must(pthread_mutex_lock(&s->lock) == 0);
	k = find(s, who);
	if (k == NULL) {
		if (s->map.count >= SESSIONS_KEPT)
			forget_all(s);
		k = mem_new(sizeof(*k));
		str_copy(k->who, sizeof(k->who), str_of(who));
		map_put(&s->map, &k->node, map_hash(str_of(who)));
	}
	k->session = *session;
	k->maker = *maker;
	must(pthread_mutex_unlock(&s->lock) == 0);
}

static bool
same_keys(const struct session *a, const struct session *b)
{
	return memcmp(a->id, b->id, sizeof(a->id)) == 0 &&
	       memcmp(a->secret, b->secret, sizeof(a->secret)) == 0;
}

/* The session of q->who, and what makes its keys. */
static int
sessions_use(struct sessions *s, struct ask *q, struct session *out,
    struct passkey_maker *maker)
{
	char who[ACTOR_TEXT_SIZE];
	struct kept *k;
	struct session was;
	bool known;

	actor_text(q->who, who);
	memset(out, 0, sizeof(*out));
	must(pthread_mutex_lock(&s->lock) == 0);
	k = find(s, who);
	known = k != NULL;
	if (known) {
		*out = k->session;
		*maker = k->maker;
	}
	must(pthread_mutex_unlock(&s->lock) == 0);
	was = *out;
	if (session_use(q, out) < 0)
		return -1;
	if (!known || !same_keys(&was, out))
		passkey_begin(maker, str_of(out->id), out->secret);
	if (out->used != was.used)
		remember(s, who, out, maker);
	return 0;
}

void
uris_init(struct uris *l, const struct conf *conf, const struct req *r,
    const char *origin)
{
	struct str apart = req_param(r, "FLEETLINE_PASSTHROUGH");

	l->origin = origin;
	l->base = conf->base;
	l->one_key = conf->one_key;
	l->apart = !l->one_key && passhost_parse(apart, &l->place);
}

int
uris_open(struct uris *l, struct ask *q)
{
	if (l->open)
		return 0;
	must(l->sessions != NULL);
	if (sessions_use(l->sessions, q, &l->session, &l->maker) < 0)
		return -1;
	l->open = l->keyed = true;
	return 0;
}

static const struct passkey_maker *
maker_of(struct uris *l)
{
	must(l->open);
	if (!l->keyed)
		passkey_begin(
		    &l->maker, str_of(l->session.id), l->session.secret);
	l->keyed = true;
	return &l->maker;
}

struct str
uris_of(struct uris *l, struct arena *a, struct str hw_id)
{
	const char *origin = l->origin;
	char key[CRYPTO_GUID_SIZE];

	must(l->open);
	if (origin != NULL && l->apart)
		origin =
		    passhost_origin(&l->place, a, str_of(l->origin), hw_id);
	if (origin == NULL)
		return str_n("", 0);
	passkey_next(maker_of(l), l->one_key ? STR("") : hw_id, key);
	return str_of(arena_printf(a, "%s%s/passthrough/%.*s/%s/", origin,
	    l->base, (int)hw_id.len, hw_id.p, key));
}

void
uris_key(struct uris *l, char out[CRYPTO_GUID_SIZE])
{
	passkey_next(maker_of(l), str_n("", 0), out);
}

/* Drop "scheme://host" in front of the path. */
static bool
skip_origin(struct str *uri)
{
	struct str http = STR("http://"), https = STR("https://");
	size_t n;

	if (str_starts(*uri, http))
		n = http.len;
	else if (str_starts(*uri, https))
		n = https.len;
	else
		return false;
	n += str_find(str_n(uri->p + n, uri->len - n), '/');
	*uri = str_n(uri->p + n, uri->len - n);
	return true;
}

bool
uris_parse(
    struct str uri, const char *base, struct str *hw_id, struct str *rest)
{
	struct str mark = STR("/passthrough/"), key;
	size_t n = strlen(base);

	if (!skip_origin(&uri) || !str_starts(uri, str_of(base)))
		return false;
	uri = str_n(uri.p + n, uri.len - n);
	if (!str_starts(uri, mark))
		return false;
	uri = str_n(uri.p + mark.len, uri.len - mark.len);
	if (!str_next(&uri, '/', hw_id) || !str_next(&uri, '/', &key) ||
	    uri.p == NULL)
		return false;
	*rest = uri;
	return hw_id->len > 0 && key.len == CRYPTO_GUID_SIZE - 1;
}
