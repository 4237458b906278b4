#include "totp.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "must.h"
#include "secret.h"

#define PLACE "recovery"
#define PART  5 /* characters of a recovery code before and behind its dash */

/* ---- what is stored ---- */

struct totp {
	struct str sealed;
	bool confirmed;
	int64_t step; /* of the last code that was taken */
};

static void
load(const struct row *row, struct arena *a, void *out)
{
	struct totp *t = out;

	t->sealed = row_dup(row, TOTP_SECRET, a);
	t->confirmed = row_bool(row, TOTP_CONFIRMED);
	t->step = row_int(row, TOTP_STEP);
}

static int
find(struct ask *q, int64_t account, struct totp *out)
{
	return load_one(
	    ask_loader(q), STMT_TOTP_BY_ID, ARGS(A_INT(account)), load, out);
}

/* One's own, or any for administrators. */
static int
may(struct ask *q, int64_t account, struct account *out)
{
	int rc;

	if ((q->who->login == 0 || q->who->account != account) &&
	    access_admin(q->who, q->err) < 0)
		return -1;
	rc = load_one(ask_loader(q), STMT_ACCOUNT_BY_ID, ARGS(A_INT(account)),
	    load_account, out);
	return err_need(rc, q->err, ERR_GONE, "no account");
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct totp t = {0};
	int rc = find(q, id, &t);

	(void)key;
	*out = (struct snapshot){.there = true};
	if (rc < 0)
		return -1;
	return change_values(
	    q, PAIRS(P_BOOL("secondFactor", rc > 0 && t.confirmed)), out);
}

static const struct change_kind kind = {.look = look};

static int
say(struct ask *q, const struct account *x)
{
	return change_say(
	    q, "account.totp", x->name, PAIRS(P_INT("id", x->id)));
}

/* ---- codes ---- */

/* Take the code if it is one of now and newer than the last: 1, 0, -1. */
static int
take_code(struct ask *q, int64_t account, const struct totp *t, struct str code)
{
	int64_t now = clock_now_ms() / OTP_STEP_MS, right = 0;
	char want[OTP_CODE_SIZE];
	struct secret s;

	if (secret_open(q, SECRET_TOTP, account, t->sealed, &s) < 0)
		return -1;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		otp_code(secret_str(&s), step, want);
		if (crypto_equal(str_of(want), code) && step > t->step)
			right = step;
	}
	secret_wipe(&s);
	if (right == 0)
		return 0;
	/* Of two who bring it at the same moment one moves the step on. */
	return db_run(q->core->store, STMT_TOTP_TAKE,
	    ARGS(A_INT(account), A_INT(right)), q->err);
}

/* "ABCDE FGHIJ" is "abcde-fghij". */
static struct str
plain(struct str code, char out[TOTP_CODE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < code.len && n < TOTP_CODE_MAX; i++) {
		char c = code.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != '-' && c != ' ')
			out[n++] = c;
	}
	return str_n(out, n);
}

static int
take_recovery(struct ask *q, int64_t account, struct str code)
{
	unsigned char hash[SECRET_MARK_SIZE];

	secret_mark(q->core, PLACE, code, hash);
	return db_run(q->core->store, STMT_RECOVERY_TAKE,
	    ARGS(A_INT(account), A_BLOB(str_n(hash, sizeof(hash)))), q->err);
}

int
totp_check(
    struct ask *q, int64_t account, struct str code, enum totp_result *out)
{
	char room[TOTP_CODE_MAX];
	struct totp t = {0};
	int rc = find(q, account, &t);

	*out = TOTP_NONE;
	if (rc <= 0 || !t.confirmed)
		return rc < 0 ? -1 : 0;
	*out = TOTP_MISSING;
	if (code.len == 0)
		return 0;
	code = plain(code, room);
	rc = code.len == OTP_DIGITS ? take_code(q, account, &t, code)
				    : take_recovery(q, account, code);
	*out = rc > 0 ? TOTP_RIGHT : TOTP_WRONG;
	return rc < 0 ? -1 : 0;
}

/* ---- beginning and end ---- */

static int
save(struct ask *q, int64_t account, struct str key)
{
	struct buf sealed;
	int rc;

	secret_seal(q->core, SECRET_TOTP, account, key, &sealed);
	rc = db_run(q->core->store, STMT_TOTP_SAVE,
	    ARGS(A_INT(account), A_BLOB(buf_view(&sealed)),
		A_INT(clock_now_ms())),
	    q->err);
	buf_fini(&sealed);
	if (rc == 0)
		return err_say(q->err, ERR_EXISTS, "there is a second factor");
	return rc < 0 ? -1 : 0;
}

