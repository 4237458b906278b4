/*
 * copy -- what the target of a backup job gets: each night's file of a device,
 * named <target>/<domain>/<hwId>/<hwId>-<YYYYMMDD-HHMMSS>.txt, in UTC
 * (innovaphone-protocols.md chapter 12, 22).  The dump of an App Platform is
 * named <app domain>-<instance>-<YYYYMMDD-HHMMSS>.bak, or manager-....bak.
 *
 * copy_make asks the store, copy_send the other web server (davput.h), in a
 * thread of its own.
 */
#ifndef FL_COPY_H
#define FL_COPY_H

#include "conf.h"
#include "davput.h"
#include "job.h"
#include "secret.h"
#include "verdict.h"

#define COPY_WORD_MAX 300 /* bytes of a part of the place */

/* All that the target is asked with; stays where it is. */
struct copy {
	char url[DAVPUT_URL_MAX], login[JOB_LOGIN_MAX + 1];
	char domain[COPY_WORD_MAX], hw_id[COPY_WORD_MAX];
	char name[COPY_WORD_MAX + 32]; /* of the file */
	struct secret password;
	struct buf text;
	struct target_rule rule; /* of the configuration */
	int64_t timeout_ms;
};

/* Of a's body; 0, -1.  copy_drop ends it in either case. */
int copy_make(struct ask *q, const struct conf *conf,
    const struct verdict_answer *a, struct copy *out) FL_CHECK;

/* Another text for the same target: a dump of this instance. */
void copy_dump(struct copy *c, struct str instance, struct str dump);

/* As davput. */
int copy_send(const struct copy *c, struct err *e) FL_CHECK;
void copy_drop(struct copy *c);

#endif
