#include "ledger.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "db.h"

static const char *const what_names[LEDGER__MAX] = {
    [LEDGER_LOAD] = "load",
    [LEDGER_ADD] = "add",
    [LEDGER_CHANGE] = "change",
    [LEDGER_REMOVE] = "remove",
    [LEDGER_COST] = "cost",
    [LEDGER_END] = "end",
    [LEDGER_CORRECT] = "correct",
};

const char *
ledger_what_name(enum ledger_what what)
{
	/* The number comes from a file that somebody may have changed. */
	if (what < LEDGER_LOAD || what >= LEDGER__MAX)
		return "unknown";
	return what_names[what];
}

/* ---- the hash ---- */

static void
add_text(struct crypto_hash *h, struct str s)
{
	char head[24];
	int n = snprintf(head, sizeof(head), "%zu:", s.len);

	crypto_hash_add(h, str_n(head, (size_t)n));
	crypto_hash_add(h, s);
	crypto_hash_add(h, STR(","));
}

static void
add_int(struct crypto_hash *h, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)v);

	add_text(h, str_n(text, (size_t)n));
}

void
ledger_hash(
    const struct ledger *x, const unsigned char prev[32], unsigned char out[32])
{
	struct crypto_hash h;

	crypto_hash_init(&h, CRYPTO_SHA256);
	add_text(&h, str_n(prev, 32));
	add_int(&h, x->domain_id);
	add_int(&h, x->number);
	add_int(&h, x->time);
	add_text(&h, x->domain);
	add_text(&h, x->who);
	add_int(&h, (int64_t)x->what);
	add_text(&h, x->gateway);
	add_text(&h, x->licence);
	add_int(&h, x->count);
	add_int(&h, x->price);
	add_int(&h, x->monthly);
	add_int(&h, x->amount);
	add_int(&h, x->balance);
	add_int(&h, x->end);
	add_text(&h, x->reference);
	add_text(&h, x->note);
	(void)crypto_hash_end(&h, out);
}

/* ---- reading ---- */

/* Rows behind the end are cut off; times never go back. */
static void
cut(struct ledger *list, size_t *n, int64_t until)
{
	while (*n > 0 && list[*n - 1].time >= until)
		(*n)--;
}

int
ledger_page(
    struct ask *q, struct ledger_cursor *at, struct ledger **out, size_t *n)
{
	int rc = 1;

	*out = NULL;
	*n = 0;
	if (access_need(q->who, at->domain_id, q->err) < 0)
		return -1;
	if (at->next == 0)
		rc = db_int(q->core->store, STMT_LEDGER_FROM,
		    ARGS(A_INT(at->domain_id), A_INT(at->from)), &at->next,
		    q->err);
	if (rc <= 0)
		return rc;
	if (load_list(ask_loader(q), STMT_LEDGER_PAGE,
		ARGS(A_INT(at->domain_id), A_INT(at->next), A_INT(LEDGER_PAGE)),
		load_ledger, out, n) < 0)
		return -1;
	cut(*out, n, at->until);
	if (*n > 0)
		at->next = (*out)[*n - 1].number + 1;
	return 0;
}

int
ledger_back(struct ask *q, int64_t domain_id, int64_t before,
    struct ledger **out, size_t *n)
{
	*out = NULL;
	*n = 0;
	if (access_need(q->who, domain_id, q->err) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_LEDGER_BACK,
	    ARGS(A_INT(domain_id), A_INT(before > 0 ? before : INT64_MAX),
		A_INT(LEDGER_PAGE)),
	    load_ledger, out, n);
}

int
ledger_at(struct ask *q, int64_t domain_id, int64_t time, struct ledger *out)
{
	struct ledger *list;
	size_t n;

	if (access_need(q->who, domain_id, q->err) < 0 ||
	    load_list(ask_loader(q), STMT_LEDGER_AT,
		ARGS(A_INT(domain_id), A_INT(time)), load_ledger, &list,
		&n) < 0)
		return -1;
	if (n > 0)
		*out = list[0];
	return n > 0;
}