/* The instance's domain is the issuer: what the app lists the account by. */
static int
tell(struct ask *q, const struct account *x, struct str key,
    struct totp_offer *out)
{
	struct buf text;
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_INSTANCE, ARGS_NONE, &row, q->err);

	buf_init(&text, OTP_URL_MAX - 1);
	otp_base32(key, &text);
	str_copy(out->secret, sizeof(out->secret), buf_view(&text));
	buf_clear(&text);
	if (rc > 0)
		otp_url(row_str(row, INSTANCE_DOMAIN), x->name, key, &text);
	db_done(row);
	if (rc > 0 && buf_failed(&text))
		rc = err_set(q->err, ERR_LIMIT, "names too long for a URL");
	str_copy(out->url, sizeof(out->url), buf_view(&text));
	buf_wipe(&text);
	return rc < 0 ? -1 : 0;
}

int
totp_begin(struct ask *q, int64_t account, struct totp_offer *out)
{
	char key[OTP_KEY_LEN];
	struct account x;
	int rc;

	if (may(q, account, &x) < 0)
		return -1;
	crypto_random(key, sizeof(key));
	rc = save(q, account, str_n(key, sizeof(key)));
	if (rc == 0)
		rc = tell(q, &x, str_n(key, sizeof(key)), out);
	explicit_bzero(key, sizeof(key));
	return rc;
}

/* Ten characters that nobody takes for others: 50 bits. */
static void
draw_recovery(char out[TOTP_RECOVERY_SIZE])
{
	static const char digits[] = "abcdefghijkmnpqrstuvwxyz23456789";
	unsigned char random[2 * PART];
	size_t n = 0;

	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i == PART)
			out[n++] = '-';
		out[n++] = digits[random[i] & 31];
	}
	out[n] = '\0';
}

static int
add_recovery(struct ask *q, int64_t account, char out[TOTP_RECOVERY_SIZE])
{
	unsigned char hash[SECRET_MARK_SIZE];
	char room[TOTP_CODE_MAX];

	draw_recovery(out);
	secret_mark(q->core, PLACE, plain(str_of(out), room), hash);
	return db_do(q->core->store, STMT_RECOVERY_ADD,
	    ARGS(A_INT(account), A_BLOB(str_n(hash, sizeof(hash)))), q->err);
}

static int
nothing(struct ask *q)
{
	return err_set(q->err, ERR_GONE, "nothing to confirm");
}

/* Each try counts before it is looked at, and stays counted if it was wrong:
 * so it is no part of the change. */
static int
count_try(struct ask *q, int64_t account)
{
	int64_t now = clock_now_ms();
	int rc = db_run(q->core->store, STMT_TOTP_TRY,
	    ARGS(A_INT(account), A_INT(TOTP_OFFER_TRIES),
		A_INT(now - TOTP_OFFER_MS), A_INT(now)),
	    q->err);

	if (rc == 0)
		return nothing(q);
	return rc < 0 ? -1 : 0;
}

static int
confirm(struct ask *q, const struct account *x, struct str code,
    char recovery[TOTP_RECOVERY][TOTP_RECOVERY_SIZE])
{
	struct totp t = {0};
	int rc = find(q, x->id, &t);

	if (rc >= 0 && (rc == 0 || t.confirmed))
		return nothing(q);
	if (rc > 0)
		rc = take_code(q, x->id, &t, code);
	if (rc == 0)
		return err_say(q->err, ERR_DENIED, "wrong code");
	if (rc < 0 || change_touch(q, &kind, x->id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_TOTP_CONFIRM, ARGS(A_INT(x->id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < TOTP_RECOVERY; i++)
		if (add_recovery(q, x->id, recovery[i]) < 0)
			return -1;
	return say(q, x);
}

int
totp_confirm(struct ask *q, int64_t account, struct str code,
    char recovery[TOTP_RECOVERY][TOTP_RECOVERY_SIZE])
{
	struct account x;

	if (may(q, account, &x) < 0 || count_try(q, x.id) < 0 ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, confirm(q, &x, code, recovery));
}

static int
end(struct ask *q, const struct account *x)
{
	struct args id = ARGS(A_INT(x->id));
	int rc = change_touch(q, &kind, x->id, STR(""));

	if (rc == 0)
		rc = db_run(q->core->store, STMT_TOTP_REMOVE, id, q->err);
	else
		return -1;
	if (rc > 0 &&
	    db_do(q->core->store, STMT_RECOVERY_CLEAR, id, q->err) < 0)
		return -1;
	if (err_need(rc, q->err, ERR_GONE, "no second factor") < 0)
		return -1;
	return say(q, x);
}

int
totp_end(struct ask *q, int64_t account)
{
	struct account x;

	if (may(q, account, &x) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, end(q, &x));
}
