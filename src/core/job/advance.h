/*
 * advance -- a job that runs goes on: its next devices are told, its stages
 * follow each other, it ends.  For the runner only.
 *
 * At most ADVANCE_DEVICES of a job are worked on at once (UJ4).  A stage begins
 * when nobody of the one before waits or is worked on.  When more of a stage
 * have failed than the threshold of the job allows, the rest never starts; the job
 * says why, and is not repeated, also where it was its last stage.
 *
 * A command is in the store as sent before it is sent, so a runner that is
 * killed in between sends none twice: what it may have sent is waited for.
 */
#ifndef FL_ADVANCE_H
#define FL_ADVANCE_H

#include "conf.h"
#include "job.h"

#define ADVANCE_DEVICES 20

/* A command that is to be sent now. */
struct advance_send {
	int64_t job, device, sent; /* as verdict_answer has them */
	struct str hw_id;
	const char *path;  /* "/!mod%20cmd...", "/cfg.txt"; NULL: its manager is
			    * visited (visit.h) */
	int64_t last_ms;   /* how long the device may take */
	size_t answer_max; /* bytes of its answer; 0: few */
};

/* All that is to be sent, in the arena of q. */
struct advance_sends {
	struct advance_send *list;
	size_t n;
};

/* Look at all jobs that run. */
int advance(struct ask *q, const struct conf *conf, int64_t now,
    struct advance_sends *out) FL_CHECK;

#endif
