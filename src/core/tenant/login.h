/*
 * login -- from what somebody sends to who he is.
 *
 * Passwords of the instance and of domains (chapter 2.4): for the instance's
 * domain both the instance password and that domain's own password are
 * accepted and mean administrator; for another domain its password.  The
 * caller checks a digest against each candidate; there are always
 * LOGIN_CANDIDATES of them, filled up with random ones that nothing matches,
 * so that time does not tell which domains exist.
 */
#ifndef FL_LOGIN_H
#define FL_LOGIN_H

#include "actor.h"
#include "buf.h"

#define LOGIN_CANDIDATES   2
#define LOGIN_PASSWORD_MAX 128 /* bytes */
#define LOGIN_KEY_PREFIX   "flk_"

struct login_candidate {
	char password[LOGIN_PASSWORD_MAX + 1];
	char cred[ACTOR_CRED_SIZE]; /* empty: a filler, never right */
	int64_t epoch;
};

/*
 * The passwords that user name domain (compared without case) may have.  The
 * caller wipes them with login_wipe().
 */
int login_candidates(struct ask *q, struct str domain,
    struct login_candidate out[LOGIN_CANDIDATES]) FL_CHECK;
void login_wipe(struct login_candidate out[LOGIN_CANDIDATES]);

/*
 * An API key: bearer is "flk_<id>_<32 characters>".  1 with *out filled, 0 no
 * such key, or revoked; -1 error.  A mere user's is right, but out->user.  The
 * day of its last use is noted.
 */
int login_key(struct ask *q, struct str bearer, struct actor *out) FL_CHECK;

/*
 * An account's name and password (PBKDF2, which is slow on purpose).  1 whose it
 * is, 0 an unknown name, a wrong password or none, which take as long; -1.
 */
struct login_found {
	int64_t account;
	int64_t epoch; /* of the password */
};
int login_account(struct ask *q, struct str name, struct str password,
    struct login_found *out) FL_CHECK;

/*
 * One AppLogin message (chapter 2.3): message is the text as received,
 * challenge what we sent.  A domain that is empty or absent (the vendor's PHP
 * and JavaScript clients) stands for the instance's, with the instance password
 * only.  1 right: *out is filled and session_key (hex, with
 * NUL, chapter 2.5) too; 0 wrong; -1 the message is not understood or error.
 */
#define LOGIN_SESSION_KEY_SIZE 65
int login_app(struct ask *q, struct str message, struct str challenge,
    struct actor *out, char session_key[LOGIN_SESSION_KEY_SIZE]) FL_CHECK;

#endif
