#include "connection.h"

#include "ask.h"
#include "clock.h"
#include "device.h"
#include "load.h"
#include "must.h"

/* A batch may end one connection and begin another with each entry. */
#define NOTES_MAX (4 * HUBWIRE_BATCH_BYTES)

/* ---- reading ---- */

static int
load(struct ask *q, const struct device *d, struct connection **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_CONNECTIONS_OF,
	    ARGS(A_INT(d->id), A_INT(q->who->admin ? 0 : d->domain_id)),
	    load_connection, out, n);
}

int
connection_list(
    struct ask *q, struct str hw_id, struct connection **out, size_t *n)
{
	struct device d;
	int rc = device_get(q, hw_id, &d);

	*out = NULL;
	*n = 0;
	if (rc <= 0)
		return rc;
	/* A claim has no row, and so no past. */
	return d.id > 0 && load(q, &d, out, n) < 0 ? -1 : 1;
}

int
connection_remote(struct ask *q, int64_t device, struct str *out)
{
	*out = str_n("", 0);
	return load_one(ask_loader(q), STMT_CONNECTION_REMOTE,
		   ARGS(A_INT(device)), load_str, out) < 0
		   ? -1
		   : 0;
}

/* ---- writing ---- */

static void
begin(struct connection_notes *notes)
{
	jout_init(&notes->j, buf_sink(&notes->text));
	jout_array(&notes->j, NULL);
	notes->n = 0;
}

void
connection_notes_init(struct connection_notes *notes)
{
	buf_init(&notes->text, NOTES_MAX);
	begin(notes);
}

void
connection_notes_fini(struct connection_notes *notes)
{
	buf_fini(&notes->text);
}

void
connection_note(
    struct connection_notes *notes, const struct connection_note *note)
{
	struct jout *j = &notes->j;

	jout_array(j, NULL);
	jout_int(j, NULL, note->device);
	jout_int(j, NULL, note->nth);
	jout_int(j, NULL, note->domain);
	jout_int(j, NULL, note->c.began);
	jout_int(j, NULL, note->c.ended);
	jout_str(j, NULL, note->c.remote);
	jout_str(j, NULL, note->c.cause);
	jout_end(j);
	notes->n++;
}

int
connection_flush(struct ask *q, struct connection_notes *notes)
{
	struct arg list;
	int rc = 0;

	jout_end(&notes->j);
	if (buf_failed(&notes->text))
		return err_set(q->err, ERR_LIMIT, "too many connections");
	list = A_STR(buf_view(&notes->text));
	if (notes->n > 0 &&
	    (db_do(q->core->store, STMT_CONNECTIONS_SAVE, ARGS(list), q->err) <
		    0 ||
		db_do(q->core->store, STMT_CONNECTIONS_TRIM,
		    ARGS(list, A_INT(CONNECTIONS_KEPT)), q->err) < 0))
		rc = -1;
	buf_clear(&notes->text);
	begin(notes);
	return rc;
}

int
connection_reset(struct ask *q, struct str hub, struct str boot, int64_t now)
{
	return db_do(q->core->store, STMT_CONNECTIONS_RESET,
	    ARGS(A_STR(hub), A_STR(boot), A_INT(now),
		A_STRZ(hubwire_end_name(HUBWIRE_END_HUB))),
	    q->err);
}

int
connection_end_by_admin(struct ask *q, int64_t device)
{
	return db_do(q->core->store, STMT_CONNECTION_END,
	    ARGS(A_INT(device), A_INT(clock_now_ms()),
		A_STRZ(hubwire_end_name(HUBWIRE_END_ADMIN))),
	    q->err);
}
