#include "setting.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "audit.h"
#include "change.h"
#include "db.h"
#include "num.h"

/* Rules read these; a key without a rule that reads it has no place here. */
const struct setting setting_table[] = {
    {"offer_minutes", SETTING_INT, 1, 1440, "15",
	"how long an offered device password waits for its device"},
    {"claim_minutes", SETTING_INT, 1, 1440, "15",
	"how long a claim is shown after it went offline"},
    {NULL, SETTING_TEXT, 0, 0, NULL, NULL},
};

static const struct setting *
find(const char *key, struct err *e)
{
	for (const struct setting *s = setting_table; s->key != NULL; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	(void)err_set(e, ERR_GONE, "no setting \"%.40s\"", key);
	return NULL;
}

int
setting_get(struct ask *q, const char *key, struct str *out)
{
	const struct setting *s = find(key, q->err);
	struct row *row;
	int rc;

	if (s == NULL)
		return -1;
	rc = db_first(
	    q->core->fast, STMT_SETTING_GET, ARGS(A_STRZ(key)), &row, q->err);
	if (rc > 0)
		*out = row_dup(row, 0, q->arena);
	else if (rc == 0)
		*out = str_of(s->otherwise);
	db_done(row);
	return rc < 0 ? -1 : 0;
}

int
setting_get_int(struct ask *q, const char *key, int64_t *out)
{
	const struct setting *s = find(key, q->err);
	struct str text;

	if (s == NULL || setting_get(q, key, &text) < 0)
		return -1;
	if (!num_parse(text, s->lo, s->hi, out))
		return err_set(q->err, ERR_IO, "setting %s is no number", key);
	return 0;
}

static int
check(const struct setting *s, struct str value, struct err *e)
{
	int64_t n;

	switch (s->kind) {
	case SETTING_BOOL:
		if (str_eqz(value, "true") || str_eqz(value, "false"))
			return 0;
		return err_say(e, ERR_INPUT, "neither true nor false");
	case SETTING_INT:
		if (num_parse(value, s->lo, s->hi, &n))
			return 0;
		return err_say(e, ERR_INPUT, "number out of range");
	case SETTING_TEXT:
		if (value.len >= (size_t)s->lo && value.len <= (size_t)s->hi &&
		    str_printable(value))
			return 0;
		return err_say(e, ERR_INPUT, "invalid text");
	}
	return err_set(e, ERR_INPUT, "setting %s", s->key);
}

static int
save(struct ask *q, const struct setting *s, struct str value)
{
	char detail[160];
	bool clear = value.len == 0 && s->kind != SETTING_TEXT;
	int rc = clear ? db_run(q->core->full, STMT_SETTING_CLEAR,
			     ARGS(A_STRZ(s->key)), q->err)
		       : db_run(q->core->full, STMT_SETTING_SET,
			     ARGS(A_STRZ(s->key), A_STR(value)), q->err);

	if (rc < 0)
		return -1;
	(void)snprintf(detail, sizeof(detail), "{\"length\":%zu}", value.len);
	return audit_add(q, "setting.set", str_of(s->key), str_of(detail));
}

int
setting_set(struct ask *q, const char *key, struct str value)
{
	const struct setting *s;

	if (access_admin(q->who, q->err) < 0)
		return -1;
	s = find(key, q->err);
	if (s == NULL)
		return -1;
	if ((value.len > 0 || s->kind == SETTING_TEXT) &&
	    check(s, value, q->err) < 0)
		return -1;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, save(q, s, value));
}
