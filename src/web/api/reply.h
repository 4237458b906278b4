/*
 * reply -- the answer to one JSON message, in the form its asker wants.
 *
 *	REPLY_OBJECT	one JSON object, however long a list is (HTTP)
 *	REPLY_LINES	JSON objects of at most REPLY_MESSAGE bytes, one per
 *			line; "last":true in the final one (AppWebsocket,
 *			application/x-ndjson)
 *
 * A handler writes the same in both: reply_open, members through reply->j,
 * reply_close; or a list by reply_list, reply_item before each element, and
 * reply_list_end.  "src" and "api" of the request are echoed in every message.
 */
#ifndef FL_REPLY_H
#define FL_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "jout.h"
#include "str.h"

#define REPLY_MESSAGE ((size_t)40 << 10) /* a list's message is ended above */
#define REPLY_ITEM    ((size_t)16 << 10) /* no list element is longer */
#define REPLY_NO_END  ((size_t)-1)       /* for room: any number of bytes */

enum reply_form { REPLY_OBJECT, REPLY_LINES };

struct reply {
	struct jout j; /* members are written here */
	enum reply_form form;
	struct sink to;
	struct str mt;     /* of the answer: "GetDeviceResult" */
	struct str src;    /* compact JSON to echo, or empty */
	struct str api;    /* the same */
	size_t room;       /* bytes that may still be written */
	const char *array; /* what an error carries empty, or NULL */
	bool last;         /* an error is the end of a list */
	bool error;        /* an error was written */
	bool sent;         /* at least one message was closed */
	const char *list;  /* name of the open list, or NULL */
	bool paged;        /* the end of a list says how many there are: */
	int64_t total;
	struct str after; /* where the next page goes on; empty: nowhere */
};

void reply_init(
    struct reply *r, enum reply_form form, struct sink to, size_t room);

/* {"mt":..., and what is echoed; then the end of it. */
void reply_open(struct reply *r);
void reply_close(struct reply *r);

/* What the request asked for: array (a constant, or NULL) is a member of its
 * answer, last its end. */
void reply_expect(struct reply *r, const char *array, bool last);
/* A whole message that says only what went wrong, with an empty array and the
 * end where they are expected.  field names the field that is wrong, or is
 * NULL. */
void reply_error(struct reply *r, const char *phrase, const char *field);

/* Open a message with an array of this name (a constant). */
void reply_list(struct reply *r, const char *name);
/* Before each element: splits the message when it is full.  False: no room for
 * a further element in this answer, nothing was written. */
bool reply_item(struct reply *r);
/* phrase: NULL, or the error that ended the list early. */
void reply_list_end(struct reply *r, bool last, const char *phrase);

#endif
