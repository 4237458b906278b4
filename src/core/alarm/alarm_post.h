/*
 * alarm_post -- sends the letters that alarm_tell made.
 *
 * Of each domain and way the oldest letter is sent first, and the next one when
 * it has arrived; letters that have failed less often come before others, so a
 * receiver that hangs holds up those that do not for one wait at most.  A letter
 * that failed is tried again after 5 minutes, then after twice the time before,
 * ALARM_TRIES times in all (42 hours); then it is given up, which the log tells.
 *
 * It is forgotten after the receiver has it.  A crash between the two repeats
 * it, with the same id: Message-ID of a mail, "id" in the body of a webhook.
 */
#ifndef FL_ALARM_POST_H
#define FL_ALARM_POST_H

#include "actor.h"
#include "mail.h"
#include "row_alarm.h"
#include "target.h"

#define ALARM_TRIES  10
#define ALARM_GAP_MS INT64_C(300000) /* after the first failure */

/* What letters go out by. */
struct alarm_sender {
	struct mailer *mailer; /* NULL: there is no mail server */
	struct str from;
	struct target_rule rule;  /* where webhooks may lead */
	bool (*go_on)(void *arg); /* asked before each letter */
	void *arg;
};

struct alarm_posted {
	int64_t sent,
	    failed; /* failed: tried, or its way was known to be shut */
};

/* Send what is due.  -1: the store failed. */
int alarm_post(struct ask *q, const struct alarm_sender *by,
    struct alarm_posted *out) FL_CHECK;

/* Send one letter now.  0 the receiver has it, -1. */
int alarm_post_one(struct ask *q, const struct alarm_sender *by,
    const struct alarm_setting *s, const struct alarm_letter *l) FL_CHECK;

/* How long after a letter failed for the nth time it is tried again; public for
 * tests. */
int64_t alarm_post_gap(int64_t tries);

#endif
