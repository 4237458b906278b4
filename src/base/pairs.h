/*
 * pairs -- typed keys and values: what an event of the log says besides its
 * name, what a row of the audit says in detail.
 *
 *	log_event(LOG_INFO, "device.online",
 *	    PAIRS(P_STRZ("hwId", id), P_INT("seq", seq)));
 *	change_say(q, "domain.add", name, PAIRS(P_INT("id", id)));
 *
 * A list of pairs is a value: it borrows keys and texts and lives as long as
 * the block that PAIRS() stands in, so it is passed down and never kept.  Who
 * takes it escapes (log.h, jout.h); no caller does.  A secret is no value.
 *
 *	P_STR(key, s)	a slice; left out when s.p is NULL
 *	P_STRZ(key, s)	a C string; left out when s is NULL
 *	P_INT(key, n)	an integer of 64 bits
 *	P_BOOL(key, b)	true or false
 *	P_FLAG(key, b)	true, or left out
 *
 * What is left out has no key either; "" is written with an empty value.
 */
#ifndef FL_PAIRS_H
#define FL_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum pair_kind { PAIR_NONE, PAIR_TEXT, PAIR_INT, PAIR_BOOL };

struct pair {
	const char *key;
	enum pair_kind kind; /* PAIR_NONE: left out */
	int64_t n;           /* PAIR_INT, PAIR_BOOL */
	struct str s;        /* PAIR_TEXT */
};

struct pairs {
	const struct pair *v;
	size_t n;
};

#define PAIRS(...)                                                             \
	((struct pairs){(const struct pair[]){__VA_ARGS__},                    \
	    sizeof((const struct pair[]){__VA_ARGS__}) / sizeof(struct pair)})
#define PAIRS_NONE        ((struct pairs){NULL, 0})

#define P_STR(key, text)  pair_str((key), (text))
#define P_STRZ(key, text) pair_str((key), str_of(text))
#define P_INT(name, value)                                                     \
	((struct pair){                                                        \
	    .key = (name), .kind = PAIR_INT, .n = (value), .s = {NULL, 0}})
#define P_BOOL(name, value)                                                    \
	((struct pair){.key = (name),                                          \
	    .kind = PAIR_BOOL,                                                 \
	    .n = (value) ? 1 : 0,                                              \
	    .s = {NULL, 0}})
#define P_FLAG(name, value)                                                    \
	((struct pair){.key = (name),                                          \
	    .kind = (value) ? PAIR_BOOL : PAIR_NONE,                           \
	    .n = 1,                                                            \
	    .s = {NULL, 0}})

/* For P_STR and P_STRZ: evaluates its text once. */
static inline struct pair
pair_str(const char *key, struct str s)
{
	struct pair p = {.key = key,
	    .kind = s.p != NULL ? PAIR_TEXT : PAIR_NONE,
	    .n = 0,
	    .s = s};

	return p;
}

#endif
