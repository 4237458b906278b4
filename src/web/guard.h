/*
 * guard -- slows down who guesses passwords.
 *
 * Each wrong login costs a token of two buckets (throttle.h): that of the user
 * from this address, and one ten times as large of the address.  While one of
 * them is empty no password is tried at all, so a refusal tells nothing about
 * it; a right login costs nothing.  So who guesses one user's password hinders
 * neither other users of his address nor this user elsewhere, and one who tries
 * many users ends at the bucket of the address.
 *
 * Threads may share it.  Those that try at the same moment may all pass: as
 * many guesses more as there are workers.
 */
#ifndef FL_GUARD_H
#define FL_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define GUARD_NAMES   16384 /* users at addresses, and addresses */
#define GUARD_ADDRESS 10    /* an address has as often as much as a user */

struct guard;

/* Verifications of account passwords at the same time: each costs a core some
 * tenth of a second on purpose. */
#define GUARD_AT_ONCE 4

/* How many wrong logins a user has from an address at once, and gets back in a
 * minute; both > 0. */
struct guard *guard_new(int64_t burst, int64_t per_minute);
void guard_free(struct guard **g);

/* Milliseconds until user may try from the address; 0: now.  The case of user
 * does not matter. */
int64_t guard_wait(struct guard *g, struct str remote, struct str user);

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

#endif
