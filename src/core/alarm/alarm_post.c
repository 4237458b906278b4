#include "alarm_post.h"

#include "alarm_setting.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "log.h"
#include "secret.h"
#include "webhook.h"

/* One run through the letters. */
struct post {
	struct ask *q;
	const struct alarm_sender *by;
	struct alarm_posted *count;
	bool mail_down; /* the mail server does not serve us */
};

int64_t
alarm_post_gap(int64_t tries)
{
	return ALARM_GAP_MS << (tries > 1 ? tries - 1 : 0);
}

static void
say(enum log_level level, const char *event, const struct alarm_setting *s,
    const struct alarm_letter *l, const char *why)
{
	log_event(level, event,
	    PAIRS(P_STR("domain", s->domain),
		P_STRZ("way", l->way == ALARM_MAIL ? "mail" : "webhook"),
		P_STR("id", l->guid), P_STRZ("why", why)));
}

/* ---- mail ---- */

static void
say_refused(void *arg, struct str to, const char *answer)
{
	const struct alarm_setting *s = arg;

	log_event(LOG_WARN, "alarm.refused",
	    PAIRS(P_STR("domain", s->domain), P_STR("to", to),
		P_STRZ("why", answer)));
}

static int
post_mail(struct ask *q, const struct alarm_sender *by,
    const struct alarm_setting *s, const struct alarm_letter *l)
{
	struct str to[ALARM_RECIPIENTS_MAX], rest = s->recipients,
					     from = by->from;
	size_t at = str_find(from, '@');
	struct alarm_setting who = *s;
	struct mail mail = {.from = from,
	    .to = to,
	    .subject = l->subject,
	    .text = l->body,
	    .date = clock_now_ms()};

	if (by->mailer == NULL)
		return err_set(q->err, ERR_BUSY, "no mail server is set");
	while (mail.nto < ALARM_RECIPIENTS_MAX &&
	       str_next(&rest, ',', &to[mail.nto]))
		mail.nto++;
	mail.id = str_of(arena_printf(q->arena, "alarm-%.*s%.*s",
	    (int)l->guid.len, l->guid.p, (int)(from.len - at), from.p + at));
	return mail_send(by->mailer, &mail, say_refused, &who, q->err);
}

/* ---- webhook ---- */

static int
post_webhook(struct ask *q, const struct alarm_sender *by,
    const struct alarm_setting *s, const struct alarm_letter *l)
{
	struct secret secret;
	struct webhook hook = {.url = arena_str(q->arena, s->url),
	    .body = l->body,
	    .time = clock_now_ms() / 1000};
	int rc;

	if (alarm_setting_secret(q, s->domain_id, &secret) < 0)
		return -1;
	hook.secret = secret_str(&secret);
	if (hook.url == NULL || secret.len == 0)
		rc = err_set(q->err, ERR_IO, "the webhook has no secret");
	else
		rc = webhook_post(&hook, &by->rule, q->err);
	secret_wipe(&secret);
	return rc;
}

int
alarm_post_one(struct ask *q, const struct alarm_sender *by,
    const struct alarm_setting *s, const struct alarm_letter *l)
{
	return l->way == ALARM_MAIL ? post_mail(q, by, s, l)
				    : post_webhook(q, by, s, l);
}

/* ---- one letter after the other ---- */

static int
later(struct ask *q, const struct alarm_letter *l, int64_t tries)
{
	return db_do(q->core->store, STMT_ALARM_LETTER_LATER,
	    ARGS(A_INT(l->id), A_INT(tries),
		A_INT(clock_now_ms() + alarm_post_gap(tries))),
	    q->err);
}

static int
done(struct ask *q, const struct alarm_letter *l)
{
	return db_do(
	    q->core->store, STMT_ALARM_LETTER_DONE, ARGS(A_INT(l->id)), q->err);
}

static int
failed(
    struct post *p, const struct alarm_setting *s, const struct alarm_letter *l)
{
	bool last = l->tries + 1 >= ALARM_TRIES;

	p->count->failed++;
	if (l->way == ALARM_MAIL && p->q->err->kind == ERR_BUSY)
		p->mail_down = true;
	say(last ? LOG_ERROR : LOG_WARN,
	    last ? "alarm.given_up" : "alarm.failed", s, l, p->q->err->text);
	return last ? done(p->q, l) : later(p->q, l, l->tries + 1);
}

static int
post_letter(struct post *p, const struct alarm_letter *l)
{
	struct alarm_setting s;
	int rc = alarm_setting_load(p->q, l->domain_id, &s);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return done(p->q, l); /* the domain has just gone */
	/* Without a try: others that wait for the same server need not. */
	if (l->way == ALARM_MAIL && p->mail_down) {
		p->count->failed++;
		return later(p->q, l, l->tries);
	}
	if (alarm_post_one(p->q, p->by, &s, l) < 0)
		return failed(p, &s, l);
	p->count->sent++;
	say(LOG_INFO, "alarm.sent", &s, l, NULL);
	return done(p->q, l);
}

int
alarm_post(
    struct ask *q, const struct alarm_sender *by, struct alarm_posted *out)
{
	struct post p = {.q = q, .by = by, .count = out};
	struct alarm_letter l;
	int rc = 1;

	*out = (struct alarm_posted){0};
	while (rc > 0 && by->go_on(by->arg)) {
		struct arena_mark m = arena_mark(q->arena);

		rc = load_one(ask_loader(q), STMT_ALARM_LETTER_DUE,
		    ARGS(A_INT(clock_now_ms())), load_alarm_letter, &l);
		if (rc > 0 && post_letter(&p, &l) < 0)
			rc = -1;
		arena_reset(q->arena, m);
	}
	return rc < 0 ? -1 : 0;
}
