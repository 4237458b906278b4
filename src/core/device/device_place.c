#include "device_place.h"

#include <string.h>

#include "clock.h"
#include "db.h"
#include "domain.h"
#include "facts.h"
#include "ids.h"
#include "must.h"
#include "secret.h"
#include "sysclient.h"

int
place_need_domain(struct ask *q, int64_t id)
{
	struct domain d;
	int rc = domain_get(q, id, &d);

	return err_need(rc, q->err, ERR_GONE, "no such domain");
}

int
place_row(struct ask *q, struct device_change *c, struct str product)
{
	must(q->core->changes != NULL);
	if (ids_draw(q, IDS_POINT, &c->d.id) < 0)
		return -1;
	c->d.type = DEVICE_UNKNOWN;
	c->d.type_told = DEVICE_UNKNOWN;
	return db_do(q->core->store, STMT_DEVICE_ADD,
	    ARGS(A_INT(c->d.id), A_STRZ(c->hw_id), A_INT(DEVICE_UNKNOWN),
		A_STR(product), A_INT(ADMIN_RANDOM)),
	    q->err);
}

int
place_kind(struct ask *q, struct device_change *c, const enum device_type *type)
{
	enum device_admin kind =
	    type == NULL || *type == DEVICE_PHONE ? ADMIN_RANDOM : ADMIN_DOMAIN;

	must(q->core->changes != NULL && c->d.id > 0);
	if (type != NULL)
		c->d.type = *type;
	return db_do(q->core->store, STMT_DEVICE_KIND,
	    ARGS(A_INT(c->d.id), A_INT(c->d.type), A_INT(kind)), q->err);
}

int
place_doubt(struct ask *q, int64_t id, enum device_doubt doubt)
{
	return db_do(q->core->store, STMT_DEVICE_DOUBT,
	    ARGS(A_INT(id), A_INT(doubt)), q->err);
}

int
place_unsweep(struct ask *q, int64_t domain)
{
	return db_do(
	    q->core->store, STMT_DOMAIN_UNSWEEP, ARGS(A_INT(domain)), q->err);
}

int
place_into(struct ask *q, const struct device_change *c, int64_t domain)
{
	struct store *st = q->core->store;
	int64_t id = c->d.id;

	must(q->core->changes != NULL && c->d.id > 0);
	if (device_change_need_not_rented(q, c) < 0 ||
	    db_do(st, STMT_DEVICE_CATEGORIES_CLEAR, ARGS(A_INT(id)), q->err) <
		0 ||
	    db_do(st, STMT_SECRET_ADMIN_WIPE, ARGS(A_INT(id)), q->err) < 0 ||
	    db_do(st, STMT_TASK_LEAVE, ARGS(A_INT(id), A_ID(domain)), q->err) <
		0 ||
	    db_do(st, STMT_DEVICE_PLACE, ARGS(A_INT(id), A_ID(domain)),
		q->err) < 0)
		return -1;
	return domain == 0 ? 0 : place_unsweep(q, domain);
}

int
place_offer(struct ask *q, int64_t id, const struct chosen *to, int64_t until)
{
	struct buf sealed;
	char drawn[SC_PASSWORD_LEN + 1];
	bool one = to->conn != 0;
	int rc;

	must(q->core->changes != NULL && id > 0);
	crypto_token(drawn, SC_PASSWORD_LEN);
	secret_seal(q->core, SECRET_DEVICE, id, str_of(drawn), &sealed);
	rc = db_do(q->core->store, STMT_SECRET_OFFER,
	    ARGS(A_INT(id), A_BLOB(buf_view(&sealed)), A_INT(clock_now_ms()),
		A_INT(until), one ? A_STR(to->hub) : A_NULL,
		one ? A_STR(to->boot) : A_NULL, one ? A_INT(to->conn) : A_NULL),
	    q->err);
	buf_fini(&sealed);
	explicit_bzero(drawn, sizeof(drawn));
	return rc;
}

/* Who has no password was reset, or is another box: it has nothing of what was
 * delivered, and no script has run on it. */
static int
forget_delivered(struct ask *q, int64_t id)
{
	struct store *st = q->core->store;

	return db_do(st, STMT_CONFIG_STATE_FORGET, ARGS(A_INT(id)), q->err) <
			   0 ||
		       db_do(st, STMT_CONFIG_SCRIPT_FORGET, ARGS(A_INT(id)),
			   q->err) < 0
		   ? -1
		   : 0;
}

int
place_take(
    struct ask *q, const struct device_change *c, const struct chosen *to)
{
	if (to->conn == 0)
		return 0;
	/* Passwords that nobody chose whom to give to may be a stranger's. */
	if (c->d.doubt != DOUBT_NONE && db_do(q->core->store, STMT_SECRET_WIPE,
					    ARGS(A_INT(c->d.id)), q->err) < 0)
		return -1;
	if (place_doubt(q, c->d.id, DOUBT_NONE) < 0 ||
	    forget_delivered(q, c->d.id) < 0 ||
	    facts_take(q, &c->d, to->told) < 0)
		return -1;
	return place_offer(q, c->d.id, to, 0);
}
