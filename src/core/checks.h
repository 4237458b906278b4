/*
 * checks -- what rules accept as a name or a password.
 *
 * -1 with ERR_INPUT and a phrase for the caller.
 */
#ifndef FL_CHECKS_H
#define FL_CHECKS_H

#include <stddef.h>

#include "err.h"
#include "str.h"

#define CHECK_DOMAIN_MAX 253 /* bytes of a domain's name, RFC 1035 2.3.4 */

/* 1..max bytes of printable UTF-8 without blanks at its ends. */
int check_name(struct str name, size_t max, struct err *e) FL_CHECK;
/* Labels of letters, digits, '-' and '_' with dots between. */
int check_domain_name(struct str name, struct err *e) FL_CHECK;
/* 1..SECRET_MAX bytes of printable UTF-8. */
int check_password(struct str password, struct err *e) FL_CHECK;
/* The code of a language, "en". */
int check_language(struct str language, struct err *e) FL_CHECK;
/* At most max mail addresses with commas between; none is fine. */
int check_mails(struct str list, size_t max, struct err *e) FL_CHECK;

#endif
