/*
 * hwid -- hardware ids: what a device may be called, and under which id one
 * device is known.
 *
 * An id is HWID_MAX bytes of letters, digits and "._:-" at most, and neither
 * "." nor "..", so that it may stand in a path.  Twelve hexadecimal digits,
 * also with ':' or '-' between pairs, are a MAC address: they become lower
 * case without separators.  All else stays as it is; "A" and "a" are two.
 */
#ifndef FL_HWID_H
#define FL_HWID_H

#include <stdbool.h>

#include "str.h"

#define HWID_MAX 64 /* bytes */

/* May it be one?  It need not be normalised. */
bool hwid_ok(struct str id);

/* The normalised id; false if it may be none (out is undefined then). */
bool hwid_normalise(struct str in, char out[HWID_MAX + 1]);

#endif
