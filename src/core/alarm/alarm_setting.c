#include "alarm_setting.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "column.h"
#include "count.h"
#include "db.h"
#include "hours.h"
#include "secret.h"
#include "webhook.h"
#include "zone.h"

#define YEAR_MS      (INT64_C(366) * 86400000)
#define SECRET_BYTES 32

/* ---- reading ---- */

int
alarm_setting_load(struct ask *q, int64_t domain_id, struct alarm_setting *out)
{
	return load_one(ask_loader(q), STMT_ALARM_SETTING,
	    ARGS(A_INT(domain_id)), load_alarm_setting, out);
}

int
alarm_setting_page(
    struct ask *q, int64_t after, struct alarm_setting **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_ALARM_SETTINGS,
	    ARGS(A_INT(after), A_INT(ALARM_SETTINGS_PAGE)), load_alarm_setting,
	    out, n);
}

static int
need(struct ask *q, int64_t domain_id, struct alarm_setting *out)
{
	return err_need(alarm_setting_load(q, domain_id, out), q->err, ERR_GONE,
	    "no domain %lld", (long long)domain_id);
}

int
alarm_setting_get(struct ask *q, int64_t domain_id, struct alarm_setting *out)
{
	return access_own(q->who, domain_id, q->err) < 0
		   ? -1
		   : need(q, domain_id, out);
}

int
alarm_setting_waiting(struct ask *q, int64_t domain_id, int64_t *out)
{
	if (access_own(q->who, domain_id, q->err) < 0)
		return -1;
	return db_int(q->core->store, STMT_ALARM_LETTERS_WAITING,
		   ARGS(A_INT(domain_id)), out, q->err) < 0
		   ? -1
		   : 0;
}

int
alarm_setting_secret(struct ask *q, int64_t domain_id, struct secret *out)
{
	struct row *row;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_first(q->core->store, STMT_ALARM_SECRET, ARGS(A_INT(domain_id)),
	    &row, q->err);
	if (rc > 0)
		rc = secret_open(q, SECRET_WEBHOOK, domain_id,
		    row_str(row, ALARM_SECRET_SEALED), out);
	db_done(row);
	return rc < 0 ? -1 : 0;
}

/* ---- checking ---- */

static int
check_ways(const struct alarm_change *x, struct err *e)
{
	if (x->recipients != NULL &&
	    check_mails(*x->recipients, ALARM_RECIPIENTS_MAX, e) < 0)
		return -1;
	if (x->url != NULL && x->url->len > 0 && !webhook_url_ok(*x->url))
		return err_say(e, ERR_INPUT, "invalid url");
	return x->language != NULL ? check_language(*x->language, e) : 0;
}

static int
check_times(const struct alarm_change *x, struct err *e)
{
	struct hours quiet;
	struct zone *z;

	if (x->offline != NULL && *x->offline != 0 &&
	    (*x->offline < ALARM_OFFLINE_MIN ||
		*x->offline > ALARM_OFFLINE_MAX))
		return err_say(e, ERR_INPUT, "minutes out of range");
	if (x->paused != NULL &&
	    (*x->paused < 0 || *x->paused > clock_now_ms() + YEAR_MS))
		return err_say(e, ERR_INPUT, "time out of range");
	if (x->quiet != NULL && !hours_read(*x->quiet, &quiet))
		return err_say(e, ERR_INPUT, "invalid quiet hours");
	if (x->zone == NULL)
		return 0;
	z = zone_open(*x->zone);
	if (z == NULL)
		return err_say(e, ERR_INPUT, "unknown time zone");
	zone_close(&z);
	return 0;
}

/* ---- changing ---- */

/* A URL can be a secret of its receiver: the audit hears of it, not what it
 * is. */
static int
put_values(struct ask *q, const struct alarm_setting *s, struct snapshot *out)
{
	return change_values(q,
	    PAIRS(P_INT("offlineMinutes", s->offline),
		P_STR("recipients", s->recipients),
		P_BOOL("webhook", s->url.len > 0),
		P_STR("language", s->language), P_STR("zone", s->zone),
		P_STR("quiet", s->quiet), P_INT("pausedUntil", s->paused)),
	    out);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct alarm_setting s;
	int rc = alarm_setting_load(q, id, &s);

	(void)key;
	*out = (struct snapshot){.there = rc > 0, .domain = id};
	return rc > 0 ? put_values(q, &s, out) : rc;
}

