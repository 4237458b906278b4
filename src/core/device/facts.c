#include "facts.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "audit.h"
#include "claim_room.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "facts_text.h"
#include "json.h"
#include "load.h"
#include "log.h"
#include "net.h"

/* ---- reading ---- */

static int
read_ifs(struct ask *q, const struct json *list, struct facts *f)
{
	size_t n = json_length(list);

	if (n > IFACES_MAX)
		n = IFACES_MAX;
	if (n == 0)
		return 0;
	f->ifs = arena_array(q->arena, n, sizeof(*f->ifs));
	if (f->ifs == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for interfaces");
	for (size_t i = 0; i < n; i++) {
		const struct json *item = json_item(list, i);

		f->ifs[i].name = facts_text(q->arena, item, FACTS_IF);
		f->ifs[i].ipv4 = facts_text(q->arena, item, FACTS_IPV4);
		f->ifs[i].ipv6 = facts_text(q->arena, item, FACTS_IPV6);
	}
	f->nifs = n;
	return 0;
}

int
facts_read(struct ask *q, struct str source, struct facts *f)
{
	const struct json *v, *platform;

	memset(f, 0, sizeof(*f));
	if (json_read(q->arena, source, SC_JSON_MAX, &v, q->err) < 0)
		return -1;
	f->sent.id = json_text(json_member(v, "id"));
	f->sent.product = json_text(json_member(v, "product"));
	f->sent.version = json_text(json_member(v, "version"));
	if (!hwid_normalise(f->sent.id, f->hw_id))
		return err_set(q->err, ERR_INPUT, "no hardware id");
	platform = json_member(v, "platform");
	f->type = device_type_parse(json_text(json_member(platform, "type")));
	f->fxs = json_true(json_member(platform, "fxs"));
	f->product = facts_text(q->arena, v, FACTS_PRODUCT);
	f->version = facts_text(q->arena, v, FACTS_VERSION);
	f->name = facts_text(q->arena, v, FACTS_NAME);
	f->fw = facts_text(q->arena, v, FACTS_FW);
	f->bc = facts_text(q->arena, v, FACTS_BC);
	f->fw_build = facts_text(q->arena, v, FACTS_FW_BUILD);
	f->bc_build = facts_text(q->arena, v, FACTS_BC_BUILD);
	f->major = facts_text(q->arena, v, FACTS_MAJOR);
	f->digest = json_text(json_member(v, "digest"));
	f->code = json_text(json_member(v, "provisioningCode"));
	f->mini = json_true(json_member(v, "mini"));
	f->pbx_active = json_true(json_member(v, "pbxActive"));
	f->other = json_true(json_member(v, "other"));
	return read_ifs(q, json_member(v, "ethIfs"), f);
}

/* ---- packing ---- */

/* Printable texts hold no line feed: one a line, in this order. */
void
facts_pack(const struct facts *f, struct buf *out)
{
	const struct str texts[] = {f->product, f->version, f->name, f->fw,
	    f->bc, f->fw_build, f->bc_build, f->major,
	    str_of(device_type_name(f->type))};
	struct buf plain;

	buf_init(&plain, FACTS_PACK_MAX);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_str(&plain, texts[i]);
		buf_putc(&plain, '\n');
	}
	buf_printf(
	    &plain, "%d%d%d%d\n", f->fxs, f->pbx_active, f->mini, f->other);
	for (size_t i = 0; i < f->nifs; i++) {
		buf_str(&plain, f->ifs[i].name);
		buf_putc(&plain, '\n');
		buf_str(&plain, f->ifs[i].ipv4);
		buf_putc(&plain, '\n');
		buf_str(&plain, f->ifs[i].ipv6);
		buf_putc(&plain, '\n');
	}
	crypto_base64(buf_view(&plain), out);
	buf_fini(&plain);
}

