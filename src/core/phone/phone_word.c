#include "phone_word.h"

#include "load.h"

const char *
phone_word_take(
    struct arena *a, struct phone_words *w, const struct phone_word *in)
{
	void *list = w->list;
	struct phone_word *kept;
	struct err e;

	if (phone_setting_check(in->setting, in->value, &e) < 0)
		return "the setting has no such value";
	if (w->n == PHONE_WORDS_MAX || !str_printable(in->word))
		return "no word, or too many of them";
	kept = load_more(a, &list, &w->n, sizeof(*kept));
	if (kept == NULL)
		return "no room for words";
	w->list = list;
	*kept = (struct phone_word){in->setting,
	    str_of(arena_str(a, in->value)), str_of(arena_str(a, in->word))};
	return NULL;
}

struct str
phone_word_find(const struct phone_words *w, const struct phone_setting *s,
    struct str value)
{
	bool any = false;

	for (size_t i = 0; i < w->n; i++) {
		if (w->list[i].setting != s)
			continue;
		any = true;
		if (str_eq(w->list[i].value, value))
			return w->list[i].word;
	}
	return any ? STR("") : value;
}
