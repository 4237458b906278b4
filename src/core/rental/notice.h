/*
 * notice -- mails that tell that a rental will end.
 *
 * Seven weeks before the end, and then once a week: with k the number of weeks
 * begun until the end, one mail for each k from 7 down to 1.  project.
 * notice_week is the k of the last one; NOTICE_NONE: none since the end was
 * last more than seven weeks away.  A week whose mail could not be sent in time
 * is not made up for: its mail would say what the next one says better.
 *
 * A mail counts as sent when the server accepted it for at least one
 * recipient, and this is saved at once.  A crash between the two can repeat a
 * mail at worst, and then with the same Message-ID.
 *
 * Recipients are those of the project, else the account that manages the
 * domain: the company-admin with the lowest id that has this domain and an
 * address, else such a manager, else the instance's administrator.
 */
#ifndef FL_NOTICE_H
#define FL_NOTICE_H

#include "actor.h"
#include "mail.h"

#define NOTICE_WEEKS 7
#define NOTICE_NONE  8
#define NOTICE_NAME  "rental-notice" /* of the texts, see letter.h */
#define NOTICE_CLOCK "clock-doubt"

/*
 * Whether a mail is due at now (milliseconds) for a rental that ends at end
 * (0: nothing is rented).  *week is notice_week; it becomes what it is from
 * now on: if a mail is due, once that is sent.  Public for tests.
 */
bool notice_due(int64_t now, int64_t end, int64_t *week);

struct notice_setup {
	struct mailer *mailer; /* NULL: due notices are only logged */
	struct str from;
	const char *templates;    /* folder, see letter.h */
	bool (*go_on)(void *arg); /* asked before each domain */
	void *arg;
};

struct notice_count {
	int64_t due, sent;
	int64_t failed; /* tried or not tried, to be tried again */
};

/*
 * Send what is due in all domains.  A domain or an address that fails is
 * logged and holds up no other; a server that cannot be reached ends the
 * sending, not the rest.  -1: the list of domains could not be read.
 */
int notice_run(struct ask *q, const struct notice_setup *setup,
    struct notice_count *out) FL_CHECK;

/* The clock is in doubt (jump.h): tell the account "admin" once, if it has an
 * address and there is a mail server. */
int notice_clock(struct ask *q, const struct notice_setup *setup) FL_CHECK;

#endif
