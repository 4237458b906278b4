/* Messages about the second factor of an account. */
#include <string.h>

#include "api_table.h"
#include "attempt.h"
#include "qr.h"
#include "totp.h"

/* ---- fields ---- */

enum { F_ADD_PASSWORD };
enum { F_CONFIRM_CODE };
enum { F_REMOVE_PASSWORD, F_REMOVE_ACCOUNT };

/* clang-format off */
static const struct field f_add[] = {
    [F_ADD_PASSWORD] = NEED_TEXT("password", 1, LOGIN_PASSWORD_MAX),
};

static const struct field f_confirm[] = {
    [F_CONFIRM_CODE] = NEED_TEXT("code", 1, TOTP_CODE_MAX),
};

static const struct field f_remove[] = {
    [F_REMOVE_PASSWORD] = TEXT("password", 1, LOGIN_PASSWORD_MAX),
    [F_REMOVE_ACCOUNT] = NUMBER("accountId", 0, ID_MAX),
};
/* clang-format on */

/* ---- beginning ---- */

static int
put_offer(struct call *c, const struct totp_offer *offer)
{
	struct jout *j = &c->reply->j;
	struct buf svg;
	int rc;

	buf_init(&svg, QR_MAX);
	rc = qr_svg(offer->url, &svg, c->q.err);
	if (rc == 0) {
		reply_open(c->reply);
		jout_strz(j, "secret", offer->secret);
		jout_strz(j, "url", offer->url);
		jout_str(j, "svg", buf_view(&svg));
		reply_close(c->reply);
	}
	buf_wipe(&svg);
	return rc;
}

static int
add(struct call *c)
{
	struct totp_offer offer;
	struct attempt a;
	int rc;

	if (attempt_own(c, c->v[F_ADD_PASSWORD].text, &a) < 0 ||
	    totp_begin(&c->q, c->q.who->account, &offer) < 0)
		return -1;
	rc = put_offer(c, &offer);
	explicit_bzero(&offer, sizeof(offer));
	return rc;
}

static int
confirm(struct call *c)
{
	char codes[TOTP_RECOVERY][TOTP_RECOVERY_SIZE];
	struct jout *j = &c->reply->j;
	struct attempt a;

	if (attempt_own_code(c, &a) < 0)
		return -1;
	if (totp_confirm(&c->q, c->q.who->account, c->v[F_CONFIRM_CODE].text,
		codes) < 0) {
		if (c->q.err->kind == ERR_DENIED)
			attempt_wrong_code(&a);
		return -1;
	}
	reply_open(c->reply);
	jout_array(j, "recoveryCodes");
	for (size_t i = 0; i < TOTP_RECOVERY; i++)
		jout_strz(j, NULL, codes[i]);
	jout_end(j);
	reply_close(c->reply);
	explicit_bzero(codes, sizeof(codes));
	return 0;
}

/* ---- end ---- */

/* One's own with the password; administrators that of others without. */
static int
end(struct call *c)
{
	const struct value *other = &c->v[F_REMOVE_ACCOUNT];
	int64_t account = other->given ? other->number : c->q.who->account;
	struct attempt a;

	if (account == c->q.who->account && c->q.who->login > 0 &&
	    attempt_own(c, c->v[F_REMOVE_PASSWORD].text, &a) < 0)
		return -1;
	if (totp_end(&c->q, account) < 0)
		return -1;
	return api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {SELF("AddSecondFactor"), CHANGES, FIELDS(f_add), .run = add},
    {SELF("ConfirmSecondFactor"), CHANGES, FIELDS(f_confirm), .run = confirm},
    {SELF("RemoveSecondFactor"), CHANGES, FIELDS(f_remove), .run = end},
};
/* clang-format on */

const struct api_table api_totp = {messages, COUNT(messages)};
