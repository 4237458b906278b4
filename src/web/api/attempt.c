#include "attempt.h"

#include "account.h"
#include "guard.h"
#include "log.h"
#include "totp.h"
#include "web.h"

int
attempt_begin(struct call *c, struct str user, struct attempt *out)
{
	if (c->http == NULL)
		return err_say(c->q.err, ERR_INPUT, "only over HTTP");
	*out = (struct attempt){.c = c,
	    .guard = c->http->web->guard,
	    .remote = c->http->req->remote,
	    .user = user};
	if (guard_wait(out->guard, out->remote, user) == 0)
		return 0;
	log_event(LOG_WARN, "login.slowed",
	    PAIRS(P_STRZ("id", c->http->req->id), P_STR("remote", out->remote),
		P_STR("user", user)));
	return err_say(c->q.err, ERR_DENIED, "too many wrong logins");
}

static int
wrong(const struct attempt *a)
{
	guard_wrong(a->guard, a->remote, a->user);
	log_event(LOG_WARN, "login.wrong",
	    PAIRS(P_STRZ("id", a->c->http->req->id), P_STR("remote", a->remote),
		P_STR("user", a->user)));
	return err_say(a->c->q.err, ERR_DENIED, "wrong login");
}

int
attempt_password(
    const struct attempt *a, struct str password, struct login_found *out)
{
	int rc;

	if (!guard_enter(a->guard))
		return err_set(a->c->q.err, ERR_BUSY, "many logins");
	rc = login_account(&a->c->q, a->user, password, out);
	guard_leave(a->guard);
	return rc == 0 ? wrong(a) : rc;
}

int
attempt_own(struct call *c, struct str password, struct attempt *out)
{
	struct login_found found;
	struct account self;

	if (account_self(&c->q, &self) < 0 ||
	    attempt_begin(c, self.name, out) < 0)
		return -1;
	return attempt_password(out, password, &found) < 0 ? -1 : 0;
}

int
attempt_code(
    const struct attempt *a, const struct login_found *found, struct str code)
{
	struct ask *q = &a->c->q;
	enum totp_result result;

	if (guard_code_wait(a->guard, a->user) > 0)
		return err_say(q->err, ERR_DENIED, "too many wrong logins");
	if (totp_check(q, found->account, code, &result) < 0)
		return -1;
	if (result == TOTP_NONE || result == TOTP_RIGHT)
		return 0;
	if (result == TOTP_MISSING)
		return err_say(q->err, ERR_DENIED, "code required");
	guard_code_wrong(a->guard, a->user);
	return wrong(a);
}
