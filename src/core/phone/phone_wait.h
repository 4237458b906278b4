/*
 * phone_wait -- phones of other vendors that asked for their configuration and
 * wait until somebody promotes them (ipcortex: "inactive").
 *
 * A MAC address proves nothing, and whoever has a tenant key can name any.  So
 * the list is bounded, by key and by address (IPv6: by its first 64 bits).  In a
 * full one whoever was not seen for PHONE_WAIT_FIRM_MS, and longest among those,
 * gives way: a phone asks again and again, a scanner asks once.  If there is
 * none, the newcomer is not listed.  Who was not seen for PHONE_WAIT_KEPT_MS
 * goes.
 *
 * What is a device in a domain never waits, nor what is one but no phone: of one
 * MAC address there is one thing.
 *
 * Who sees the instance's own domain sees all that wait, others those that came
 * by a key of a domain that they see.
 */
#ifndef FL_PHONE_WAIT_H
#define FL_PHONE_WAIT_H

#include "actor.h"
#include "row.h"

#define PHONE_WAIT_KEY     1000 /* that wait by one key */
#define PHONE_WAIT_ADDRESS 32   /* from one address */
#define PHONE_WAIT_FIRM_MS (60 * 60 * INT64_C(1000))
#define PHONE_WAIT_KEPT_MS (30 * 24 * 3600 * INT64_C(1000))
#define PHONE_WAIT_NOTE_MS (60 * INT64_C(1000)) /* a visit is noted so often */
#define PHONE_WAIT_PAGE    200

/* A phone asks; for its door, which has looked at the key.  What it says of
 * itself has been cleaned. */
struct phone_visit {
	struct str mac;     /* phone_mac_read */
	int64_t key_domain; /* whose key it came by */
	struct str type;    /* a key of phone_type.h, or empty */
	struct str product; /* what that is called */
	int64_t ports;
	struct str firmware, address;
};

/* 1 it waits, 0 it is not listed, -1. */
int phone_wait_visit(struct ask *q, const struct phone_visit *in) FL_CHECK;
/* Only look whether there is room for it, as for one that is new: 1, 0, -1. */
int phone_wait_look(struct ask *q, const struct phone_visit *in) FL_CHECK;

/*
 * Those that the actor sees, after *after (empty at first) by MAC address.  A
 * page may be empty and not the last; *after is empty behind that.
 */
int phone_wait_list(struct ask *q, struct str *after,
    struct waiting_phone **out, size_t *n) FL_CHECK;

/* 1, 0 it does not wait or may not be seen, -1; also ERR_DENIED, for a change
 * by who only looks. */
int phone_wait_get(
    struct ask *q, struct str mac, struct waiting_phone *out) FL_CHECK;

/* What subscribers are told of one, as members of the object that is open; a
 * visit alone is no news. */
struct jout;
void phone_wait_json(struct jout *j, const struct waiting_phone *w);

/* Forget it with all its ports, of which *ports tells how many; it comes back
 * when it asks again.  ERR_GONE. */
int phone_wait_remove(struct ask *q, struct str mac, int64_t *ports) FL_CHECK;

/* For change_touch, by MAC address.  Inside core only. */
struct change_kind;
extern const struct change_kind phone_wait_kind;

#endif
