/*
 * fixture -- a fresh instance in a temporary folder, and a hub that is a
 * function: it notes the orders and answers as the test wants.
 */
#ifndef T_FIXTURE_H
#define T_FIXTURE_H

#include "actor.h"
#include "arena.h"
#include "buf.h"
#include "core.h"
#include "device.h"
#include "domain.h"
#include "identify.h"
#include "identify_state.h"
#include "tap.h"

/* What the fake hub does with orders. */
enum hub { HUB_OK, HUB_REFUSES, HUB_ABSENT, HUB_SILENT };

struct fixture {
	char folder[64];
	char password[32]; /* of the instance */
	struct core core;
	struct arena arena;
	struct actor admin;
	struct err err;
	struct ask q; /* asks as admin */
	enum hub hub;
	struct buf orders; /* lines since fx_orders_clear */
};

/* Stops the program if the instance cannot be made. */
void fx_open(struct fixture *f);
void fx_close(struct fixture *f);
void fx_clear(struct fixture *f); /* forget the orders, reset the arena */

/* True if an order line since the last fx_clear holds text. */
bool fx_ordered(const struct fixture *f, const char *text);

/* The same question as another actor. */
struct ask fx_as(struct fixture *f, const struct actor *who);

int64_t fx_domain(struct fixture *f, const char *name, const char *password);
/* domain may act on target. */
int fx_grant(struct fixture *f, int64_t domain, int64_t target);
int64_t fx_category(struct fixture *f, int64_t domain, const char *name);
/* Domains north.example and south.example, each with the provisioning category
 * phones, the first with "plain" that is none, too, and with deployment. */
void fx_provisioning(struct fixture *f, int64_t *north, int64_t *south);
/* How many claims there are, of an address (net_share) or, "*", of all. */
int64_t fx_claims(struct fixture *f, const char *share);
/* Adds a device by hand, with the password it has; NULL: with an open offer of
 * 15 minutes. */
int fx_device(struct fixture *f, const char *hw_id, int64_t domain,
    enum device_type type, const char *password);

/* The password that its open offer has from now on. */
void fx_offer(struct fixture *f, const char *hw_id, const char *password);

/* A connection that identifies; state is kept in it. */
struct conn {
	int64_t seq;
	char state[IDENTIFY_STATE_MAX];
	struct buf answer; /* commands of the last answer */
};
void fx_conn(struct conn *c, int64_t seq);
void fx_conn_end(struct conn *c);
/* Send one identify text; the answer is in c->answer. Returns its result. */
int fx_identify(struct fixture *f, struct conn *c, const char *json);
/* The same from another address than the others'. */
int fx_identify_from(
    struct fixture *f, struct conn *c, const char *json, const char *remote);
/* An IP112 phone with the version of chapter 1.9; digest may be NULL. */
int fx_phone(
    struct fixture *f, struct conn *c, const char *hw_id, const char *digest);
/* The digest that answers c's challenge. */
void fx_digest(const struct conn *c, const char *hw_id, const char *password,
    char out[CRYPTO_HEX_MAX]);
/* Text of admin frame number n in c's answer, or "" (static). */
const char *fx_frame(struct fixture *f, const struct conn *c, int n);
/* Member of c's answer as text ("" if absent; static). */
const char *fx_member(
    struct fixture *f, const struct conn *c, const char *name);

/* Report presence of one connection; lines of the answer in static memory. */
const char *fx_presence(struct fixture *f, const char *hw_id, int64_t seq,
    bool online, const char *level);

/* Connect and prove FX_PASS, which the device has; it is online then. */
void fx_prove(
    struct fixture *f, const char *hw_id, int64_t seq, struct conn *c);
/* Add a phone that has FX_PASS, and prove. */
void fx_online(struct fixture *f, const char *hw_id, int64_t domain,
    int64_t seq, struct conn *c);

bool fx_has(const struct buf *b, const char *text);

#define FX_BOOT    "b0000000-0000-4000-8000-000000000001"
#define FX_REMOTE  "192.0.2.1"
#define FX_PASS    "Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e"
#define FX_VERSION "13r1 sr99 [132940/132940/300]"

#endif
