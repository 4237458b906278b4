/*
 * resync -- sends what was ordered: phones of other vendors that shall fetch
 * their files (core/phone/phone_resync.h) get a NOTIFY (wire/sip_client.h).
 *
 *	to	the proxy of [phones] notify, as sip:<MAC>@<domain>; else the
 *		address that the phone asked from last, port 5060
 *	event	that of its vendor (phone_type.h)
 *
 * So that nobody makes a stream of datagrams of it: to a phone's own address only
 * if rules of [fetch] let us (target.h), and one request at a time; RESYNC_DOMAIN
 * of a domain at once, RESYNC_MAX of all.  An address that is silent gets eleven
 * datagrams in 32 seconds, whoever orders how much.
 *
 * A program that is killed has its requests sent again by the next one: a phone
 * that is told twice fetches its files twice.
 */
#ifndef FL_RESYNC_H
#define FL_RESYNC_H

#include "actor.h"
#include "conf.h"

#define RESYNC_MAX    32
#define RESYNC_DOMAIN 8

struct resync;

/* Reads the types of phones; strings of conf stay until resync_close. */
int resync_open(
    struct resync **out, const struct conf *conf, struct err *e) FL_CHECK;
void resync_close(struct resync **r);

/* Take what was answered, and send what was ordered. */
int resync_turn(struct resync *r, struct ask *q) FL_CHECK;

/* Readable when something came; milliseconds until a turn is due, at most max. */
int resync_fd(const struct resync *r);
int resync_wait(const struct resync *r, int max);

#endif
