/*
 * isc -- amounts of iSC as people write them.
 *
 * Inside, an amount is a whole number of 1/1000 iSC.  Outside it is "12.5":
 * an optional '-', digits, and at most three decimals behind a '.'.
 */
#ifndef FL_ISC_H
#define FL_ISC_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define ISC_SIZE 32 /* of the longest amount, with NUL */

/* "12.5", "0.001", "-3": no decimals that are zero. */
void isc_print(int64_t amount, char out[ISC_SIZE]);

/* The whole text or nothing, in lo..hi; *out is untouched unless true. */
bool isc_parse(struct str text, int64_t lo, int64_t hi, int64_t *out);

#endif
