/*
 * roster -- who of the device connections is what (doc/hub.md section 1.1).
 *
 * Each connection has a seat with a level: new (has named nothing), claim
 * (names a hardware id without proof), device (is it).  Per hardware id at
 * most one seat is the device; claims of one id may be many, all claims
 * together at most claims_max.  Beyond that the oldest of the address (net.h:
 * net_share) with most claims is closed, in constant time, so that nobody can
 * push the others' claims out.  Every change is reported to presence and
 * logged.
 */
#ifndef FL_ROSTER_H
#define FL_ROSTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "hubwire.h"
#include "map.h"
#include "net.h"
#include "presence.h"
#include "str.h"

enum level { LEVEL_NEW, LEVEL_CLAIM, LEVEL_DEVICE };

struct seat {
	struct map_node by_conn;
	union {
		struct map_node by_id;   /* of a device */
		TAILQ_ENTRY(seat) claim; /* of a claim, in its share */
	} at;
	struct share *share; /* of a claim */
	uint64_t conn;
	int64_t domain; /* of a device */
	char *hw_id;    /* NULL while new */
	char *remote;   /* address, NULL: not known; the owner's */
	enum level level;
};

TAILQ_HEAD(seat_list, seat);

/* The claims of one address. */
struct share {
	struct map_node by_address;
	TAILQ_ENTRY(share) link;
	struct seat_list claims; /* oldest first */
	size_t n;
	char address[NET_SHARE_SIZE];
};

TAILQ_HEAD(share_list, share);

struct roster {
	struct presence *presence;
	struct map by_conn, by_id;
	struct map by_address;
	/* Shares of n claims, whoever has had so many longest first. */
	struct share_list *by_count; /* [claims_max + 2] */
	size_t most;                 /* claims of the greatest share */
	size_t claims_now, claims_max;
	uint64_t last_conn;
	uint64_t dropped; /* claims closed here */
	uint64_t crowded; /* connections that the rules had no room for */
	/* Close the connection of a seat; it calls roster_leave. */
	void (*close)(struct seat *s, enum hubwire_end why);
	/* It is no longer the device (but still there): end its tunnels. */
	void (*demoted)(struct seat *s);
};

void roster_init(struct roster *r, struct presence *p, size_t claims_max);
void roster_fini(struct roster *r);

/* A new connection: gives it the next sequence number. */
void roster_enter(struct roster *r, struct seat *s);
/* It is gone; its name is reported offline. */
void roster_leave(struct roster *r, struct seat *s, enum hubwire_end why);
/* A connection that has left was given this name only afterwards: report it
 * offline, because the rules count it as there. */
void roster_late(struct roster *r, const struct seat *s, struct str hw_id);

void roster_claim(struct roster *r, struct seat *s, struct str hw_id);

struct proof {
	struct str hw_id;
	int64_t domain;
	bool displace; /* an older device of this id is closed; else s stays a
			* claim when there is one */
};
void roster_prove(struct roster *r, struct seat *s, const struct proof *p);

/* The device lost its domain: it becomes a claim. */
void roster_release(struct roster *r, struct seat *s);

/* The device of this id, or NULL. */
struct seat *roster_device(const struct roster *r, struct str hw_id);
struct seat *roster_conn(const struct roster *r, uint64_t conn);
void roster_drop_claims(struct roster *r, size_t n);

#endif
