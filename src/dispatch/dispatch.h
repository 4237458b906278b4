/*
 * dispatch -- brings devices what they lack: the loop of fleetline-deliver(8).
 *
 * One thread: it hears of changes (wake.h) or sweeps every DISPATCH_SWEEP_MS, reads
 * from the store who may lack something (source.h), and drives a run for each
 * device (run.h), as many at once as the setting deliver.at_once says, through
 * the courier.  What is to be kept of all runs in one turn of the loop is one
 * transaction; nothing is sent before that is committed.  A device has one run
 * at a time; what changes meanwhile is one more run behind it.
 *
 * The dispatcher takes a device (device_work.h) while it works on it, and leaves one
 * that somebody else has to the next sweep.  Only one dispatcher runs for an
 * instance: it holds a lock in the run folder.
 */
#ifndef FL_DISPATCH_H
#define FL_DISPATCH_H

#include "conf.h"
#include "err.h"

#define DISPATCH_SWEEP_MS 2000

struct dispatch;

/* Strings of conf stay until dispatch_close.  ERR_EXISTS: another one runs. */
int dispatch_open(
    struct dispatch **out, const struct conf *conf, struct err *e) FL_CHECK;
/* Until TERM or INT: 0, or -1 if the database was replaced. */
int dispatch_run(struct dispatch *g, struct err *e) FL_CHECK;
void dispatch_close(struct dispatch **g);

#endif