static bool
unpack_texts(struct str *rest, struct facts *f)
{
	struct str *const texts[] = {&f->product, &f->version, &f->name, &f->fw,
	    &f->bc, &f->fw_build, &f->bc_build, &f->major};
	struct str type, flags;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!str_next(rest, '\n', texts[i]))
			return false;
	if (!str_next(rest, '\n', &type) || !str_next(rest, '\n', &flags) ||
	    flags.len != 4)
		return false;
	f->type = device_type_parse(type);
	f->fxs = flags.p[0] == '1';
	f->pbx_active = flags.p[1] == '1';
	f->mini = flags.p[2] == '1';
	f->other = flags.p[3] == '1';
	return true;
}

static bool
unpack_ifs(struct ask *q, struct str *rest, struct facts *f)
{
	f->ifs = arena_array(q->arena, IFACES_MAX, sizeof(*f->ifs));
	while (f->ifs != NULL && rest->len > 0 && f->nifs < IFACES_MAX) {
		struct iface *i = &f->ifs[f->nifs++];

		if (!str_next(rest, '\n', &i->name) ||
		    !str_next(rest, '\n', &i->ipv4) ||
		    !str_next(rest, '\n', &i->ipv6))
			return false;
	}
	return f->ifs != NULL;
}

bool
facts_unpack(struct ask *q, struct str source, struct facts *f)
{
	struct buf plain;
	struct str rest;
	bool good = source.len > 0;

	memset(f, 0, sizeof(*f));
	f->type = DEVICE_UNKNOWN;
	buf_init(&plain, FACTS_PACK_MAX);
	good = good && crypto_unbase64(source, &plain) == 0;
	rest = str_of(arena_str(q->arena, buf_view(&plain)));
	buf_fini(&plain);
	return good && unpack_texts(&rest, f) && unpack_ifs(q, &rest, f);
}

void
facts_show(struct ask *q, struct str packed, struct device *d)
{
	struct facts f;

	if (!facts_unpack(q, packed, &f))
		return;
	d->fw = f.fw;
	d->bc = f.bc;
	d->fw_build = f.fw_build;
	d->bc_build = f.bc_build;
	d->major = f.major;
	d->ifs = f.ifs;
	d->nifs = f.nifs;
}

int
facts_give(struct ask *q, struct device *d, struct buf *out)
{
	struct facts f = {.product = d->product, .version = d->version};

	if (load_ifaces(ask_loader(q), d) < 0)
		return -1;
	f.name = d->name_set ? str_n("", 0) : d->name;
	f.fw = d->fw;
	f.bc = d->bc;
	f.fw_build = d->fw_build;
	f.bc_build = d->bc_build;
	f.major = d->major;
	f.type = d->type_told;
	f.fxs = d->fxs;
	f.pbx_active = d->pbx_active;
	f.mini = d->mini;
	f.other = d->other;
	f.ifs = d->ifs;
	f.nifs = d->nifs;
	facts_pack(&f, out);
	return 0;
}

/* ---- writing ---- */

static bool
same_facts(const struct facts *f, const struct record *k)
{
	const struct device *d = &k->device;

	return str_eq(f->name, k->name_told) &&
	       str_eq(f->product, d->product) &&
	       str_eq(f->version, d->version) && str_eq(f->fw, d->fw) &&
	       str_eq(f->bc, d->bc) && str_eq(f->fw_build, d->fw_build) &&
	       str_eq(f->bc_build, d->bc_build) && str_eq(f->major, d->major) &&
	       (f->type == d->type_told || f->type == DEVICE_UNKNOWN) &&
	       f->fxs == d->fxs && f->pbx_active == d->pbx_active &&
	       f->mini == d->mini && f->other == d->other;
}

static bool
same_ifs(const struct facts *f, const struct device *d)
{
	if (f->nifs != d->nifs)
		return false;
	for (size_t i = 0; i < f->nifs; i++)
		if (!str_eq(f->ifs[i].name, d->ifs[i].name) ||
		    !str_eq(f->ifs[i].ipv4, d->ifs[i].ipv4) ||
		    !str_eq(f->ifs[i].ipv6, d->ifs[i].ipv6))
			return false;
	return true;
}

/* The type it is listed by, and the one it says. */
static enum device_type
listed(const struct facts *f, const struct device *d)
{
	return d->type == DEVICE_UNKNOWN ? f->type : d->type;
}

static enum device_type
told_type(const struct facts *f, const struct device *d)
{
	return f->type == DEVICE_UNKNOWN ? d->type_told : f->type;
}

