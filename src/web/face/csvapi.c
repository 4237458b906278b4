#include "csvapi.h"

#include <stdio.h>
#include <string.h>

#include "auth.h"
#include "civil.h"
#include "count.h"
#include "csvapi_line.h"
#include "csvapi_query.h"
#include "domain.h"
#include "health.h"
#include "jump.h"
#include "ledger.h"
#include "log.h"
#include "rental.h"

#define CSVAPI_BOM "\xef\xbb\xbf"
#define BLOCK_MAX  ((size_t)4 << 20) /* lines of one page of the ledger */
#define TAG_LEN    32                /* hex digits of an ETag */

/* One request while it is answered. */
struct answer {
	struct ask q;
	struct req *r;
	struct resp *out;
	struct actor who;
	struct err err;
	struct csvapi_query query;
	struct project one; /* the domain asked for, unless all are */
	int64_t now;
	struct csvapi_lines lines;
	struct buf block; /* lines to be sent */
	struct crypto_hash hash;
};

/* What is done for each project. */
typedef int each(struct answer *a, const struct project *p);

static int
for_page(struct answer *a, each *fn, int64_t *after, bool *more)
{
	struct project *list;
	size_t n;

	if (rental_projects(&a->q, *after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (fn(a, &list[i]) < 0)
			return -1;
	if (n > 0)
		*after = list[n - 1].domain_id;
	*more = n == PROJECT_PAGE;
	return 0;
}

/* All projects asked for, by domain id. */
static int
for_projects(struct answer *a, each *fn)
{
	int64_t after = 0;
	bool more = true;
	int rc = 0;

	if (!a->query.all)
		return fn(a, &a->one);
	while (rc == 0 && more) {
		struct arena_mark mark = arena_mark(a->r->arena);

		rc = for_page(a, fn, &after, &more);
		arena_reset(a->r->arena, mark);
	}
	return rc;
}

/* ---- before the first byte ---- */

static int
settle(struct answer *a, const struct project *p)
{
	struct arena_mark mark = arena_mark(a->r->arena);
	int64_t rows;
	int rc = rental_settle(&a->q, p->domain_id, &rows);

	arena_reset(a->r->arena, mark);
	return rc;
}

/* The hash of the last row of the range stands for all rows before it. */
static int
add_state(struct answer *a, const struct project *p)
{
	struct arena_mark mark = arena_mark(a->r->arena);
	struct ledger last;
	char line[64];
	int rc = ledger_at(&a->q, p->domain_id, a->query.to - 1, &last);

	(void)snprintf(line, sizeof(line), "%lld %lld\n",
	    (long long)p->domain_id, rc > 0 ? (long long)last.number : 0);
	crypto_hash_add(&a->hash, str_of(line));
	if (rc > 0)
		crypto_hash_add(&a->hash, str_n(last.hash, sizeof(last.hash)));
	arena_reset(a->r->arena, mark);
	return rc < 0 ? -1 : 0;
}

/* True if no row of the range can change or come to it any more. */
static bool
is_closed(const struct answer *a)
{
	int64_t month = rental_month(rental_day(a->now)) * RENTAL_DAY_MS;

	return !a->query.overview && a->query.has_to && a->query.to <= month;
}

/* All that the body depends on, as a strong validator. */
static int
make_tag(struct answer *a, char tag[TAG_LEN + 3])
{
	char hex[CRYPTO_HEX_MAX], range[128];

	crypto_hash_init(&a->hash, CRYPTO_SHA256);
	buf_clear(&a->block);
	locale_stamp(a->lines.locale, &a->block);
	crypto_hash_add(&a->hash, buf_view(&a->block));
	(void)snprintf(range, sizeof(range), "%s %lld %lld %d\n",
	    PACKAGE_VERSION, (long long)a->query.from, (long long)a->query.to,
	    a->query.bom);
	crypto_hash_add(&a->hash, str_of(range));
	if (for_projects(a, add_state) < 0)
		return -1;
	(void)crypto_hash_hex(&a->hash, hex);
	(void)snprintf(tag, TAG_LEN + 3, "\"%.*s\"", TAG_LEN, hex);
	return 0;
}

/* If-None-Match names the tag (RFC 9110 13.1.2). */
static bool
is_known(const struct req *r, const char *tag)
{
	struct str rest = req_param(r, "HTTP_IF_NONE_MATCH"), one;

	if (rest.len == 0)
		return false;
	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_n(one.p + 2, one.len - 2);
		if (str_eqz(one, tag) || str_eqz(one, "*"))
			return true;
	}
	return false;
}

/* ---- the head ---- */

/* One end of the range in the file's name: its day in the zone. */
static void
add_day(const struct answer *a, struct buf *name, bool given, int64_t ms)
{
	struct civil c;

	if (!given) {
		buf_puts(name, ms == 0 ? "-begin" : "-now");
		return;
	}
	c = civil_of(locale_day(a->lines.locale, ms));
	buf_printf(
	    name, "-%04lld-%02d-%02d", (long long)c.year, c.month, c.day);
}

/* attachment; filename="rental-history-example.com-2026-01-01-2026-02-01.csv"
 */
static void
add_name(const struct answer *a)
{
	const struct csvapi_query *query = &a->query;
	struct str domain = query->all ? STR("all") : a->one.domain;
	struct buf name;

	buf_init(&name, 512);
	buf_printf(&name, "attachment; filename=\"rental-%s-",
	    query->overview ? "overview" : "history");
	for (size_t i = 0; i < domain.len; i++) {
		char c = domain.p[i];

		buf_putc(&name, str_in(c, STR_ALNUM, ".-") ? c : '_');
	}
	if (query->has_from || query->has_to) {
		add_day(a, &name, query->has_from, query->from);
		add_day(a, &name, query->has_to, query->to);
	}
	buf_puts(&name, ".csv\"");
	(void)resp_header(a->out, "Content-Disposition", buf_view(&name));
	buf_fini(&name);
}

/*
 * Settle, then write the head.  1: the body follows; 0: the answer is complete
 * with its head; -1.
 */
static int
begin(struct answer *a)
{
	bool closed = is_closed(a), known = false;
	char tag[TAG_LEN + 3];

	if (for_projects(a, settle) < 0)
		return -1;
	if (closed && make_tag(a, tag) < 0)
		return -1;
	if (closed) {
		(void)resp_header(a->out, "ETag", str_of(tag));
		known = is_known(a->r, tag);
	}
	(void)resp_header(a->out, "Cache-Control",
	    closed ? STR("private, no-cache") : STR("no-store"));
	if (known) {
		resp_status(a->out, 304);
		resp_bare(a->out);
		return 0;
	}
	(void)resp_header(a->out, "Content-Type",
	    STR("text/csv; charset=utf-8; header=present"));
	add_name(a);
	if (str_eqz(a->r->method, "HEAD")) {
		resp_bare(a->out);
		return 0;
	}
	return 1;
}

/* ---- the body ---- */

/* Give the lines made so far to the client. */
static int
send_block(struct answer *a)
{
	struct str lines = buf_view(&a->block);

	if (buf_failed(&a->block))
		return err_set(&a->err, ERR_LIMIT, "lines too long");
	if (resp_write(a->out, lines.p, lines.len) < 0)
		return err_set(&a->err, ERR_IO, "the client is gone");
	buf_clear(&a->block);
	return 0;
}

/* Whether a row can be written: the store may have been tampered with. */
static bool
is_sound(const struct ledger *x)
{
	return x->what >= LEDGER_LOAD && x->what < LEDGER__MAX &&
	       x->time >= 0 && x->time <= LOCALE_MS_MAX && x->end >= 0 &&
	       x->end <= LOCALE_MS_MAX;
}

static int
add_rows(struct answer *a, const struct ledger *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_sound(&rows[i]))
			return err_set(&a->err, ERR_IO,
			    "row %lld of ledger %lld is broken",
			    (long long)rows[i].number,
			    (long long)rows[i].domain_id);
		csvapi_row(&a->lines, &rows[i]);
	}
	return send_block(a);
}

