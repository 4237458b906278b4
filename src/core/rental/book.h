/*
 * book -- an open project: settled to now, rows appended, closed again.
 *
 * Inside core only.  All writing happens between change_begin and change_end:
 *
 *	book_open(q, domain_id, BOOK_CHANGE, &b);	settled to now
 *	book_add(&b, &row);				once for each change
 *	book_close(&b);					saves the project
 *
 * With BOOK_LOOK nothing is written: the project is what it would be.
 *
 * project.seal is HMAC-SHA256 over the fields of the project that are about
 * money, and over all that is rented, with a key derived from the instance's:
 * who can write to the database file alone cannot give himself a balance
 * without rental_verify telling.
 */
#ifndef FL_BOOK_H
#define FL_BOOK_H

#include "actor.h"

enum book_mode {
	BOOK_LOOK,   /* nothing is written; cost until today is taken off */
	BOOK_CHANGE, /* all cost until today gets its row */
	BOOK_SETTLE  /* only months that are over, and the end */
};

struct book {
	struct ask *q;
	enum book_mode mode;
	struct project p;
	int64_t stored; /* number of the last row before this was opened */
	int64_t now;    /* never before p.time */
	int64_t today;  /* its day */
	int64_t rows;   /* appended so far */
	bool ended;     /* all that was rented has ended while settling */
};

/*
 * Open and settle, to the time that jump_now() tells.  A domain without a
 * project gets an empty one (number 0).  Unless it is only looked at, the
 * project is touched (change.h): it is what the step is about.
 * ERR_GONE if there is neither domain nor project, or the actor does not see
 * it; ERR_IO if numbers are out of range or, unless nothing is written anyway,
 * the seal is not the one it should have; ERR_BUSY if the clock is in doubt
 * and rows are to be added.
 */
int book_open(struct ask *q, int64_t domain_id, enum book_mode mode,
    struct book *b) FL_CHECK;

/*
 * Append a row: what, gateway, licence, count, price, amount and note are
 * given, the rest is filled in from b->p, whose balance, monthly and paid the
 * caller has changed already.  In BOOK_LOOK only b->p moves on.
 */
int book_add(struct book *b, struct ledger *row) FL_CHECK;

/* Save b->p, sealed. */
int book_close(struct book *b) FL_CHECK;

/* The domain's object may say something else now: publish DomainEdited. */
int book_event(struct book *b) FL_CHECK;

/* The project of a domain as of its last row: 1, 0, -1.  No rights
 * are checked. */
int book_load(struct ask *q, int64_t domain_id, struct project *out) FL_CHECK;

/* The seal that p should have, given what is rented. */
int book_seal(
    struct ask *q, const struct project *p, unsigned char out[32]) FL_CHECK;

#endif
