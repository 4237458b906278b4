/*
 * secret -- recoverable secrets of the store, sealed and opened.
 *
 * A sealed value is bound to its place ("device.password:7"): moved to another
 * row it does not open.  proven and offered share a place, so that an offer
 * becomes the proven password without being opened.  Inside core only.
 */
#ifndef FL_SECRET_H
#define FL_SECRET_H

#include "actor.h"

#define SECRET_MAX      128 /* bytes of a password */

#define SECRET_INSTANCE "instance.password"
#define SECRET_DOMAIN   "domain.password"
#define SECRET_TOKEN    "domain.token"
#define SECRET_DEVICE   "device.password"
#define SECRET_ADMIN    "device.admin"
#define SECRET_WEBHOOK  "alarm.webhook"
#define SECRET_TOTP     "account.totp"
#define SECRET_CONFIG   "config.fields" /* a long one */
#define SECRET_JOB      "job.password"  /* at the target of a backup */
#define SECRET_SAVE     "save.text"     /* a long one */
#define SECRET_PHONE    "phone.fields"
#define SECRET_UPLOAD   "phone.upload"
#define SECRET_STAGE    "phone.stage" /* a long one */

struct secret {
	char text[SECRET_MAX + 1]; /* NUL-terminated; may hold any bytes */
	size_t len;                /* 0: there is none */
};

/* Seal plain for row id of place, into out (which is initialised here). */
void secret_seal(const struct core *c, const char *place, int64_t id,
    struct str plain, struct buf *out);

/* Open; an empty sealed value gives an empty secret. */
int secret_open(struct ask *q, const char *place, int64_t id, struct str sealed,
    struct secret *out) FL_CHECK;

/* Long texts that hold secrets, of at most SECRET_TEXT_MAX bytes; out is
 * initialised here, and wiped by the caller. */
#define SECRET_TEXT_MAX ((size_t)34 << 20)
void secret_seal_text(const struct core *c, const char *place, int64_t id,
    struct str plain, struct buf *out);
int secret_open_text(struct ask *q, const char *place, int64_t id,
    struct str sealed, struct buf *out) FL_CHECK;

/*
 * The keyed hash of something that was drawn and is only compared: whoever has
 * the database alone cannot even try guesses.
 */
#define SECRET_MARK_SIZE 32
void secret_mark(const struct core *c, const char *place, struct str text,
    unsigned char out[SECRET_MARK_SIZE]);

struct str secret_str(const struct secret *s);
void secret_wipe(struct secret *s);

#endif
