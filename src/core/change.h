/*
 * change -- the frame around every change: one transaction, one audit row,
 * orders to the hub after the commit.  Inside core only.
 *
 *	if (change_begin(q) < 0)
 *		return -1;
 *	return change_end(q, do_it(q, ...));
 *
 * Orders are collected in q->core->orders meanwhile.
 */
#ifndef FL_CHANGE_H
#define FL_CHANGE_H

#include "actor.h"
#include "load.h"

int change_begin(struct ask *q) FL_CHECK;

/* rc < 0: roll back and forget the orders, returns -1.  Else commit and send
 * them; -1 if either fails. */
int change_end(struct ask *q, int rc) FL_CHECK;

/* The next number of the change counter; also serves as an epoch. */
int change_rev(struct ask *q, int64_t *rev) FL_CHECK;

/* Loads rows for a question. */
struct loader ask_loader(const struct ask *q);

/*
 * Checks that rules share.  -1 with ERR_INPUT and a phrase for the caller.
 */
/* 1..max bytes of printable UTF-8 without blanks at its ends. */
int check_name(struct str name, size_t max, struct err *e) FL_CHECK;
/* Labels of letters, digits, '-' and '_' with dots between, at most 253. */
int check_domain_name(struct str name, struct err *e) FL_CHECK;
/* 1..SECRET_MAX bytes of printable UTF-8. */
int check_password(struct str password, struct err *e) FL_CHECK;

#endif
