/*
 * api_face -- the two ways into the JSON device API (api.h).
 *
 * api_http: POST on BASE/api.  Digest or Bearer; one message in, one JSON
 * object out, or with "Accept: application/x-ndjson" one message per line.
 * 200 whatever the message's result is; 400 for what is no message, 401, 405,
 * 413, 503.
 *
 * api_hub: POST /hub/api from the hub (doc/hub.md 1.2): commands in the first
 * line, then messages for the app.
 */
#ifndef FL_API_FACE_H
#define FL_API_FACE_H

#include "hubwire.h"
#include "web.h"

/* Of HUBWIRE_LINES_MAX for a list: its next message still fits behind. */
#define HUB_ROOM ((size_t)224 << 10)

void api_http(struct worker *w, struct req *r, struct resp *out);
void api_hub(struct worker *w, struct req *r, struct resp *out);

#endif
