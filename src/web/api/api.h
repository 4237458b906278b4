/*
 * api -- the JSON device API: one table of messages, one way through it.
 *
 * Each message stands in a table (api_table.h) with its name, the right it
 * needs, its typed fields and its handler.  api_call() finds the message, checks right
 * and fields, and runs the handler, which sees only checked values and writes
 * its answer through a struct reply.  Two faces use it: api_http (POST on
 * BASE/api) and api_hub (questions of the hub for AppWebsocket connections).
 *
 * Lists longer than an answer of the hub may be are continued: the handler
 * leaves app->more and call->cursor, the hub's face makes a cursor of them and
 * calls again with resumed set.
 */
#ifndef FL_API_H
#define FL_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "device.h"
#include "fields.h"
#include "hubwire.h"
#include "json.h"
#include "reply.h"
#include "uri.h"

#define API_MESSAGE_MAX  HUBWIRE_MESSAGE_MAX /* bytes of one message */
#define API_SRC_MAX      4096                /* bytes of src and api, each */
#define API_NAME_MAX     64                  /* bytes of mt */
#define API_MESSAGES_MAX 256                 /* of all areas */

struct call;
struct req;
struct web;

/* None by default, so that no message is open because somebody forgot. */
enum right {
	RIGHT_UNSET,
	RIGHT_OPEN,  /* anybody, over HTTP without a login */
	RIGHT_SELF,  /* who logged in as an account; administrators */
	RIGHT_LOGIN, /* any login but that of a mere user */
	RIGHT_ADMIN
};

/* None by default as well. */
enum effect { EFFECT_UNSET, EFFECT_READS, EFFECT_CHANGES };

/* Writes the answer, or returns -1 with *c->q.err filled before it has written
 * anything. */
typedef int api_run(struct call *c);

struct message {
	const char *mt;
	enum right right;
	enum effect effect;
	const char *array; /* of its answers, also of an error; NULL: none */
	bool list;         /* the final answer has "last" */
	const struct field *fields;
	size_t nfields;
	api_run *run;
	const char *result; /* mt of the answer; NULL: mt + "Result" */
};

/* The messages of one area (api_table.h), and all areas. */
struct api_table {
	const struct message *messages;
	size_t n;
};
extern const struct api_table api_account, api_alarm, api_app, api_backup,
    api_billing, api_bulk, api_code, api_config, api_device, api_domain,
    api_figures, api_fleet, api_httpget, api_job, api_move, api_one, api_phone,
    api_template, api_rental, api_session, api_totp;

/* A place in a list where the next answer goes on. */
struct list_cursor {
	struct device_cursor at;
	size_t skip; /* elements of the page at "at" that were written */
};

/*
 * What the connection of an app adds to a message: its answers are of bounded
 * length, so a list goes on in the next one, and what it shows can be
 * subscribed to.
 */
struct app_side {
	bool resumed;         /* in: the call's cursor says where to go on */
	bool more;            /* out: the list goes on at the call's cursor */
	struct str subscribe; /* out: JSON of a subscription to install */
	struct str boot, session; /* in: names the connection (orders_tell) */
	struct str session_key;   /* in: of encrypted fields; empty: none */
};

/* What HTTP adds: who is at the other end, and what his browser shall keep. */
struct http_side {
	const struct web *web;
	const struct req *req;
	const char *cookie; /* out: a Set-Cookie; NULL: none */
	int64_t retry_ms;   /* out: refused for so long; 0: not */
};

/* A message on its way, whoever brought it. */
struct call {
	/* In: */
	struct ask q;
	struct reply *reply;
	struct uris *uris;       /* makes the uris of devices */
	const char *control;     /* path of the hub's control socket */
	const struct conf *conf; /* of the program */
	struct app_side *app;    /* NULL: no connection that stays */
	struct http_side *http;  /* NULL: not over HTTP */
	const struct json *text; /* of api_read */
	/* For the handler: */
	const struct message *message;
	struct value v[FIELDS_MAX];
	/* Out: */
	bool refused; /* an error was answered */
	/* Set by a handler whose work is slow: run it with arg elsewhere
	 * (req_later); busy: just answer so. */
	void (*later)(struct call *c, bool busy);
	void *later_arg;
	/* For lists; the cursor is where one begins and where it stopped: */
	struct list_cursor cursor;
	void *list_arg;
	size_t index; /* of the element in its page */
	bool full;
};

/*
 * Answer the message of this text.  What is "in" above is set, the cursor where a
 * list goes on, the rest is zero.  1 done (answered, perhaps with an error, or
 * c->later is set), 0 the text is no message: nothing was written.
 */
int api_call(struct call *c, struct str text);

/*
 * The two halves of it, for who has to know what it is before he knows whose:
 * the first reads text and finds c->message (1, 0), the second does the rest.
 * Between them only q and text are needed.
 */
int api_read(struct call *c, struct str text);
void api_answer(struct call *c);

/* Series of metrics.h for each message; call before threads start. */
void api_metrics(void);
size_t api_series(const struct message *m);

const struct message *api_find(struct str mt); /* NULL: there is none */

/* All by name, for tests; NULL behind the last. */
const struct message *api_nth(size_t i);

/* ---- for handlers ---- */

/*
 * Write a list: open it, call page until the last, end it.  page writes the
 * elements at c->cursor.at, each after api_item() said yes, moves at on, and
 * sets *last.
 */
typedef int api_page(struct call *c, bool *last);
int api_list(struct call *c, const char *name, api_page *page);
bool api_item(struct call *c);

/* The same of n elements, of size bytes each, that are all there. */
struct api_all {
	const void *list;
	size_t n, size;
	void (*put)(struct jout *j, const void *element);
};
int api_list_all(struct call *c, const char *name, const struct api_all *all);

/*
 * Of a page of rows, the newest first: how many of n are still wanted.  limit:
 * what the client asked for.  Counts them at the cursor, and says whether they
 * are the last.
 */
struct api_rows {
	size_t n, page; /* read, and how many a page has */
};
size_t api_back(struct call *c, const struct value *limit, struct api_rows rows,
    bool *last);

/* Answer without members: {"mt":...}. */
int api_done(struct call *c);
/* {"mt":...,"id":N}. */
int api_done_id(struct call *c, int64_t id);
/* {"mt":...,name:text} with a secret, without it if it is empty; wiped after. */
int api_done_secret(struct call *c, const char *name, char *text);

#endif
