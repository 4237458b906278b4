#include "alarm_tell.h"

#include <stdio.h>
#include <time.h>

#include "alarm_kind.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "hours.h"
#include "jout.h"
#include "letter.h"

#define DETAIL_SHOWN 64                 /* bytes of a detail in a mail */
#define LIST_MAX     ((size_t)24 << 10) /* bytes of a list in a mail */
#define BODY_MAX     ((size_t)256 << 10)

/* What a letter says. */
struct news {
	int64_t count;
	struct alarm *list; /* the first of them */
	size_t n;
};

struct telling {
	struct ask *q;
	const struct alarm_setting *setting;
	const char *templates;
	int64_t now;
	bool test;
	char guid[CRYPTO_GUID_SIZE];
	struct news raised, over;
};

/* ---- the webhook ---- */

static void
put_news(struct jout *j, const char *count, const char *name,
    const struct news *news)
{
	jout_int(j, count, news->count);
	jout_array(j, name);
	for (size_t i = 0; i < news->n; i++) {
		const struct alarm *x = &news->list[i];

		jout_object(j, NULL);
		jout_str(j, "kind", x->kind);
		jout_str(j, "subject", x->subject);
		jout_str(j, "detail", x->detail);
		jout_int(j, "since", x->raised);
		if (x->cleared > 0)
			jout_int(j, "until", x->cleared);
		jout_end(j);
	}
	jout_end(j);
}

