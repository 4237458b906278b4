#include "session.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "hubwire.h"
#include "log.h"
#include "must.h"
#include "num.h"
#include "secret.h"
#include "setting.h"

#define DOOR_MAX 4096 /* bytes of the question */

void
session_draw(struct session *out)
{
	unsigned char id[PASSKEY_ID_LEN / 2];

	*out = (struct session){.used = clock_now_ms()};
	crypto_random(id, sizeof(id));
	crypto_hex(id, sizeof(id), out->id);
	crypto_random(out->secret, sizeof(out->secret));
}

/* Sealed secrets are bound to the id of their session. */
static int64_t
id_number(const char *id)
{
	uint64_t n = 0;

	must(num_parse_hex(str_of(id), &n));
	return (int64_t)n;
}

static int
open_secret(struct ask *q, struct str sealed, struct session *s)
{
	struct secret plain;

	if (secret_open(q, SECRET_SESSION, id_number(s->id), sealed, &plain) <
	    0)
		return -1;
	if (plain.len != sizeof(s->secret))
		return err_set(q->err, ERR_IO, "session secret is damaged");
	memcpy(s->secret, plain.text, sizeof(s->secret));
	secret_wipe(&plain);
	return 0;
}

/* 1 with *s filled if the cred has a living session of its epoch. */
static int
load_by_cred(struct ask *q, int64_t now, struct session *s)
{
	struct row *row;
	int rc = db_first(q->core->fast, STMT_SESSION_BY_CRED,
	    ARGS(A_STRZ(q->who->cred)), &row, q->err);

	if (rc > 0) {
		s->used = row_int(row, 3);
		str_copy(s->id, sizeof(s->id), row_str(row, 0));
		if (row_int(row, 2) != q->who->epoch ||
		    s->used + SESSION_LIFE_MS <= now)
			rc = 0;
		else if (open_secret(q, row_str(row, 1), s) < 0)
			rc = -1;
	}
	db_done(row);
	return rc;
}

static int
touch(struct ask *q, struct session *s, int64_t now)
{
	if (s->used + SESSION_TOUCH_MS > now)
		return 0;
	s->used = now;
	return db_run(q->core->fast, STMT_SESSION_TOUCH,
		   ARGS(A_STRZ(s->id), A_INT(now)), q->err) < 0
		   ? -1
		   : 0;
}

static int
save_new(struct ask *q, struct session *s)
{
	struct buf sealed;
	int rc;

	session_draw(s);
	secret_seal(q->core, SECRET_SESSION, id_number(s->id),
	    str_n(s->secret, sizeof(s->secret)), &sealed);
	rc = db_run(q->core->fast, STMT_SESSION_DROP,
	    ARGS(A_STRZ(q->who->cred)), q->err);
	if (rc >= 0)
		rc = db_run(q->core->fast, STMT_SESSION_ADD,
		    ARGS(A_STRZ(s->id), A_BLOB(buf_view(&sealed)),
			A_STRZ(q->who->cred), A_INT(q->who->epoch),
			A_INT(s->used)),
		    q->err);
	buf_fini(&sealed);
	return rc < 0 ? -1 : 0;
}

int
session_use(struct ask *q, struct session *s)
{
	int64_t now = clock_now_ms();
	int rc;

	if (s->id[0] != '\0' && s->used + SESSION_TOUCH_MS > now)
		return 0;
	rc = load_by_cred(q, now, s);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return touch(q, s, now);
	/* Two threads may come here at once: look again under the lock. */
	if (store_begin(q->core->fast, q->err) < 0)
		return -1;
	rc = load_by_cred(q, now, s);
	if (rc == 0)
		rc = save_new(q, s);
	if (rc < 0 || store_commit(q->core->fast, q->err) < 0) {
		store_rollback(q->core->fast);
		memset(s, 0, sizeof(*s));
		return -1;
	}
	return 0;
}

int
session_load(
    struct ask *q, struct str id, struct session *out, struct actor *who)
{
	struct row *row;
	char cred[ACTOR_CRED_SIZE];
	int64_t now = clock_now_ms(), epoch = 0;
	uint64_t number;
	int rc;

