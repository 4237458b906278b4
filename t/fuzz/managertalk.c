/*
 * What the manager of an App Platform says, a message a line.  What must hold: a
 * key comes from a message behind a login that was granted by one that knows the
 * tunnel, in this order; what is said is one of three messages, each once; and a
 * request with the key is one path of a URL, whatever stands in it.
 */
#include "managertalk.h"

#include "fuzz.h"
#include "json.h"
#include "must.h"

#define ARENA_MAX ((size_t)16 << 20)
#define PATH_MAX_ 2048

static const char *const said[] = {
    "AppChallenge", "AppLogin", "RequestHttpKey"};

/* It is that message, as JSON. */
static void
look_said(struct arena *a, const struct buf *say, size_t n)
{
	const struct json *v;
	struct err e;

	must(n < 3 && !buf_failed(say));
	if (json_read(a, buf_view(say), MANAGERTALK_MESSAGE_MAX, &v, &e) == 0)
		must(str_eqz(json_text(json_member(v, "mt")), said[n]));
	else
		must(arena_failed(a));
}

/* What the step before needed is in the message. */
static void
look_heard(struct arena *a, struct str text, enum managertalk_step from)
{
	const struct json *v;
	struct err e;

	if (json_read(a, text, MANAGERTALK_MESSAGE_MAX, &v, &e) < 0) {
		must(arena_failed(a));
		return;
	}
	if (from == MANAGERTALK_CHALLENGE)
		must(json_true(json_member(v, "sysClient")));
	if (from == MANAGERTALK_LOGIN)
		must(json_true(json_member(v, "ok")));
}

static void
look_path(struct str key, bool restore)
{
	const struct managertalk_wish w = {STR("apps.example/users"), restore};
	struct buf path;

	buf_init(&path, PATH_MAX_);
	managertalk_path(&w, key, &path);
	must(!buf_failed(&path));
	must(str_only(buf_view(&path), STR_ALNUM, "-._~%+=&?"));
	buf_fini(&path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n(data, size), line;
	struct managertalk t;
	struct arena a, own;
	struct buf say;
	struct err e;
	size_t n = 0;
	int rc = 0;

	arena_init(&a, ARENA_MAX);
	arena_init(&own, ARENA_MAX);
	buf_init(&say, MANAGERTALK_MESSAGE_MAX);
	managertalk_begin(&t, &a, &say);
	look_said(&own, &say, n++);
	while (rc == 0 && str_next(&rest, '\n', &line)) {
		enum managertalk_step from = t.step;

		rc = managertalk_hear(&t, line, &say, &e);
		must(rc == 0 || t.step == from);
		must((t.step == MANAGERTALK_DONE) == (t.key.len > 0));
		if (rc == 0 && t.step != from)
			look_heard(&own, line, from);
		if (rc == 0 && say.len > 0)
			look_said(&own, &say, n++);
	}
	must(n == (t.step < MANAGERTALK_DONE ? (size_t)t.step + 1 : 3));
	must(t.key.len <= MANAGERTALK_KEY_MAX);
	if (t.key.len > 0) {
		look_path(t.key, false);
		look_path(t.key, true);
	}
	buf_fini(&say);
	arena_fini(&own);
	arena_fini(&a);
	return 0;
}
