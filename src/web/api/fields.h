/*
 * fields -- the typed fields of a JSON message, checked before a handler runs.
 *
 * A table names each field with its type and limits; fields_read takes a whole
 * message apart or names the first field that is wrong.  Members that are not
 * in the table are ignored, null counts as absent, and so does an empty text
 * where the table wants at least one character (clients send "" for filters
 * they do not use).
 */
#ifndef FL_FIELDS_H
#define FL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "json.h"
#include "str.h"

#define FIELDS_MAX     20  /* fields of one message */
#define FIELD_LIST_MAX 500 /* values of one list, but of FIELD_IDS */

enum field_kind {
	FIELD_TEXT,   /* printable UTF-8 of lo..hi bytes */
	FIELD_NUMBER, /* integer in lo..hi */
	FIELD_BOOL,
	FIELD_NUMBERS, /* "10,12", or an array: integers in lo..hi */
	FIELD_TEXTS,   /* "a,b", or an array: texts of lo..hi bytes */
	FIELD_IDS,     /* the same, as many as the message holds */
	FIELD_LINES,   /* UTF-8 of lo..hi bytes, with line ends and tabs */
	FIELD_OBJECT,  /* one object; the handler reads it */
	FIELD_OBJECTS  /* array of lo..hi objects; the handler reads each */
};

struct field {
	const char *name;
	enum field_kind kind;
	bool needed;
	int64_t lo, hi;
};

/* What a message holds for one field; lists and texts live in the arena. */
struct value {
	bool given;
	bool truth;
	int64_t number;
	struct str text;
	const int64_t *numbers;
	const struct str *texts;
	const struct json *objects; /* an array, or the one object */
	size_t n;                   /* of any list */
};

/*
 * Read n fields of object into out[n].  NULL, or the name of the field that is
 * missing, of the wrong type or outside its limits.
 */
const char *fields_read(struct arena *a, const struct json *object,
    const struct field *fields, size_t n, struct value *out);

#endif
