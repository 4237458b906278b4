/*
 * appticket -- a one-time ticket (ticket.h) by which a page opens its
 * websocket.
 *
 * A cookie counts on BASE/api only, so a page asks there for a ticket and
 * brings it in the first message of its websocket (TicketLogin).  The session
 * that comes of it lives on what the one who asked had logged in with, and
 * ends with that.
 */
#ifndef FL_APPTICKET_H
#define FL_APPTICKET_H

#include "login.h"
#include "ticket.h"

#define APPTICKET_LIFE_MS 30000

/* For q->who. */
int appticket_draw(struct ask *q, char text[TICKET_SIZE]) FL_CHECK;

/*
 * Who asked for it, with the rights of now, and a random session key for the
 * encrypted fields of chapter 2.5.  1, 0 it is worth nothing, -1 error.
 */
int appticket_take(struct ask *q, struct str text, struct actor *out,
    char session_key[LOGIN_SESSION_KEY_SIZE]) FL_CHECK;

#endif
