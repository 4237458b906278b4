/*
 * Column orders of sql.def, told once.
 */
#include "load.h"

#include <string.h>

#include "must.h"

void
load_device(const struct row *row, struct arena *a, struct device *d)
{
	*d = (struct device){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .rev = row_int(row, 2),
	    .hw_id = row_dup(row, 3, a),
	    .name = row_dup(row, 4, a),
	    .product = row_dup(row, 5, a),
	    .version = row_dup(row, 6, a),
	    .type = (enum device_type)row_int(row, 7),
	    .name_set = row_bool(row, 8),
	    .fxs = row_bool(row, 9),
	    .pbx_active = row_bool(row, 10),
	    .mini = row_bool(row, 11),
	    .other = row_bool(row, 12),
	    .has_lease = row_bool(row, 13),
	    .rented = row_bool(row, 14),
	    .rental_want = row_bool(row, 15),
	    .rental_started = row_bool(row, 16),
	    .owner = row_int(row, 17),
	    .admin_kind = (enum device_admin)row_int(row, 18),
	    .fw = row_dup(row, 19, a),
	    .bc = row_dup(row, 20, a),
	    .fw_build = row_dup(row, 21, a),
	    .bc_build = row_dup(row, 22, a),
	    .major = row_dup(row, 23, a),
	    .online = row_bool(row, 24),
	    .since = row_int(row, 25),
	    .type_told = (enum device_type)row_int(row, 26),
	    .doubt = (enum device_doubt)row_int(row, 27),
	    .claimed = row_bool(row, 28),
	};
	must(d->type < DEVICE_TYPE__MAX && d->type_told < DEVICE_TYPE__MAX);
}

void
load_domain(const struct row *row, struct arena *a, struct domain *d)
{
	*d = (struct domain){
	    .id = row_int(row, 0),
	    .name = row_dup(row, 1, a),
	    .deploy = row_bool(row, 2),
	    .is_instance = row_bool(row, 3),
	    .has_password = row_bool(row, 4),
	    .epoch = row_int(row, 5),
	    .deploy_rev = row_int(row, 6),
	    .random_rev = row_int(row, 7),
	    .rental = row_bool(row, 8),
	    .admin_random = row_bool(row, 9),
	};
}

void
load_category(const struct row *row, struct arena *a, struct category *k)
{
	*k = (struct category){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .name = row_dup(row, 2, a),
	    .config = row_bool(row, 3),
	};
}

void
load_account(const struct row *row, struct arena *a, struct account *x)
{
	*x = (struct account){
	    .id = row_int(row, 0),
	    .name = row_dup(row, 1, a),
	    .role = (enum role)row_int(row, 2),
	    .owner = row_null(row, 3) ? -1 : row_int(row, 3),
	    .permissions = row_dup(row, 4, a),
	    .has_password = row_bool(row, 5),
	    .epoch = row_int(row, 6),
	    .mail = row_dup(row, 8, a),
	};
	must(x->role < ROLE__MAX);
}

void
load_key(const struct row *row, struct arena *a, struct api_key *k)
{
	*k = (struct api_key){
	    .id = row_int(row, 0),
	    .account = row_int(row, 1),
	    .name = row_dup(row, 2, a),
	    .created = row_int(row, 3),
	    .last_used = row_int(row, 4),
	    .revoked = row_bool(row, 5),
	};
}

void
load_trunk(const struct row *row, struct arena *a, struct trunk *t)
{
	*t = (struct trunk){
	    .id = row_int(row, 0),
	    .user = row_int(row, 1),
	    .ipaddr = row_dup(row, 2, a),
	    .port = row_int(row, 3),
	};
}

void
load_audit(const struct row *row, struct arena *a, struct audit *x)
{
	*x = (struct audit){
	    .id = row_int(row, 0),
	    .time = row_int(row, 1),
	    .who = row_dup(row, 2, a),
	    .what = row_dup(row, 3, a),
	    .on = row_dup(row, 4, a),
	    .detail = row_dup(row, 5, a),
	};
}

void
load_licence(const struct row *row, struct arena *a, struct licence *x)
{
	*x = (struct licence){
	    .name = row_dup(row, 0, a),
	    .title = row_dup(row, 1, a),
	    .hardware = row_bool(row, 2),
	    .retired = row_bool(row, 3),
	    .price = row_int(row, 4),
	};
}

/* A hash; one of another length (somebody changed it) becomes zeros. */
static void
load_hash(const struct row *row, int col, unsigned char out[32])
{
	struct str s = row_str(row, col);

	memset(out, 0, 32);
	if (s.len == 32)
		memcpy(out, s.p, 32);
}

