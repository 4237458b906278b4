/*
 * run_side -- the inside of a run, for run.c and run_script.c.
 */
#ifndef FL_RUN_SIDE_H
#define FL_RUN_SIDE_H

#include "command.h"
#include "courier.h"
#include "delivery.h"
#include "run_request.h"

/* What became of one configuration. */
struct result {
	struct config_state s;
	bool dirty; /* not kept yet */
	bool sent;  /* and not written: write and activate decide */
};

enum phase {
	PHASE_ORDER,  /* everything at once, to another vendor's device */
	PHASE_VALUES, /* requests of structured types */
	PHASE_WRITE,  /* then, if there were any */
	PHASE_ACTIVATE,
	PHASE_UPTIME,
	PHASE_SCRIPT,
	PHASE_MOVE, /* it is told another host, last: its line may break off */
	PHASE_END
};

/* A script that is being sent. */
struct sending {
	bool on;
	struct script rest;
	struct script_line line; /* that is sent now */
	size_t skip;             /* lines until this one were sent before */
	bool acted;              /* the device was sent a line of it */
	bool ends;               /* the line is the final command of a check */
	enum script_final final;
	struct str serial; /* of the last check; empty: none */
};

/* Telling a device another host. */
struct moving {
	int step; /* the line, write, activate */
	bool over;
	const char *why; /* it could not be told */
	bool dirty;      /* not kept yet */
};

struct run {
	struct arena arena;
	struct err err;
	struct ask q; /* of the core that began it */
	const struct commands *commands;
	struct delivery d;
	struct result *results; /* as d.list */
	enum phase phase;
	size_t at; /* in d.list */
	const char **paths;
	size_t npaths, ipath;
	struct buf order;
	struct sending script;
	struct moving move;
	bool scripts_dirty; /* d.script */
	bool cut;           /* nothing more is sent; */
	const char *why;    /* because of that */
	int64_t began_ms;   /* clock_mono_ms */
	int tries;          /* of a request that found too many tunnels */
	bool ready;         /* request is the next one */
	struct run_request request;
};

/* The state of configuration i, begun anew if it was none of this revision. */
struct config_state *run_state(struct run *r, size_t i);
void run_result(
    struct run *r, size_t i, enum config_result result, const char *why);
/* In the arena; a text that never fails. */
const char *run_words(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What went wrong with an answer; NULL: nothing, it is 2xx. */
const char *run_wrong(struct run *r, const struct courier_answer *a);

/* ---- run_move.c ---- */

/* The next request that tells it another host; false: there is none left. */
bool run_move_next(struct run *r);
void run_move_take(struct run *r, const struct courier_answer *a);

/* ---- run_script.c ---- */

/* The next line of a script into r->request; false: there is no script left. */
bool run_script_next(struct run *r);
void run_script_take(struct run *r, const struct courier_answer *a);
/* Seconds since the start in an answer; -1. */
int64_t run_script_uptime(const struct run *r, const struct courier_answer *a);

#endif
