#include "phone_upload.h"

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "phone.h"
#include "secret.h"

static int
save(struct ask *q, const struct served_phone *p, struct str name,
    struct str content)
{
	struct store *st = q->core->store;
	struct buf sealed;
	int rc;

	secret_seal_text(
	    q->core, SECRET_UPLOAD, p->device_id, content, &sealed);
	rc = db_do(st, STMT_PHONE_UPLOAD_SAVE,
	    ARGS(A_INT(p->device_id), A_STR(name), A_INT(clock_now_ms()),
		A_INT((int64_t)content.len), A_BLOB(buf_view(&sealed))),
	    q->err);
	buf_fini(&sealed);
	return rc < 0 ? -1
		      : db_do(st, STMT_PHONE_UPLOAD_TRIM,
			    ARGS(A_INT(p->device_id), A_INT(PHONE_UPLOADS),
				A_INT(PHONE_UPLOADS)),
			    q->err);
}

int
phone_upload_save(struct ask *q, const struct served_phone *p, struct str name,
    struct str content)
{
	struct store *st = q->core->store;

	if (content.len > PHONE_UPLOAD_MAX)
		return err_set(q->err, ERR_LIMIT, "a phone wrote too much");
	if (store_begin(st, STORE_FAST, q->err) < 0)
		return -1;
	if (save(q, p, name, content) < 0 || store_commit(st, q->err) < 0) {
		store_rollback(st);
		return -1;
	}
	return 0;
}

static int
unseal(struct ask *q, const struct served_phone *p, struct phone_upload *u)
{
	struct buf plain;
	int rc = secret_open_text(
	    q, SECRET_UPLOAD, p->device_id, u->content, &plain);

	if (rc == 0)
		u->content =
		    str_n(arena_str(q->arena, buf_view(&plain)), plain.len);
	buf_wipe(&plain);
	return rc < 0 || u->content.p == NULL ? -1 : 0;
}

int
phone_upload_list(
    struct ask *q, struct str mac, struct phone_upload **out, size_t *n)
{
	struct served_phone p;

	*n = 0;
	if (err_need(phone_served(q, mac, &p), q->err, ERR_GONE,
		"no such phone") < 0 ||
	    access_need(q->who, p.domain_id, q->err) < 0 ||
	    load_list(ask_loader(q), STMT_PHONE_UPLOADS,
		ARGS(A_INT(p.device_id)), load_phone_upload, out, n) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (unseal(q, &p, &(*out)[i]) < 0)
			return -1;
	return 0;
}