static int
write_json(struct telling *t, struct str *body)
{
	struct buf text;
	struct jout j;

	buf_init(&text, BODY_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	jout_strz(&j, "mt", "Alarms");
	jout_strz(&j, "id", t->guid);
	jout_int(&j, "domainId", t->setting->domain_id);
	jout_str(&j, "domain", t->setting->domain);
	jout_int(&j, "time", t->now);
	jout_bool(&j, "test", t->test);
	put_news(&j, "raisedCount", "raised", &t->raised);
	put_news(&j, "clearedCount", "cleared", &t->over);
	jout_end(&j);
	*body = str_n(arena_str(t->q->arena, buf_view(&text)), text.len);
	if (jout_failed(&j) || buf_failed(&text))
		body->p = NULL;
	buf_fini(&text);
	return body->p != NULL
		   ? 0
		   : err_set(t->q->err, ERR_LIMIT, "no room for a letter");
}

/* ---- the mail ---- */

/* "2026-11-27 13:05" by the clock of the domain. */
static void
put_time(struct telling *t, int64_t ms, struct buf *out)
{
	time_t s = (time_t)(hours_local(t->setting->zone, ms) / 1000);
	struct tm tm;

	(void)gmtime_r(&s, &tm);
	buf_printf(out, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
}

/* A text that a device may have told, in one line. */
static void
put_detail(struct telling *t, struct str detail, struct buf *out)
{
	char *room = arena_alloc(t->q->arena, detail.len + 1);
	struct str clean = room != NULL ? str_clean(detail, room) : STR("");
	size_t n = 0, step;

	while (n < clean.len &&
	       (step = str_utf8_len(str_n(clean.p + n, clean.len - n))) > 0 &&
	       n + step <= DETAIL_SHOWN)
		n += step;
	if (n > 0)
		buf_printf(out, "  %.*s", (int)n, clean.p);
}

/* A line for each; *more: how many have none. */
static struct str
write_list(struct telling *t, const struct news *news, struct str *more)
{
	struct str text;
	struct buf out;
	size_t i;

	buf_init(&out, 2 * LIST_MAX);
	for (i = 0; i < news->n && out.len < LIST_MAX; i++) {
		const struct alarm *x = &news->list[i];

		put_time(t, x->cleared > 0 ? x->cleared : x->raised, &out);
		buf_printf(&out, "  %.*s  ", (int)x->kind.len, x->kind.p);
		buf_str(&out, x->subject);
		put_detail(t, x->detail, &out);
		buf_putc(&out, '\n');
	}
	*more = STR("");
	if (news->count > (int64_t)i)
		*more = str_of(arena_printf(t->q->arena, "%lld",
		    (long long)(news->count - (int64_t)i)));
	text = str_n(arena_str(t->q->arena, buf_view(&out)), out.len);
	buf_fini(&out);
	return text;
}

static struct str
count_text(struct telling *t, int64_t count)
{
	return count == 0 ? STR("")
			  : str_of(arena_printf(
				t->q->arena, "%lld", (long long)count));
}

static int
write_mail(struct telling *t, struct letter *out)
{
	struct str raised_more, over_more;
	struct str raised = write_list(t, &t->raised, &raised_more);
	struct str over = write_list(t, &t->over, &over_more);
	const struct mustache_value values[] = {
	    MUSTACHE_TEXT("domain", t->setting->domain),
	    MUSTACHE_TEXT("zone", t->setting->zone),
	    MUSTACHE_TRUTH("test", t->test),
	    MUSTACHE_TEXT("raised", count_text(t, t->raised.count)),
	    MUSTACHE_TEXT("raised_list", raised),
	    MUSTACHE_TEXT("raised_more", raised_more),
	    MUSTACHE_TEXT("cleared", count_text(t, t->over.count)),
	    MUSTACHE_TEXT("cleared_list", over),
	    MUSTACHE_TEXT("cleared_more", over_more),
	    MUSTACHE_END,
	};
	const struct letter_order order = {.folder = t->templates,
	    .name = ALARM_LETTER,
	    .language = t->setting->language,
	    .values = values};

	return letter_write(t->q, &order, out);
}

/* ---- letters ---- */

static int
write_letter(struct telling *t, enum alarm_way way, struct alarm_letter *out)
{
	struct letter mail;

	*out = (struct alarm_letter){.domain_id = t->setting->domain_id,
	    .way = way,
	    .guid = str_of(arena_strdup(t->q->arena, t->guid)),
	    .subject = STR("")};
	if (way == ALARM_WEBHOOK)
		return write_json(t, &out->body);
	if (write_mail(t, &mail) < 0)
		return -1;
	out->subject = mail.subject;
	out->body = mail.text;
	return 0;
}

static int
add_letter(struct telling *t, enum alarm_way way)
{
	struct alarm_letter l;

	if (write_letter(t, way, &l) < 0)
		return -1;
	return db_do(t->q->core->store, STMT_ALARM_LETTER_ADD,
	    ARGS(A_INT(l.domain_id), A_INT(way), A_STR(l.guid), A_INT(t->now),
		A_STR(l.subject), A_STR(l.body)),
	    t->q->err);
}

int
alarm_tell_test(struct ask *q, const struct alarm_setting *s,
    enum alarm_way way, const char *templates, struct alarm_letter *out)
{
	struct telling t = {.q = q,
	    .setting = s,
	    .templates = templates,
	    .now = clock_now_ms(),
	    .test = true};

	crypto_guid(t.guid);
	return write_letter(&t, way, out);
}

/* ---- the state ---- */

static int
load_news(struct telling *t, enum stmt count, enum stmt list, struct news *out)
{
	struct arg domain = A_INT(t->setting->domain_id);

	if (db_int(t->q->core->store, count, ARGS(domain), &out->count,
		t->q->err) < 0)
		return -1;
	if (out->count == 0)
		return 0;
	return load_list(ask_loader(t->q), list,
	    ARGS(domain, A_INT(ALARM_SHOWN)), load_alarm, &out->list, &out->n);
}

static int
note_told(struct telling *t)
{
	struct arg domain = A_INT(t->setting->domain_id);

	if (db_do(t->q->core->store, STMT_ALARM_TOLD,
		ARGS(domain, A_INT(t->now)), t->q->err) < 0)
		return -1;
	return db_do(
	    t->q->core->store, STMT_ALARM_END, ARGS(domain), t->q->err);
}

static int
make_letters(struct telling *t, const struct alarm_ways *ways)
{
	const struct alarm_setting *s = t->setting;

	if (load_news(t, STMT_ALARM_NEW_COUNT, STMT_ALARM_NEW, &t->raised) <
		0 ||
	    load_news(t, STMT_ALARM_OVER_COUNT, STMT_ALARM_OVER, &t->over) < 0)
		return -1;
	if (t->raised.count + t->over.count == 0)
		return 0;
	crypto_guid(t->guid);
	if (ways->mail && s->recipients.len > 0 &&
	    add_letter(t, ALARM_MAIL) < 0)
		return -1;
	if (s->url.len > 0 && add_letter(t, ALARM_WEBHOOK) < 0)
		return -1;
	return note_told(t);
}

static bool
has_way(const struct alarm_setting *s, const struct alarm_ways *ways)
{
	return (ways->mail && s->recipients.len > 0) || s->url.len > 0;
}

static bool
is_quiet(const struct alarm_scene *s)
{
	struct hours quiet;

	return s->setting->paused > s->now ||
	       (hours_read(s->setting->quiet, &quiet) &&
		   hours_in(&quiet, s->setting->zone, s->now));
}

static int
tell(struct telling *t, const struct alarm_scene *s,
    const struct alarm_ways *ways)
{
	for (const struct alarm_kind *k = alarm_kinds; k->name != NULL; k++)
		if (k->look(t->q, k->name, s) < 0)
			return -1;
	if (db_do(t->q->core->store, STMT_ALARM_FORGET,
		ARGS(A_INT(s->setting->domain_id)), t->q->err) < 0)
		return -1;
	/* Who wants to hear of nothing is not waited for. */
	if (!has_way(s->setting, ways))
		return db_do(t->q->core->store, STMT_ALARM_END,
		    ARGS(A_INT(s->setting->domain_id)), t->q->err);
	return is_quiet(s) ? 0 : make_letters(t, ways);
}

int
alarm_tell(struct ask *q, const struct alarm_scene *s,
    const struct alarm_ways *ways, int64_t *told)
{
	struct telling t = {.q = q,
	    .setting = s->setting,
	    .templates = ways->templates,
	    .now = s->now};

	*told = 0;
	if (store_begin(q->core->store, STORE_FULL, q->err) < 0)
		return -1;
	if (tell(&t, s, ways) < 0 || store_commit(q->core->store, q->err) < 0) {
		store_rollback(q->core->store);
		return -1;
	}
	*told = t.raised.count + t.over.count;
	return 0;
}
