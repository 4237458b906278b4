#include <string.h>

#include "access.h"
#include "ask.h"
#include "calendar.h"
#include "catalogue.h"
#include "category.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "db.h"
#include "download.h"
#include "hours.h"
#include "job.h"
#include "job_phone.h"
#include "job_side.h"
#include "recipe.h"
#include "secret.h"

int
job_need_room(struct ask *q, int64_t domain)
{
	int64_t n = 0;

	if (db_int(q->core->store, STMT_JOB_COUNT, ARGS(A_INT(domain)), &n,
		q->err) < 0)
		return -1;
	return n < JOB_MAX ? 0 : err_say(q->err, ERR_LIMIT, "too many jobs");
}

/* ---- what a job may be ---- */

/* boot, firmware, or both, each once. */
static int
check_parts(struct str parts, struct err *e)
{
	struct str name;
	unsigned seen = 0;

	while (str_next(&parts, ' ', &name)) {
		enum part p = part_of(name);

		if (str_eqz(name, "apps") || str_eqz(name, "platform") ||
		    str_eqz(name, "software"))
			return err_say(e, ERR_INPUT,
			    "apps and platforms are not updated: how is not "
			    "public");
		if (p > PART_FIRMWARE || (seen & (1U << p)) != 0)
			return err_say(e, ERR_INPUT, "invalid parts");
		seen |= 1U << p;
	}
	return 0;
}

static int
check_update(const struct job *j, struct err *e)
{
	if (j->target.len > 0 || j->login.len > 0 || j->keep != 0 ||
	    j->days != 0)
		return err_say(e, ERR_INPUT, "an update has no target");
	return check_name(j->release, RELEASE_MAX, e) < 0
		   ? -1
		   : check_parts(j->parts, e);
}

/* Where the URL leads is looked at when it is connected to (target.h). */
static int
check_backup(const struct job *j, struct err *e)
{
	if (j->release.len > 0 || j->parts.len > 0 || j->keep_launcher)
		return err_say(e, ERR_INPUT, "a backup has no release");
	if (j->target.len > 0 &&
	    (!download_url_ok(j->target) || str_holds(j->target, STR("?")) ||
		str_holds(j->target, STR("#"))))
		return err_say(e, ERR_INPUT, "invalid target");
	if (j->login.len > JOB_LOGIN_MAX || !str_printable(j->login) ||
	    str_find(j->login, ':') < j->login.len ||
	    (j->login.len > 0 && j->target.len == 0))
		return err_say(e, ERR_INPUT, "invalid login");
	return j->keep >= 0 && j->keep <= JOB_KEEP_MAX && j->days >= 0 &&
		       j->days <= JOB_DAYS_MAX
		   ? 0
		   : err_say(e, ERR_INPUT, "invalid retention");
}

static int
check_phones(struct ask *q, const struct job *j)
{
	if (j->login.len > 0 || j->keep != 0 || j->days != 0 ||
	    j->keep_launcher)
		return err_say(q->err, ERR_INPUT, "an update has no target");
	return job_phone_check(q, j);
}

static int
check_times(const struct job *j, struct err *e)
{
	struct zone *z = zone_open(j->zone);
	struct calendar c;
	struct hours h;
	bool known = z != NULL;

	zone_close(&z);
	if (!known)
		return err_say(e, ERR_INPUT, "unknown time zone");
	if (!calendar_read(j->rule, &c))
		return err_say(e, ERR_INPUT, "invalid calendar");
	return hours_read(j->hours, &h)
		   ? 0
		   : err_say(e, ERR_INPUT, "invalid hours");
}

/* What only jobs of its work have. */
static int
check_own(struct ask *q, const struct job *j)
{
	switch (j->work) {
	case JOB_UPDATE:
		return check_update(j, q->err);
	case JOB_BACKUP:
		return check_backup(j, q->err);
	case JOB_PHONES:
		return check_phones(q, j);
	case JOB_WORK__MAX:
		break;
	}
	return -1;
}

static int
check(struct ask *q, const struct job *j)
{
	struct err *e = q->err;

	if (check_name(j->name, JOB_NAME_MAX, e) < 0 || check_times(j, e) < 0 ||
	    check_own(q, j) < 0)
		return -1;
	if (j->stages < 1 || j->stages > JOB_STAGES_MAX || j->threshold < 0 ||
	    j->threshold > 100)
		return err_say(e, ERR_INPUT, "stages out of range");
	return 0;
}

int64_t
job_next(const struct job *j, int64_t after)
{
	struct zone *z = zone_open(j->zone);
	struct calendar c;
	int64_t next = 0;

	if (z != NULL && j->enabled && calendar_read(j->rule, &c))
		next = calendar_next(&c, z, after);
	zone_close(&z);
	return next;
}

static void
take_text(struct str *to, const struct str *from)
{
	if (from != NULL)
		*to = *from;
}

static void
take_number(int64_t *to, const int64_t *from)
{
	if (from != NULL)
		*to = *from;
}

static void
take_truth(bool *to, const bool *from)
{
	if (from != NULL)
		*to = *from;
}

/* What it works on: parts of devices, or models of phones and where their
 * firmware is. */
static int
take_work(struct ask *q, struct job *j, const struct job_change *x)
{
	if (j->work == JOB_PHONES) {
		take_text(&j->parts, x->models);
		take_text(&j->target, x->firmware);
		return x->parts == NULL
			   ? 0
			   : err_say(q->err, ERR_INPUT,
				 "a job for phones has models, no parts");
	}
	take_text(&j->parts, x->parts);
	take_text(&j->target, x->target);
	return x->models == NULL && x->firmware == NULL
		   ? 0
		   : err_say(q->err, ERR_INPUT,
			 "only a job for phones has models and firmware");
}

