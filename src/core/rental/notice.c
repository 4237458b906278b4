#include "notice.h"

#include <stdio.h>

#include "account.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "instance.h"
#include "jump.h"
#include "letter.h"
#include "load.h"
#include "locale.h"
#include "log.h"
#include "rental.h"

#define WEEK_MS  INT64_C(604800000)
#define FACT_MAX 64 /* bytes of a date or an amount */

/* One run through all domains. */
struct run {
	struct ask *q;
	const struct notice_setup *setup;
	struct notice_count *count;
	struct instance instance;
	int64_t now; /* see jump.h */
	bool down;   /* the mail server does not serve us */
};

/* Whom a notice goes to. */
struct recipients {
	struct str to[RENTAL_RECIPIENTS_MAX];
	size_t n;
};

bool
notice_due(int64_t now, int64_t end, int64_t *week)
{
	int64_t left = end > now ? (end - now + WEEK_MS - 1) / WEEK_MS : 0;

	/* An end that is over was not settled yet; that comes first. */
	if (end > 0 && left == 0)
		return false;
	if (end == 0 || left > NOTICE_WEEKS) {
		*week = NOTICE_NONE;
		return false;
	}
	if (left >= *week) {
		*week = left; /* money was loaded, or it was sent */
		return false;
	}
	*week = left;
	return true;
}

/* ---- whom ---- */

static void
add_recipients(struct recipients *r, struct str list)
{
	struct str address;

	while (r->n < RENTAL_RECIPIENTS_MAX && str_next(&list, ',', &address)) {
		address = str_trim(address);
		if (mail_address_ok(address))
			r->to[r->n++] = address;
	}
}

/* The address of the account of this role that manages the domain. */
static int
add_manager(
    struct ask *q, int64_t domain_id, enum role role, struct recipients *r)
{
	struct str mail;
	int rc = load_one(ask_loader(q), STMT_NOTICE_ACCOUNT,
	    ARGS(A_INT(domain_id), A_INT(role)), load_str, &mail);

	if (rc > 0)
		add_recipients(r, mail);
	return rc < 0 ? -1 : 0;
}

static int
find_recipients(struct ask *q, const struct project *p, struct recipients *r)
{
	struct account admin;
	int rc;

	r->n = 0;
	add_recipients(r, p->recipients);
	if (r->n == 0 &&
	    add_manager(q, p->domain_id, ROLE_COMPANY_ADMIN, r) < 0)
		return -1;
	if (r->n == 0 && add_manager(q, p->domain_id, ROLE_MANAGER, r) < 0)
		return -1;
	if (r->n > 0)
		return 0;
	rc = account_get(q, 0, &admin);
	if (rc > 0)
		add_recipients(r, admin.mail);
	return rc < 0 ? -1 : 0;
}

/* ---- what ---- */

/* The same for every mail about this week of this end; who gets it twice
 * shows it once. */
static struct str
message_id(const struct run *x, const struct project *p, int64_t week)
{
	char what[80], hash[CRYPTO_HEX_MAX];
	struct str parts[3], from = x->setup->from;
	const char *id;

	(void)snprintf(what, sizeof(what), "%lld %lld %lld",
	    (long long)p->domain_id, (long long)p->end, (long long)week);
	parts[0] = x->instance.domain;
	parts[1] = x->instance.name;
	parts[2] = str_of(what);
	crypto_join_hex(CRYPTO_SHA256, '\n', parts, 3, hash);
	id = arena_printf(x->q->arena, "rental-%.40s%.*s", hash,
	    (int)(from.len - str_find(from, '@')),
	    from.p + str_find(from, '@'));
	return str_of(id);
}

/* Date and amounts as the language of the notice writes them.  Rentals end at
 * midnight of UTC, so that is the zone of the date. */
static int
write_facts(const struct project *p, struct buf *end, struct buf *balance,
    struct buf *monthly, struct err *e)
{
	char name[LOCALE_SIZE];
	struct locale *l;

	if (!locale_language(p->language, name))
		str_copy(name, sizeof(name), STR("en"));
	if (locale_open(&l, name, STR("UTC"), e) < 0)
		return -1;
	locale_date(l, p->end, end);
	locale_amount(l, p->balance, balance);
	locale_amount(l, p->monthly, monthly);
	locale_close(&l);
	return 0;
}

static int
write_notice(struct run *x, const struct project *p, struct letter *out)
{
	struct buf end, balance, monthly;
	struct letter_order order = {.folder = x->setup->templates,
	    .name = NOTICE_NAME,
	    .language = p->language};
	int rc;

	buf_init(&end, FACT_MAX);
	buf_init(&balance, FACT_MAX);
	buf_init(&monthly, FACT_MAX);
	rc = write_facts(p, &end, &balance, &monthly, x->q->err);
	if (rc == 0) {
		const struct mustache_value values[] = {
		    MUSTACHE_TEXT("domain", p->domain),
		    MUSTACHE_TEXT("end", buf_view(&end)),
		    MUSTACHE_TEXT("balance", buf_view(&balance)),
		    MUSTACHE_TEXT("monthly", buf_view(&monthly)),
		    MUSTACHE_TEXT("reference", p->reference),
		    MUSTACHE_END,
		};

		order.values = values;
		rc = letter_write(x->q, &order, out);
	}
	buf_fini(&end);
	buf_fini(&balance);
	buf_fini(&monthly);
	return rc;
}

/* ---- sending ---- */

static void
say(enum log_level level, const char *event, const struct project *p,
    int64_t week, const char *why)
{
	log_event(level, event,
	    PAIRS(P_STR("domain", p->domain), P_INT("week", week),
		P_STRZ("why", why)));
}

