/*
 * job_options -- what commands about update jobs and about backup jobs share.
 */
#ifndef FL_JOB_OPTIONS_H
#define FL_JOB_OPTIONS_H

#include "cli.h"
#include "job.h"

/* What options say, and where their values live meanwhile; stays where it is. */
struct job_options {
	struct job_change x;
	struct str name, rule, zone, hours;
	int64_t stages, threshold;
	bool enabled;
};

/* --name --category --at --zone --hours --stages --threshold --enabled; the rest of x is NULL. */
int job_options_read(
    struct cli *cli, const struct opts *o, struct job_options *out) FL_CHECK;

/* The number of an option: *out is to, or NULL without it. */
struct job_number {
	const char *name;
	int64_t max;
	int64_t *to;
};
int job_options_number(struct cli *cli, const struct opts *o,
    const struct job_number *n, const int64_t **out) FL_CHECK;

/* yes or no; NULL without. */
int job_options_truth(
    struct cli *cli, const char *text, bool *to, const bool **out) FL_CHECK;

/* The first four columns of a list of jobs, and what stands in them; those of
 * updates or of backups follow. */
#define JOB_OPTIONS_COLUMNS                                                    \
	{"id", 6}, {"state", 10}, {"outcome", 10},                             \
	{                                                                      \
		"enabled", 8                                                   \
	}
void job_options_put(struct listing *l, const struct job *j);

/* All jobs of a domain (the first word) that do this, one after the other. */
int job_options_each(struct cli *cli, const struct opts *o, enum job_work work,
    void (*put)(struct listing *l, const struct job *j),
    struct listing *l) FL_CHECK;

#endif
