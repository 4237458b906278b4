/*
 * mail -- addresses of mail.
 */
#ifndef FL_MAIL_H
#define FL_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

#define MAIL_ADDRESS_MAX 254 /* bytes of an address, RFC 5321 4.5.3.1.3 */

/*
 * True if address is one that we write to: a local part of letters, digits
 * and !#$%&'*+-/=?^_`{|}~ with single dots inside (at most 64 bytes), "@", and
 * a domain of labels (letters, digits, '-').  ASCII only; no quoted local part,
 * no comment, no address in brackets, no name before it.  So no character that
 * means something in a header or an SMTP command can be in it.
 */
bool mail_address_ok(struct str address);

#endif
