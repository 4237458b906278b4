/*
 * config_value -- the values of a configuration: taken from JSON, shown as JSON,
 * handed to devices.
 *
 * They are one JSON object with the fields of the type (config_type.h) and
 * nothing else, as compact text; secrets stand in it in clear, so the whole text
 * is sealed where it is kept (secret.h).  Inside core only; the store is not
 * known here.
 *
 * Secrets travel as RC4 with the session key of an app's login and a seed, in
 * hex (innovaphone-protocols 2.5, 8.2; wire/rc4text.h).  Where there is no such
 * key they come in clear, and go out never.
 */
#ifndef FL_CONFIG_VALUE_H
#define FL_CONFIG_VALUE_H

#include "arena.h"
#include "buf.h"
#include "config_type.h"
#include "err.h"
#include "json.h"

#define CONFIG_VALUES_MAX ((size_t)768 << 10) /* bytes of the text */

/* What somebody sends.  A member that is absent leaves the value as it was,
 * null takes it away. */
struct config_given {
	const struct json *old;     /* the values that are there; may be NULL */
	const struct json *members; /* an object */
	bool encrypted;             /* its secrets are, and "seed" is there */
	struct str session_key;     /* empty: nothing can be decrypted */
	const struct json *secrets; /* an object with secrets in clear that
				     * members has not; may be NULL */
};

/*
 * The text of old with what is given, into out.  -1 with ERR_INPUT and the name
 * of the member that is wrong in *wrong (in a, or constant): no field of the
 * type, not of its kind or limits, missing, or not fitting others; ERR_LIMIT: too
 * long altogether.  out is initialised here; the caller wipes it.
 */
int config_value_take(struct arena *a, enum config_type type,
    const struct config_given *given, struct buf *out, const char **wrong,
    struct err *e) FL_CHECK;

/* Who they are shown to. */
struct config_reader {
	struct str session_key; /* secrets are encrypted by it; empty: none is
				 * shown */
	bool looks; /* he may only look: neither secrets nor scripts */
	bool apart; /* a long script is told by other ways: left out */
};

/* Members of the open object: each value that is there, "seed" when a secret was
 * encrypted, and "secrets" with the names of those that are not shown. */
void config_value_show(struct jout *j, enum config_type type,
    const struct json *values, const struct config_reader *r);

/* One thing that a device is told.  A checkmark is none. */
struct config_item {
	const struct config_field *field;
	struct str text; /* a number in decimal, "true" or "false", certificates
			  * one behind the other in PEM form; may be empty */
};

/* What is handed over, in the order of the table: what has no checkmark and is
 * there, what has one that is on.  -1: ERR_LIMIT, no memory. */
int config_value_items(struct arena *a, enum config_type type,
    const struct json *values, struct config_item **out, size_t *n,
    struct err *e) FL_CHECK;

#endif
