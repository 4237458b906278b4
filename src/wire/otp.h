/*
 * otp -- codes of a second factor: TOTP (RFC 6238) as every authenticator app
 * makes them: HMAC-SHA1, six digits, a new one every 30 seconds.
 *
 * Pure.  Which steps are taken and how often, core/tenant/totp.h says.
 */
#ifndef FL_OTP_H
#define FL_OTP_H

#include <stdint.h>

#include "buf.h"
#include "str.h"

#define OTP_DIGITS    6
#define OTP_CODE_SIZE (OTP_DIGITS + 1)
#define OTP_STEP_MS   30000
#define OTP_KEY_LEN   20  /* bytes, RFC 4226 chapter 4 R6 */
#define OTP_TEXT_MAX  32  /* of a key as base32 */
#define OTP_URL_MAX   512 /* bytes of a URL, for names of up to 64 bytes */

/* The code of a step (milliseconds since 1970 / OTP_STEP_MS). */
void otp_code(struct str key, int64_t step, char out[OTP_CODE_SIZE]);

/* RFC 4648 chapter 6, without padding: how a key is typed in. */
void otp_base32(struct str key, struct buf *out);

/* otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER: what a QR code tells
 * an app. */
void otp_url(
    struct str issuer, struct str account, struct str key, struct buf *out);

#endif
