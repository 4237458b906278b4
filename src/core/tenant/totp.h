/*
 * totp -- the second factor of an account: codes of an authenticator app
 * (otp.h), and ten recovery codes for who lost it.
 *
 * It begins with a secret that is shown, and counts when a code of it was
 * brought; the recovery codes are shown then, this once.  A code is taken of
 * this step, the one before and the one behind, and each once: also who reads
 * it over a shoulder cannot use it again.  A clock that was set back refuses
 * codes until it has passed the last one that was taken; recovery codes know no
 * time.  The secret is sealed, the recovery codes are keyed hashes, each gone
 * with its use.
 *
 * An account does all that for itself; administrators for any.  Who asks for
 * the password before, and slows down who guesses, is the caller.
 */
#ifndef FL_TOTP_H
#define FL_TOTP_H

#include "actor.h"
#include "otp.h"

#define TOTP_RECOVERY      10
#define TOTP_RECOVERY_SIZE 12 /* "abcde-fghij" and NUL */
#define TOTP_CODE_MAX      32 /* bytes of what is typed in */
#define TOTP_OFFER_TRIES   5  /* codes that may be brought to confirm it */
#define TOTP_OFFER_MS      (10 * 60 * INT64_C(1000)) /* and until when */

/* What an app is told, as text and as URL; the caller wipes it. */
struct totp_offer {
	char secret[OTP_TEXT_MAX + 1];
	char url[OTP_URL_MAX];
};

/* A new secret, which does not count yet, and never will if no code of it was
 * among the first TOTP_OFFER_TRIES within TOTP_OFFER_MS.  ERR_EXISTS if one
 * counts. */
int totp_begin(struct ask *q, int64_t account, struct totp_offer *out) FL_CHECK;

/* It counts from now on.  ERR_DENIED if code is none of it, ERR_GONE if there
 * is nothing to confirm, or not any more. */
int totp_confirm(struct ask *q, int64_t account, struct str code,
    char recovery[TOTP_RECOVERY][TOTP_RECOVERY_SIZE]) FL_CHECK;

/* No second factor from now on; ERR_GONE if there is none. */
int totp_end(struct ask *q, int64_t account) FL_CHECK;

enum totp_result { TOTP_NONE, TOTP_RIGHT, TOTP_MISSING, TOTP_WRONG };

/* A login of the account brings a code (empty: none), or a recovery code. */
int totp_check(struct ask *q, int64_t account, struct str code,
    enum totp_result *out) FL_CHECK;

#endif
