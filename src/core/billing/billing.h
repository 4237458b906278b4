/*
 * billing -- the rules of Kolmisoft's API method devices_get: who may list
 * which user's devices, and what each refusal says.
 *
 * Texts, their order and their two shapes are those of M2 (since 2022 M4), so
 * that billing systems written for it work unchanged.  Sources: the vendor's
 * wiki, "M4 API devices get" and "API Configuration"; the behaviour of his
 * product.
 *
 * The caller names himself by u alone; knowing the secret key is the proof.
 * The hash is SHA-1 over the values of user_id, device and type, as far as they
 * were sent, and the key, in lower-case hex.  It covers neither u nor a time: a
 * request that was overheard can be sent again for ever.  Therefore there are
 * an allow list and a rate, which the vendor has not.
 *
 * A request to billing carries no actor: q->who may be NULL.
 */
#ifndef FL_BILLING_H
#define FL_BILLING_H

#include "actor.h"
#include "secret.h"

#define BILLING_PAGE 500 /* devices and trunks of one page */

enum billing_gzip { BILLING_ALWAYS, BILLING_NEGOTIATE, BILLING_NEVER };

/* The settings billing.*, read for each request. */
struct billing_settings {
	bool api, get, hash_check;
	bool xml; /* text/xml instead of text/html */
	enum billing_gzip gzip;
	struct str allow; /* of net.h; empty: everybody */
	int64_t rate;     /* a minute and address; 0: no limit */
	struct secret key;
};

/* The caller wipes out->key. */
int billing_settings(struct ask *q, struct billing_settings *out) FL_CHECK;

/* What a request says; NULL: not sent. */
struct billing_request {
	bool get; /* it came by GET */
	const struct str *u, *user_id, *device, *type, *hash;
};

/*
 * What it gets.  A refusal before the method runs is shown by the vendor as
 * status/error, one inside it as page/error.
 */
struct billing_verdict {
	const char *error; /* NULL: the list of user */
	bool inside;       /* of the method */
	bool wrong_hash;
	int64_t user;
};

/* 0 with *out filled, -1 when the store fails. */
int billing_judge(struct ask *q, const struct billing_settings *s,
    const struct billing_request *r, struct billing_verdict *out) FL_CHECK;

/*
 * A device or trunk in a list.  A device has an IPv4 address while it is
 * online, else none, and always port 5060.  The address is, by setting
 * billing.address, the first that it reports, which is one host's but perhaps a
 * neighbour's, or that which its proven connection comes from.
 */
enum billing_address { BILLING_REPORTED, BILLING_CONNECTION };
struct billing_point {
	int64_t id;
	struct str ipaddr; /* address, subnet or range; may be empty */
	int64_t port;
};

/* What the user owns, with ids after after, by id; fewer than BILLING_PAGE: it
 * was the last page. */
int billing_list(struct ask *q, int64_t user, int64_t after,
    struct billing_point **out, size_t *n) FL_CHECK;

#endif
