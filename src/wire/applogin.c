#include "applogin.h"

#include "count.h"
#include "must.h"

void
applogin_digest(const struct applogin *who, struct str challenge,
    struct str password, char out[CRYPTO_HEX_MAX])
{
	struct str parts[8] = {
	    who->app, who->domain, who->sip, who->guid, who->dn};
	size_t n = 5;

	if (who->info.len > 0)
		parts[n++] = who->info;
	parts[n++] = challenge;
	parts[n++] = password;
	crypto_join_hex(CRYPTO_SHA256, ':', parts, n, out);
}

static bool
proves(const struct applogin *who, struct str digest, struct str challenge,
    struct str password)
{
	char want[CRYPTO_HEX_MAX];

	applogin_digest(who, challenge, password, want);
	return crypto_equal_nocase(digest, str_of(want));
}

bool
applogin_check(const struct json *message, struct str text,
    struct str challenge, struct str password)
{
	struct str digest = json_text(json_member(message, "digest"));
	const struct json *info = json_member(message, "info");
	struct applogin who = {.app = json_text(json_member(message, "app")),
	    .domain = json_text(json_member(message, "domain")),
	    .sip = json_text(json_member(message, "sip")),
	    .guid = json_text(json_member(message, "guid")),
	    .dn = json_text(json_member(message, "dn")),
	    .info = json_raw_member(text, "info")};
	struct buf again;
	bool ok = proves(&who, digest, challenge, password);

	if (ok || info == NULL)
		return ok;
	buf_init(&again, text.len); /* printed again it is never longer */
	json_print(info, &again);
	must(!buf_failed(&again));
	who.info = buf_view(&again);
	ok = proves(&who, digest, challenge, password);
	buf_fini(&again);
	return ok;
}

void
applogin_session_key(
    struct str challenge, struct str password, char out[CRYPTO_HEX_MAX])
{
	const struct str parts[] = {
	    STR("innovaphoneAppSessionKey"), challenge, password};

	crypto_join_hex(CRYPTO_SHA256, ':', parts, COUNT(parts), out);
}
