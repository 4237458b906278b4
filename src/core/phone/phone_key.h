/*
 * phone_key -- the way in for phones of other vendors: a key of a domain, as the
 * first part of their URLs ("/p/3-17-<32 digits>/").
 *
 * A key is the way in, not the tenant: a phone that came by it may be promoted
 * into any domain.  The key of the instance's own domain is the instance's.  It
 * holds the domain, a generation and an HMAC over both with the instance's key,
 * so it can be shown again whenever somebody asks who may, and what is none is
 * known without a look into the store (phone_mark.h): scanners cost a hash.  Another generation
 * ends the one before.
 *
 * It is written on notes, told by DHCP servers and shown in phones' web pages,
 * so it opens nothing alone: whoever has it can wait, no more.
 */
#ifndef FL_PHONE_KEY_H
#define FL_PHONE_KEY_H

#include <stdbool.h>

#include "actor.h"
#include "phone_mark.h"
#include "row.h"

#define PHONE_KEY_SIZE PHONE_MARK_SIZE /* bytes of a key, with NUL */
#define PHONE_KEY_PAGE 200

/* The key of a domain that has none; ERR_EXISTS if it has one. */
int phone_key_new(
    struct ask *q, int64_t domain, char key[PHONE_KEY_SIZE]) FL_CHECK;
/* Another one in its place; ERR_GONE if it has none. */
int phone_key_rotate(
    struct ask *q, int64_t domain, char key[PHONE_KEY_SIZE]) FL_CHECK;

/* The domains that have one, by id after after, of those that the actor owns:
 * administrators all, a domain's login its own.  A page may be empty and not
 * the last: *after is 0 behind that. */
int phone_key_list(
    struct ask *q, int64_t *after, struct phone_door **out, size_t *n) FL_CHECK;

void phone_key_write(
    const struct core *c, const struct phone_door *d, char key[PHONE_KEY_SIZE]);

/* Was it ever a key?  *out is empty if not.  Asks nobody.  Which generation counts: phone_key_counts. */
bool phone_key_read(
    const struct core *c, struct str key, struct phone_door *out);
/* The generation of a domain: 1, 0 it has no key, -1. */
int phone_key_counts(
    struct ask *q, int64_t domain, int64_t *generation) FL_CHECK;

#endif