static int
history(struct answer *a, const struct project *p)
{
	struct ledger_cursor at = {.domain_id = p->domain_id,
	    .from = a->query.from,
	    .until = a->query.to};
	size_t n = LEDGER_PAGE;
	int rc = 0;

	while (rc == 0 && n == LEDGER_PAGE) {
		struct arena_mark mark = arena_mark(a->r->arena);
		struct ledger *rows;

		rc = ledger_page(&a->q, &at, &rows, &n);
		if (rc == 0)
			rc = add_rows(a, rows, n);
		arena_reset(a->r->arena, mark);
	}
	return rc;
}

static int
overview(struct answer *a, const struct project *p)
{
	for (int i = 1 - CSVAPI_MONTHS; p->number > 0 && i <= 0; i++) {
		struct arena_mark mark = arena_mark(a->r->arena);
		int64_t month = locale_month(a->lines.locale, a->now, i);
		struct ledger last;
		int rc = ledger_at(&a->q, p->domain_id, month, &last);

		if (rc < 0)
			return -1;
		csvapi_month(
		    &a->lines, p->domain, month, rc > 0 ? last.monthly : 0);
		arena_reset(a->r->arena, mark);
	}
	return send_block(a);
}

static int
body(struct answer *a)
{
	buf_clear(&a->block);
	if (a->query.bom)
		buf_puts(&a->block, CSVAPI_BOM);
	csvapi_head(&a->lines, a->query.overview);
	if (send_block(a) < 0)
		return -1;
	return for_projects(a, a->query.overview ? overview : history);
}

