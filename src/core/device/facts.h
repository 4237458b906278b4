/*
 * facts -- what a device tells about itself in 0x0000 (chapter 1.3).
 *
 * Texts and addresses come through facts_text.h: they are shown, not believed.  The
 * digest is computed over what was sent, so product and version are kept as
 * sent beside.  Inside core only.
 */
#ifndef FL_FACTS_H
#define FL_FACTS_H

#include "actor.h"
#include "hwid.h"
#include "peer.h"
#include "record.h"
#include "sysclient.h"

struct facts {
	char hw_id[HWID_MAX + 1];
	struct sc_identity sent; /* id, product, version as hashed */
	struct str product, version, name;
	struct str fw, bc, fw_build, bc_build, major;
	struct str digest; /* empty if none */
	struct str code;   /* provisioning code, empty if none */
	enum device_type type;
	bool fxs, pbx_active, mini, other;
	struct iface *ifs;
	size_t nifs;
};

/*
 * All of it but id and digest as one text without comma (base64), and back;
 * false for a text that is none.  Claims keep it, and the state of a connection
 * while its challenge is open.
 */
#define FACTS_PACK_MAX 3600
void facts_pack(const struct facts *f, struct buf *out);
bool facts_unpack(struct ask *q, struct str text, struct facts *out);

/* -1 with ERR_INPUT: no JSON, no usable id. */
int facts_read(struct ask *q, struct str text, struct facts *out) FL_CHECK;

/*
 * Write what differs from k (whose interfaces are loaded here); *changed tells
 * whether anything did.  In the open transaction.
 * The type that it tells stands beside the one it is listed by, which it names
 * only while nobody has; a change of it is audited.
 */
int facts_save(struct ask *q, const struct facts *f, struct record *k,
    bool *changed) FL_CHECK;

/* A claim becomes device d: what it told (facts_pack) is the device's now.  In
 * the open transaction. */
int facts_take(
    struct ask *q, const struct device *d, struct str packed) FL_CHECK;

/* What device d told last, packed, for a claim of it; d's interfaces are loaded
 * here. */
int facts_give(struct ask *q, struct device *d, struct buf *out) FL_CHECK;

/* What a claim told, into the device that shows it. */
void facts_show(struct ask *q, struct str packed, struct device *d);

/* Save or renew the claim of a connection.  1 done, 0 there is no room for it
 * (claim_room.h), -1. */
int facts_claim(
    struct ask *q, const struct facts *f, const struct peer *p) FL_CHECK;

#endif
