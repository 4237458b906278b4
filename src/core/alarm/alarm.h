/*
 * alarm -- what is wrong with devices and the instance is told, once.
 *
 *	alarm_setting	what a domain wants to be told, how, when not
 *	alarm_kind	what can be wrong: a table
 *	alarm_up	our own outage raises no alarm
 *	alarm_tell	states, and letters of what has changed
 *	alarm_post	sends them: mail, webhook
 *
 * Here: the periodic work that does all of it, the list, and a letter for
 * trying.  Later kinds are a row of alarm_kind.c; nothing else knows them.
 */
#ifndef FL_ALARM_H
#define FL_ALARM_H

#include "actor.h"
#include "alarm_post.h"
#include "conf.h"

#define ALARM_PAGE 200

/* Alarms of a domain that the actor sees, by id, after id after (0 at first): *n
 * < ALARM_PAGE means that there are no more.  -1 with ERR_GONE. */
int alarm_list(struct ask *q, int64_t domain_id, int64_t after,
    struct alarm **out, size_t *n) FL_CHECK;

/* The same of all domains that the actor sees.  *after is moved behind all that was
 * looked at: 1 there may be more, 0 that was all. */
int alarm_list_all(
    struct ask *q, int64_t *after, struct alarm **out, size_t *n) FL_CHECK;

/* Of the whole instance, for who watches it; no rights are checked. */
struct alarm_figures {
	int64_t raised;  /* alarms that are not over */
	int64_t waiting; /* letters that are not sent yet */
};
int alarm_figures(struct ask *q, struct alarm_figures *out) FL_CHECK;

struct alarm_count {
	int64_t told;         /* alarms, raised or over */
	int64_t sent, failed; /* letters */
};

/*
 * Look at all domains, write letters and send what is due.  The sender's mailer
 * and from are of conf's section mail.  A domain that fails is logged and holds
 * up no other.  -1: the store failed.
 */
int alarm_run(struct ask *q, const struct conf *conf,
    const struct alarm_sender *by, struct alarm_count *out) FL_CHECK;

/* Send a letter by one way of a domain that the actor may set: 1, 0 it has no
 * such way, -1. */
int alarm_try(struct ask *q, const struct conf *conf,
    const struct alarm_sender *by, int64_t domain_id,
    enum alarm_way way) FL_CHECK;

/* The rule of conf's section fetch; ERR_INPUT if its list cannot be read. */
int alarm_rule(
    const struct conf *conf, struct target_rule *out, struct err *e) FL_CHECK;

#endif
