/*
 * phone_notes -- what is on its way into the trace of phones.
 *
 * Each request that is answered is noted.  A transaction of its own for each
 * costs more than all the rest of a served file, so notes are gathered in
 * memory, equal ones in one with a count, and somebody writes them together
 * every PHONE_NOTES_MS and at the end of the program (phone_trace_add_all).
 *
 * So the trace is up to PHONE_NOTES_MS behind, and a program that is killed
 * loses what was noted since; what phones got is the same.  There is room for
 * PHONE_NOTES_MAX different ones: whoever finds it full has to write first, so
 * that nothing is lost and nobody fills the memory.  Notes that cannot be
 * written are lost: the next ones would wait behind them for ever.
 *
 * Any thread may add and write; each note is written once.
 */
#ifndef FL_PHONE_NOTES_H
#define FL_PHONE_NOTES_H

#include "phone_trace.h"

#define PHONE_NOTES_MS  500
#define PHONE_NOTES_MAX 4096

struct phone_notes;

struct phone_notes *phone_notes_new(void);
/* What was not written is lost; leaves NULL. */
void phone_notes_free(struct phone_notes **n);

/* Copies the event, which was now; texts that are too long are cut.  false: it
 * is full. */
bool phone_notes_add(
    struct phone_notes *n, const struct phone_event *in) FL_CHECK;

/* All that is there; q's arena has room for PHONE_NOTES_MAX.  -1: lost. */
int phone_notes_write(struct phone_notes *n, struct ask *q) FL_CHECK;

#endif
