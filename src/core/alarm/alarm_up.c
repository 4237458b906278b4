#include "alarm_up.h"

#include "column.h"
#include "db.h"
#include "hubclient.h"
#include "json.h"

#define STATUS_MAX ((size_t)64 << 10)

/* The body of a 200; -1 without. */
static int
ask_for(const char *origin, const char *socket, const char *path,
    struct fetch_answer *ans)
{
	const struct hubclient c = {.origin = origin,
	    .socket = socket,
	    .timeout_ms = ALARM_UP_WAIT_MS,
	    .answer_max = STATUS_MAX};
	struct err ignored;

	if (hubclient_get(&c, path, ans, &ignored) < 0)
		return -1;
	if (ans->status == 200)
		return 0;
	buf_fini(&ans->body);
	return -1;
}

static void
read_boot(struct str status, char out[CRYPTO_GUID_SIZE])
{
	const struct json *v;
	struct err ignored;
	struct arena a;

	arena_init(&a, 4 * STATUS_MAX);
	if (json_read(&a, status, STATUS_MAX, &v, &ignored) == 0)
		str_copy(
		    out, CRYPTO_GUID_SIZE, json_text(json_member(v, "boot")));
	arena_fini(&a);
}

void
alarm_up_look(const char *control, const char *internal, struct alarm_seen *out)
{
	struct fetch_answer ans;

	*out = (struct alarm_seen){.missing = "hub"};
	if (ask_for(HUBWIRE_CONTROL, control, HUBWIRE_STATUS, &ans) < 0)
		return;
	read_boot(buf_view(&ans.body), out->boot);
	buf_fini(&ans.body);
	if (out->boot[0] == '\0')
		return;
	out->missing = "rules, through nginx";
	if (ask_for(HUBWIRE_INTERNAL, internal, "/hub/health", &ans) < 0)
		return;
	buf_fini(&ans.body);
	out->missing = NULL;
	out->all = true;
}

/* Since when, as it was noted for this boot; 0: it was not. */
static int
noted(struct ask *q, const struct alarm_seen *seen, int64_t *since)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_ALARM_UP, ARGS_NONE, &row, q->err);

	*since = 0;
	if (rc > 0 && str_eqz(row_str(row, ALARM_UP_BOOT), seen->boot))
		*since = row_int(row, ALARM_UP_SINCE);
	db_done(row);
	return rc < 0 ? -1 : 0;
}

int
alarm_up_note(
    struct ask *q, const struct alarm_seen *seen, int64_t now, int64_t *since)
{
	*since = 0;
	if (seen->all) {
		if (noted(q, seen, since) < 0)
			return -1;
		/* A clock that was set back begins anew. */
		if (*since > 0 && *since <= now)
			return 0;
		*since = now;
	}
	return db_do(q->core->store, STMT_ALARM_UP_SAVE,
	    ARGS(A_STRZ(seen->all ? seen->boot : ""), A_INT(*since)), q->err);
}
