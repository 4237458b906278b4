/*
 * others -- the other programs of this instance, as devices.fcgi asks them for
 * /health and /metrics: the hub at its control socket, the FastCGI programs by
 * way of nginx.  Each question waits OTHERS_WAIT_MS at most, so it belongs into
 * a slow thread.
 */
#ifndef FL_OTHERS_H
#define FL_OTHERS_H

#include "hubclient.h"
#include "web.h"

#define OTHERS_WAIT_MS 2000

/* The other FastCGI programs. */
struct other {
	const char *name;
	const char *health, *metrics; /* paths */
	bool vital;                   /* without it there is no service */
};
#define OTHERS_MAX 5
extern const struct other others[OTHERS_MAX];

/* Of the hub; of the programs. */
struct hubclient others_hub(const struct web *w);
struct hubclient others_programs(const struct web *w);

/* -1 without a usable answer; else its body is the caller's to end. */
int others_ask(
    const struct hubclient *of, const char *path, struct fetch_answer *ans);

#endif
