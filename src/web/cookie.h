/*
 * cookie -- the one cookie of ours: a login by name and password of a browser.
 *
 *	https	__Host-fleetline=...; Path=/; Secure; HttpOnly; SameSite=Strict
 *	http	fleetline=...; Path=BASE/api; HttpOnly; SameSite=Strict
 *
 * Of https a browser takes the prefix only with Secure, Path=/ and no Domain,
 * so no other host, no path and no plain http can plant one.  Plain http has
 * nothing of that kind; there the path keeps it from pages of devices that
 * share the host's name.  No script can read it.  Which of the two counts,
 * says how clients reach us ([instance] url, else the request).
 *
 * It counts on BASE/api only (auth.h); the passthrough takes it out of what
 * devices get (hub/rewrite.h), by the same name.
 */
#ifndef FL_COOKIE_H
#define FL_COOKIE_H

#include <stdbool.h>

#include "conf.h"
#include "req.h"

#define COOKIE_NAME "fleetline"

/* What the request brings; empty if nothing, or more than one: of two nobody
 * can say which is ours. */
struct str cookie_find(const struct req *r, const struct conf *conf);

/* The value of Set-Cookie that sets it, or with an empty one removes it. */
const char *cookie_text(
    const struct req *r, const struct conf *conf, struct str value);

#endif
