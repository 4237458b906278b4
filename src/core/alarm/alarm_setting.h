/*
 * alarm_setting -- what a domain wants to be told of, how, and when not.
 *
 * offline	minutes that a device may be offline, 5 to 43,200; 0: never told
 * recipients	at most 10 mail addresses, with commas
 * url		of a webhook (wire/webhook.h); where it may lead to, section
 *		fetch of the configuration says
 * language	of mails, "en"
 * zone		of the quiet hours and of times in mails, "Europe/Berlin"
 * quiet	"22:00-06:00" or empty (hours.h)
 * paused	nothing is told before, milliseconds; at most a year from now
 *
 * Those of the instance's own domain are about the instance as well.  Who may
 * read or set them: the domain itself and administrators (access_own); other
 * domains that see its devices may not, because a URL can be a secret.
 *
 * A webhook has a secret that its letters are signed with.  It is drawn here,
 * shown once, sealed in the store, and drawn anew with every other URL, so that
 * who received the letters before cannot sign for who does now.
 */
#ifndef FL_ALARM_SETTING_H
#define FL_ALARM_SETTING_H

#include "actor.h"
#include "row_alarm.h"

#define ALARM_OFFLINE_MIN    5
#define ALARM_OFFLINE_MAX    43200
#define ALARM_RECIPIENTS_MAX 10
#define ALARM_SETTINGS_PAGE  100
#define ALARM_SECRET_SIZE    69 /* "whs_", 64 hex digits and NUL */

/* What to set; a NULL pointer leaves a thing alone. */
struct alarm_change {
	const int64_t *offline, *paused;
	const struct str *recipients, *url, *language, *zone, *quiet;
	bool new_secret; /* the webhook has one already: another one */
};

/* 0; -1 with ERR_GONE or ERR_DENIED. */
int alarm_setting_get(
    struct ask *q, int64_t domain_id, struct alarm_setting *out) FL_CHECK;

/* How many letters of the domain wait for a receiver that has not taken them;
 * the actor may read its settings. */
int alarm_setting_waiting(
    struct ask *q, int64_t domain_id, int64_t *out) FL_CHECK;

/* secret gets the new one, or is empty.  Letters that wait for a way which is
 * taken away are dropped. */
int alarm_setting_set(struct ask *q, int64_t domain_id,
    const struct alarm_change *x, char secret[ALARM_SECRET_SIZE]) FL_CHECK;

/* ---- for the periodic work, whoever asks ---- */

/* Those of domains with an id above after that have some, and of the
 * instance's own. */
int alarm_setting_page(struct ask *q, int64_t after, struct alarm_setting **out,
    size_t *n) FL_CHECK;

/* Those of one domain: 1, 0 there is none, -1. */
int alarm_setting_load(
    struct ask *q, int64_t domain_id, struct alarm_setting *out) FL_CHECK;

struct secret;
/* The webhook's secret in clear; length 0: it has none. */
int alarm_setting_secret(
    struct ask *q, int64_t domain_id, struct secret *out) FL_CHECK;

#endif
