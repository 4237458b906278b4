/*
 * resp -- the answer: head first, then a body of any size in constant memory.
 *
 * A small state machine: status and headers can be set until the first
 * RESP_BUFFER bytes of body have been written; an answer that fits into the
 * buffer is sent with its Content-Length, a longer one is streamed.  Setting a
 * header after that, or writing after resp_end, is a broken invariant.
 *
 * The bytes go to a sink in CGI form ("Status: 200 OK", headers, blank line,
 * body).  Once the sink refuses, the client is gone: writes return -1, the
 * producer should stop.
 */
#ifndef FL_RESP_H
#define FL_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

#define RESP_BUFFER   16384 /* bytes kept back before streaming starts */
#define RESP_HEAD_MAX 8192  /* bytes of all headers */

enum resp_state { RESP_HEAD, RESP_BODY, RESP_ENDED };

struct resp {
	struct sink to;
	void (*push)(void *to_arg); /* see resp_flush; NULL: nothing to do */
	enum resp_state state;
	int status;
	bool gone;      /* the sink refused */
	bool bare;      /* see resp_bare */
	bool broken;    /* see resp_break */
	uint64_t bytes; /* of body written */
	size_t head_len, body_len;
	char head[RESP_HEAD_MAX];
	char body[RESP_BUFFER];
};

void resp_init(struct resp *r, struct sink to);

/* Status; 200 if never set. */
void resp_status(struct resp *r, int status);

/* Add a header.  name is ours; value may come from outside: one with CR, LF or
 * NUL, or too many bytes, is refused (-1, nothing added). */
int resp_header(struct resp *r, const char *name, struct str value);

/* Retry-After, in whole seconds that are not too early. */
void resp_retry_after(struct resp *r, int64_t wait_ms);

/* Forget what was written and set so far; false if it is too late. */
bool resp_restart(struct resp *r);

/* Body bytes; -1 once the client is gone. */
int resp_write(struct resp *r, const void *p, size_t n);
struct sink resp_sink(struct resp *r); /* the same as a sink */

/*
 * Send what was written so far, so that the beginning of a long answer arrives
 * while the rest is made; it is streamed from now on.
 */
void resp_flush(struct resp *r);

/* Whole answers: status, type and body at once. */
void resp_text(struct resp *r, int status, const char *type, struct str body);
/* {"error":"<phrase>"} for what is no message at all. */
void resp_error(struct resp *r, int status, const char *phrase);

/* A phrase as one line of text, for faces that people read. */
void resp_line(struct resp *r, int status, const char *phrase);

/* The answer ends with its head (HEAD, 304): no length is told, because the
 * one of the body that was asked about is not known. */
void resp_bare(struct resp *r);

/*
 * The body cannot be completed.  What was sent already must not pass for a
 * whole answer, so nothing more is sent and the runtime closes the connection
 * in the middle; nginx hands that on to the client.
 */
void resp_break(struct resp *r);

/* Send what is left.  Idempotent. */
void resp_end(struct resp *r);

#endif
