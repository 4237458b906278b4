/*
 * log -- one line per event on standard error, whole.
 *
 *   2026-11-22T02:30:16.123Z info hub device.online hwId=0090334100be seq=7
 *
 * Values are key=value pairs; a value with blanks, quotes, control or
 * non-ASCII bytes is quoted and escaped, so a hostile string can never forge
 * a line.  Values are cut at 256 bytes, a line at 4096.  Secrets are never
 * passed here.  Any thread may log.
 *
 * Programs that serve gather lines (log_gather): info and debug are out within
 * 100 ms, what is worse at once, with all that came before it.  kill -9 takes
 * so much with it, a broken invariant and the end of the program nothing.
 *
 * In systemd's journal a line begins with its priority, "<3>" for an error, and
 * the journal takes that off: `journalctl -p err` shows the errors.  must.h, too,
 * says what it says in that way, after what was gathered.
 */
#ifndef FL_LOG_H
#define FL_LOG_H

#include "pairs.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/*
 * Name of the program (borrowed) and the lowest level that is written.  Looks
 * whether standard error is the journal; call it before there are threads.
 */
void log_open(const char *program, enum log_level lowest);

/* Gather from now on, until the end: called while there is one thread. */
void log_gather(void);
void log_gather_end(void);

/* "debug", "info", "warn", "error"; -1 for anything else. */
int log_level_parse(const char *s);

/*
 * Write one line: event, then its pairs.
 *   log_event(LOG_INFO, "device.online",
 *       PAIRS(P_STRZ("hwId", id), P_INT("seq", seq)));
 */
void log_event(enum log_level level, const char *event, struct pairs pairs);

#endif
