/*
 * Rows as values (load.h): column orders of sql.def, told once.
 */
#include <string.h>

#include "load.h"
#include "must.h"
#include "row_alarm.h"

void
load_device(const struct row *row, struct arena *a, void *out)
{
	struct device *d = out;

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
	    .polls = row_int(row, 12) == 2,
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
load_domain(const struct row *row, struct arena *a, void *out)
{
	struct domain *d = out;

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
	    .secondary = row_bool(row, 10),
	};
}

void
load_registration(const struct row *row, struct arena *a, void *out)
{
	struct registration *r = out;

	*r = (struct registration){
	    .host = row_dup(row, 0, a),
	    .known = row_int(row, 1),
	    .online = row_int(row, 2),
	};
}

void
load_category(const struct row *row, struct arena *a, void *out)
{
	struct category *k = out;

	*k = (struct category){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .name = row_dup(row, 2, a),
	    .config = row_bool(row, 3),
	};
}

void
load_account(const struct row *row, struct arena *a, void *out)
{
	struct account *x = out;

	*x = (struct account){
	    .id = row_int(row, 0),
	    .name = row_dup(row, 1, a),
	    .role = (enum role)row_int(row, 2),
	    .owner = row_null(row, 3) ? -1 : row_int(row, 3),
	    .permissions = row_dup(row, 4, a),
	    .has_password = row_bool(row, 5),
	    .epoch = row_int(row, 6),
	    .mail = row_dup(row, 8, a),
	    .second_factor = row_bool(row, 9),
	    .read_only = row_bool(row, 10),
	};
	must(x->role < ROLE__MAX);
}

