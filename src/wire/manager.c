#include "manager.h"

#include <stdio.h>
#include <string.h>

#include "applogin.h"
#include "arena.h"
#include "clock.h"
#include "fetch.h"
#include "form.h"
#include "http1.h"
#include "hubwire.h"
#include "jout.h"
#include "json.h"
#include "wsclient.h"

#define PATH_MAX_  2048
#define KEY_MAX    256 /* bytes */
#define NOBODY     "00000000000000000000000000000000"
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

/* The next message of a kind; others are none of ours. */
static int
expect(struct wsclient *ws, struct arena *a, const char *mt,
    const struct json **out, struct err *e)
{
	struct str text;

	do {
		if (wsclient_next(ws, &text, e) < 0)
			return -1;
		if (json_read(a, text, WSCLIENT_MESSAGE_MAX, out, e) < 0)
			return err_set(e, ERR_IO, "it speaks no JSON");
	} while (!str_eqz(json_text(json_member(*out, "mt")), mt));
	return 0;
}

static int
say(struct wsclient *ws, const char *mt, struct pairs members, struct err *e)
{
	struct buf text;
	struct jout j;
	int rc;

	buf_init(&text, WSCLIENT_MESSAGE_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	jout_strz(&j, "mt", mt);
	jout_pairs(&j, members);
	jout_end(&j);
	rc = wsclient_send(ws, buf_view(&text), e);
	buf_fini(&text);
	return rc;
}

/* Who we are, as the vendor's own pages say it. */
static int
login(struct wsclient *ws, struct arena *a, struct err *e)
{
	const struct applogin who = {.app = STR("manager"),
	    .domain = STR(""),
	    .sip = STR("manager"),
	    .guid = STR(NOBODY),
	    .dn = STR("Admin")};
	char digest[CRYPTO_HEX_MAX];
	const struct json *v;

	if (say(ws, "AppChallenge", PAIRS_NONE, e) < 0 ||
	    expect(ws, a, "AppChallengeResult", &v, e) < 0)
		return -1;
	if (!json_true(json_member(v, "sysClient")))
		return err_set(e, ERR_DENIED,
		    "it wants a password: it does not know the tunnel");
	applogin_digest(
	    &who, json_text(json_member(v, "challenge")), STR(""), digest);
	if (say(ws, "AppLogin",
		PAIRS(P_STR("app", who.app), P_STR("domain", who.domain),
		    P_STR("sip", who.sip), P_STR("guid", who.guid),
		    P_STR("dn", who.dn), P_STRZ("digest", digest)),
		e) < 0 ||
	    expect(ws, a, "AppLoginResult", &v, e) < 0)
		return -1;
	return json_true(json_member(v, "ok"))
		   ? 0
		   : err_set(e, ERR_DENIED, "it refuses the login");
}

static int
get_key(struct wsclient *ws, struct arena *a, struct str *key, struct err *e)
{
	const struct json *v;

	if (login(ws, a, e) < 0 ||
	    say(ws, "RequestHttpKey", PAIRS_NONE, e) < 0 ||
	    expect(ws, a, "RequestHttpKeyResult", &v, e) < 0)
		return -1;
	*key = json_text(json_member(v, "key"));
	return key->len > 0 && key->len <= KEY_MAX
		   ? 0
		   : err_set(e, ERR_IO, "it gives no key");
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
	size_t cut = str_find(w->instance, '/');
	struct str domain = str_n(w->instance.p, cut);
	struct str name = cut < w->instance.len ? str_n(w->instance.p + cut + 1,
						      w->instance.len - cut - 1)
						: STR("");

	buf_printf(out, HUBWIRE_CONTROL HUBWIRE_TUNNEL "%.*s/",
	    (int)m->hw_id.len, m->hw_id.p);
	if (w->dump.len > 0) {
		buf_puts(out, "restore?src=restore-instance-");
		form_encode(out, name);
		buf_puts(out, "&key=");
		form_encode(out, key);
		return;
	}
	buf_puts(out, "backup?key=");
	form_encode(out, key);
	buf_puts(out, "&uncompressed=1");
	if (name.len == 0) {
		buf_puts(out, "&manager=true&ignoreStatistics=true");
		return;
	}
	buf_puts(out, "&appName=");
	form_encode(out, name);
	buf_puts(out, "&appDomain=");
	form_encode(out, domain);
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
		rc = judge(&ans, e);
		if (rc == 0)
			buf_str(out, buf_view(&ans.body));
		buf_wipe(&ans.body);
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
