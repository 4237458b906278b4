#include "phone_trace.h"

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "event.h"
#include "hubwire.h"
#include "jout.h"
#include "log.h"
#include "must.h"
#include "phone_poll.h"
#include "phone_wait.h"

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

void
phone_trace_json(struct jout *j, const struct phone_traced *t)
{
	jout_int(j, "id", t->id);
	if (t->mac.len > 0)
		jout_str(j, "mac", t->mac);
	jout_int(j, "began", t->began);
	jout_int(j, "last", t->last);
	jout_int(j, "count", t->n);
	jout_str(j, "address", t->address);
	jout_str(j, "file", t->file);
	jout_int(j, "status", t->status);
	jout_strz(j, "reason", phone_reason_name((enum phone_reason)t->reason));
}

/* ---- writing ---- */

/* 1 it was counted in a row that is there, 0 there is none, -1. */
static int
count(struct ask *q, const struct phone_traced *t)
{
	return db_run(q->core->store, STMT_PHONE_TRACE_COUNT,
	    ARGS(A_INT(t->key_domain), A_STR(t->mac), A_STR(t->address),
		A_STR(t->file), A_INT(t->reason), A_INT(t->status),
		A_INT(t->began - PHONE_TRACE_SAME_MS), A_INT(t->n),
		A_INT(t->last)),
	    q->err);
}

/* Rows of before give way.  1 with the new one's id, 0 its domain has gone. */
static int
add(struct ask *q, const struct phone_traced *t, int64_t *id)
{
	struct store *st = q->core->store;
	int rc = db_int(st, STMT_PHONE_TRACE_ADD,
	    ARGS(A_INT(t->key_domain), A_STR(t->mac), A_STR(t->address),
		A_STR(t->file), A_INT(t->reason), A_INT(t->status),
		A_INT(t->began), A_INT(t->last), A_INT(t->n)),
	    id, q->err);

	return rc > 0 && db_do(st, STMT_PHONE_TRACE_EXPIRE,
			     ARGS(A_INT(t->last - PHONE_TRACE_KEPT_MS)),
			     q->err) < 0
		   ? -1
		   : rc;
}

/* A phone is in one network: another one is somebody else, or a phone that was
 * moved.  Once for each row, so that nobody fills the log; the alarm for it is
 * made of the rows (alarm_kind.h). */
static void
warn(const struct phone_traced *t)
{
	if (t->reason == PHONE_ELSEWHERE)
		log_event(LOG_WARN, "phone.elsewhere",
		    PAIRS(P_STR("mac", t->mac), P_STR("address", t->address)));
}

/* The row is its own thing, so that the hub never takes it for an older one, and no
 * number has to be drawn, which would end what phone_again.h keeps. */
static void
tell(struct ask *q, const struct phone_traced *t, int64_t rev)
{
	struct snapshot sides[2] = {0};
	struct buf text;
	struct jout j;

	buf_init(&text, HUBWIRE_EVENT_MAX);
	jout_init(&j, buf_sink(&text));
	buf_puts(&text, "\"request\":");
	jout_object(&j, NULL);
	phone_trace_json(&j, t);
	jout_end(&j);
	sides[1] = (struct snapshot){
	    .there = true, .domain = t->key_domain, .body = buf_view(&text)};
	event_line(&q->core->orders.lines,
	    &(const struct event_thing){"traces", str_n("", 0), t->id}, rev,
	    sides);
	buf_fini(&text);
}

/* What is new of one writing. */
struct news {
	int64_t rev;    /* 0: nothing yet */
	int64_t domain; /* whose ring was looked at last */
	size_t told;
};

static int
note_new(struct ask *q, const struct phone_traced *t, struct news *news)
{
	warn(t);
	if (t->key_domain != news->domain &&
	    db_do(q->core->store, STMT_PHONE_TRACE_TRIM,
		ARGS(A_INT(t->key_domain), A_INT(PHONE_TRACE_ROWS)),
		q->err) < 0)
		return -1;
	news->domain = t->key_domain;
	if (q->core->orders.post == NULL || news->told == PHONE_TRACE_EVENTS)
		return 0;
	if (news->rev == 0 && db_rev(q->core->store, &news->rev, q->err) < 0)
		return -1;
	tell(q, t, news->rev);
	news->told++;
	return 0;
}

/* Who got a file was there, also where nobody had to look who it is
 * (phone_again.h).  1 that was news, 0, -1. */
static int
contact(struct ask *q, const struct phone_traced *t)
{
	if (t->reason != PHONE_GIVEN)
		return 0;
	return db_run(q->core->store, STMT_PHONE_CONTACT_TRACED,
	    ARGS(A_STR(t->mac), A_STR(t->address), A_INT(t->last),
		A_INT(t->last - PHONE_WAIT_NOTE_MS),
		A_INT(t->last + PHONE_WAIT_NOTE_MS)),
	    q->err);
}

/* Of each, was it news that it was there? */
static int
write_all(struct ask *q, const struct phone_traced *list, size_t n, bool *came)
{
	struct news news = {0};

	for (size_t i = 0; i < n; i++) {
		struct phone_traced t = list[i];
		int rc = count(q, &t);

		if (rc == 0) {
			rc = add(q, &t, &t.id);
			if (rc > 0)
				rc = note_new(q, &t, &news);
		}
		if (rc >= 0)
			rc = contact(q, &t);
		if (rc < 0)
			return -1;
		came[i] = rc > 0;
	}
	return 0;
}

/* Between its asking and this somebody may have found that it had not asked for
 * too long. */
static int
come(struct ask *q, const struct phone_traced *list, size_t n, const bool *came)
{
	struct arena_mark m = arena_mark(q->arena);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (came[i]) {
			rc = phone_poll_came(q, list[i].mac, list[i].address);
			arena_reset(q->arena, m);
		}
	return rc;
}

int
phone_trace_add_all(struct ask *q, const struct phone_traced *list, size_t n)
{
	struct store *st = q->core->store;
	bool *came = arena_array(q->arena, n, sizeof(*came));

	if (came == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for the trace");
	orders_forget(&q->core->orders);
	if (store_begin(st, STORE_FAST, q->err) < 0)
		return -1;
	if (write_all(q, list, n, came) < 0 || store_commit(st, q->err) < 0) {
		store_rollback(st);
		orders_forget(&q->core->orders);
		return -1;
	}
	return orders_flush(&q->core->orders, q->err) < 0
		   ? -1
		   : come(q, list, n, came);
}

int
phone_trace_add(struct ask *q, const struct phone_event *in)
{
	int64_t now = clock_now_ms();
	struct phone_traced t = {.key_domain = in->key_domain,
	    .mac = in->mac,
	    .address = in->address,
	    .file = in->file,
	    .reason = in->reason,
	    .status = in->status,
	    .began = now,
	    .last = now,
	    .n = 1};

	return phone_trace_add_all(q, &t, 1);
}

/* ---- reading ---- */

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
