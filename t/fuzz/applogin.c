/*
 * An AppLogin message.  Nobody knows the password by chance; with the digest
 * put right, over info as received or as printed again, it is accepted.
 */
#include "applogin.h"

#include "fuzz.h"
#include "must.h"

#define TEXT_MAX  65536
#define ARENA_MAX ((size_t)16 << 20)
#define CHALLENGE STR("0123456789")
#define PASSWORD  STR("no one's password")

/* The login with this info hashed, sent with info as received. */
static void
log_in(struct arena *a, struct applogin who, struct str sent)
{
	char digest[CRYPTO_HEX_MAX];
	const struct json *v;
	struct jout j;
	struct buf b;
	struct err e;

	applogin_digest(&who, CHALLENGE, PASSWORD, digest);
	buf_init(&b, 8 * TEXT_MAX);
	jout_init(&j, buf_sink(&b));
	jout_object(&j, NULL);
	jout_str(&j, "app", who.app);
	jout_str(&j, "domain", who.domain);
	jout_str(&j, "sip", who.sip);
	jout_str(&j, "guid", who.guid);
	jout_str(&j, "dn", who.dn);
	if (sent.len > 0)
		jout_raw(&j, "info", sent);
	jout_strz(&j, "digest", digest);
	jout_end(&j);
	must(!jout_failed(&j));
	if (json_read(a, buf_view(&b), 8 * TEXT_MAX, &v, &e) == 0) {
		must(applogin_check(v, buf_view(&b), CHALLENGE, PASSWORD));
		must(!applogin_check(v, buf_view(&b), STR("1"), PASSWORD));
	} else {
		must(arena_failed(a));
	}
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	const struct json *v, *info;
	struct applogin who;
	struct arena a;
	struct buf b;
	struct err e;

	arena_init(&a, ARENA_MAX);
	buf_init(&b, TEXT_MAX);
	if (json_read(&a, text, TEXT_MAX, &v, &e) == 0) {
		must(!applogin_check(v, text, CHALLENGE, PASSWORD));
		info = json_member(v, "info");
		who.app = json_text(json_member(v, "app"));
		who.domain = json_text(json_member(v, "domain"));
		who.sip = json_text(json_member(v, "sip"));
		who.guid = json_text(json_member(v, "guid"));
		who.dn = json_text(json_member(v, "dn"));
		who.info = json_raw_member(text, "info");
		log_in(&a, who, who.info);
		json_print(info, &b);
		log_in(&a,
		    (struct applogin){.app = who.app,
			.domain = who.domain,
			.sip = who.sip,
			.guid = who.guid,
			.dn = who.dn,
			.info = buf_view(&b)},
		    who.info);
	}
	buf_fini(&b);
	arena_fini(&a);
	return 0;
}