static int
write_facts(struct ask *q, const struct facts *f, const struct device *d)
{
	int64_t rev;

	if (db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, &rev, q->err) <= 0)
		return -1;
	return db_run(q->core->store, STMT_DEVICE_FACTS,
	    ARGS(A_INT(d->id), A_INT(rev), A_STR(f->name), A_STR(f->product),
		A_STR(f->version), A_INT(listed(f, d)), A_INT(f->fxs),
		A_INT(f->pbx_active), A_INT(f->mini), A_INT(f->other),
		A_STR(f->fw), A_STR(f->bc), A_STR(f->fw_build),
		A_STR(f->bc_build), A_STR(f->major), A_INT(told_type(f, d))),
	    q->err);
}

static int
write_ifs(struct ask *q, const struct facts *f, int64_t id)
{
	if (db_do(q->core->store, STMT_INTERFACES_CLEAR, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < f->nifs; i++)
		if (db_do(q->core->store, STMT_INTERFACE_ADD,
			ARGS(A_INT(id), A_INT((int64_t)i),
			    A_STR(f->ifs[i].name), A_STR(f->ifs[i].ipv4),
			    A_STR(f->ifs[i].ipv6)),
			q->err) < 0)
			return -1;
	return 0;
}

int
facts_take(struct ask *q, const struct device *d, struct str packed)
{
	struct facts f;

	if (!facts_unpack(q, packed, &f))
		return 0; /* a claim of an earlier version of the store */
	return write_facts(q, &f, d) < 0 || write_ifs(q, &f, d->id) < 0 ? -1
									: 0;
}

/* It says that it is something else than before, or than it is listed by. */
static int
audit_type(struct ask *q, const struct facts *f, const struct device *d)
{
	struct actor device = {.cred = "device", .account = -1};
	struct ask as = *q;
	struct audit_row row = {.what = "device.type", .on = d->hw_id};

	row.detail = PAIRS(P_STRZ("listed", device_type_name(d->type)),
	    P_STRZ("told", device_type_name(f->type)),
	    P_STRZ("before", device_type_name(d->type_told)));
	log_event(LOG_WARN, "device.other-type",
	    PAIRS(P_STR("hwId", d->hw_id),
		P_STRZ("listed", device_type_name(d->type)),
		P_STRZ("told", device_type_name(f->type))));
	as.who = &device;
	return audit_add(&as, &row);
}

int
facts_save(
    struct ask *q, const struct facts *f, struct record *k, bool *changed)
{
	struct device *d = &k->device;
	bool ifs;

	*changed = false;
	if (load_ifaces(ask_loader(q), d) < 0)
		return -1;
	ifs = !same_ifs(f, d);
	if (!ifs && same_facts(f, k))
		return 0;
	if (write_facts(q, f, d) < 0 || (ifs && write_ifs(q, f, d->id) < 0))
		return -1;
	*changed = true;
	if (f->type == DEVICE_UNKNOWN || f->type == d->type_told ||
	    f->type == listed(f, d))
		return 0;
	return audit_type(q, f, d);
}

/* ---- claims ---- */

int
facts_claim(struct ask *q, const struct facts *f, const struct peer *p)
{
	char share[NET_SHARE_SIZE];
	struct buf packed;
	int rc = claim_room(q, p);

	if (rc <= 0)
		return rc;
	net_share(p->remote, share);
	buf_init(&packed, 2 * FACTS_PACK_MAX);
	facts_pack(f, &packed);
	rc = db_run(q->core->store, STMT_CLAIM_SAVE,
	    ARGS(A_STRZ(f->hw_id), A_STR(p->hub), A_STR(p->boot),
		A_INT(p->conn), A_STR(p->remote), A_STR(f->product),
		A_STR(f->version), A_INT(f->type), A_STR(f->name),
		A_INT(f->fxs), A_INT(f->pbx_active), A_INT(f->mini),
		A_INT(f->other), A_INT(clock_now_ms()), A_STRZ(share),
		A_STR(buf_view(&packed))),
	    q->err);
	buf_fini(&packed);
	return rc < 0 ? -1 : 1;
}
