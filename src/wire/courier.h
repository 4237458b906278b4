/*
 * courier -- requests to devices through the hub's tunnel, and orders to the
 * hub, many at once (doc/hub.md 2, 2.1).
 *
 * A request to a device goes over a connection of its own and is never repeated
 * (fetch.h): "iresetn" that arrives twice is two restarts.  Nothing is begun
 * while the hub has many questions, so that who connects is answered first; what
 * is under way goes on.
 *
 * One thread uses it.  It polls courier_fd and takes the answers one by one.
 */
#ifndef FL_COURIER_H
#define FL_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

#define COURIER_QUESTIONS  2    /* of the hub at once, beside which we go on */
#define COURIER_SPARE_MS   5000 /* of the hub, beside the device's time */
#define COURIER_ANSWER_MAX ((size_t)64 << 10)

struct courier;

/* at_once requests run; the caller has no more under way.  control is the path
 * of the hub's socket, borrowed; a device's whole answer takes device_ms at most
 * (the hub's own limit is one between two signs of life). */
struct courier *courier_new(
    const char *control, size_t at_once, int64_t device_ms);
void courier_free(struct courier **c);

/* Becomes readable when there is an answer. */
int courier_fd(const struct courier *c);

/* May something be begun?  Not while questions wait in the hub, or more than
 * COURIER_QUESTIONS are under way.  Asks the hub, at most every 100 ms.  No hub: true,
 * the request will tell. */
bool courier_may(struct courier *c);

/* GET path (with "/" in front) of a device; arg comes with the answer.  -1: no
 * such path, or too long. */
int courier_get(
    struct courier *c, struct str hw_id, const char *path, void *arg) FL_CHECK;
/* The same with limits of its own. */
struct courier_limits {
	int seconds;       /* for all of it and between signs of life; 0: the
		      * courier's, and the hub's between signs of life */
	size_t answer_max; /* 0: COURIER_ANSWER_MAX */
};
int courier_get_long(struct courier *c, struct str hw_id, const char *path,
    const struct courier_limits *limits, void *arg) FL_CHECK;
/* One line for the hub. */
int courier_order(struct courier *c, struct str line, void *arg) FL_CHECK;

/* What came of a request. */
enum courier_fate {
	COURIER_ANSWERED, /* by the device, or an order by the hub */
	COURIER_GONE,     /* it is not connected, or was not until the end */
	COURIER_FULL,     /* it has too many tunnels: not its fault */
	COURIER_SILENT,   /* no answer in time */
	COURIER_BROKEN    /* no HTTP, too long, closed in the middle */
};

struct courier_answer {
	struct courier_answer *next; /* the courier's */
	void *arg;
	enum courier_fate fate;
	int status;      /* if it was answered */
	struct buf body; /* the same */
	struct err err;  /* if it was not, in words */
};

/* The next answer, NULL: there is none now.  courier_drop ends it. */
struct courier_answer *courier_next(struct courier *c);
void courier_drop(struct courier_answer *a);

#endif
