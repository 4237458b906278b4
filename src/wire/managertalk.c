#include "managertalk.h"

#include "applogin.h"
#include "form.h"
#include "jout.h"
#include "json.h"

#define NOBODY "00000000000000000000000000000000"

/* ---- saying ---- */

static void
put(struct buf *say, const char *mt, struct pairs members)
{
	struct jout j;

	buf_clear(say);
	jout_init(&j, buf_sink(say));
	jout_object(&j, NULL);
	jout_strz(&j, "mt", mt);
	jout_pairs(&j, members);
	jout_end(&j);
}

void
managertalk_begin(struct managertalk *t, struct arena *a, struct buf *say)
{
	*t = (struct managertalk){.arena = a, .key = STR("")};
	put(say, "AppChallenge", PAIRS_NONE);
}

/* ---- hearing ---- */

/* Who we are, as the vendor's own pages say it. */
static int
hear_challenge(struct buf *say, const struct json *v, struct err *e)
{
	const struct applogin who = {.app = STR("manager"),
	    .domain = STR(""),
	    .sip = STR("manager"),
	    .guid = STR(NOBODY),
	    .dn = STR("Admin")};
	char digest[CRYPTO_HEX_MAX];

	if (!json_true(json_member(v, "sysClient")))
		return err_set(e, ERR_DENIED,
		    "it wants a password: it does not know the tunnel");
	applogin_digest(
	    &who, json_text(json_member(v, "challenge")), STR(""), digest);
	put(say, "AppLogin",
	    PAIRS(P_STR("app", who.app), P_STR("domain", who.domain),
		P_STR("sip", who.sip), P_STR("guid", who.guid),
		P_STR("dn", who.dn), P_STRZ("digest", digest)));
	return 0;
}

static int
hear_login(struct buf *say, const struct json *v, struct err *e)
{
	if (!json_true(json_member(v, "ok")))
		return err_set(e, ERR_DENIED, "it refuses the login");
	put(say, "RequestHttpKey", PAIRS_NONE);
	return 0;
}

static int
hear_key(struct managertalk *t, const struct json *v, struct err *e)
{
	struct str key = json_text(json_member(v, "key"));

	if (key.len == 0 || key.len > MANAGERTALK_KEY_MAX)
		return err_set(e, ERR_IO, "it gives no key");
	t->key = key;
	return 0;
}

int
managertalk_hear(
    struct managertalk *t, struct str text, struct buf *say, struct err *e)
{
	static const char *const awaited[] = {
	    [MANAGERTALK_CHALLENGE] = "AppChallengeResult",
	    [MANAGERTALK_LOGIN] = "AppLoginResult",
	    [MANAGERTALK_KEY] = "RequestHttpKeyResult",
	    [MANAGERTALK_DONE] = ""};
	const struct json *v;
	int rc = -1;

	buf_clear(say);
	if (t->step == MANAGERTALK_DONE)
		return 0;
	if (json_read(t->arena, text, MANAGERTALK_MESSAGE_MAX, &v, e) < 0)
		return err_set(e, ERR_IO, "it speaks no JSON");
	if (!str_eqz(json_text(json_member(v, "mt")), awaited[t->step]))
		return 0;
	switch (t->step) {
	case MANAGERTALK_CHALLENGE:
		rc = hear_challenge(say, v, e);
		break;
	case MANAGERTALK_LOGIN:
		rc = hear_login(say, v, e);
		break;
	case MANAGERTALK_KEY:
	case MANAGERTALK_DONE:
		rc = hear_key(t, v, e);
		break;
	}
	if (rc == 0)
		t->step++;
	return rc;
}

/* ---- requests ---- */

void
managertalk_path(
    const struct managertalk_wish *w, struct str key, struct buf *out)
{
	size_t cut = str_find(w->instance, '/');
	struct str domain = str_n(w->instance.p, cut);
	struct str name = cut < w->instance.len ? str_n(w->instance.p + cut + 1,
						      w->instance.len - cut - 1)
						: STR("");

	if (w->restore) {
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
