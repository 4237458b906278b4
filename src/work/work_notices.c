#include "jump.h"
#include "log.h"
#include "mailbox.h"
#include "notice.h"
#include "works.h"

/* A mail that fails is tried again by the next run, and holds up no notice. */
static int
tell_clock(struct ask *q, const struct notice_setup *setup)
{
	int64_t now;
	int rc = jump_now(q, &now);

	if (rc == 0 && notice_clock(q, setup) < 0)
		log_event(LOG_WARN, "clock.untold",
		    PAIRS(P_STRZ("why", q->err->text)));
	return rc < 0 ? -1 : 0;
}

static int
send_all(struct run *r, struct mailer *mailer)
{
	const struct notice_setup setup = {.mailer = mailer,
	    .from = str_of(run_conf(r)->mail_from),
	    .templates = run_conf(r)->templates,
	    .go_on = run_goes_on,
	    .arg = r};
	struct notice_count n;

	if (tell_clock(run_ask(r), &setup) < 0 ||
	    notice_run(run_ask(r), &setup, &n) < 0)
		return -1;
	if (n.due > 0 || n.failed > 0)
		log_event(n.failed > 0 ? LOG_WARN : LOG_INFO, "notices",
		    PAIRS(P_INT("due", n.due), P_INT("sent", n.sent),
			P_INT("failed", n.failed)));
	return n.failed > 0;
}

int
work_notices(struct run *r)
{
	struct mailbox box;
	int rc = mailbox_open(&box, run_conf(r), run_ask(r)->err);

	if (rc == 0)
		rc = send_all(r, box.mailer);
	mailbox_close(&box);
	return rc;
}
