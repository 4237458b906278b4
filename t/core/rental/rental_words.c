/* The words of the rental history: none is missing in any language. */
#include "rental_words.h"

#include <string.h>

#include "tap.h"

/* True if no two of the n words are the same, and none is missing, longer than
 * a heading should be, or would need quotes. */
static bool
sound(const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str w = str_of(words[i]);

		if (w.len == 0 || w.len > 40 || !str_printable(w) ||
		    strpbrk(words[i], ";,\"=+-@") != NULL)
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(words[i], words[k]) == 0)
				return false;
	}
	return true;
}

int
main(void)
{
	static const char *const languages[] = {
	    "en", "de", "fr", "it", "es", "nl", "pt", "pl", "cs", "sv"};
	size_t n = 0;

	for (; rental_words_table[n].language != NULL; n++) {
		const struct rental_words *w = &rental_words_table[n];

		tap_ok(sound(w->column, COLUMN__MAX), "%s: every column",
		    w->language);
		tap_ok(sound(w->what + LEDGER_LOAD, LEDGER__MAX - LEDGER_LOAD),
		    "%s: every change", w->language);
	}
	tap_is_int((long long)n, sizeof(languages) / sizeof(languages[0]),
	    "ten languages");
	for (size_t i = 0; i < n; i++)
		tap_is_str(rental_words(languages[i])->language, languages[i],
		    languages[i]);
	tap_is_str(
	    rental_words("de_AT")->language, "de", "a region is passed over");
	tap_is_str(rental_words("xx")->language, "en", "unknown: English");
	return tap_end();
}
