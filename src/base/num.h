/*
 * num -- numbers from text, whole or not at all, and back.
 *
 * No leading blanks, no sign but one '-', no leading '+', no rest.
 */
#ifndef FL_NUM_H
#define FL_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

/* Decimal in lo..hi; *out is untouched unless true is returned. */
bool num_parse(struct str s, int64_t lo, int64_t hi, int64_t *out);

/* Hexadecimal digits (1 to 16), either case. */
bool num_parse_hex(struct str s, uint64_t *out);

/* Write n in decimal with at least width digits, at most 20 of them and no NUL;
 * returns the end.  For where printf would be the longest part of the work. */
char *num_put(char *to, uint64_t n, int width);

/* The same of a number that may be negative: at most 20 bytes. */
char *num_put_signed(char *to, int64_t n);

/* What n is without its sign, INT64_MIN as well. */
uint64_t num_magnitude(int64_t n);

#endif
