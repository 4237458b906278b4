/*
 * rental_words -- the words of the rental history in ten languages: headings
 * of its columns, names of its changes.
 *
 * For people who keep accounts, so they are the words of that trade.  UTF-8,
 * constants.
 */
#ifndef FL_RENTAL_WORDS_H
#define FL_RENTAL_WORDS_H

#include "row.h"

enum rental_column {
	COLUMN_NUMBER,
	COLUMN_DATE,
	COLUMN_DOMAIN,
	COLUMN_GATEWAY,
	COLUMN_CHANGE,
	COLUMN_LICENCE,
	COLUMN_COUNT,
	COLUMN_MONTHLY, /* cost of a month of the whole project */
	COLUMN_AMOUNT,
	COLUMN_BALANCE,
	COLUMN_END,
	COLUMN_REFERENCE,
	COLUMN_REASON, /* of a correction; the last of the history */
	COLUMN_MONTH,  /* of the overview */
	COLUMN__MAX
};

struct rental_words {
	const char *language; /* "de" */
	const char *column[COLUMN__MAX];
	const char *what[LEDGER__MAX]; /* from LEDGER_LOAD on */
};

/* The words of a language or locale ("de", "de_AT"); an unknown one gets
 * English. */
const struct rental_words *rental_words(const char *locale);

/* The table, English first; ends with language NULL; for tests. */
extern const struct rental_words rental_words_table[];

#endif
