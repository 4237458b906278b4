/*
 * hubwire -- the contract between hub and rules in names and numbers
 * (doc/hub.md); both sides include it, so that neither may send what the other
 * does not take.
 *
 * Limits are bytes unless said otherwise.  Whoever meets more than a limit
 * answers so and logs it; nothing is dropped in silence.
 */
#ifndef FL_HUBWIRE_H
#define FL_HUBWIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "str.h"
#include "ws.h"

/* ---- where (the host of a unix socket is only a name) ---- */

#define HUBWIRE_INTERNAL "http://internal" /* nginx's socket: questions */
#define HUBWIRE_CONTROL  "http://control"  /* the hub's: orders, status */

/* ---- questions (section 1) ---- */

#define HUBWIRE_PATH             "/hub/" /* a question's path: this and its name */
#define HUBWIRE_IDENTIFY         "identify"
#define HUBWIRE_IDENTIFY_MANY    "identify-many"
#define HUBWIRE_PROVISION        "provision"
#define HUBWIRE_APP              "app"
#define HUBWIRE_API              "api"
#define HUBWIRE_PRESENCE         "presence"
#define HUBWIRE_DOOR             "door"

#define HUBWIRE_AT_ONCE          32 /* questions in flight; of them: */
#define HUBWIRE_PRESENCE_AT_ONCE 1
#define HUBWIRE_API_AT_ONCE      16
#define HUBWIRE_DEVICE_AT_ONCE   24     /* identify and provision together */
#define HUBWIRE_MANY             32     /* in one "identify-many", and */
#define HUBWIRE_MANY_BYTES       524288 /* so long is its body at most */
#define HUBWIRE_TIMEOUT_MS       10000  /* of a question */
#define HUBWIRE_API_MS           60000  /* of "api"; nginx waits longer */

/* When there was no answer: the first pause, doubled each time up to the
 * longest; after all that patience a device is closed. */
#define HUBWIRE_RETRY_MS     250
#define HUBWIRE_RETRY_MAX_MS 8000
#define HUBWIRE_PATIENCE_MS  60000

/* What a connection may send on while its question is asked. */
#define HUBWIRE_DEVICE_WAITING    4     /* admin messages, then it is closed */
#define HUBWIRE_APP_WAITING       64    /* messages, or */
#define HUBWIRE_APP_WAITING_BYTES 65536 /* of them, then it is not read */

/* An app that has less than this to take has taken what it had: a cursor is
 * followed. */
#define HUBWIRE_TAKEN_BYTES 65536

#define HUBWIRE_QUIET_MS    5000  /* of a device that "again" was said about */
#define HUBWIRE_SETTLE_MS   60000 /* to log in, or to become a device */

#define HUBWIRE_HOSTS_MAX   32 /* addresses that a device is known to have */

/* Facts travel as headers; FastCGI has a name of its own for each. */
enum hubwire_fact {
	HUBWIRE_FACT_HUB,    /* hub id "/" boot id */
	HUBWIRE_FACT_CONN,   /* connection sequence */
	HUBWIRE_FACT_REMOTE, /* address of the peer */
	HUBWIRE_FACT_STATE,  /* of the last answer */
	HUBWIRE_FACT_QUERY,  /* of the upgrade request */
	HUBWIRE_FACT_HOST,   /* that a device used, with its port */
	HUBWIRE_FACT_BASE,   /* scheme://host that an app used */
	HUBWIRE_FACT_ORIGIN, /* of the page that opened the websocket */
	HUBWIRE_FACT_APP,    /* name of an app */
	HUBWIRE_FACT_CURSOR, /* where a list goes on */
	HUBWIRE_FACTS
};

struct hubwire_header {
	const char *header; /* "X-Fleetline-State" */
	const char *param;  /* "HTTP_X_FLEETLINE_STATE" */
	size_t max;         /* of its value: visible ASCII without blanks */
};
extern const struct hubwire_header hubwire_facts[HUBWIRE_FACTS];

