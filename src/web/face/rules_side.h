/*
 * rules_side -- what the questions of rules.fcgi share; inside face/ only.
 */
#ifndef FL_RULES_SIDE_H
#define FL_RULES_SIDE_H

#include "buf.h"
#include "peer.h"
#include "web.h"

/* Who a question is about; false if its facts are none of the hub's. */
bool rules_peer(const struct str facts[HUBWIRE_FACTS], struct peer *p);
bool rules_peer_of(const struct req *r, struct peer *p);

/* A line in the log. */
void rules_failed(const struct req *r, const struct err *e);

/* Answer with text, or 503 with a line in the log when rc < 0. */
void rules_answer(struct req *r, struct resp *out, int rc,
    const struct buf *text, const struct err *e);

/* The questions "identify" and "identify-many". */
void rules_identify(struct worker *w, struct req *r, struct resp *out);
void rules_identify_many(struct worker *w, struct req *r, struct resp *out);

#endif
