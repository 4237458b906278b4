#include "attempt.h"

#include "account.h"
#include "guard.h"
#include "log.h"
#include "totp.h"
#include "web.h"

#define TOO_MANY_WRONG "too many wrong logins"

static int
slowed(const struct attempt *a, int64_t wait_ms, const char *phrase)
{
	struct http_side *http = a->c->http;

	http->retry_ms = wait_ms;
	log_event(LOG_WARN, "login.slowed",
	    PAIRS(P_STRZ("id", http->req->id), P_STR("remote", a->remote),
		P_STR("user", a->user)));
	return err_say(a->c->q.err, ERR_DENIED, phrase);
}

int
attempt_begin(struct call *c, struct str user, struct attempt *out)
{
	int64_t wait;

	if (c->http == NULL)
		return err_say(c->q.err, ERR_INPUT, "only over HTTP");
	*out = (struct attempt){.c = c,
	    .guard = c->http->web->guard,
	    .remote = c->http->req->remote,
	    .user = user};
	wait = guard_wait(out->guard, out->remote, user);
	return wait > 0 ? slowed(out, wait, TOO_MANY_WRONG) : 0;
}

static void
count_wrong(const struct attempt *a)
{
	guard_wrong(a->guard, a->remote, a->user);
	log_event(LOG_WARN, "login.wrong",
	    PAIRS(P_STRZ("id", a->c->http->req->id), P_STR("remote", a->remote),
		P_STR("user", a->user)));
}

static int
wrong(const struct attempt *a)
{
	count_wrong(a);
	return err_say(a->c->q.err, ERR_DENIED, "wrong login");
}

int
attempt_password(
    const struct attempt *a, struct str password, struct login_found *out)
{
	int64_t wait = guard_right_wait(a->guard, a->user);
	int rc;

	if (wait > 0)
		return slowed(a, wait, "too many logins");
	if (!guard_enter(a->guard))
		return err_set(a->c->q.err, ERR_BUSY, "many logins");
	rc = login_account(&a->c->q, a->user, password, out);
	guard_leave(a->guard);
	if (rc > 0)
		guard_right(a->guard, a->user);
	return rc == 0 ? wrong(a) : rc;
}

/* As attempt_begin, for the sender. */
static int
begin_own(struct call *c, struct attempt *out)
{
	struct account self;

	if (account_self(&c->q, &self) < 0)
		return -1;
	return attempt_begin(c, self.name, out);
}

int
attempt_own(struct call *c, struct str password, struct attempt *out)
{
	struct login_found found;

	if (begin_own(c, out) < 0)
		return -1;
	return attempt_password(out, password, &found) < 0 ? -1 : 0;
}

static int
may_code(const struct attempt *a)
{
	int64_t wait = guard_code_wait(a->guard, a->user);

	return wait > 0 ? slowed(a, wait, TOO_MANY_WRONG) : 0;
}

int
attempt_own_code(struct call *c, struct attempt *out)
{
	return begin_own(c, out) < 0 ? -1 : may_code(out);
}

void
attempt_wrong_code(const struct attempt *a)
{
	guard_code_wrong(a->guard, a->user);
	count_wrong(a);
}

int
attempt_code(
    const struct attempt *a, const struct login_found *found, struct str code)
{
	struct ask *q = &a->c->q;
	enum totp_result result;

	if (may_code(a) < 0 || totp_check(q, found->account, code, &result) < 0)
		return -1;
	if (result == TOTP_NONE || result == TOTP_RIGHT)
		return 0;
	if (result == TOTP_MISSING)
		return err_say(q->err, ERR_DENIED, "code required");
	attempt_wrong_code(a);
	return err_say(q->err, ERR_DENIED, "wrong login");
}
