/*
 * download -- files of a web server that an administrator has named.
 *
 * Where the URL leads is looked at in the moment before it is connected to
 * (fetch.h, target.h).  No redirects, no login, one connection for each.
 *
 * Of the files that were asked for last, DOWNLOAD_KEPT at most and none longer than
 * DOWNLOAD_KEPT_MAX, the program keeps those that the server has given a tag
 * (ETag): asked for again, the server says whether they have changed (RFC 9110
 * 13.1.2), and sends nothing if not.  It is asked in any case.
 */
#ifndef FL_DOWNLOAD_H
#define FL_DOWNLOAD_H

#include "buf.h"
#include "err.h"
#include "str.h"
#include "target.h"

#define DOWNLOAD_MS       20000 /* for all of one */
#define DOWNLOAD_KEPT     4
#define DOWNLOAD_KEPT_MAX ((size_t)4 << 20)

/* True if url may be set (fetch_url_ok). */
bool download_url_ok(struct str url);

/* Add the file to out, at most max bytes.  ERR_GONE: the server has another
 * answer than 200, which *e tells. */
int download(const char *url, const struct target_rule *rule, size_t max,
    struct buf *out, struct err *e) FL_CHECK;

/* Is it there?  1; 0, or it cannot be found out: *e says why. */
int download_has(
    const char *url, const struct target_rule *rule, struct err *e) FL_CHECK;

#endif
