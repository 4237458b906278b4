/*
 * config_type -- what a configuration can hold: one table of types and fields,
 * by which it is checked, shown and handed to devices.
 *
 * The types are those of innovaphone-protocols 8.2 (the vendor's page of the
 * service Devices, 13r2 to 14r1), and TRUST_LIST (15r1; its members are our
 * own).  Whether a value goes to a device its checkmark says, if it has one:
 * off or absent, it does not; on, it does, even when it is empty.  A field
 * without a checkmark is handed over when it is there at all.
 *
 *	CONFIG_TEXT	printable UTF-8 of lo..hi bytes
 *	CONFIG_INT	whole number in lo..hi
 *	CONFIG_BOOL	true or false
 *	CONFIG_MARK	true or false: a checkmark, never handed over itself
 *	CONFIG_CHOICE	text, one of choices
 *	CONFIG_TOS	text "0x00" to "0xff": a byte of the IP header
 *	CONFIG_SECRET	text of at most hi bytes; encrypted wherever it travels
 *	CONFIG_SCRIPT	lines of an update script (script.h), at most hi bytes
 *	CONFIG_CERTS	array of objects {"pem","fingerprint"} (trust.h)
 *
 * Pure: knows neither the store nor who asks.
 */
#ifndef FL_CONFIG_TYPE_H
#define FL_CONFIG_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "row.h"
#include "str.h"

#define CONFIG_TEXT_MAX   1024                 /* bytes of a text */
#define CONFIG_SECRET_MAX 128                  /* of a password */
#define CONFIG_SCRIPT_MAX ((int64_t)256 << 10) /* of a script */
#define CONFIG_CERTS_MAX  100                  /* certificates of a list */

enum config_kind {
	CONFIG_TEXT,
	CONFIG_INT,
	CONFIG_BOOL,
	CONFIG_MARK,
	CONFIG_CHOICE,
	CONFIG_TOS,
	CONFIG_SECRET,
	CONFIG_SCRIPT,
	CONFIG_CERTS
};

struct config_field {
	const char *name; /* of the member; NULL ends a table */
	enum config_kind kind;
	bool needed;         /* a configuration without it is refused */
	int64_t lo, hi;      /* of a text its bytes, of a number itself */
	const char *choices; /* "normal|fast", of CONFIG_CHOICE */
	const char *mark;    /* name of its checkmark; NULL: it has none */
};

/* "NTP"; NULL: there is no such type. */
const char *config_type_name(enum config_type type);
/* The type of this name; 0: there is none. */
enum config_type config_type_parse(struct str name);

/* Its fields, in the order in which they are shown and handed over. */
const struct config_field *config_type_fields(enum config_type type);
/* One of them; NULL: it has none of this name. */
const struct config_field *config_type_field(
    enum config_type type, struct str name);

/* Is text one of the field's choices? */
bool config_field_offers(const struct config_field *f, struct str text);

#endif
