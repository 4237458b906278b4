/*
 * xml -- XML text into a sink; the only door to libxml2.
 *
 *	struct xml *x = xml_new(sink);
 *	xml_open(x, "page");
 *	xml_str(x, "error", text);
 *	rc = xml_end(x);	closes what is open; 0, or -1
 *	xml_free(&x);
 *
 * The layout is that of Kolmisoft's answers: declaration, two blanks for each
 * level, a line feed after each line, <name></name> for an empty value.  Names
 * are ours and not checked.  Values come from outside: what XML cannot hold
 * (bytes that are not UTF-8, control characters, U+FFFE, U+FFFF) becomes
 * U+FFFD, everything else is escaped, so the text is always well-formed.
 *
 * Bytes go to the sink as they come, in pieces of a few KiB; memory does not
 * grow with the text.  When the sink refuses, or a value is longer than
 * XML_VALUE_MAX, further calls do nothing and xml_failed() tells.  Wrong
 * nesting is a broken invariant (must).
 */
#ifndef FL_XML_H
#define FL_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define XML_VALUE_MAX ((size_t)1 << 16) /* bytes */

struct xml;

struct xml *xml_new(struct sink to);
void xml_free(struct xml **x);

void xml_open(struct xml *x, const char *name);
void xml_close(struct xml *x);

/* An element with a value. */
void xml_str(struct xml *x, const char *name, struct str value);
void xml_strz(struct xml *x, const char *name, const char *value);
void xml_int(struct xml *x, const char *name, int64_t value);

/* Hand all that is written so far to the sink. */
void xml_flush(struct xml *x);

bool xml_failed(const struct xml *x);

/* Close all and hand the rest to the sink; nothing may follow. */
int xml_end(struct xml *x) FL_CHECK;

#endif
