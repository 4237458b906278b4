/*
 * web -- what the FastCGI programs have in common: configuration, shared
 * tables, and the context of a worker thread.
 *
 * struct web is made once, before threads start, and shared by them; a struct
 * worker belongs to one thread, because its database connections do.
 */
#ifndef FL_WEB_H
#define FL_WEB_H

#include "arena.h"
#include "conf.h"
#include "core.h"
#include "err.h"
#include "fcgi.h"
#include "req.h"
#include "resp.h"

#define NONCE_LIFE_MS (5 * 60 * 1000) /* a digest nonce is good for */
#define NONCES_KEPT   20000           /* used ones that are remembered */

struct digest_nonces;
struct guard;
struct routes;
struct sessions;

struct web {
	struct arena arena; /* of what lives as long as the program */
	struct conf conf;
	const char *control;  /* path of the hub's control socket */
	const char *internal; /* path of nginx's internal socket */
	struct digest_nonces *nonces;
	struct guard *guard;         /* against guessing of passwords */
	const struct routes *routes; /* the program's */
	struct sessions *sessions;
};

struct worker {
	const struct web *web;
	struct core core;
	struct core_stats seen; /* database figures already counted */
};

/* Program name for the log, configuration file.  program_main does it, and for
 * tests its steps can be had alone. */
int web_open(struct web *w, const char *program, const char *file,
    struct err *e) FL_CHECK;
/* Of web_open; for tests as well. */
void web_close(struct web *w);

/* The context of a worker, for struct fcgi_setup, and for tests. */
void *worker_begin(void *web, struct err *e);
/* What worker_begin made; for tests, too. */
void worker_end(void *worker);
/* When an answer is made: log line and counters; for tests and measurements as
 * well. */
void worker_done(struct req *r, struct resp *out, int64_t us);

/* A question on behalf of this request; who may be NULL. */
struct ask worker_ask(
    struct worker *w, struct req *r, const struct actor *who, struct err *e);

/*
 * The main of a FastCGI program: options -c FILE, -h, -V; opens the
 * configuration, serves with threads workers, closes.  Returns the exit
 * status.  start and stop (may be NULL) bracket the serving.
 */
struct program {
	const char *name;    /* "devices.fcgi" */
	const char *metrics; /* prefix of its metrics */
	size_t body_max;
	int64_t (*threads)(const struct conf *c);
	const struct routes *routes; /* route.h */
	void (*prepare)(void);       /* registers further series; may be NULL */
	int (*start)(struct web *w, struct err *e);
	void (*stop)(void);
};
int program_main(const struct program *p, int argc, char **argv);

#endif
