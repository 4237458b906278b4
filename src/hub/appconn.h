/*
 * appconn -- connections of apps, PBXs and browsers (AppWebsocket).
 *
 * The hub reads none of their messages: each goes to the rules, byte for byte,
 * one at a time; until a login succeeded as question "app", then as "api".
 * Messages that arrive meanwhile wait: HUBWIRE_APP_WAITING of them or
 * HUBWIRE_APP_WAITING_BYTES, then the socket is not read.  The next question is
 * asked only when the client has taken what it had (its queue is below
 * CONN_SOFT), so a long answer in pages crosses no process faster than the
 * client reads.  With a cursor goes the message it belongs to, again: the rules
 * keep nothing.
 *
 * What an app sent before it closed, or broke off, is carried out; its session
 * ends at once and nobody hears the answers, so a list has its first page only.
 * Such connections are parting: at most APPCONN_PARTING_MAX, those above it are
 * forgotten.  Nor is anything carried out that stood behind a message the rules
 * closed the connection for, or had no answer to.
 *
 * An answer that asks more of the hub than hubwire.h allows is not carried out:
 * the app gets "error":"too long" and the log a line.
 */
#ifndef FL_APPCONN_H
#define FL_APPCONN_H

#include "question.h"
#include "session.h"
#include "subs.h"
#include "wsconn.h"

#define APPCONN_PARTING_MAX 256

struct appconn;
TAILQ_HEAD(appconn_list, appconn);

struct appconns {
	struct questions *questions;
	struct sessions *sessions;
	struct subs *subs;
	struct appconn_list dead; /* freed at the end of the turn */
	uint64_t last_conn;
	size_t now;       /* with a connection */
	size_t parting;   /* without, whose last messages are carried out */
	uint64_t refused; /* answers that were more than the hub carries */
};

void appconns_init(struct appconns *as, struct questions *questions,
    struct sessions *ss, struct subs *subs);
void appconns_turn(struct appconns *as);
void appconns_fini(struct appconns *as);

/* For wsconns.open: 0, or an HTTP status. */
int appconn_open(
    struct appconns *as, struct wsconn *w, const struct http1 *head);

#endif
