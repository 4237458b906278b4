/*
 * http1 -- HTTP/1.0 and 1.1 messages, incrementally (RFC 9112); the only door
 * to libhttp-parser.
 *
 * Bytes go in, events come out: HEAD once the head is whole, BODY for each
 * piece of the body with the framing removed, END.  It touches no socket.  A
 * body ends by Content-Length, by the last chunk, or, in a response that has
 * neither, by the end of the connection (http1_eof).  Responses to HEAD, 1xx,
 * 204 and 304 have none, whatever their headers say.
 *
 * Refused: a head above HTTP1_HEAD_MAX bytes or HTTP1_HEADERS_MAX headers,
 * Content-Length together with Transfer-Encoding, a repeated Content-Length,
 * other versions, control characters in headers.
 *
 * After END the next message may follow (keep-alive, the answer after a 1xx),
 * unless http1_upgraded: then the rest of the bytes is another protocol.
 */
#ifndef FL_HTTP1_H
#define FL_HTTP1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

/* Content-Type of what the hub answers in the place of a device. */
#define HTTP1_NOT_DEVICE  "text/plain; from=fleetline"

#define HTTP1_HEAD_MAX    32768 /* target, names and values together */
#define HTTP1_HEADERS_MAX 100

struct http1; /* about 2 KB and the head; made only while it is needed */

enum http1_event_kind { HTTP1_HEAD, HTTP1_BODY, HTTP1_END };

struct http1_event {
	enum http1_event_kind kind;
	struct str body; /* of HTTP1_BODY, borrowed from the input */
};

struct http1 *http1_request_new(void);
/* to_head: it answers a HEAD request. */
struct http1 *http1_response_new(bool to_head);
void http1_free(struct http1 **h);

/*
 * Take bytes of in; *taken says how many (call again with the rest).  1: *ev
 * is filled; 0: all taken, no event yet; -1: this is no acceptable HTTP, and
 * nothing more may be fed.
 */
int http1_feed(
    struct http1 *h, struct str in, size_t *taken, struct http1_event *ev);

/* The connection ended.  1: that ended the body; 0: between messages; -1: in
 * the middle of one. */
int http1_eof(struct http1 *h);

/* ---- the head: valid from HEAD until the next message begins ---- */

struct str http1_method(const struct http1 *h); /* "GET"; of a request */
struct str http1_target(const struct http1 *h); /* bytes as received */
int http1_status(const struct http1 *h);        /* 100..999; of a response */
struct str http1_reason(const struct http1 *h); /* may be empty */
int http1_minor(const struct http1 *h);         /* 1 of HTTP/1.1 */
bool http1_upgraded(const struct http1 *h); /* asks for, or is, an upgrade */

size_t http1_count(const struct http1 *h); /* headers */
struct str http1_name(const struct http1 *h, size_t i);
struct str http1_value(const struct http1 *h, size_t i);
/* Value of the first header of this name (any case), trimmed; else empty. */
struct str http1_find(const struct http1 *h, const char *name);
bool http1_has(const struct http1 *h, const char *name);
/* Is token one of the comma separated values of the headers name? */
bool http1_token(const struct http1 *h, const char *name, struct str token);

bool http1_chunked(const struct http1 *h);
int64_t http1_length(const struct http1 *h); /* Content-Length or -1 */
/* May another message follow on this connection? */
bool http1_keep(const struct http1 *h);

#endif
