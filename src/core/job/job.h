/*
 * job -- update and backup jobs: which devices of a domain get which release,
 * or are saved, and when.
 *
 * A job names categories; devices of the domain that have one of them are its
 * devices.  What it does with them (enum job_work) never changes: an update has
 * a release and parts, one of phones of other vendors their models and the URL of
 * their firmware instead (job_phone.h), a backup may have a target, a web server that gets a
 * copy of what is saved here (save.h).  It begins by its calendar or when somebody starts it; the runner
 * (job_run.h) does the rest.  The jobs of a domain work one after the other
 * (UJ3), those of domains beside each other.
 *
 *	idle		nothing to do, or it waits for its time
 *	preparing	it has its turn: store and devices are looked at
 *	running		devices are told
 *
 * Who sees a domain sees its jobs; who may change the domain may change them.  A
 * target is named by administrators only.
 * A job that is at work may only be stopped: edited it is not until it is
 * idle, disabled it is aborted first.
 */
#ifndef FL_JOB_H
#define FL_JOB_H

#include "actor.h"
#include "jout.h"
#include "row_job.h"

#define JOB_NAME_MAX   64  /* bytes */
#define JOB_MAX        200 /* of a domain */
#define JOB_CATEGORIES 32  /* of one */
#define JOB_STAGES_MAX 100
#define JOB_TARGET_MAX 1024 /* bytes of a URL */
#define JOB_LOGIN_MAX  64   /* bytes of the name at a target */
#define JOB_KEEP       30   /* saves of a device, unless it says so */
#define JOB_KEEP_MAX   10000
#define JOB_DAYS_MAX   10000
#define JOB_PAGE       200
#define TASK_PAGE      500

/* What to change or, of a new one, what differs from the default; a NULL
 * pointer leaves a thing alone. */
struct job_change {
	const struct str *name;
	const struct str *release;    /* needed for a new update */
	const struct str *models;     /* "snomD785 snomD735", and */
	const struct str *firmware;   /* URL: needed for one of phones */
	const struct str *categories; /* names, all from now on; needed */
	size_t ncategories;
	const struct str *parts; /* "boot firmware"; of a new one firmware */
	const struct str *rule, *zone, *hours;
	const bool *enabled;       /* of a new one true */
	const bool *keep_launcher; /* of a new one false */
	const int64_t *stages;     /* 1 to JOB_STAGES_MAX; 1 */
	const int64_t *threshold;  /* percent; 100: whatever fails */
	/* Of a backup.  Another target or login needs the password again. */
	const struct str *target;   /* empty: none */
	const struct str *login;    /* there; empty: none */
	const struct str *password; /* at most SECRET_MAX bytes */
	const int64_t *keep, *days; /* of a new one JOB_KEEP, 0 */
};

/* How many tasks there are of each state. */
struct job_counts {
	int64_t n[TASK_STATE__MAX];
};

/* Whose it is, and what it does. */
struct job_new {
	int64_t domain;
	enum job_work work;
};
int job_add(struct ask *q, const struct job_new *as, const struct job_change *x,
    int64_t *id) FL_CHECK;

/* ERR_EXISTS while it is at work, unless it is only disabled.  With another
 * release or other parts what was done before counts no longer. */
int job_edit(struct ask *q, int64_t id, const struct job_change *x) FL_CHECK;

/* Devices that are being updated go on, unseen. */
int job_remove(struct ask *q, int64_t id) FL_CHECK;

/* It begins as soon as it has its turn, whatever its calendar says.  ERR_EXISTS
 * while it is at work or waits for its turn; ERR_INPUT if it is disabled. */
int job_start(struct ask *q, int64_t id) FL_CHECK;

/*
 * What is done stays done, what waits never starts, what is being updated is
 * watched to its end.  Without work: no repetition follows, and devices that
 * come later are left alone.  ERR_EXISTS if there is nothing to abort.
 */
int job_abort(struct ask *q, int64_t id) FL_CHECK;

/* 1, 0 none that he sees, -1. */
int job_get(struct ask *q, int64_t id, struct job *out) FL_CHECK;

/* Those of a domain that do this, behind the id after, at most JOB_PAGE. */
struct job_page {
	int64_t domain, after;
	enum job_work work;
};
int job_list(struct ask *q, const struct job_page *p, struct job **out,
    size_t *n) FL_CHECK;

int job_categories(
    struct ask *q, const struct job *j, struct str **out, size_t *n) FL_CHECK;
int job_count(
    struct ask *q, const struct job *j, struct job_counts *out) FL_CHECK;

/* What there is of all jobs, and the tasks of all by their states: for
 * /metrics, without rights. */
int job_figures(
    struct ask *q, struct job_figures *out, struct job_counts *tasks) FL_CHECK;

/* "idle", "waiting" (for its turn, or for a repetition), "preparing",
 * "running"; "", "done", "aborted", "threshold", "failures". */
const char *job_state_name(const struct job *j);
const char *job_outcome_name(enum job_outcome o);
const char *job_work_name(enum job_work w); /* "update", "backup", "phones" */

/* Its object: id, domainId, name, enabled, release, parts, categories, rule,
 * zone, hours, keepLauncher, stages, threshold, next, state, outcome, round,
 * due, began, ended, trouble, and tasks: how many there are of each state.  Of a
 * backup target, login, keep and days instead of release, parts, keepLauncher; of
 * one for phones models and firmware instead of parts, keepLauncher. */
int job_json(struct ask *q, struct jout *j, const char *name,
    const struct job *job) FL_CHECK;

/* ---- inside core ---- */

/* For change_touch, by id.  Subscribers to "jobs" get its object. */
struct change_kind;
extern const struct change_kind job_kind;

/* Without rights: 1, 0, -1. */
int job_load(struct ask *q, int64_t id, struct job *out) FL_CHECK;

int job_count_stage(struct ask *q, const struct job *j, int64_t stage,
    struct job_counts *out) FL_CHECK;

/* Write what the runner changes: state to trouble. */
int job_save_state(struct ask *q, const struct job *j) FL_CHECK;

#endif
