#include "facts.h"

#include <string.h>

#include "change.h"
#include "claim_room.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "json.h"
#include "load.h"
#include "net.h"
#include "told.h"

/* 12 hex digits, "-" or ":" between pairs; the digits go to out. */
static bool
is_mac(struct str in, char out[HWID_MAX + 1])
{
	size_t n = 0;
	bool mark = true; /* the last character was no digit */

	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (c == '-' || c == ':') {
			if (mark || n % 2 != 0)
				return false;
			mark = true;
			continue;
		}
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) ||
		    n == 12)
			return false;
		out[n++] = c;
		mark = false;
	}
	out[n] = '\0';
	return n == 12 && !mark;
}

bool
hwid_normalise(struct str in, char out[HWID_MAX + 1])
{
	if (in.len == 0 || in.len > HWID_MAX || str_eqz(in, ".") ||
	    str_eqz(in, ".."))
		return false;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
			c == ':' || c == '-'))
			return false;
	}
	if (!is_mac(in, out))
		str_copy(out, HWID_MAX + 1, in);
	return true;
}

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

		f->ifs[i].name = told(q->arena, item, TOLD_IF);
		f->ifs[i].ipv4 = told(q->arena, item, TOLD_IPV4);
		f->ifs[i].ipv6 = told(q->arena, item, TOLD_IPV6);
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
	f->product = told(q->arena, v, TOLD_PRODUCT);
	f->version = told(q->arena, v, TOLD_VERSION);
	f->name = told(q->arena, v, TOLD_NAME);
	f->fw = told(q->arena, v, TOLD_FW);
	f->bc = told(q->arena, v, TOLD_BC);
	f->fw_build = told(q->arena, v, TOLD_FW_BUILD);
	f->bc_build = told(q->arena, v, TOLD_BC_BUILD);
	f->major = told(q->arena, v, TOLD_MAJOR);
	f->digest = json_text(json_member(v, "digest"));
	f->mini = json_true(json_member(v, "mini"));
	f->pbx_active = json_true(json_member(v, "pbxActive"));
	f->other = json_true(json_member(v, "other"));
	return read_ifs(q, json_member(v, "ethIfs"), f);
}

/* ---- packing ---- */

void
facts_pack(const struct facts *f, struct buf *out)
{
	struct buf plain;

	/* Printable texts hold no line feed. */
	buf_init(&plain, FACTS_PACK_MAX);
	buf_str(&plain, f->product);
	buf_putc(&plain, '\n');
	buf_str(&plain, f->version);
	buf_putc(&plain, '\n');
	buf_str(&plain, f->name);
	buf_printf(&plain, "\n%s\n%d%d%d%d", device_type_name(f->type), f->fxs,
	    f->pbx_active, f->mini, f->other);
	crypto_base64(buf_view(&plain), out);
	buf_fini(&plain);
}

bool
facts_unpack(struct ask *q, struct str source, struct facts *f)
{
	struct buf plain;
	struct str rest, type, flags;
	char *copy;

	memset(f, 0, sizeof(*f));
	buf_init(&plain, FACTS_PACK_MAX);
	if (source.len == 0 || crypto_unbase64(source, &plain) < 0) {
		buf_fini(&plain);
		return false;
	}
	copy = arena_str(q->arena, buf_view(&plain));
	rest = str_of(copy);
	buf_fini(&plain);
	if (!str_next(&rest, '\n', &f->product) ||
	    !str_next(&rest, '\n', &f->version) ||
	    !str_next(&rest, '\n', &f->name) || !str_next(&rest, '\n', &type) ||
	    !str_next(&rest, '\n', &flags) || flags.len != 4)
		return false;
	f->type = device_type_parse(type);
	f->fxs = flags.p[0] == '1';
	f->pbx_active = flags.p[1] == '1';
	f->mini = flags.p[2] == '1';
	f->other = flags.p[3] == '1';
	return true;
}

/* ---- writing ---- */

static bool
same_facts(const struct facts *f, const struct known *k)
{
	const struct device *d = &k->device;

	return str_eq(f->name, k->name_told) &&
	       str_eq(f->product, d->product) &&
	       str_eq(f->version, d->version) && str_eq(f->fw, d->fw) &&
	       str_eq(f->bc, d->bc) && str_eq(f->fw_build, d->fw_build) &&
	       str_eq(f->bc_build, d->bc_build) && str_eq(f->major, d->major) &&
	       (f->type == d->type || f->type == DEVICE_UNKNOWN) &&
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

static int
write_facts(struct ask *q, const struct facts *f, const struct known *k)
{
	enum device_type type =
	    f->type == DEVICE_UNKNOWN ? k->device.type : f->type;
	int64_t rev;

	if (db_int(q->core->fast, STMT_REV_NEXT, ARGS_NONE, &rev, q->err) <= 0)
		return -1;
	return db_run(q->core->fast, STMT_DEVICE_FACTS,
	    ARGS(A_INT(k->device.id), A_INT(rev), A_STR(f->name),
		A_STR(f->product), A_STR(f->version), A_INT(type),
		A_INT(f->fxs), A_INT(f->pbx_active), A_INT(f->mini),
		A_INT(f->other), A_STR(f->fw), A_STR(f->bc), A_STR(f->fw_build),
		A_STR(f->bc_build), A_STR(f->major)),
	    q->err);
}

static int
write_ifs(struct ask *q, const struct facts *f, int64_t id)
{
	if (db_run(q->core->fast, STMT_INTERFACES_CLEAR, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < f->nifs; i++)
		if (db_run(q->core->fast, STMT_INTERFACE_ADD,
			ARGS(A_INT(id), A_INT((int64_t)i),
			    A_STR(f->ifs[i].name), A_STR(f->ifs[i].ipv4),
			    A_STR(f->ifs[i].ipv6)),
			q->err) < 0)
			return -1;
	return 0;
}

int
facts_save(struct ask *q, const struct facts *f, struct known *k, bool *changed)
{
	struct store *st = q->core->fast;
	bool ifs;

	*changed = false;
	if (load_ifaces(ask_loader(q, st), &k->device) < 0)
		return -1;
	ifs = !same_ifs(f, &k->device);
	if (!ifs && same_facts(f, k))
		return 0;
	if (store_begin(st, q->err) < 0)
		return -1;
	if (write_facts(q, f, k) < 0 ||
	    (ifs && write_ifs(q, f, k->device.id) < 0) ||
	    store_commit(st, q->err) < 0) {
		store_rollback(st);
		return -1;
	}
	/* 0x0003 is chosen by the type that the device told just now. */
	if (f->type != DEVICE_UNKNOWN)
		k->device.type = f->type;
	*changed = true;
	return 0;
}

/* ---- claims ---- */

int
facts_claim(struct ask *q, const struct facts *f, const struct peer *p)
{
	char share[NET_SHARE_SIZE];
	int rc = claim_room(q, p);

	if (rc <= 0)
		return rc;
	net_share(p->remote, share);
	return db_run(q->core->fast, STMT_CLAIM_SAVE,
		   ARGS(A_STRZ(f->hw_id), A_STR(p->hub), A_STR(p->boot),
		       A_INT(p->conn), A_STR(p->remote), A_STR(f->product),
		       A_STR(f->version), A_INT(f->type), A_STR(f->name),
		       A_INT(f->fxs), A_INT(f->pbx_active), A_INT(f->mini),
		       A_INT(f->other), A_INT(clock_now_ms()), A_STRZ(share)),
		   q->err) < 0
		   ? -1
		   : 1;
}
