/*
 * log -- one line per event on standard error, in one write(2).
 *
 *   2026-11-22T02:30:16.123Z info hub device.online hwId=0090334100be seq=7
 *
 * Values are key=value pairs; a value with blanks, quotes, control or
 * non-ASCII bytes is quoted and escaped, so a hostile string can never forge
 * a line.  Values are cut at 256 bytes, a line at 4096.  Secrets are never
 * passed here.  Any thread may log.
 *
 * In systemd's journal a line begins with its priority, "<3>" for an error, and
 * the journal takes that off: `journalctl -p err` shows the errors.
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

/* What begins a line of this level that is written without log_event():
 * "<3>" to "<7>" in the journal, else "". */
const char *log_priority(enum log_level level);

/* "debug", "info", "warn", "error"; -1 for anything else. */
int log_level_parse(const char *s);

/*
 * Write one line: event, then its pairs.
 *   log_event(LOG_INFO, "device.online",
 *       PAIRS(P_STRZ("hwId", id), P_INT("seq", seq)));
 */
void log_event(enum log_level level, const char *event, struct pairs pairs);

#endif
