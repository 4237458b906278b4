/*
 * hwid -- hardware ids: what a device may be called, and under which id one
 * device is known.
 *
 * An id is HWID_MAX bytes of letters, digits and "._:-" at most, and neither
 * "." nor "..", so that it may stand in a path.  A MAC address is known by its
 * twelve hexadecimal digits, in lower case, however it is written:
 *
 *	0090330A0B0C	00-90-33-0a-0b-0c	0090:330a:0b0c
 *	0090.330a.0b0c	00.90.33.0a.0b.0c	00 90 33 0a 0b 0c
 *	0:90:33:a:b:c	SEP0090330A0B0C		mac:0090330a0b0c	0x0090330a0b0c
 *
 * that is: pairs with ':' or '-' between some of them; groups of two, four or
 * six digits with '.' or a blank between (of three they are no MAC address:
 * 192.168.100.200); six groups with ':' or '-' whose leading zeros are missing;
 * what phones and people put in front.  All else stays as it is; "A" and "a"
 * are two.  Only people write blanks: an id on the wire has none.
 */
#ifndef FL_HWID_H
#define FL_HWID_H

#include <stdbool.h>

#include "str.h"

#define HWID_MAX    64 /* bytes */
#define HWID_DIGITS 12 /* of a MAC address */

/* May it be one?  It need not be normalised. */
bool hwid_ok(struct str id);

/* The normalised id; false if it may be none (out is undefined then). */
bool hwid_normalise(struct str in, char out[HWID_MAX + 1]);

/*
 * Is it nearly a MAC address, so that whoever typed it should look again?  8 to
 * 13 hexadecimal digits, or five to seven groups of them, that are none, or a
 * number as spreadsheets write long ones ("9.03E+10").  A device may be called
 * so all the same.
 */
bool hwid_near(struct str in);

#endif
