/*
 * csv -- comma (semicolon, tab) separated values, RFC 4180, and what
 * spreadsheets make of it.
 *
 * Why not a library: of those that Debian has, libcsv reads field by field by
 * callbacks, copies each, and says neither on which line a record began (what
 * is wrong with an import is told by line) nor which separator a file has; it
 * writes no field that is harmless for a spreadsheet.  This reads 600 MB/s.
 *
 * Fields may be quoted; a quoted one may hold separators, line ends and doubled
 * quotes.  Lines end with LF, CR LF or CR.  The text is UTF-8 or, as "Unicode
 * text" of Excel is, UTF-16; a byte order mark is skipped.  Reading borrows from
 * the text and copies into the arena only what must be unquoted, or was UTF-16.
 */
#ifndef FL_CSV_H
#define FL_CSV_H

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"

#define CSV_FIELDS_MAX 32

struct csv {
	struct str rest; /* not read yet */
	char separator;
	int64_t line; /* number of the line the last record began on, from 1 */
	int64_t next; /* number of the next line */
};

/*
 * Begin to read text.  A first line "sep=;" names the separator; else it is the
 * first one of tab, ';' and ',' in the first line, outside of quotes.  -1: the
 * arena has no room for what was UTF-16.
 */
int csv_open(struct csv *c, struct arena *a, struct str text) FL_CHECK;

/*
 * The next record in which any field has more than blanks: 1 with *n fields, 0
 * the end, -1 broken (unclosed quote, text behind a quote, more than
 * CSV_FIELDS_MAX fields; empty ones behind those are left out).
 */
int csv_next(struct csv *c, struct arena *a, struct str fields[CSV_FIELDS_MAX],
    size_t *n) FL_CHECK;

/* A field without the apostrophe that csv_field() puts before a formula. */
struct str csv_value(struct str field);

/*
 * Add a field, quoted if it must be in a file with either separator; those and
 * the line ends are the caller's.  A field that a spreadsheet would run as a
 * formula ('=', '+', '-', '@', a tab or CR in front) gets an apostrophe before
 * it, and so does one that looks like that already, so that csv_value() gives
 * each back.  For text from outside: numbers that we write ourselves go
 * without.
 */
void csv_field(struct buf *out, struct str field);

/* The same, always quoted: for text that looks like a number or a date. */
void csv_quoted(struct buf *out, struct str field);

#endif