	memset(out, 0, sizeof(*out));
	if (id.len != PASSKEY_ID_LEN || !num_parse_hex(id, &number))
		return 0;
	str_copy(out->id, sizeof(out->id), id);
	rc = db_first(
	    q->core->fast, STMT_SESSION_BY_ID, ARGS(A_STR(id)), &row, q->err);
	if (rc > 0) {
		str_copy(cred, sizeof(cred), row_str(row, 1));
		epoch = row_int(row, 2);
		out->used = row_int(row, 3);
		if (out->used + SESSION_LIFE_MS <= now)
			rc = 0;
		else if (open_secret(q, row_str(row, 0), out) < 0)
			rc = -1;
	}
	db_done(row);
	if (rc > 0)
		rc = actor_load(q, cred, epoch, who);
	if (rc > 0 && touch(q, out, now) < 0)
		return -1;
	return rc;
}

void
session_json(const struct session *s, const struct actor *who, struct buf *out)
{
	char hex[2 * PASSKEY_SECRET_LEN + 1];

	crypto_hex(s->secret, sizeof(s->secret), hex);
	buf_printf(out, "{\"id\":\"%s\",\"secret\":\"%s\",", s->id, hex);
	actor_json(who, out);
	buf_putc(out, '}');
	explicit_bzero(hex, sizeof(hex));
}

/* "unknown" or "offline" or nothing, for the device a door asks about. */
static int
door_device(
    struct ask *q, const struct actor *who, struct str hw_id, struct buf *out)
{
	struct ask as = {q->core, q->arena, who, q->err};
	struct device d;
	int rc = device_get(&as, hw_id, &d);

	if (rc < 0)
		return -1;
	if (rc == 0 || d.domain_id == 0)
		buf_puts(out, ",\"device\":\"unknown\"");
	else if (!d.online)
		buf_puts(out, ",\"device\":\"offline\"");
	return 0;
}

/* Who asks at the door: 1 and the session (empty for an app's), 0, -1. */
static int
door_who(struct ask *q, struct str state, const struct json *v,
    struct session *s, struct actor *who)
{
	struct str id = json_text(json_member(v, "session"));

	memset(s, 0, sizeof(*s));
	if (id.len > 0)
		return session_load(q, id, s, who);
	return actor_resume(q, state, who);
}

int
session_door(struct ask *q, struct str state, struct str body, struct buf *out)
{
	const struct json *v, *hw;
	struct session s;
	struct actor who;
	int rc;

	if (json_read(q->arena, body, DOOR_MAX, &v, q->err) < 0)
		return -1;
	rc = door_who(q, state, v, &s, &who);
	if (rc < 0)
		return -1;
	if (rc > 0 && who.ndomains > HUBWIRE_DOMAINS_MAX) {
		log_event(LOG_WARN, "session.too-many", "cred", who.cred, NULL);
		rc = 0;
	}
	/* Members begin with a comma; the first one is never a real one. */
	buf_puts(out, "{\"ok\":");
	buf_puts(out, rc > 0 ? "true" : "false");
	if (rc > 0 && s.id[0] != '\0') {
		buf_puts(out, ",\"session\":");
		session_json(&s, &who, out);
		buf_printf(out, ",\"life\":%d", SESSION_LIFE_MS);
	}
	explicit_bzero(&s, sizeof(s));
	hw = json_member(v, "hwId");
	if (hw != NULL && rc == 0)
		buf_puts(out, ",\"device\":\"unknown\"");
	if (hw != NULL && rc > 0 &&
	    door_device(q, &who, json_text(hw), out) < 0)
		return -1;
	buf_putc(out, '}');
	return 0;
}

int
session_expire(struct ask *q)
{
	int rc = db_run(q->core->fast, STMT_SESSION_EXPIRE,
	    ARGS(A_INT(clock_now_ms() - SESSION_LIFE_MS)), q->err);

	return rc < 0 ? -1 : 0;
}
