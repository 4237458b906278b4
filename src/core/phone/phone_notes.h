/*
 * phone_notes -- what is on its way into the trace of phones.
 *
 * Each request that is answered is noted.  A transaction of its own for each
 * costs more than all the rest of a served file, so notes are gathered in
 * memory, equal ones in one with a count, and somebody writes them together
 * every PHONE_NOTES_MS and at the end of the program (phone_trace_add_all).
 * What is new is written first; what only counts in a row that this program has
 * written waits PHONE_NOTES_REST_MS since then, because ten thousand phones that
 * start change as many rows with each of their files.  Of one turn there are
 * PHONE_NOTES_TURN at most, so that who else writes does not wait long.
 *
 * So of a request that is new the trace is up to PHONE_NOTES_MS behind, with its
 * counts and last times up to PHONE_NOTES_REST_MS, and longer only where more come
 * than are written.  A program that is killed loses what was noted since; what
 * phones got is the same.  There is room for PHONE_NOTES_MAX different ones, 200
 * bytes each: whoever finds it full has to write all first, so that nothing is lost
 * and nobody fills the memory.  Notes that cannot be written are lost: the next
 * ones would wait behind them for ever.
 *
 * Any thread may add and write; each note is written once.
 */
#ifndef FL_PHONE_NOTES_H
#define FL_PHONE_NOTES_H

#include "phone_trace.h"

#define PHONE_NOTES_MS      500
#define PHONE_NOTES_REST_MS 5000
#define PHONE_NOTES_TURN    1000
#define PHONE_NOTES_MAX     16384
#define PHONE_NOTES_MEMORY  ((size_t)16 << 20) /* that writing all may need */

struct phone_notes;

struct phone_notes *phone_notes_new(void);
/* What was not written is lost; leaves NULL. */
void phone_notes_free(struct phone_notes **n);

/* Copies the event, which was now; texts that are too long are cut.  false: it
 * is full. */
bool phone_notes_add(
    struct phone_notes *n, const struct phone_event *in) FL_CHECK;

/* What has its turn, or all that is there; then q's arena needs
 * PHONE_NOTES_MEMORY.  -1: lost. */
int phone_notes_write(struct phone_notes *n, struct ask *q, bool all) FL_CHECK;

#endif
