#include "phone_trace.h"

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "log.h"
#include "must.h"

_Static_assert(PHONE_ELSEWHERE == 12, "ALARM_PHONES and an index have it");

static const struct {
	const char *name, *text;
} reasons[PHONE_REASON__MAX] = {
    [PHONE_NO_MAC] = {"no-mac",
	"neither the file's name nor the phone says its MAC address"},
    [PHONE_WAITS] = {"waiting", "it waits until somebody promotes it"},
    [PHONE_FULL] = {"full", "the list of waiting phones is full"},
    [PHONE_OTHER_KEY] = {"other-key",
	"it came by the key of a domain that it does not belong to"},
    [PHONE_NO_FILE] = {"no-file", "there is no such file for it"},
    [PHONE_TOLD] = {"resync", "it was told to fetch its files"},
    [PHONE_TOLD_NO] = {"resync-no",
	"it was told to fetch its files, and answered otherwise"},
    [PHONE_UNHEARD] = {"resync-silent",
	"it was told to fetch its files, and did not answer"},
    [PHONE_UNTOLD] = {"resync-failed",
	"it could not be told to fetch its files"},
    [PHONE_GIVEN] = {"given", "it got its file"},
    [PHONE_SAVED] = {"saved", "what it wrote is kept"},
    [PHONE_OUTSIDE] = {"outside",
	"its window is closed: \"fleetline phone window\" opens it"},
    [PHONE_ELSEWHERE] = {"elsewhere",
	"it was asked for from another network than its own"},
    [PHONE_OWN_URL] = {"own-url",
	"it has a URL of its own, and came without that"},
    [PHONE_TEMPLATE] = {"template",
	"the template of the file is wrong; the log says where"},
};

const char *
phone_reason_name(enum phone_reason reason)
{
	must(reason < PHONE_REASON__MAX);
	return reasons[reason].name;
}

const char *
phone_reason_text(enum phone_reason reason)
{
	must(reason < PHONE_REASON__MAX);
	return reasons[reason].text;
}

/* 1 it was counted in a row that is there, 0 there is none, -1. */
static int
count(struct ask *q, const struct phone_event *in, int64_t now)
{
	return db_run(q->core->store, STMT_PHONE_TRACE_COUNT,
	    ARGS(A_INT(in->key_domain), A_STR(in->mac), A_STR(in->address),
		A_STR(in->file), A_INT(in->reason), A_INT(in->status),
		A_INT(now), A_INT(now - PHONE_TRACE_SAME_MS)),
	    q->err);
}

static int
add(struct ask *q, const struct phone_event *in, int64_t now)
{
	struct store *st = q->core->store;
	int64_t id;

	if (db_int(st, STMT_PHONE_TRACE_ADD,
		ARGS(A_INT(in->key_domain), A_STR(in->mac), A_STR(in->address),
		    A_STR(in->file), A_INT(in->reason), A_INT(in->status),
		    A_INT(now)),
		&id, q->err) < 0 ||
	    db_do(st, STMT_PHONE_TRACE_EXPIRE,
		ARGS(A_INT(now - PHONE_TRACE_KEPT_MS)), q->err) < 0)
		return -1;
	return db_do(st, STMT_PHONE_TRACE_TRIM,
	    ARGS(A_INT(in->key_domain), A_INT(PHONE_TRACE_ROWS)), q->err);
}

/* A phone is in one network: another one is somebody else, or a phone that was
 * moved.  Once for each row, so that nobody fills the log; the alarm for it is
 * made of the rows (alarm_kind.h). */
static void
warn(const struct phone_event *in)
{
	if (in->reason == PHONE_ELSEWHERE)
		log_event(LOG_WARN, "phone.elsewhere",
		    PAIRS(
			P_STR("mac", in->mac), P_STR("address", in->address)));
}

int
phone_trace_add(struct ask *q, const struct phone_event *in)
{
	struct store *st = q->core->store;
	int64_t now = clock_now_ms();
	int rc = count(q, in, now);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	warn(in);
	if (store_begin(st, STORE_FAST, q->err) < 0)
		return -1;
	if (add(q, in, now) < 0 || store_commit(st, q->err) < 0) {
		store_rollback(st);
		return -1;
	}
	return 0;
}

int
phone_trace_list(struct ask *q, struct str mac, int64_t *before,
    struct phone_traced **out, size_t *n)
{
	size_t found, kept = 0;

	*n = 0;
	if (load_list(ask_loader(q), STMT_PHONE_TRACE_PAGE,
		ARGS(A_STR(mac), A_INT(*before > 0 ? *before : INT64_MAX),
		    A_INT(PHONE_TRACE_PAGE)),
		load_phone_traced, out, &found) < 0)
		return -1;
	*before = found == PHONE_TRACE_PAGE ? (*out)[found - 1].id : 0;
	for (size_t i = 0; i < found; i++)
		if (access_sees(q->who, (*out)[i].key_domain))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return 0;
}
