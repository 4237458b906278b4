/*
 * err -- the error value that functions fill for their callers.
 *
 * A function that can fail takes a struct err * as its last argument and
 * returns -1 after filling it (look-ups: 1 found, 0 no such thing, -1 error).
 * The lowest function fills it once; those above just return -1.
 *
 * kind decides the status code and whether trying again can help; say is the
 * phrase a caller outside may see (a constant, never built from input); text
 * is for the log and for the command line, may hold details, never secrets.
 */
#ifndef FL_ERR_H
#define FL_ERR_H

#define FL_CHECK __attribute__((warn_unused_result))

enum err_kind {
	ERR_NONE,   /* nothing happened yet */
	ERR_INPUT,  /* the caller sent something that cannot be accepted */
	ERR_DENIED, /* the caller may not */
	ERR_GONE,   /* no such thing, or one the caller may not see */
	ERR_EXISTS, /* the name or id is taken */
	ERR_BUSY,   /* a lock or a limit for now: trying again can help */
	ERR_LIMIT,  /* too big, too many, too deep */
	ERR_IO,     /* disk, socket, library: not the caller's fault */
	ERR__MAX
};

struct err {
	enum err_kind kind;
	const char *say;
	char text[160];
};

/* Fill *e; say becomes the general phrase of the kind.  Returns -1. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* For what has to be there: the answer of a look-up (1, 0, -1) as 0 when it was
 * found and -1 otherwise; *e is filled when there was no such thing. */
int err_need(int found, struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Fill *e with a phrase that is shown to the caller as well.  Returns -1. */
int err_say(struct err *e, enum err_kind kind, const char *phrase);

/* As err_set, with strerror of errno appended; kind is ERR_IO. */
int err_sys(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The general phrase of a kind: "not found", "not allowed", ... */
const char *err_phrase(enum err_kind kind);

#endif
