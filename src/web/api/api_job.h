/*
 * api_job -- what messages about update jobs and about backup jobs share.
 *
 * Both are jobs (core/job/job.h), with messages of their own; a message about
 * the one does not find the other.  The field "id" comes first, as "domainId"
 * does, and "recvUpdates" behind that.
 */
#ifndef FL_API_JOB_H
#define FL_API_JOB_H

#include "job.h"

struct call;

/* -1 with ERR_GONE unless the message's job is one that does this. */
int api_job_need(struct call *c, enum job_work work) FL_CHECK;

/* Do it to that job, and say that it is done. */
int api_job_with(struct call *c, enum job_work work,
    int (*how)(struct ask *q, int64_t id)) FL_CHECK;

/* The list of those that do this, or a subscription to jobs. */
int api_jobs(struct call *c, enum job_work work) FL_CHECK;

#endif
