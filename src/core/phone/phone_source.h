/*
 * phone_source -- where the texts of vendors come from (phone_type.h): files of a
 * folder, and texts that stand instead of some of them, in an object:
 *
 *	{"yealink/phone.cfg": "text", "yealink/vendor.conf": "text"}
 *
 * So other templates can be tried, and some phones can have them first
 * (phone_stage.h), while the files stay as they are.  A vendor without a folder
 * is none, whatever the object has.
 */
#ifndef FL_PHONE_SOURCE_H
#define FL_PHONE_SOURCE_H

#include "json.h"

/* Who hears what is wrong: "templates/snom/vendor.conf:12: no value". */
typedef void phone_type_say(void *arg, const char *finding);
struct phone_hearer {
	phone_type_say *say;
	void *arg;
};

struct phone_source {
	const char *folder;
	const struct json *over; /* NULL: nothing */
	struct phone_hearer to;  /* say NULL: the log */
};

#define PHONE_SOURCE_NAME 128               /* bytes of a name in the object */
#define PHONE_SOURCE_MAX  ((size_t)1 << 20) /* bytes of it, as JSON */

/* The text that a path stands for; the object has it by its last two parts.  1,
 * 0 there is no such file, -1. */
int phone_source_text(const struct json *over, const char *path, size_t max,
    struct buf *out, struct err *e) FL_CHECK;

/* The object of what another folder has otherwise, of files that are in both: as
 * text. */
int phone_source_differ(const char *folder, const char *other, struct buf *out,
    struct err *e) FL_CHECK;

#endif