void
load_project(const struct row *row, struct arena *a, struct project *p,
    unsigned char *seal)
{
	*p = (struct project){
	    .domain_id = row_int(row, 0),
	    .domain = row_dup(row, 1, a),
	    .number = row_int(row, 2),
	    .time = row_int(row, 3),
	    .balance = row_int(row, 4),
	    .monthly = row_int(row, 5),
	    .unpaid_day = row_int(row, 6),
	    .paid = row_int(row, 7),
	    .end = row_int(row, 8),
	    .reference = row_dup(row, 9, a),
	    .recipients = row_dup(row, 10, a),
	    .language = row_dup(row, 11, a),
	    .notice_week = row_int(row, 12),
	};
	load_hash(row, 13, p->head);
	if (seal != NULL)
		load_hash(row, 14, seal);
}

void
load_rented(const struct row *row, struct arena *a, struct rented *r)
{
	*r = (struct rented){
	    .device_id = row_int(row, 0),
	    .hw_id = row_dup(row, 1, a),
	    .licence = row_dup(row, 2, a),
	    .title = row_dup(row, 3, a),
	    .hardware = row_bool(row, 4),
	    .count = row_int(row, 5),
	    .price = row_int(row, 6),
	};
}

void
load_ledger(const struct row *row, struct arena *a, struct ledger *x)
{
	*x = (struct ledger){
	    .domain_id = row_int(row, 0),
	    .number = row_int(row, 1),
	    .time = row_int(row, 2),
	    .domain = row_dup(row, 3, a),
	    .who = row_dup(row, 4, a),
	    .what = (enum ledger_what)row_int(row, 5),
	    .gateway = row_dup(row, 6, a),
	    .licence = row_dup(row, 7, a),
	    .count = row_int(row, 8),
	    .price = row_int(row, 9),
	    .monthly = row_int(row, 10),
	    .amount = row_int(row, 11),
	    .balance = row_int(row, 12),
	    .end = row_int(row, 13),
	    .reference = row_dup(row, 14, a),
	    .note = row_dup(row, 15, a),
	};
	load_hash(row, 16, x->hash);
}

void *
load_more(struct arena *a, void **list, size_t *n, size_t size)
{
	/* Room is doubled whenever the count reaches a power of two. */
	if (*n == 0 || (*n >= 8 && (*n & (*n - 1)) == 0)) {
		size_t room = *n == 0 ? 8 : *n * 2;
		char *bigger = arena_array(a, room, size);

		if (bigger == NULL)
			return NULL;
		if (*n > 0)
			memcpy(bigger, *list, *n * size);
		*list = bigger;
	}
	return (char *)*list + (*n)++ * size;
}

static int
full(struct err *e)
{
	return err_set(e, ERR_LIMIT, "too much for one answer");
}

int
load_ids(
    struct loader l, enum stmt s, struct args args, int64_t **out, size_t *n)
{
	struct row *row;
	void *list = NULL;
	int rc = db_first(l.store, s, args, &row, l.err);

	*n = 0;
	for (; rc > 0; rc = db_next(row, l.err)) {
		int64_t *id = load_more(l.arena, &list, n, sizeof(*id));

		if (id == NULL) {
			rc = full(l.err);
			break;
		}
		*id = row_int(row, 0);
	}
	db_done(row);
	*out = list;
	return rc;
}

int
load_strings(
    struct loader l, enum stmt s, struct args args, struct str **out, size_t *n)
{
	struct row *row;
	void *list = NULL;
	int rc = db_first(l.store, s, args, &row, l.err);

	*n = 0;
	for (; rc > 0; rc = db_next(row, l.err)) {
		struct str *text = load_more(l.arena, &list, n, sizeof(*text));

		if (text == NULL) {
			rc = full(l.err);
			break;
		}
		*text = row_dup(row, 0, l.arena);
	}
	db_done(row);
	*out = list;
	return rc;
}

int
load_ifaces(struct loader l, struct device *d)
{
	struct row *row;
	void *list = NULL;
	int rc =
	    db_first(l.store, STMT_INTERFACES, ARGS(A_INT(d->id)), &row, l.err);

	d->nifs = 0;
	for (; rc > 0; rc = db_next(row, l.err)) {
		struct iface *f =
		    load_more(l.arena, &list, &d->nifs, sizeof(*f));

		if (f == NULL) {
			rc = full(l.err);
			break;
		}
		f->name = row_dup(row, 0, l.arena);
		f->ipv4 = row_dup(row, 1, l.arena);
		f->ipv6 = row_dup(row, 2, l.arena);
	}
	db_done(row);
	d->ifs = list;
	return rc;
}
