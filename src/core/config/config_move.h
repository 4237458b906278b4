/*
 * config_move -- the configurations of a domain as a text, for another domain or
 * another instance.
 *
 *	{"configs":[{"desc":"","type":"NTP","categories":["a"],"ntp1":...},...]}
 *
 * Categories are named, so a domain that takes the text must have those names.
 * Scripts stand in it as they are; secrets do not ("secrets" names them).  They
 * are a text of their own, sealed with a pass phrase:
 *
 *	fleetline-secrets-1 <salt> <sealed>		both base64
 *
 * in which stands a JSON array with an object for each configuration, in the
 * same order.
 */
#ifndef FL_CONFIG_MOVE_H
#define FL_CONFIG_MOVE_H

#include "config.h"

#define CONFIG_MOVE_MAX    ((size_t)64 << 20) /* bytes of the text */
#define CONFIG_SECRETS_MAX ((size_t)4 << 20)  /* of the other, sealed */
#define CONFIG_PHRASE_MIN  12                 /* bytes of a pass phrase */

/* All of a domain, a page at a time; secrets (initialised here, wiped by the
 * caller) gets the array of theirs, in clear. */
int config_export(struct ask *q, int64_t domain, struct sink to,
    struct buf *secrets) FL_CHECK;

struct config_moved {
	size_t n;                /* configurations */
	size_t secrets;          /* left out: they have to be set by hand */
	struct config_done done; /* of the one that was refused */
};

/* Add all of the text to a domain, or none.  secrets: the array, empty without. */
int config_import(struct ask *q, int64_t domain, struct str text,
    struct str secrets, struct config_moved *out) FL_CHECK;

/* Seal and open with a pass phrase.  out is initialised here and wiped by the
 * caller.  -1 with ERR_INPUT: too short a phrase, not such a text, or sealed
 * with another phrase. */
int config_secrets_seal(struct str phrase, struct str plain, struct buf *out,
    struct err *e) FL_CHECK;
int config_secrets_open(struct str phrase, struct str text, struct buf *out,
    struct err *e) FL_CHECK;

#endif
