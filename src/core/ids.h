/*
 * ids -- numbers that name things outside the house, and never another.
 *
 * A billing system, a script and the audit remember the id of an account, a
 * domain, a category, a key, a device or a trunk long after the thing is gone.
 * Each kind draws from a sequence of the store, which only grows; devices and
 * trunks share one.  An id that somebody chose must be neither in use nor
 * spent: ids of what was removed are kept for that.  Inside core, inside a
 * change only.
 */
#ifndef FL_IDS_H
#define FL_IDS_H

#include "actor.h"

#define IDS_ACCOUNT    "account"
#define IDS_CATEGORY   "category"
#define IDS_CODE       "code"
#define IDS_CONFIG     "config"
#define IDS_DOMAIN     "domain"
#define IDS_JOB        "job"
#define IDS_KEY        "key"
#define IDS_LOGIN      "login" /* of a session's id: below 2^32 */
#define IDS_PUTBACK    "put_back"
#define IDS_SAVE       "save"
#define IDS_SAVE_TEXT  "save_text"
#define IDS_POINT      "point" /* devices and trunks */
#define IDS_STAGE      "phone_stage"

#define IDS_CHOSEN_MAX INT32_MAX /* the largest that may be chosen */

int ids_draw(struct ask *q, const char *sequence, int64_t *id) FL_CHECK;

/*
 * Take the id that was chosen; what is drawn later is above it.  ERR_EXISTS if
 * it was used before, ERR_INPUT if it is not within 1..IDS_CHOSEN_MAX.  Whether
 * it is in use now, the caller's table knows.
 */
int ids_take(struct ask *q, const char *sequence, int64_t id) FL_CHECK;

#endif