void
load_key(const struct row *row, struct arena *a, void *out)
{
	struct api_key *k = out;

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
load_trunk(const struct row *row, struct arena *a, void *out)
{
	struct trunk *t = out;

	*t = (struct trunk){
	    .id = row_int(row, 0),
	    .user = row_int(row, 1),
	    .ipaddr = row_dup(row, 2, a),
	    .port = row_int(row, 3),
	};
}

void
load_audit(const struct row *row, struct arena *a, void *out)
{
	struct audit *x = out;

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
load_licence(const struct row *row, struct arena *a, void *out)
{
	struct licence *x = out;

	*x = (struct licence){
	    .name = row_dup(row, 0, a),
	    .title = row_dup(row, 1, a),
	    .hardware = row_bool(row, 2),
	    .retired = row_bool(row, 3),
	    .price = row_int(row, 4),
	};
}

void
load_connection(const struct row *row, struct arena *a, void *out)
{
	struct connection *c = out;

	*c = (struct connection){
	    .began = row_int(row, 0),
	    .ended = row_int(row, 1),
	    .remote = row_dup(row, 2, a),
	    .cause = row_dup(row, 3, a),
	};
}

void
load_claim(const struct row *row, struct arena *a, void *out)
{
	struct claim *c = out;

	*c = (struct claim){
	    .id = row_int(row, 0),
	    .hub = row_dup(row, 1, a),
	    .boot = row_dup(row, 2, a),
	    .remote = row_dup(row, 3, a),
	    .conn = row_int(row, 4),
	    .online = row_bool(row, 5),
	    .first_seen = row_int(row, 6),
	    .last_seen = row_int(row, 7),
	    .product = row_dup(row, 8, a),
	    .version = row_dup(row, 9, a),
	    .type = (enum device_type)row_int(row, 10),
	};
}

static void
load_iface(const struct row *row, struct arena *a, void *out)
{
	struct iface *f = out;

	f->name = row_dup(row, 0, a);
	f->ipv4 = row_dup(row, 1, a);
	f->ipv6 = row_dup(row, 2, a);
}

void
load_figures(const struct row *row, struct arena *a, void *out)
{
	struct figures *f = out;

	*f = (struct figures){
	    .by = (enum figures_by)row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .domain = row_dup(row, 2, a),
	    .type = (enum device_type)row_int(row, 3),
	    .product = row_dup(row, 4, a),
	    .version = row_dup(row, 5, a),
	    .known = row_int(row, 6),
	    .online = row_int(row, 7),
	};
	must(f->by < FIGURES__MAX && f->type < DEVICE_TYPE__MAX);
}

void
load_id(const struct row *row, struct arena *a, void *out)
{
	int64_t *id = out;

	(void)a;
	*id = row_int(row, 0);
}

void
load_str(const struct row *row, struct arena *a, void *out)
{
	struct str *s = out;

	*s = row_dup(row, 0, a);
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
load_project(const struct row *row, struct arena *a, void *out)
{
	struct project *p = out;

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
	load_hash(row, 14, p->seal);
}

void
load_rented(const struct row *row, struct arena *a, void *out)
{
	struct rented *r = out;

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
load_ledger(const struct row *row, struct arena *a, void *out)
{
	struct ledger *x = out;

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

void
load_code(const struct row *row, struct arena *a, void *out)
{
	struct code *c = out;

	*c = (struct code){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .category_id = row_int(row, 2),
	    .category = row_dup(row, 3, a),
	    .tail = row_dup(row, 4, a),
	    .name = row_dup(row, 5, a),
	    .maker = row_dup(row, 6, a),
	    .administrative = row_bool(row, 7),
	    .made = row_int(row, 8),
	    .ends = row_int(row, 9),
	    .used = row_int(row, 10),
	    .device_id = row_int(row, 11),
	    .hw_id = row_dup(row, 12, a),
	    .port = row_dup(row, 13, a),
	};
}

void
load_code_watch(const struct row *row, struct arena *a, void *out)
{
	struct code_watch *w = out;

	*w = (struct code_watch){
	    .boot = row_dup(row, 0, a),
	    .session = row_dup(row, 1, a),
	    .src = row_dup(row, 2, a),
	    .api = row_dup(row, 3, a),
	};
}

void
load_alarm_setting(const struct row *row, struct arena *a, void *out)
{
	struct alarm_setting *s = out;

	*s = (struct alarm_setting){
	    .domain_id = row_int(row, 0),
	    .domain = row_dup(row, 1, a),
	    .is_instance = row_bool(row, 2),
	    .offline = row_int(row, 3),
	    .recipients = row_dup(row, 4, a),
	    .url = row_dup(row, 5, a),
	    .has_secret = row_bool(row, 6),
	    .language = row_dup(row, 7, a),
	    .zone = row_dup(row, 8, a),
	    .quiet = row_dup(row, 9, a),
	    .paused = row_int(row, 10),
	};
}

void
load_alarm(const struct row *row, struct arena *a, void *out)
{
	struct alarm *x = out;

	*x = (struct alarm){
	    .id = row_int(row, 0),
	    .kind = row_dup(row, 1, a),
	    .subject = row_dup(row, 2, a),
	    .detail = row_dup(row, 3, a),
	    .raised = row_int(row, 4),
	    .told = row_int(row, 5),
	    .cleared = row_int(row, 6),
	    .job_id = row_int(row, 7),
	    .work = row_int(row, 8),
	    .domain_id = row_int(row, 9),
	};
}

void
load_alarm_letter(const struct row *row, struct arena *a, void *out)
{
	struct alarm_letter *l = out;

	*l = (struct alarm_letter){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .way = (enum alarm_way)row_int(row, 2),
	    .guid = row_dup(row, 3, a),
	    .tries = row_int(row, 4),
	    .subject = row_dup(row, 5, a),
	    .body = row_dup(row, 6, a),
	};
}

int
load_ifaces(struct loader l, struct device *d)
{
	return load_list(l, STMT_INTERFACES, ARGS(A_INT(d->id)), load_iface,
	    &d->ifs, &d->nifs);
}

void
load_signin(const struct row *row, struct arena *a, void *out)
{
	struct signin *s = out;

	*s = (struct signin){
	    .id = row_int(row, 0),
	    .account = row_int(row, 1),
	    .kind = row_int(row, 2),
	    .created = row_int(row, 3),
	    .used = row_int(row, 4),
	    .ends = row_int(row, 5),
	    .remote = row_dup(row, 6, a),
	    .agent = row_dup(row, 7, a),
	};
}

void
load_grant(const struct row *row, struct arena *a, void *out)
{
	(void)a;
	*(struct grant *)out = (struct grant){
	    .domain = row_int(row, 0),
	    .target = row_int(row, 1),
	    .read_only = row_bool(row, 2),
	    .ends = row_int(row, 3),
	};
}
