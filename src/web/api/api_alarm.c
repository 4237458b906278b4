/* Messages about alarms: what is wrong, and who is told. */
#include <string.h>

#include "access.h"
#include "alarm.h"
#include "alarm_setting.h"
#include "api_table.h"
#include "domain.h"
#include "hours.h"
#include "job.h"
#include "mail.h"
#include "webhook.h"
#include "zone.h"

#define LANGUAGE_LEN 2

/* ---- fields ---- */

enum {
	F_DOMAIN_ID,
	F_OFFLINE,
	F_RECIPIENTS,
	F_URL,
	F_LANGUAGE,
	F_ZONE,
	F_QUIET,
	F_PAUSED,
	F_NEW_SECRET
};

/* clang-format off */
static const struct field f_domain_id[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_list[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_set[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_OFFLINE] = NUMBER("offlineMinutes", 0, ALARM_OFFLINE_MAX),
    [F_RECIPIENTS] = TEXTS("recipients", 0, MAIL_ADDRESS_MAX),
    [F_URL] = TEXT("url", 0, WEBHOOK_URL_MAX),
    [F_LANGUAGE] = TEXT("language", LANGUAGE_LEN, LANGUAGE_LEN),
    [F_ZONE] = TEXT("zone", 1, ZONE_NAME_MAX),
    [F_QUIET] = TEXT("quiet", 0, HOURS_MAX),
    [F_PAUSED] = NUMBER("pausedUntil", 0, ID_MAX),
    [F_NEW_SECRET] = BOOL("newSecret"),
};
/* clang-format on */

/* ---- alarms ---- */

static void
put_alarm(struct jout *j, const struct alarm *x)
{
	jout_object(j, NULL);
	jout_int(j, "domainId", x->domain_id);
	jout_str(j, "kind", x->kind);
	jout_str(j, "subject", x->subject);
	jout_str(j, "detail", x->detail);
	jout_int(j, "since", x->raised);
	jout_int(j, "told", x->told);
	if (x->cleared > 0)
		jout_int(j, "until", x->cleared);
	if (x->job_id > 0) {
		jout_int(j, "jobId", x->job_id);
		jout_strz(j, "work", job_work_name((enum job_work)x->work));
	}
	jout_end(j);
}

static int
put_alarms(struct call *c, bool *last)
{
	struct alarm *list;
	size_t n;

	if (alarm_list(&c->q, c->v[F_DOMAIN_ID].number, c->cursor.at.after,
		&list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			put_alarm(&c->reply->j, &list[i]);
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < ALARM_PAGE;
	return 0;
}

static int
put_all(struct call *c, bool *last)
{
	struct alarm *list;
	size_t n;
	int64_t after = c->cursor.at.after;
	int rc = alarm_list_all(&c->q, &after, &list, &n);

	if (rc < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			put_alarm(&c->reply->j, &list[i]);
	c->cursor.at.after = after;
	*last = rc == 0;
	return 0;
}

static int
get_alarms(struct call *c)
{
	struct domain d;
	int rc;

	if (!c->v[F_DOMAIN_ID].given)
		return api_list(c, "alarms", put_all);
	rc = domain_get(&c->q, c->v[F_DOMAIN_ID].number, &d);
	return err_need(rc, c->q.err, ERR_GONE, "no such domain") < 0
		   ? -1
		   : api_list(c, "alarms", put_alarms);
}

/* ---- settings ---- */

/* Who only looks does not get what leads letters there. */
static void
put_url(struct call *c, const struct alarm_setting *s)
{
	struct str url = s->url, host = webhook_url_host(url);
	const char *shown;

	if (url.len > 0 && !access_reaches(c->q.who, s->domain_id)) {
		shown =
		    arena_printf(c->q.arena, "%.*s/...", (int)host.len, host.p);
		url = shown != NULL ? str_of(shown) : STR("");
	}
	jout_str(&c->reply->j, "url", url);
}

static int
get_settings(struct call *c)
{
	struct jout *j = &c->reply->j;
	struct alarm_setting s;
	struct str rest, one;
	int64_t waiting;

	if (alarm_setting_get(&c->q, c->v[F_DOMAIN_ID].number, &s) < 0 ||
	    alarm_setting_waiting(&c->q, s.domain_id, &waiting) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(j, "offlineMinutes", s.offline);
	jout_array(j, "recipients");
	for (rest = s.recipients; rest.len > 0 && str_next(&rest, ',', &one);)
		jout_str(j, NULL, one);
	jout_end(j);
	put_url(c, &s);
	jout_bool(j, "hasSecret", s.has_secret);
	jout_str(j, "language", s.language);
	jout_str(j, "zone", s.zone);
	jout_str(j, "quiet", s.quiet);
	jout_int(j, "pausedUntil", s.paused);
	jout_int(j, "waiting", waiting);
	reply_close(c->reply);
	return 0;
}

/* As one text with commas. */
static int
join(struct call *c, const struct value *v, struct str *out)
{
	*out = STR("");
	for (size_t i = 0; i < v->n; i++) {
		const char *longer = arena_printf(c->q.arena, "%.*s%s%.*s",
		    (int)out->len, out->p, i > 0 ? "," : "",
		    (int)v->texts[i].len, v->texts[i].p);

		if (longer == NULL || i > ALARM_RECIPIENTS_MAX)
			return err_say(
			    c->q.err, ERR_INPUT, "too many recipients");
		*out = str_of(longer);
	}
	return 0;
}

static const struct str *
text(const struct value *v)
{
	return v->given ? &v->text : NULL;
}

static int
set_settings(struct call *c)
{
	char secret[ALARM_SECRET_SIZE];
	struct str recipients;
	const struct alarm_change x = {
	    .offline = c->v[F_OFFLINE].given ? &c->v[F_OFFLINE].number : NULL,
	    .paused = c->v[F_PAUSED].given ? &c->v[F_PAUSED].number : NULL,
	    .recipients = c->v[F_RECIPIENTS].given ? &recipients : NULL,
	    .url = text(&c->v[F_URL]),
	    .language = text(&c->v[F_LANGUAGE]),
	    .zone = text(&c->v[F_ZONE]),
	    .quiet = text(&c->v[F_QUIET]),
	    .new_secret = c->v[F_NEW_SECRET].truth,
	};

	if (join(c, &c->v[F_RECIPIENTS], &recipients) < 0 ||
	    alarm_setting_set(&c->q, c->v[F_DOMAIN_ID].number, &x, secret) < 0)
		return -1;
	return api_done_secret(c, "secret", secret);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetAlarmSettings"), READS, FIELDS(f_domain_id), .run = get_settings},
    {LOGIN("GetAlarms"), READS, LIST("alarms"), FIELDS(f_list), .run = get_alarms},
    {LOGIN("SetAlarmSettings"), CHANGES, FIELDS(f_set), .run = set_settings},
};
/* clang-format on */

const struct api_table api_alarm = {messages, COUNT(messages)};
