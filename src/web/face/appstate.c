#include "appstate.h"

#include <string.h>

#include "crypto.h"
#include "num.h"

static bool
read_before(struct str rest, struct appstate *out)
{
	struct str wrong, challenge;

	if (!str_next(&rest, ';', &wrong) || !str_next(&rest, ';', &challenge))
		return false;
	str_copy(out->challenge, sizeof(out->challenge), challenge);
	return num_parse(wrong, 0, 1000, &out->wrong);
}

static bool
read_after(struct arena *a, struct str rest, struct appstate *out)
{
	struct str id, secret, origin, key;

	out->logged_in = true;
	if (!str_next(&rest, ';', &out->actor) || !str_next(&rest, ';', &id) ||
	    !str_next(&rest, ';', &secret) || !str_next(&rest, ';', &origin))
		return false;
	if (id.len != PASSKEY_ID_LEN)
		return false;
	str_copy(out->session.id, sizeof(out->session.id), id);
	if (origin.len > 0)
		out->origin = arena_str(a, origin);
	if (str_next(&rest, ';', &key))
		str_copy(out->session_key, sizeof(out->session_key), key);
	return crypto_unhex(secret, out->session.secret,
		   sizeof(out->session.secret)) == 0;
}

bool
appstate_read(struct arena *a, struct str text, struct appstate *out)
{
	struct str rest = text, kind;

	memset(out, 0, sizeof(*out));
	if (text.len == 0)
		return true;
	if (!str_next(&rest, ';', &kind))
		return false;
	if (str_eqz(kind, "c"))
		return read_before(rest, out);
	return read_after(a, text, out);
}

const char *
appstate_text(
    struct arena *a, const struct appstate *s, const struct actor *who)
{
	char actor[ACTOR_TEXT_SIZE];
	char secret[2 * PASSKEY_SECRET_LEN + 1];

	if (!s->logged_in)
		return arena_printf(
		    a, "c;%lld;%s", (long long)s->wrong, s->challenge);
	actor_text(who, actor);
	crypto_hex(s->session.secret, sizeof(s->session.secret), secret);
	return arena_printf(a, "%s;%s;%s;%s;%s", actor, s->session.id, secret,
	    s->origin ? s->origin : "", s->session_key);
}
