/*
 * transfer -- one HTTP request as libcurl does it; inside fetch.c only.
 *
 *	transfer_begin(&t, r, e)	the caller's headers; with a guard, what the name
 *				of its URL means
 *	transfer_set(easy, r, &t)	all options, whatever the handle was
 *	... libcurl performs ...
 *	transfer_judge(easy, code, &t, e)
 *	transfer_end(&t)		also after -1
 */
#ifndef FL_TRANSFER_H
#define FL_TRANSFER_H

#include <curl/curl.h>

#include "err.h"
#include "fetch_request.h"
#include "lookup.h"

/* What libcurl points to while it runs. */
struct transfer {
	struct curl_slist *headers;
	struct fetch_answer ans;
	const struct fetch_guard *guard;
	size_t head;         /* bytes of headers so far, with a guard */
	bool refused;        /* the guard did not let an address through */
	int64_t spent_ms;    /* for that look-up */
	struct lookup found; /* what its name means, with a guard */
	struct curl_slist *pinned; /* the same for libcurl; NULL: no name */
};

/* libcurl, started once; a new handle; the one of this thread. */
void transfer_start(void);
CURL *transfer_handle(void);
CURL *transfer_own(void);

int transfer_begin(
    struct transfer *t, const struct fetch_request *r, struct err *e) FL_CHECK;
void transfer_set(
    CURL *easy, const struct fetch_request *r, struct transfer *t);

/* 0 with t->ans filled, or why there is no answer. */
int transfer_judge(
    CURL *easy, CURLcode code, struct transfer *t, struct err *e) FL_CHECK;
void transfer_end(struct transfer *t);

#endif
