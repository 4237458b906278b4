/*
 * record -- all that the store knows about one device, its passwords included:
 * what identify and deliver decide by.  Inside core only.
 */
#ifndef FL_RECORD_H
#define FL_RECORD_H

#include "actor.h"
#include "jout.h"
#include "row.h"
#include "secret.h"

/* Sealed values stay sealed until they are needed; empty = there is none. */
struct record {
	struct device device; /* interfaces are loaded by record_ifaces */
	struct str name_told;
	int64_t deployed_rev;
	struct str proven, offered; /* sealed */
	int64_t offered_at;
	struct str offer_boot; /* connection the offer was handed to */
	int64_t offer_conn;    /* 0: to none yet */
	int64_t offer_until;   /* open to whoever comes first; 0: never */
	struct str admin;      /* sealed */
	int64_t admin_rev;
	bool deploy;       /* of its domain, like the next four */
	bool admin_random; /* each device has one of its own */
	int64_t deploy_rev, random_rev;
	struct str domain_password; /* sealed */
	struct str boot;            /* of its presence */
	int64_t conn;
};

/* 1 found, 0 no row of this (normalised) id, -1. */
int record_load(struct ask *q, struct str hw_id, struct record *out) FL_CHECK;

/* True if an open offer waits: who names the id first shall have it. */
bool record_offer(const struct record *k);

/* The sealed password that its present connection has proven or was handed. */
struct str record_password(const struct record *k);

/* Names a sealed value in the state of a connection: 16 hex digits. */
#define RECORD_TAG_SIZE 17
void record_tag(struct str sealed, char out[RECORD_TAG_SIZE]);

/*
 * The administrative password of the device, random ones are drawn when there
 * is none or the domain wants new ones.  *out is empty if there is none (domain
 * without password).
 */
int record_admin(
    struct ask *q, const struct record *k, struct secret *out) FL_CHECK;

/* True if it gets a random one: by its kind, because its domain says so for
 * all, or because it took an open offer and nobody has confirmed it. */
bool record_random(const struct record *k);

/*
 * Add admin frames to the open array of a command or order: [1,"..."] with the
 * sysclient password; [3,"..."] if the domain deploys passwords, encrypted for
 * it (*sent tells).
 */
void record_frame_password(struct jout *j, const struct secret *password);
int record_frame_admin(struct ask *q, struct jout *j, const struct record *k,
    const struct secret *password, bool *sent) FL_CHECK;

/* Note that the device has what its domain deploys now. */
int record_deployed(struct ask *q, const struct record *k) FL_CHECK;

#endif
