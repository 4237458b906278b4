/*
 * arrival -- the one-time URL to which a device puts its configuration (BJ3):
 * <url>/dav/<ticket>/<hwId>.txt below the instance's base.
 *
 * A device has no credentials for us, so the URL is one: 32 characters, for one
 * PUT, as long as the task waits for it.  Nothing can be read there.  What comes
 * is kept at once, sealed, and lies nowhere else; nginx passes a body on only
 * when it is whole, so half of one is never kept.
 */
#ifndef FL_ARRIVAL_H
#define FL_ARRIVAL_H

#include "conf.h"
#include "task.h"
#include "verdict.h"

#define ARRIVAL_PATH "/dav/" /* below the base; then ticket and any name */

/* A new URL for a task that was sent; NULL with the error. */
const char *arrival_url(struct ask *q, const struct conf *conf,
    const struct task *t, int64_t last_ms);

/* <url>/dav/<a ticket drawn of x>/<hwId>.txt; NULL with the error: without an
 * [instance] url devices cannot find us. */
struct ticket_new;
const char *arrival_place(struct ask *q, const struct conf *conf,
    const struct ticket_new *x, struct str hw_id);

/* Somebody brings a text with a ticket: it is kept, and the task done.  ERR_GONE:
 * none, used, too late; ERR_INPUT: it is no configuration. */
int arrival_take(struct ask *q, struct str ticket, struct str text) FL_CHECK;

#endif
