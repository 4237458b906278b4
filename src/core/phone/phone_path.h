/*
 * phone_path -- names of files that phones ask for, as patterns: text in which
 * some words stand for something.
 *
 *	{mac}	the MAC address: twelve hexadecimal digits of either case
 *	{model}	what the phone calls its model: letters, digits, '_' and '-',
 *		as few as will do
 *
 * All else is itself, case counts.  "snom{model}-{mac}.htm" is the name
 * "snom320-00041312AB34.htm".
 */
#ifndef FL_PHONE_PATH_H
#define FL_PHONE_PATH_H

#include <stdbool.h>

#include "phone_id.h"

#define PHONE_PATH_MAX 128 /* bytes of a pattern, and of a name that may fit */

/* What a name says; empty: nothing. */
struct phone_path {
	char mac[PHONE_MAC_SIZE];
	struct str model; /* borrowed from the name */
};

/* May it be a pattern?  Its braces are words that are known, each once. */
bool phone_path_valid(struct str pattern);

/* Does the name fit?  *out is what it says if it does. */
bool phone_path_fits(
    struct str pattern, struct str name, struct phone_path *out);

#endif
