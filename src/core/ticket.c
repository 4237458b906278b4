#include "ticket.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "must.h"
#include "secret.h"

#define SLACK_MS 2000 /* by which a clock is set back now and then */

static void
mark(const struct core *c, const char *purpose, struct str text,
    unsigned char out[SECRET_MARK_SIZE])
{
	char place[48];
	int n = snprintf(place, sizeof(place), "ticket.%s", purpose);

	must(n > 0 && (size_t)n < sizeof(place));
	secret_mark(c, place, text, out);
}

int
ticket_draw(struct ask *q, const struct ticket_new *in, char text[TICKET_SIZE])
{
	struct store *st = q->core->store;
	unsigned char hash[SECRET_MARK_SIZE];
	int64_t now = clock_now_ms();

	must(in->payload.len <= TICKET_PAYLOAD_MAX && in->life_ms > 0);
	crypto_token(text, TICKET_LEN);
	mark(q->core, in->purpose, str_of(text), hash);
	if (db_do(st, STMT_TICKET_ADD,
		ARGS(A_BLOB(str_n(hash, sizeof(hash))), A_STRZ(in->purpose),
		    A_STRZ(in->owner), A_STR(in->payload), A_INT(now),
		    A_INT(now + in->life_ms)),
		q->err) < 0)
		return -1;
	return db_do(st, STMT_TICKET_CROWD,
	    ARGS(A_STRZ(in->purpose), A_STRZ(in->owner), A_INT(TICKETS_MAX),
		A_INT(INT32_MAX)),
	    q->err);
}

struct found {
	struct str payload;
	int64_t created, ends;
};

static void
load(const struct row *row, struct arena *a, void *out)
{
	struct found *x = out;

	x->payload = row_dup(row, TICKET_PAYLOAD, a);
	x->created = row_int(row, TICKET_CREATED);
	x->ends = row_int(row, TICKET_ENDS);
}

int
ticket_take(
    struct ask *q, const char *purpose, struct str text, struct str *payload)
{
	unsigned char hash[SECRET_MARK_SIZE];
	int64_t now = clock_now_ms();
	struct found x = {0};
	struct args key;
	int rc;

	if (text.len != TICKET_LEN)
		return 0;
	mark(q->core, purpose, text, hash);
	key = ARGS(A_BLOB(str_n(hash, sizeof(hash))));
	rc = load_one(ask_loader(q), STMT_TICKET_BY_HASH, key, load, &x);
	/* Of several who bring it at the same moment one removes it. */
	if (rc > 0)
		rc = db_run(q->core->store, STMT_TICKET_USE, key, q->err);
	if (rc > 0 && (x.ends <= now || x.created > now + SLACK_MS))
		rc = 0;
	if (rc > 0)
		*payload = x.payload;
	return rc;
}

int
ticket_expire(struct ask *q)
{
	return db_do(q->core->store, STMT_TICKETS_OVER,
	    ARGS(A_INT(clock_now_ms())), q->err);
}