/* ---- all of it ---- */

static void
refuse(struct answer *a, int status, const char *line)
{
	a->r->refused = true;
	(void)resp_header(a->out, "Cache-Control", STR("no-store"));
	resp_line(a->out, status, line);
}

/* The store has failed: say so, or break off what was begun. */
static void
fail(struct answer *a)
{
	if (a->out->gone)
		return;
	log_event(LOG_ERROR, "csvapi.failed",
	    PAIRS(P_STRZ("id", a->r->id), P_STRZ("why", a->err.text)));
	if (resp_restart(a->out))
		refuse(a, 503, err_phrase(a->err.kind));
	else
		resp_break(a->out);
}

/* The domain asked for, as its project; 0 if the login does not see it. */
static int
find_one(struct answer *a)
{
	struct domain d;
	int rc = domain_find(&a->q, a->query.domain, &d);

	if (rc <= 0)
		return rc;
	return rental_get(&a->q, d.id, &a->one) < 0 ? -1 : 1;
}

/* 1: all is known that the answer needs; 0: it was refused; -1. */
static int
prepare(struct answer *a)
{
	int rc = 1;

	if (csvapi_query(a->r->arena, a->r->query, &a->query, &a->err) < 0) {
		refuse(a, 400, a->err.say);
		return 0;
	}
	if (!a->query.all)
		rc = find_one(a);
	if (rc == 0)
		refuse(a, 403, "domain does not exist or may not be seen");
	if (rc <= 0)
		return rc;
	a->lines.words = rental_words(a->query.locale);
	a->lines.out = &a->block;
	if (locale_open(
		&a->lines.locale, a->query.locale, a->query.zone, &a->err) < 0)
		return -1;
	return 1;
}

static void
serve(struct worker *w, struct req *r, struct resp *out)
{
	struct answer *a;
	int rc;

	a = arena_alloc(r->arena, sizeof(*a));
	if (a == NULL) {
		resp_line(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	if (auth_need(w, r, out, &auth_text, &a->who) == 0)
		return;
	a->q = worker_ask(w, r, &a->who, &a->err);
	a->r = r;
	a->out = out;
	buf_init(&a->block, BLOCK_MAX);
	rc = jump_now(&a->q, &a->now) < 0 ? -1 : prepare(a);
	if (rc > 0)
		rc = begin(a);
	if (rc > 0)
		rc = body(a);
	if (rc < 0)
		fail(a);
	locale_close(&a->lines.locale);
	buf_fini(&a->block);
}

static const struct route list[] = {
    {"/csvapi", ROUTE_BASE, "GET, HEAD", serve, "csvapi"},
    HEALTH_ROUTES("/csvapi"),
};

const struct routes csvapi_routes = {list, COUNT(list), resp_line};
