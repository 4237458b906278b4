#include "billing.h"

#include <string.h>

#include "account.h"
#include "ask.h"
#include "column.h"
#include "crypto.h"
#include "db.h"
#include "load.h"
#include "net.h"
#include "num.h"
#include "setting.h"

#define HASH_LEN 40 /* hex digits of SHA-1 */

/* ---- settings ---- */

static int
read_switch(struct ask *q, const char *key, bool *out)
{
	int n;

	if (setting_get_choice(q, key, &n) < 0)
		return -1;
	*out = n == 1;
	return 0;
}

int
billing_settings(struct ask *q, struct billing_settings *out)
{
	int gzip;

	memset(out, 0, sizeof(*out));
	if (read_switch(q, "billing.api", &out->api) < 0 ||
	    read_switch(q, "billing.get", &out->get) < 0 ||
	    read_switch(q, "billing.hash_check", &out->hash_check) < 0 ||
	    read_switch(q, "billing.extension", &out->xml) < 0 ||
	    setting_get_choice(q, "billing.gzip", &gzip) < 0 ||
	    setting_get(q, "billing.allow", &out->allow) < 0 ||
	    setting_get_int(q, "billing.rate", &out->rate) < 0 ||
	    setting_get_secret(q, "billing.key", &out->key) < 0)
		return -1;
	out->gzip = (enum billing_gzip)gzip;
	/* Whatever happened to the store: never open to everybody. */
	if (out->allow.len == 0)
		out->hash_check = true;
	return 0;
}

/* ---- the hash ---- */

static bool
digits_only(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Digits as the number they are: without leading zeros; nothing is "0". */
static struct str
as_number(struct str s)
{
	while (s.len > 1 && s.p[0] == '0')
		s = str_n(s.p + 1, s.len - 1);
	return s.len > 0 ? s : STR("0");
}

static bool
right_hash(const struct billing_settings *s, const struct billing_request *r)
{
	struct str parts[4];
	char want[CRYPTO_HEX_MAX];
	size_t n = 0;

	if (r->hash == NULL || r->hash->len != HASH_LEN)
		return false;
	/* The order is the product's, whatever the request's is. */
	if (r->user_id != NULL && digits_only(*r->user_id))
		parts[n++] = as_number(*r->user_id);
	if (r->device != NULL && r->device->len > 0 &&
	    (digits_only(*r->device) || str_eqz(*r->device, "all")))
		parts[n++] = *r->device;
	if (r->type != NULL)
		parts[n++] = *r->type;
	parts[n++] = secret_str(&s->key);
	crypto_join_hex(CRYPTO_SHA1, '\0', parts, n, want);
	return crypto_equal(*r->hash, str_of(want));
}

/* ---- who asks, and for whom ---- */

static void
refuse(struct billing_verdict *v, const char *error)
{
	v->error = error;
	v->inside = true;
}

/* word is one of list. */
static bool
has_word(struct str list, const char *word)
{
	struct str one;

	while (str_next(&list, ',', &one))
		if (str_eqz(one, word))
			return true;
	return false;
}

static int
judge_caller(struct ask *q, struct str u, struct billing_verdict *v)
{
	struct row *row;
	enum role role = ROLE_USER;
	bool permitted = false;
	int rc = db_first(
	    q->core->store, STMT_BILLING_CALLER, ARGS(A_STR(u)), &row, q->err);

	if (rc > 0) {
		role = (enum role)row_int(row, BILLING_CALLER_ROLE);
		permitted = has_word(row_str(row, BILLING_CALLER_PERMISSIONS),
		    ACCOUNT_CONNECTION_POINTS);
	}
	db_done(row);
	if (rc < 0)
		return -1;
	if (rc == 0)
		refuse(v, "Bad login");
	else if (role == ROLE_MANAGER && !permitted)
		refuse(v, "You are not authorized to manage devices");
	else if (role != ROLE_MANAGER && role != ROLE_SYSTEM_ADMIN)
		refuse(v, "Access Denied");
	return 0;
}

/* A user of the administrator's who has something to list? */
static int
judge_user(struct ask *q, int64_t id, struct billing_verdict *v)
{
	struct row *row;
	bool ours = false;
	int64_t first;
	int rc = db_first(
	    q->core->store, STMT_BILLING_USER, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0)
		ours = !row_null(row, BILLING_USER_OWNER) &&
		       row_int(row, BILLING_USER_OWNER) == 0;
	db_done(row);
	if (rc < 0)
		return -1;
	if (rc == 0 || !ours) {
		refuse(v, rc == 0 ? "User not found" : "Access Denied");
		return 0;
	}
	v->user = id;
	rc = db_int(q->core->store, STMT_BILLING_PAGE,
	    ARGS(A_INT(id), A_INT(0), A_INT(1)), &first, q->err);
	if (rc == 0)
		refuse(v, "Device not found");
	return rc < 0 ? -1 : 0;
}

static int
judge_inside(
    struct ask *q, const struct billing_request *r, struct billing_verdict *v)
{
	struct str who = r->user_id != NULL ? str_trim(*r->user_id) : STR("");
	int64_t id;

	if (judge_caller(q, r->u != NULL ? *r->u : STR(""), v) < 0)
		return -1;
	if (v->error != NULL)
		return 0;
	if (who.len == 0)
		refuse(v, "user_id is empty");
	else if (!digits_only(who) ||
		 !num_parse(as_number(who), 0, INT64_MAX, &id))
		refuse(v, "User not found");
	else
		return judge_user(q, id, v);
	return 0;
}

int
billing_judge(struct ask *q, const struct billing_settings *s,
    const struct billing_request *r, struct billing_verdict *out)
{
	memset(out, 0, sizeof(*out));
	if (!s->api) {
		out->error = "API Requests are disabled";
	} else if (r->get && !s->get) {
		out->error = "GET Requests are disabled";
	} else if (s->hash_check && s->key.len == 0) {
		out->error = "API must have Secret Key";
	} else if (s->hash_check && !right_hash(s, r)) {
		out->error = "Incorrect hash";
		out->wrong_hash = true;
	} else {
		return judge_inside(q, r, out);
	}
	return 0;
}

/* ---- the list ---- */

static void
load_point(const struct row *row, struct arena *a, void *out)
{
	struct billing_point *x = out;

	*x = (struct billing_point){
	    .id = row_int(row, BILLING_POINT_ID),
	    .ipaddr = row_dup(row, BILLING_POINT_ADDRESS, a),
	    .port = row_int(row, BILLING_POINT_PORT),
	};
}

int
billing_list(struct ask *q, int64_t user, int64_t after,
    struct billing_point **out, size_t *n)
{
	int address;

	*n = 0;
	if (setting_get_choice(q, "billing.address", &address) < 0)
		return -1;
	return load_list(ask_loader(q),
	    address == BILLING_REPORTED ? STMT_BILLING_PAGE
					: STMT_BILLING_PAGE_CONNECTION,
	    ARGS(A_INT(user), A_INT(after), A_INT(BILLING_PAGE)), load_point,
	    out, n);
}
