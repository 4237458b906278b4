/*
 * str -- slices of text: a pointer and a length, not NUL-terminated.
 *
 * A slice borrows: it is valid as long as the memory it points into.  Case
 * folding is ASCII only.  Everything parsed from outside is a slice.
 */
#ifndef FL_STR_H
#define FL_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t len;
};

/* A string constant as an initialiser. */
#define STR(lit)                                                               \
	(struct str)                                                           \
	{                                                                      \
		(lit), sizeof(lit) - 1                                         \
	}

struct str str_of(const char *s); /* NULL gives the empty slice */
struct str str_n(const void *p, size_t len);

bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *b);
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);

/* Blanks, tabs, CR and LF removed from both ends. */
struct str str_trim(struct str s);

/* Without the byte order mark in front, which is no part of a text. */
#define STR_BOM STR("\xef\xbb\xbf")
struct str str_unmark(struct str s);

/*
 * Cut the next field of *rest at sep: returns false when *rest was used up
 * before.  "a,,b" gives "a", "", "b"; "" gives one empty field.
 */
bool str_next(struct str *rest, char sep, struct str *field);

/* True if part stands anywhere in s, in either case. */
bool str_holds(struct str s, struct str part);

/* Position of c, or s.len. */
size_t str_find(struct str s, char c);

/* Classes of ASCII characters, to be joined with "|". */
enum str_class {
	STR_DIGITS = 1,
	STR_LOWER = 2,
	STR_UPPER = 4,
	STR_LETTERS = STR_LOWER | STR_UPPER,
	STR_ALNUM = STR_DIGITS | STR_LETTERS
};
/* What a token of RFC 9110 section 5.6.2 may have besides STR_ALNUM. */
#define STR_TOKEN_MORE "!#$%&'*+-.^_`|~"

/* Is c of one of these classes, or one of more ("" for no others)?  A NUL is
 * of none. */
bool str_in(char c, unsigned classes, const char *more);
/* Bytes that s starts with and that are so. */
size_t str_span(struct str s, unsigned classes, const char *more);
/* True if all bytes of s are so: of the empty text as well. */
bool str_only(struct str s, unsigned classes, const char *more);

/* Bytes of the UTF-8 sequence s starts with; 0 if it starts with none. */
size_t str_utf8_len(struct str s);

/* True if s is valid UTF-8 without NUL (RFC 3629: no surrogates, shortest). */
bool str_utf8(struct str s);

/* The same, and the character; 0 with *rune 0 if s starts with none. */
size_t str_rune(struct str s, uint32_t *rune);

/*
 * True for a character that acts on its reader instead of being shown: it moves
 * a terminal's cursor, breaks a line, turns the direction of writing, or nobody
 * sees it.  Control characters (C0, DEL, C1), directional marks, embeddings and
 * isolates, line and paragraph separators, the byte order mark, annotations,
 * tags and noncharacters.  Joiners are none: scripts and emoji need them.
 */
bool str_hidden(uint32_t rune);

/* True if s is valid UTF-8 without a hidden character. */
bool str_printable(struct str s);

/* Only what str_printable() lets pass, in room for s.len bytes; bytes that are
 * no UTF-8 go, too. */
struct str str_clean(struct str s, char *room);

/* Copy into a fixed array, cut at size - 1, always terminated. */
void str_copy(char *dst, size_t size, struct str s);

#endif
