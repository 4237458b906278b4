#include "record.h"

#include <string.h>

#include "clock.h"
#include "column.h"
#include "db.h"
#include "load.h"
#include "must.h"
#include "sysclient.h"

#define ADMIN_LEN 20
#define FRAME_MAX 4096

static void
load(const struct row *row, struct arena *a, struct record *k)
{
	load_device(row, a, &k->device);
	k->name_told = row_dup(row, IDENTIFY_NAME_TOLD, a);
	k->deployed_rev = row_int(row, IDENTIFY_DEPLOYED);
	k->proven = row_dup(row, IDENTIFY_PROVEN, a);
	k->offered = row_dup(row, IDENTIFY_OFFERED, a);
	k->offered_at = row_int(row, IDENTIFY_OFFERED_AT);
	k->offer_boot = row_dup(row, IDENTIFY_OFFER_BOOT, a);
	k->offer_conn = row_int(row, IDENTIFY_OFFER_CONN);
	k->admin = row_dup(row, IDENTIFY_ADMIN, a);
	k->admin_rev = row_int(row, IDENTIFY_ADMIN_REV);
	k->deploy = row_bool(row, IDENTIFY_DEPLOY);
	k->deploy_rev = row_int(row, IDENTIFY_DEPLOY_REV);
	k->random_rev = row_int(row, IDENTIFY_RANDOM_REV);
	k->domain_password = row_dup(row, IDENTIFY_DOMAIN_PASSWORD, a);
	k->boot = row_dup(row, IDENTIFY_BOOT, a);
	k->conn = row_int(row, IDENTIFY_CONN);
	k->offer_until = row_int(row, IDENTIFY_OFFER_UNTIL);
	k->admin_random = row_bool(row, IDENTIFY_ADMIN_RANDOM);
}

int
record_load(struct ask *q, struct str hw_id, struct record *out)
{
	struct row *row;
	int rc = db_first(
	    q->core->store, STMT_IDENTIFY, ARGS(A_STR(hw_id)), &row, q->err);

	memset(out, 0, sizeof(*out));
	if (rc > 0)
		load(row, q->arena, out);
	db_done(row);
	if (rc > 0 && arena_failed(q->arena))
		return err_set(q->err, ERR_LIMIT, "no room for the device");
	return rc;
}

bool
record_offer(const struct record *k)
{
	return k->offered.len > 0 && k->offer_conn == 0 &&
	       k->offer_until > clock_now_ms();
}

void
record_tag(struct str sealed, char out[RECORD_TAG_SIZE])
{
	char hex[CRYPTO_HEX_MAX];

	crypto_join_hex(CRYPTO_SHA256, '\0', &sealed, 1, hex);
	str_copy(out, RECORD_TAG_SIZE, str_n(hex, RECORD_TAG_SIZE - 1));
}

/* ---- administrative passwords ---- */

bool
record_random(const struct record *k)
{
	return k->device.doubt == DOUBT_OFFER || k->admin_random ||
	       k->device.admin_kind == ADMIN_RANDOM;
}

static int
draw(struct ask *q, const struct record *k, struct secret *out)
{
	struct buf sealed;
	int rc;

	crypto_token(out->text, ADMIN_LEN);
	out->len = ADMIN_LEN;
	secret_seal(
	    q->core, SECRET_ADMIN, k->device.id, secret_str(out), &sealed);
	rc = db_do(q->core->store, STMT_SECRET_ADMIN,
	    ARGS(A_INT(k->device.id), A_BLOB(buf_view(&sealed)),
		A_INT(k->random_rev)),
	    q->err);
	buf_fini(&sealed);
	return rc;
}

int
record_admin(struct ask *q, const struct record *k, struct secret *out)
{
	must(k->device.id > 0 && k->device.domain_id > 0);
	memset(out, 0, sizeof(*out));
	if (!record_random(k))
		return secret_open(q, SECRET_DOMAIN, k->device.domain_id,
		    k->domain_password, out);
	if (k->admin.len == 0 || k->admin_rev < k->random_rev)
		return draw(q, k, out);
	return secret_open(q, SECRET_ADMIN, k->device.id, k->admin, out);
}

/* ---- frames ---- */

static void
frame(struct jout *j, enum sc_admin number, const struct buf *json)
{
	jout_array(j, NULL);
	jout_int(j, NULL, (int64_t)number);
	jout_str(j, NULL, buf_view(json));
	jout_end(j);
}

void
record_frame_password(struct jout *j, const struct secret *password)
{
	struct buf json;

	buf_init(&json, FRAME_MAX);
	sc_json_password(&json, secret_str(password));
	frame(j, SC_PASSWORD, &json);
	buf_wipe(&json);
}

int
record_frame_admin(struct ask *q, struct jout *j, const struct record *k,
    const struct secret *password, bool *sent)
{
	struct secret plain;
	struct buf json;
	char seed[SC_SEED_LEN + 1];

	*sent = false;
	if (!k->deploy)
		return 0;
	if (record_admin(q, k, &plain) < 0)
		return -1;
	if (plain.len > 0) {
		crypto_token(seed, SC_SEED_LEN);
		buf_init(&json, FRAME_MAX);
		sc_json_admin_password(&json, str_of(seed),
		    secret_str(password), secret_str(&plain));
		frame(j, SC_ADMIN_PASSWORD, &json);
		buf_fini(&json);
	}
	secret_wipe(&plain);
	*sent = true;
	return 0;
}

struct str
record_password(const struct record *k)
{
	if (k->offered.len > 0 && k->offer_conn == k->conn &&
	    str_eq(k->offer_boot, k->boot))
		return k->offered;
	return k->proven;
}

int
record_deployed(struct ask *q, const struct record *k)
{
	must(k->device.id > 0);
	if (k->deployed_rev == k->deploy_rev)
		return 0;
	return db_do(q->core->store, STMT_DEVICE_DEPLOYED,
	    ARGS(A_INT(k->device.id), A_INT(k->deploy_rev)), q->err);
}
