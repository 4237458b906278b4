/*
 * ledger -- the append-only record of what happened to a domain's rental.
 *
 * Rows of one domain are numbered 1, 2, 3 ... without a gap, their times never
 * go back, and the database refuses to change or remove them: a correction is
 * a new row.  Each row's hash is SHA-256 over its fields and the hash of the
 * row before, each field written as "<length>:<bytes>,"; the first has 32 zero
 * bytes before it.  So one changed byte breaks the chain from there on, and
 * who keeps the hash of a row (ledger_verify prints it) can prove all rows
 * before it later.
 *
 * Rows are read by everybody who sees the domain, written by rental.c alone.
 */
#ifndef FL_LEDGER_H
#define FL_LEDGER_H

#include "actor.h"

#define LEDGER_PAGE     500
#define LEDGER_NOTE_MAX 256 /* bytes of a note */

/* "load", "add", "change", "remove", "cost", "end", "correct". */
const char *ledger_what_name(enum ledger_what what);

/* The hash of a row: prev is the hash of the row before, or zeros. */
void ledger_hash(const struct ledger *x, const unsigned char prev[32],
    unsigned char out[32]);

/* Where a list goes on, and where it ends.  Set domain_id, from and until;
 * next is 0 at first. */
struct ledger_cursor {
	int64_t domain_id;
	int64_t from, until; /* times: from <= time < until */
	int64_t next;        /* number of the row to begin with */
};

/*
 * The next rows, ascending, at most LEDGER_PAGE; *n less than that: no more.
 * ERR_GONE unless the actor sees the domain (an administrator also sees the
 * ledgers of domains that were removed).
 */
int ledger_page(struct ask *q, struct ledger_cursor *at, struct ledger **out,
    size_t *n) FL_CHECK;

/* The other way: rows before number before (0: from the newest), descending,
 * at most LEDGER_PAGE. */
int ledger_back(struct ask *q, int64_t domain_id, int64_t before,
    struct ledger **out, size_t *n) FL_CHECK;

/* The last row at or before time: 1, 0 there is none, -1. */
int ledger_at(struct ask *q, int64_t domain_id, int64_t time,
    struct ledger *out) FL_CHECK;

#endif