static void
say_refused(void *arg, struct str to, const char *answer)
{
	const struct project *p = arg;

	log_event(LOG_WARN, "notice.refused",
	    PAIRS(P_STR("domain", p->domain), P_STR("to", to),
		P_STRZ("why", answer)));
}

static int
save_week(struct ask *q, int64_t domain_id, int64_t week)
{
	return db_do(q->core->store, STMT_NOTICE_WEEK,
	    ARGS(A_INT(domain_id), A_INT(week)), q->err);
}

static int
send_notice(struct run *x, struct project *p, int64_t week)
{
	struct recipients r;
	struct letter letter;
	struct mail mail;

	if (find_recipients(x->q, p, &r) < 0)
		return -1;
	if (r.n == 0) {
		say(LOG_WARN, "notice.nobody", p, week, NULL);
		return save_week(x->q, p->domain_id, week);
	}
	if (write_notice(x, p, &letter) < 0)
		return -1;
	mail = (struct mail){.from = x->setup->from,
	    .to = r.to,
	    .nto = r.n,
	    .subject = letter.subject,
	    .text = letter.text,
	    .id = message_id(x, p, week),
	    .date = clock_now_ms()};
	if (mail_send(x->setup->mailer, &mail, say_refused, p, x->q->err) < 0) {
		x->down = x->q->err->kind == ERR_BUSY;
		return -1;
	}
	x->count->sent++;
	say(LOG_INFO, "notice.sent", p, week, NULL);
	return save_week(x->q, p->domain_id, week);
}

/* A domain whose notice is due.  It is looked at again: money may have been
 * loaded since the list was read. */
static int
notify(struct run *x, int64_t domain_id)
{
	struct project p;
	int64_t week;

	if (rental_get(x->q, domain_id, &p) < 0)
		return -1;
	week = p.notice_week;
	if (!notice_due(x->now, p.end, &week))
		return 0;
	x->count->due++;
	if (x->setup->mailer == NULL) {
		say(LOG_INFO, "notice.due", &p, week, "no mail server is set");
		return 0;
	}
	if (x->down) {
		x->count->failed++;
		return 0;
	}
	return send_notice(x, &p, week);
}

static void
do_domain(struct run *x, const struct project *p)
{
	int64_t week = p->notice_week;
	int rc = 0;

	if (notice_due(x->now, p->end, &week))
		rc = notify(x, p->domain_id);
	else if (week != p->notice_week)
		rc = save_week(x->q, p->domain_id, week);
	if (rc == 0)
		return;
	x->count->failed++;
	say(LOG_WARN, "notice.failed", p, week, x->q->err->text);
}

int
notice_run(
    struct ask *q, const struct notice_setup *setup, struct notice_count *out)
{
	struct run x = {.q = q, .setup = setup, .count = out};
	struct arena_mark page, domain;
	struct project *list;
	size_t n = PROJECT_PAGE;
	int64_t after = 0;

	*out = (struct notice_count){0};
	if (instance_get(q, &x.instance) < 0 || jump_now(q, &x.now) < 0)
		return -1;
	page = arena_mark(q->arena);
	while (n == PROJECT_PAGE) {
		if (rental_projects(q, after, &list, &n) < 0)
			return -1;
		domain = arena_mark(q->arena);
		for (size_t i = 0; i < n && setup->go_on(setup->arg); i++) {
			do_domain(&x, &list[i]);
			arena_reset(q->arena, domain);
		}
		if (n > 0)
			after = list[n - 1].domain_id;
		arena_reset(q->arena, page);
	}
	return 0;
}

/* ---- the clock ---- */

static void
say_clock_refused(void *arg, struct str to, const char *answer)
{
	(void)arg;
	(void)to;
	log_event(LOG_WARN, "clock.refused", PAIRS(P_STRZ("why", answer)));
}

static int
write_clock(struct ask *q, const char *folder, int64_t then, struct letter *out)
{
	char now[CLOCK_ISO_SIZE], last[CLOCK_ISO_SIZE];

	clock_iso(clock_now_ms(), now);
	clock_iso(then, last);
	const struct mustache_value values[] = {
	    MUSTACHE_TEXT("now", str_of(now)),
	    MUSTACHE_TEXT("last", str_of(last)),
	    MUSTACHE_END,
	};
	const struct letter_order order = {.folder = folder,
	    .name = NOTICE_CLOCK,
	    .language = STR("en"),
	    .values = values};

	return letter_write(q, &order, out);
}

static int
send_clock(struct ask *q, const struct notice_setup *setup, struct str *to)
{
	size_t at = str_find(setup->from, '@');
	struct letter letter;
	struct mail mail;
	int64_t then;

	if (jump_now(q, &then) < 0 ||
	    write_clock(q, setup->templates, then, &letter) < 0)
		return -1;
	mail = (struct mail){.from = setup->from,
	    .to = to,
	    .nto = 1,
	    .subject = letter.subject,
	    .text = letter.text,
	    .id =
		str_of(arena_printf(q->arena, "clock-%lld%.*s", (long long)then,
		    (int)(setup->from.len - at), setup->from.p + at)),
	    .date = clock_now_ms()};
	return mail_send(setup->mailer, &mail, say_clock_refused, NULL, q->err);
}

int
notice_clock(struct ask *q, const struct notice_setup *setup)
{
	struct account admin;
	int rc = jump_told(q);

	if (rc != 0 || setup->mailer == NULL)
		return rc < 0 ? -1 : 0;
	rc = account_get(q, 0, &admin);
	if (rc <= 0 || !mail_address_ok(admin.mail))
		return rc < 0 ? -1 : 0;
	if (send_clock(q, setup, &admin.mail) < 0)
		return -1;
	return jump_tell(q);
}
