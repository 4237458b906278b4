#include "alarm.h"
#include "log.h"
#include "mailbox.h"
#include "works.h"

static int
run_with(struct run *r, const struct mailbox *box)
{
	struct alarm_sender by = {.mailer = box->mailer,
	    .from = str_of(run_conf(r)->mail_from),
	    .go_on = run_goes_on,
	    .arg = r};
	struct alarm_count n;

	if (alarm_rule(run_conf(r), &by.rule, run_ask(r)->err) < 0 ||
	    alarm_run(run_ask(r), run_conf(r), &by, &n) < 0)
		return -1;
	if (n.told > 0 || n.sent > 0 || n.failed > 0)
		log_event(n.failed > 0 ? LOG_WARN : LOG_INFO, "alarms",
		    PAIRS(P_INT("told", n.told), P_INT("sent", n.sent),
			P_INT("failed", n.failed)));
	return n.failed > 0;
}

/* Webhooks go out even if section mail is wrong, which notices say, too. */
int
work_alarms(struct run *r)
{
	struct mailbox box;
	int wrong = mailbox_open(&box, run_conf(r), run_ask(r)->err);
	int rc;

	if (wrong < 0)
		log_event(LOG_WARN, "alarm.unmailed",
		    PAIRS(P_STRZ("why", run_ask(r)->err->text)));
	rc = run_with(r, &box);
	mailbox_close(&box);
	return rc != 0 ? rc : wrong < 0;
}
