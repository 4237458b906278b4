#include "appticket.h"

#include <string.h>

#define PURPOSE  "app"
#define KEY_SIZE ((LOGIN_SESSION_KEY_SIZE - 1) / 2)

int
appticket_draw(struct ask *q, char text[TICKET_SIZE])
{
	char actor[ACTOR_TEXT_SIZE];
	struct ticket_new in = {.purpose = PURPOSE,
	    .owner = q->who->cred,
	    .life_ms = APPTICKET_LIFE_MS};

	actor_text(q->who, actor);
	in.payload = str_of(actor);
	return ticket_draw(q, &in, text);
}

int
appticket_take(struct ask *q, struct str text, struct actor *out,
    char session_key[LOGIN_SESSION_KEY_SIZE])
{
	unsigned char key[KEY_SIZE];
	struct str actor;
	int rc = ticket_take(q, PURPOSE, text, &actor);

	session_key[0] = '\0';
	if (rc > 0)
		rc = actor_resume(q, actor, out);
	if (rc > 0) {
		crypto_random(key, sizeof(key));
		crypto_hex(key, sizeof(key), session_key);
		explicit_bzero(key, sizeof(key));
	}
	return rc;
}
