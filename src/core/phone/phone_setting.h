/*
 * phone_setting -- what can be set on phones of other vendors: one table of
 * names, by which values are checked, explained and handed to templates.
 *
 * A setting is of the whole phone, of its ports or of its keys.  "sip_user.1" is
 * that of port 1, "sip_server" that of all ports which have none of their own;
 * ports count from 0 as in phone_id.h.  Keys count from 1 and always have their
 * number: "key_value.3".
 *
 *	PHONE_TEXT	printable UTF-8 of lo..hi bytes
 *	PHONE_SECRET	the same; sealed, never shown, and in a file only inside
 *			a window (phone_window.h)
 *	PHONE_INT	whole number in lo..hi, of unit
 *	PHONE_CHOICE	one of choices
 *	PHONE_LIST	some of choices, commas between, in order of preference
 *	PHONE_HOST	a host's name or address; of IPv6 in brackets
 *	PHONE_URL	"https://..." of at most hi bytes
 *	PHONE_ZONE	a name of the IANA database: "Europe/Berlin"
 *
 * Values are texts and stay as they were given.  What a vendor's phones call a
 * value, "German" for "de", its data says (phone_type.h).  Pure: knows neither
 * the store nor who asks.
 */
#ifndef FL_PHONE_SETTING_H
#define FL_PHONE_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

#define PHONE_SETTING_NAME 40   /* bytes of a name with its number */
#define PHONE_SETTING_TEXT 1024 /* bytes of the longest value */
#define PHONE_KEYS_MAX     200  /* keys of a phone, with its modules */

enum phone_kind {
	PHONE_TEXT,
	PHONE_SECRET,
	PHONE_INT,
	PHONE_CHOICE,
	PHONE_LIST,
	PHONE_HOST,
	PHONE_URL,
	PHONE_ZONE
};

enum phone_of { PHONE_OF_ALL, PHONE_OF_PORT, PHONE_OF_KEY };

struct phone_setting {
	const char *name; /* letters and '_'; NULL ends the table */
	enum phone_of of;
	enum phone_kind kind;
	int64_t lo, hi;        /* of a text its bytes, of a number itself */
	const char *choices;   /* "udp|tcp|tls" */
	const char *unit;      /* "seconds"; NULL: none */
	const char *otherwise; /* the value of who has none; NULL: none */
	const char *help;
};

extern const struct phone_setting phone_setting_table[];

/* A name as somebody wrote it. */
struct phone_setting_at {
	const struct phone_setting *s;
	int64_t at; /* port or key; -1: all ports, or it is the phone's */
};

/* The setting of a name without number; NULL: there is none. */
const struct phone_setting *phone_setting_find(struct str name);

/* False: there is no such setting, or it has no such number. */
bool phone_setting_read(struct str name, struct phone_setting_at *out);

/* ERR_INPUT unless it may have this value; the text of the error says what it
 * may have, and not the value. */
int phone_setting_check(
    const struct phone_setting *s, struct str value, struct err *e) FL_CHECK;

#endif
