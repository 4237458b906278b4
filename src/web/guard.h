/*
 * guard -- slows down who guesses passwords.
 *
 * Each wrong login costs a token of two buckets (throttle.h): that of the user
 * from this address, and one ten times as large of the address.  While one of
 * them is empty no password is tried at all, so a refusal tells nothing about
 * it; a right login costs none of these.  So who guesses one user's password hinders
 * neither other users of his address nor this user elsewhere, and one who tries
 * many users ends at the bucket of the address.
 *
 * Right ones are counted as well, by account alone: each makes us work, and who
 * knows a password could make it our only work.
 *
 * Threads may share it.  Those that try at the same moment may all pass: as
 * many guesses more as there are workers.
 */
#ifndef FL_GUARD_H
#define FL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

#define GUARD_NAMES   16384 /* users at addresses, and addresses */
#define GUARD_ADDRESS 10    /* an address has as often as much as a user */

/* Right logins that an account has at once, and gets back in a minute. */
#define GUARD_RIGHT            20
#define GUARD_RIGHT_PER_MINUTE 10

struct guard;

/* How many wrong logins a user has from an address at once, and gets back in a
 * minute; both > 0. */
struct guard *guard_new(int64_t burst, int64_t per_minute);
void guard_free(struct guard **g);

/* Milliseconds until user may try from the address; 0: now.  The case of user
 * does not matter. */
int64_t guard_wait(struct guard *g, struct str remote, struct str user);

/*
 * Passwords of accounts cost a core some tenth of a second each, on purpose.
 * So half of the workers, at least one, look at such ones at the same time, and
 * the others serve.  As long as nobody says how many workers there are, one
 * password is looked at.  Before threads start.
 */
void guard_workers(struct guard *g, size_t workers);

/* A password that is costly to verify: false, there are too many at this
 * moment.  Else guard_leave when it is done. */
bool guard_enter(struct guard *g);
void guard_leave(struct guard *g);

/*
 * Codes of a second factor are few: whoever knows a password could try them
 * from many addresses.  So wrong ones are counted by user alone as well: as
 * many at once as passwords, then one a minute.
 */
int64_t guard_code_wait(struct guard *g, struct str user);
void guard_code_wrong(struct guard *g, struct str user);

/* A login that was tried was wrong. */
void guard_wrong(struct guard *g, struct str remote, struct str user);

/* Milliseconds until a password of the account may be right again; 0: now.
 * Asked before it is looked at. */
int64_t guard_right_wait(struct guard *g, struct str user);
/* It was right. */
void guard_right(struct guard *g, struct str user);

#endif