#define HUBWIRE_HUB_ID_MAX  CONF_HUB_ID_MAX
#define HUBWIRE_REMOTE_MAX  64
#define HUBWIRE_STATE_MAX   4096
#define HUBWIRE_QUERY_MAX   2048
#define HUBWIRE_BASE_MAX    264
#define HUBWIRE_HOST_MAX    259 /* of a name, and ":65535" */
#define HUBWIRE_APP_MAX     128
#define HUBWIRE_CURSOR_MAX  128

#define HUBWIRE_MESSAGE_MAX 65536 /* one message of an app */
/* An answer, its first line included: a session may see HUBWIRE_DOMAINS_MAX. */
#define HUBWIRE_ANSWER_MAX  1048576
#define HUBWIRE_LINES_MAX   262144 /* the messages in an answer to "api" */
#define HUBWIRE_DOMAINS_MAX 50000  /* domains that one session may see */
#define HUBWIRE_SUBS_MAX    16     /* subscriptions of one session */

/* ---- what an app hears instead of more than a limit ---- */

#define HUBWIRE_TOO_LONG "too long"
#define HUBWIRE_BUSY     "busy"

/* ---- presence (section 1.3) ---- */

#define HUBWIRE_BATCH       500    /* entries of a batch */
#define HUBWIRE_BATCH_BYTES 262144 /* of its text */

/* Why a connection ended, and how it is closed if it is the hub that does. */
enum hubwire_end {
	HUBWIRE_END_LOST,     /* it broke off without a word */
	HUBWIRE_END_CLOSED,   /* the device closed it */
	HUBWIRE_END_SILENT,   /* no pong, nothing else either */
	HUBWIRE_END_REPLACED, /* the device has proven a newer connection */
	HUBWIRE_END_ADMIN,    /* an administrator removed or dropped it */
	HUBWIRE_END_REFUSED,  /* the rules closed it */
	HUBWIRE_END_CROWDED,  /* too many of its address are not proven */
	HUBWIRE_END_ERROR,    /* not the protocol, or too slow */
	HUBWIRE_END_HUB,      /* the hub ended */
	HUBWIRE_ENDS
};

/* "lost", "closed", "silent", "replaced", "administrator", "refused",
 * "crowded", "error", "hub". */
const char *hubwire_end_name(enum hubwire_end why);
/* False if name is none of them. */
bool hubwire_end_parse(struct str name, enum hubwire_end *out);

/* ---- orders (section 2) ---- */

#define HUBWIRE_ORDER_SEND    "send"
#define HUBWIRE_ORDER_MOVE    "move"
#define HUBWIRE_ORDER_RELEASE "release"
#define HUBWIRE_ORDER_DROP    "drop"
#define HUBWIRE_ORDER_EVENT   "event"
#define HUBWIRE_ORDER_END     "end"
#define HUBWIRE_ORDER_RIGHTS  "rights"
#define HUBWIRE_ORDER_TELL    "tell"

#define HUBWIRE_ORDER_MAX     1048576 /* one order */
#define HUBWIRE_ORDERS_MAX    4194304 /* of one POST */
#define HUBWIRE_EVENT_MAX     65536   /* body of an event */

/* ---- status and tunnel (sections 2, 2.1) ---- */

#define HUBWIRE_ORDERS         "/orders"
#define HUBWIRE_STATUS         "/status"
#define HUBWIRE_TUNNEL         "/tunnel/"            /* then <hwId>/<path> */
#define HUBWIRE_TUNNEL_TIMEOUT "X-Fleetline-Timeout" /* seconds */
#define HUBWIRE_TUNNEL_MAX_S   86400 /* the longest time-out it may ask for */

/* ---- close codes ---- */

enum hubwire_close {
	HUBWIRE_CLOSE_REMOVED = WS_NORMAL,  /* replaced, or removed */
	HUBWIRE_CLOSE_POLICY = WS_POLICY,   /* wrong digests, session over */
	HUBWIRE_CLOSE_BROKEN = WS_INTERNAL, /* the hub cannot carry it out */
	HUBWIRE_CLOSE_LATER = WS_TRY_LATER  /* crowded, too slow, no answer */
};

#endif
