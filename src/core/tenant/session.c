#include "session.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "jout.h"
#include "must.h"
#include "num.h"
#include "setting.h"

#define MAC_SIZE    32
#define HALF_BITS   20
#define HALF_MASK   ((UINT64_C(1) << HALF_BITS) - 1)
#define TURNS       4
#define NUMBER_BITS 32
#define STEPS       32 /* an id comes again after 8 hours */
#define KIND_SHIFT  (NUMBER_BITS + 5)

void
session_draw(struct session *out)
{
	unsigned char id[PASSKEY_ID_LEN / 2];

	*out = (struct session){.used = clock_now_ms()};
	crypto_random(id, sizeof(id));
	crypto_hex(id, sizeof(id), out->id);
	crypto_random(out->secret, sizeof(out->secret));
}

/* ---- ids: 3 bits kind of cred, 5 step, 32 number; permuted ---- */

/* The instance's key makes ids and secrets of sessions: 32 bytes of MAC. */
static void
mac_of(const struct core *c, const char *text, unsigned char out[MAC_SIZE])
{
	crypto_hmac_sha256(
	    str_n(c->key.bytes, sizeof(c->key.bytes)), str_of(text), out);
}

static uint64_t
scramble(const struct core *c, unsigned turn, uint64_t half)
{
	unsigned char mac[MAC_SIZE];
	char text[48];

	(void)snprintf(text, sizeof(text), "session.id %u %llu", turn,
	    (unsigned long long)half);
	mac_of(c, text, mac);
	return ((uint64_t)mac[0] << 16 | (uint64_t)mac[1] << 8 | mac[2]) &
	       HALF_MASK;
}

/*
 * A Feistel network over 40 bits.  The door asks about any id that somebody
 * makes up: one that could be counted would keep the sessions of others alive
 * and fill the hub with them.
 */
static uint64_t
hide(const struct core *c, uint64_t plain)
{
	uint64_t left = plain >> HALF_BITS, right = plain & HALF_MASK, next;

	for (unsigned turn = 0; turn < TURNS; turn++) {
		next = left ^ scramble(c, turn, right);
		left = right;
		right = next;
	}
	return left << HALF_BITS | right;
}

static uint64_t
reveal(const struct core *c, uint64_t hidden)
{
	uint64_t left = hidden >> HALF_BITS, right = hidden & HALF_MASK, last;

	for (unsigned turn = TURNS; turn-- > 0;) {
		last = right ^ scramble(c, turn, left);
		right = left;
		left = last;
	}
	return left << HALF_BITS | right;
}

/* The cred and the last bits of the step in an id; false: none of ours. */
static bool
read_id(const struct core *c, struct str id, char cred[ACTOR_CRED_SIZE],
    int64_t *low)
{
	uint64_t n;

	if (id.len != PASSKEY_ID_LEN || !num_parse_hex(id, &n))
		return false;
	n = reveal(c, n);
	*low = (int64_t)(n >> NUMBER_BITS & (STEPS - 1));
	return n >> KIND_SHIFT < ACTOR_KINDS &&
	       actor_cred_write((unsigned)(n >> KIND_SHIFT),
		   (int64_t)(n & UINT32_MAX), cred);
}

/* Id and secret of who's session that began in s->step. */
static int
make(struct ask *q, const struct actor *who, struct session *s)
{
	char text[ACTOR_CRED_SIZE + 64];
	unsigned kind;
	int64_t number;

	if (!actor_cred_read(who->cred, &kind, &number) || number > UINT32_MAX)
		return err_set(q->err, ERR_LIMIT, "%s: no session", who->cred);
	(void)snprintf(s->id, sizeof(s->id), "%010llx",
	    (unsigned long long)hide(
		q->core, (uint64_t)kind << KIND_SHIFT |
			     (uint64_t)(s->step % STEPS) << NUMBER_BITS |
			     (uint64_t)number));
	(void)snprintf(text, sizeof(text), "session.secret %s@%lld %lld",
	    who->cred, (long long)who->epoch, (long long)s->step);
	mac_of(q->core, text, s->secret);
	return 0;
}

/* ---- uses ---- */

/* What the store knows of who's session: step and used, 0 if nothing. */
static int
recall(struct ask *q, const struct actor *who, struct session *s)
{
	struct row *row;
	int rc = db_first(q->core->store, STMT_SESSION_BY_CRED,
	    ARGS(A_STRZ(who->cred), A_INT(who->epoch)), &row, q->err);

	*s = (struct session){0};
	if (rc > 0) {
		s->step = row_int(row, SESSION_BY_CRED_STEP);
		s->used = row_int(row, SESSION_BY_CRED_USED);
	}
	db_done(row);
	return rc < 0 ? -1 : 0;
}

static bool
lives(const struct session *s, int64_t now)
{
	return s->used + SESSION_LIFE_MS > now;
}

static void
touch(struct ask *q, const struct actor *who, struct session *s, int64_t now)
{
	if (s->used + SESSION_TOUCH_MS <= now &&
	    db_try(q->core->store, STMT_SESSION_USE,
		ARGS(A_STRZ(who->cred), A_INT(who->epoch), A_INT(s->step),
		    A_INT(now))))
		s->used = now;
}

int
session_use(struct ask *q, struct session *s)
{
	int64_t now = clock_now_ms();

	if (s->id[0] != '\0' && s->used + SESSION_TOUCH_MS > now)
		return 0;
	if (recall(q, q->who, s) < 0)
		return -1;
	if (!lives(s, now))
		*s = (struct session){.step = now / SESSION_LIFE_MS};
	if (make(q, q->who, s) < 0)
		return -1;
	touch(q, q->who, s, now);
	return 0;
}

int
session_load(
    struct ask *q, struct str id, struct session *out, struct actor *who)
{
	char cred[ACTOR_CRED_SIZE];
	int64_t now = clock_now_ms(), step = now / SESSION_LIFE_MS, low;
	bool known;
	int rc;

	memset(out, 0, sizeof(*out));
	if (!read_id(q->core, id, cred, &low))
		return 0;
	rc = actor_now(q, cred, who);
	if (rc <= 0)
		return rc;
	if (recall(q, who, out) < 0)
		return -1;
	known = out->step > 0 && out->step % STEPS == low;
	if (!known)
		*out = (struct session){
		    .step = step % STEPS == low ? step : step - 1};
	if (known ? !lives(out, now) : out->step % STEPS != low)
		return 0;
	if (make(q, who, out) < 0)
		return -1;
	if (known)
		touch(q, who, out, now);
	return 1;
}

void
session_json(const struct session *s, const struct actor *who, struct buf *out)
{
	char hex[2 * PASSKEY_SECRET_LEN + 1];
	struct jout j;

	crypto_hex(s->secret, sizeof(s->secret), hex);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "id", s->id);
	jout_strz(&j, "secret", hex);
	actor_json(who, &j);
	jout_end(&j);
	explicit_bzero(hex, sizeof(hex));
}

int
session_expire(struct ask *q)
{
	/* One that is over is remembered until its steps are over, too. */
	int rc = db_run(q->core->store, STMT_SESSION_EXPIRE,
	    ARGS(A_INT(clock_now_ms() - 2 * SESSION_LIFE_MS)), q->err);

	return rc < 0 ? -1 : 0;
}
