#include "manager.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "http1.h"
#include "hubwire.h"
#include "managertalk.h"
#include "wsclient.h"

#define PATH_MAX_  2048
#define ARENA_MAX_ ((size_t)1 << 20)
#define WORDS_MAX  1000 /* bytes of an answer that nobody reads */
#define MS_PER_S   1000

bool
manager_instance_ok(struct str instance)
{
	size_t cut = str_find(instance, '/');
	struct str domain = str_n(instance.p, cut), name;

	if (cut == 0 || cut + 1 >= instance.len ||
	    instance.len > MANAGER_INSTANCE_MAX)
		return false;
	name = str_n(instance.p + cut + 1, instance.len - cut - 1);
	return str_only(domain, STR_ALNUM, ".-_") &&
	       str_only(name, STR_ALNUM, ".-_") &&
	       str_in(domain.p[0], STR_ALNUM, "") &&
	       str_in(name.p[0], STR_ALNUM, "");
}

/* ---- the websocket ---- */

static int
get_key(struct wsclient *ws, struct arena *a, struct str *key, struct err *e)
{
	struct managertalk t;
	struct str text;
	struct buf words;
	int rc = 0;

	buf_init(&words, MANAGERTALK_MESSAGE_MAX);
	managertalk_begin(&t, a, &words);
	while (rc == 0 && t.step != MANAGERTALK_DONE) {
		if (words.len > 0)
			rc = wsclient_send(ws, buf_view(&words), e);
		if (rc == 0)
			rc = wsclient_next(ws, &text, e);
		if (rc == 0)
			rc = managertalk_hear(&t, text, &words, e);
	}
	buf_fini(&words);
	*key = t.key;
	return rc;
}

/* ---- requests ---- */

/* What is asked for; empty: a dump. */
struct wish {
	struct str instance, dump;
};

/* http://control/tunnel/<hwId>/backup?key=... */
static void
put_url(const struct manager *m, const struct wish *w, struct str key,
    struct buf *out)
{
	const struct managertalk_wish x = {w->instance, w->dump.len > 0};

	buf_printf(out, HUBWIRE_CONTROL HUBWIRE_TUNNEL "%.*s/",
	    (int)m->hw_id.len, m->hw_id.p);
	managertalk_path(&x, key, out);
}

static int
judge(const struct fetch_answer *ans, struct err *e)
{
	if (str_eqz(str_of(ans->type), HTTP1_NOT_DEVICE))
		return err_set(e, ERR_IO,
		    ans->status == 504   ? "no answer in time"
		    : ans->status == 502 ? "the answer broke off"
					 : "the connection ended");
	return ans->status >= 200 && ans->status < 300
		   ? 0
		   : err_set(
			 e, ERR_DENIED, "the manager answers %d", ans->status);
}

static int
send_wish(const struct manager *m, const struct wish *w, struct str key,
    struct buf *out, struct err *e)
{
	int64_t left = m->until_ms - clock_mono_ms();
	char limit[64];
	const char *const headers[] = {
	    limit, "Content-Type: application/text", NULL};
	struct fetch_request r = {.socket = m->control,
	    .method = w->dump.len > 0 ? "POST" : "GET",
	    .headers = headers,
	    .body = w->dump,
	    .timeout_ms = left > 1 ? (long)left : 1,
	    .answer_max = out->max,
	    .stop = m->stop,
	    .once = true};
	struct fetch_answer ans;
	struct buf url;
	int rc;

	(void)snprintf(limit, sizeof(limit), HUBWIRE_TUNNEL_TIMEOUT ": %lld",
	    left > MS_PER_S ? (long long)left / MS_PER_S : 1);
	buf_init(&url, PATH_MAX_);
	put_url(m, w, key, &url);
	r.url = url.data;
	rc = fetch_now(&r, &ans, e);
	if (rc == 0) {
		/* Taken, not copied: a dump is large. */
		buf_fini(out);
		*out = ans.body;
		rc = judge(&ans, e);
	}
	buf_wipe(&url);
	return rc;
}

static int
visit(const struct manager *m, const struct wish *w, struct buf *out,
    struct err *e)
{
	struct arena a;
	struct wsclient *ws = NULL;
	struct wsclient_to to = {
	    .socket = m->control, .until_ms = m->until_ms, .stop = m->stop};
	struct str key;
	int rc;

	arena_init(&a, ARENA_MAX_);
	to.path = arena_printf(
	    &a, HUBWIRE_TUNNEL "%.*s/manager", (int)m->hw_id.len, m->hw_id.p);
	rc = to.path == NULL ? err_set(e, ERR_LIMIT, "no room for a path")
			     : wsclient_open(&ws, &to, e);
	if (rc == 0)
		rc = get_key(ws, &a, &key, e);
	if (rc == 0)
		rc = send_wish(m, w, key, out, e);
	wsclient_close(&ws);
	arena_fini(&a);
	return rc;
}

int
manager_dump(const struct manager *m, struct str instance, struct buf *out,
    struct err *e)
{
	const struct wish w = {.instance = instance, .dump = STR("")};

	return visit(m, &w, out, e);
}

int
manager_restore(const struct manager *m, struct str instance, struct str dump,
    struct err *e)
{
	const struct wish w = {.instance = instance, .dump = dump};
	struct buf words;
	int rc;

	if (instance.len == 0 || dump.len == 0)
		return err_set(e, ERR_INPUT, "there is no way to put it back");
	buf_init(&words, WORDS_MAX);
	rc = visit(m, &w, &words, e);
	buf_wipe(&words);
	return rc;
}
