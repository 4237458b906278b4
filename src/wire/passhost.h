/*
 * passhost -- where the pages of devices live: whose name a browser sees.
 *
 * A page acts with all rights of its origin (scheme, host, port; RFC 6454), so
 * the pages of devices stand either in a sandbox on our own origin, or on
 * others.  Behind "https://" or "http://" those are:
 *
 *	*.pt.example.com[:8443]	one for each device: its label in front
 *	pt.example.com[:8443]	one for all of them
 *	:8443			the same, on the host that a client used
 *
 * A label is a hardware id of lower case letters and digits itself (a MAC);
 * of any other id "x-" and the beginning of its SHA-256, because names know no
 * case and fewer characters.  nginx tells the hub the label of the name that a
 * request came to, in the header PASSHOST_HEADER: PASSHOST_SHARED where devices
 * share one, nothing on our own origin.
 */
#ifndef FL_PASSHOST_H
#define FL_PASSHOST_H

#include <stdbool.h>

#include "arena.h"
#include "str.h"

#define PASSHOST_HEADER     "X-Fleetline-Label"
#define PASSHOST_SHARED     "*"
#define PASSHOST_LABEL_SIZE 64

struct passhost {
	struct str scheme; /* "http", "https" */
	struct str host;   /* without "*."; empty: that which a client used */
	struct str port;   /* digits; empty: that of the scheme */
	bool each;         /* an origin for each device */
};

/* Take text apart into slices of it; false: none of these.  Nothing stands
 * behind the port. */
bool passhost_parse(struct str text, struct passhost *out);

/* The origin of a device's pages.  own is ours as the client sees it, of whose
 * host an empty one is.  NULL: own is none, or there is no memory. */
const char *passhost_origin(const struct passhost *h, struct arena *a,
    struct str own, struct str hw_id);

void passhost_label(struct str hw_id, char out[PASSHOST_LABEL_SIZE]);

#endif