int
job_merge(struct ask *q, struct job *j, const struct job_change *x)
{
	/* A new rule that would never begin it; an old one may have been once. */
	bool passed =
	    x->rule != NULL && x->rule->len > 0 && !str_eq(*x->rule, j->rule);

	if (take_work(q, j, x) < 0)
		return -1;
	take_text(&j->name, x->name);
	take_text(&j->release, x->release);
	take_text(&j->rule, x->rule);
	take_text(&j->zone, x->zone);
	take_text(&j->hours, x->hours);
	take_truth(&j->enabled, x->enabled);
	take_truth(&j->keep_launcher, x->keep_launcher);
	take_number(&j->stages, x->stages);
	take_number(&j->threshold, x->threshold);
	take_text(&j->login, x->login);
	take_number(&j->keep, x->keep);
	take_number(&j->days, x->days);
	j->next = job_next(j, clock_now_ms());
	passed = passed && j->enabled && j->next == 0;
	/* It is we who connect to it, and tell a login. */
	if (j->work == JOB_BACKUP && x->target != NULL && x->target->len > 0 &&
	    access_admin(q->who, q->err) < 0)
		return -1;
	if (check(q, j) < 0)
		return -1;
	return passed ? err_say(q->err, ERR_INPUT, "that time is over") : 0;
}

int
job_set_categories(
    struct ask *q, const struct job *j, const struct job_change *x)
{
	struct store *st = q->core->store;

	if (x->ncategories == 0 || x->ncategories > JOB_CATEGORIES)
		return err_say(q->err, ERR_INPUT, "too few or many categories");
	if (db_do(st, STMT_JOB_CATEGORIES_CLEAR, ARGS(A_INT(j->id)), q->err) <
	    0)
		return -1;
	for (size_t i = 0; i < x->ncategories; i++) {
		struct category k;
		int rc = category_find(q, j->domain_id, x->categories[i], &k);

		if (err_need(rc, q->err, ERR_GONE, "no such category") < 0 ||
		    db_do(st, STMT_JOB_CATEGORY_ADD,
			ARGS(A_INT(j->id), A_INT(k.id)), q->err) < 0)
			return -1;
	}
	return 0;
}

bool
job_changes_nothing(const struct job_change *x)
{
	static const struct job_change nothing;

	return memcmp(x, &nothing, sizeof(nothing)) == 0;
}

int
job_set_password(struct ask *q, const struct job *j, const struct job *old,
    const struct job_change *x)
{
	struct store *st = q->core->store;
	struct buf sealed;
	int rc;

	if (x->password == NULL)
		return old != NULL && (!str_eq(old->target, j->target) ||
					  !str_eq(old->login, j->login))
			   ? db_do(st, STMT_JOB_PASSWORD_SET,
				 ARGS(A_INT(j->id), A_NULL), q->err)
			   : 0;
	if (x->password->len == 0 || x->password->len > SECRET_MAX ||
	    j->login.len == 0)
		return err_say(q->err, ERR_INPUT, "invalid password");
	secret_seal(q->core, SECRET_JOB, j->id, *x->password, &sealed);
	rc = db_do(st, STMT_JOB_PASSWORD_SET,
	    ARGS(A_INT(j->id), A_BLOB(buf_view(&sealed))), q->err);
	buf_wipe(&sealed);
	return rc;
}

/* ---- states ---- */

int
job_save_state(struct ask *q, const struct job *j)
{
	return db_do(q->core->store, STMT_JOB_STATE,
	    ARGS(A_INT(j->id), A_INT(j->state), A_INT(j->wish), A_INT(j->due),
		A_INT(j->round), A_INT(j->began), A_INT(j->ended),
		A_INT(j->outcome), A_STR(j->trouble)),
	    q->err);
}

int
job_wish(struct ask *q, struct job *j, enum job_wish wish, int64_t due)
{
	j->wish = wish;
	j->due = due;
	return db_do(q->core->store, STMT_JOB_WISH,
	    ARGS(A_INT(j->id), A_INT(wish), A_INT(due)), q->err);
}

int
job_stop(struct ask *q, struct job *j, enum job_outcome why)
{
	int64_t now = clock_now_ms();

	j->wish = JOB_NOTHING;
	j->due = 0;
	j->outcome = why;
	/* Without devices it has nothing to wait for. */
	if (j->state == JOB_PREPARING) {
		j->state = JOB_IDLE;
		j->ended = now;
	}
	if (db_do(q->core->store, STMT_TASK_SKIP,
		ARGS(A_INT(j->id), A_INT(now),
		    A_STRZ(why == JOB_THRESHOLD ? "too many failed before"
						: "the job was aborted")),
		q->err) < 0)
		return -1;
	return job_save_state(q, j);
}

/* ---- for the runner ---- */

int
job_change(struct ask *q, int (*fn)(struct ask *q, void *arg), void *arg)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, fn(q, arg));
}

int
job_rest(struct ask *q, const struct job *j)
{
	return job_save_state(q, j) < 0
		   ? -1
		   : change_tell(q, &job_kind, j->id, STR(""));
}

int
job_close(struct ask *q, struct job *j, enum job_outcome how)
{
	int64_t now = clock_now_ms();
	bool again = how == JOB_FAILURES && j->round < JOB_ROUNDS;
	enum job_wish wish = j->state == JOB_PREPARING ? j->wish : JOB_FAILED;

	j->state = JOB_IDLE;
	j->ended = now;
	j->outcome = how;
	j->round = again ? j->round + 1 : 0;
	j->wish = again ? wish : JOB_NOTHING;
	j->due = again ? now + JOB_PAUSE_MS : 0;
	return job_rest(q, j);
}
