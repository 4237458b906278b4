/*
 * phone_word -- what a vendor's phones call the values of settings, as its data
 * has it: a section of vendor.conf for each setting that needs words.
 *
 *	[words language]
 *	de = German
 *	en = English
 *
 * A setting without such a section is told to phones as it is.  One with a
 * section, whose value has no word there, is not told at all: a phone then keeps
 * what it comes with, instead of taking a word that it does not know.
 */
#ifndef FL_PHONE_WORD_H
#define FL_PHONE_WORD_H

#include "arena.h"
#include "phone_setting.h"
#include "str.h"

#define PHONE_WORDS_MAX 512 /* words of a vendor, of all settings */

struct phone_word {
	const struct phone_setting *setting;
	struct str value, word;
};

struct phone_words {
	struct phone_word *list;
	size_t n;
};

/* One line of a section.  NULL, or what is wrong with it. */
const char *phone_word_take(
    struct arena *a, struct phone_words *w, const struct phone_word *in);

/* What phones are told for a value; empty: nothing. */
struct str phone_word_find(const struct phone_words *w,
    const struct phone_setting *s, struct str value);

#endif