static const struct change_kind setting_kind = {.look = look};

static void
merge(struct alarm_setting *s, const struct alarm_change *x)
{
	const struct {
		struct str *to;
		const struct str *from;
	} texts[] = {{&s->recipients, x->recipients}, {&s->url, x->url},
	    {&s->language, x->language}, {&s->zone, x->zone},
	    {&s->quiet, x->quiet}};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].from != NULL)
			*texts[i].to = *texts[i].from;
	if (x->offline != NULL)
		s->offline = *x->offline;
	if (x->paused != NULL)
		s->paused = *x->paused;
}

static int
save(struct ask *q, const struct alarm_setting *s)
{
	return db_do(q->core->store, STMT_ALARM_SETTING_SAVE,
	    ARGS(A_INT(s->domain_id), A_INT(s->offline), A_STR(s->recipients),
		A_STR(s->url), A_STR(s->language), A_STR(s->zone),
		A_STR(s->quiet), A_INT(s->paused)),
	    q->err);
}

static int
save_secret(struct ask *q, int64_t domain_id, const char *secret)
{
	struct buf sealed;
	int rc;

	secret_seal(
	    q->core, SECRET_WEBHOOK, domain_id, str_of(secret), &sealed);
	rc = db_do(q->core->store, STMT_ALARM_SECRET_SAVE,
	    ARGS(A_INT(domain_id),
		secret[0] != '\0' ? A_BLOB(buf_view(&sealed)) : A_NULL),
	    q->err);
	buf_fini(&sealed);
	return rc;
}

static void
draw(char secret[ALARM_SECRET_SIZE])
{
	unsigned char bytes[SECRET_BYTES];
	char hex[2 * SECRET_BYTES + 1];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, sizeof(bytes), hex);
	memcpy(secret, "whs_", 4);
	str_copy(secret + 4, ALARM_SECRET_SIZE - 4, str_of(hex));
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(hex, sizeof(hex));
}

/* What waits for a way that is not there any more is sent to nobody. */
static int
drop_letters(struct ask *q, const struct alarm_setting *s)
{
	const struct {
		enum alarm_way way;
		bool there;
	} ways[] = {{ALARM_MAIL, s->recipients.len > 0},
	    {ALARM_WEBHOOK, s->url.len > 0}};

	for (size_t i = 0; i < COUNT(ways); i++)
		if (!ways[i].there &&
		    db_do(q->core->store, STMT_ALARM_LETTERS_DROP,
			ARGS(A_INT(s->domain_id), A_INT(ways[i].way)),
			q->err) < 0)
			return -1;
	return 0;
}

static int
set(struct ask *q, int64_t domain_id, const struct alarm_change *x,
    char *secret)
{
	struct alarm_setting s;
	bool other, drawn;

	if (need(q, domain_id, &s) < 0 ||
	    change_touch(q, &setting_kind, domain_id, STR("")) < 0)
		return -1;
	other = x->url != NULL && !str_eq(*x->url, s.url);
	merge(&s, x);
	if (x->new_secret && s.url.len == 0)
		return err_say(q->err, ERR_INPUT, "there is no webhook");
	drawn = s.url.len > 0 && (other || x->new_secret);
	if (drawn)
		draw(secret);
	if (save(q, &s) < 0 ||
	    ((drawn || other) && save_secret(q, domain_id, secret) < 0) ||
	    drop_letters(q, &s) < 0)
		return -1;
	return change_say(q, "alarm.set", s.domain,
	    PAIRS(P_INT("domain", domain_id),
		P_STRZ("url", other ? "changed" : "same"),
		P_STRZ("secret", drawn ? "changed" : "same")));
}

int
alarm_setting_set(struct ask *q, int64_t domain_id,
    const struct alarm_change *x, char secret[ALARM_SECRET_SIZE])
{
	int rc;

	secret[0] = '\0';
	if (access_own(q->who, domain_id, q->err) < 0 ||
	    check_ways(x, q->err) < 0 || check_times(x, q->err) < 0 ||
	    change_begin(q) < 0)
		return -1;
	rc = change_end(q, set(q, domain_id, x, secret));
	if (rc < 0)
		explicit_bzero(secret, ALARM_SECRET_SIZE);
	return rc;
}
