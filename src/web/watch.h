/*
 * watch -- ends a program whose database was replaced.
 *
 * The store refuses its writes from that moment on (data/dbfile.h).  This thread
 * looks once a second, says it in the log and ends the program in order; who
 * supervises it starts it on the file that stands there now.  A log of writes
 * that was removed is no reason: see dbfile.h.
 */
#ifndef FL_WATCH_H
#define FL_WATCH_H

#include "conf.h"
#include "err.h"

int watch_start(const struct conf *conf, struct err *e) FL_CHECK;
void watch_stop(void);

#endif
