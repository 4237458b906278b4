/*
 * phone_poll -- phones have no connection: they ask for their files, when they
 * start and as often as they are set to.  So one is online that has asked within
 * twice the setting phones.refresh, and offline when it has not.
 *
 * It has a row of presence as other devices, of no hub, so that lists, figures
 * and alarms know it without knowing phones, and its address as its interface.
 * What goes through a connection does not go to it: configurations, scripts and
 * update jobs leave it out (device.polls).
 */
#ifndef FL_PHONE_POLL_H
#define FL_PHONE_POLL_H

#include "actor.h"

#define PHONE_POLL_PAGE 100 /* that leave in one transaction */
#define PHONE_POLL_IF   "ETH0"

/* It asked, from this address, and that was news.  No rights are looked at. */
int phone_poll_came(struct ask *q, struct str mac, struct str address) FL_CHECK;

/* Is it online, at this address?  1, 0, -1. */
int phone_poll_is_here(
    struct ask *q, struct str mac, struct str address) FL_CHECK;

/* It asked, inside a change, news or not. */
int phone_poll_inside(
    struct ask *q, struct str mac, struct str address) FL_CHECK;

/* Those that have not asked for too long go offline: 1 there may be more, 0,
 * -1.  For periodic work. */
int phone_poll_left(struct ask *q, int64_t now) FL_CHECK;

#endif
