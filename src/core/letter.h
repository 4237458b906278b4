/*
 * letter -- texts of mails, from the files of templates/mail.
 *
 * NAME.LANGUAGE.txt is a Mustache template (mustache.h) in UTF-8: the line
 * "Subject: ...", an empty line, the text.  Subject and text are rendered as
 * plain text; nothing in them is a header but the subject.
 */
#ifndef FL_LETTER_H
#define FL_LETTER_H

#include "core.h"
#include "mustache.h"

struct letter {
	struct str subject, text;
};

/* A text to render: which, in what language ("de", "de-AT"; one that we have
 * no file for falls back to the language before the '-', then to English). */
struct letter_order {
	const char *folder; /* conf's templates */
	const char *name;   /* "rental-notice" */
	struct str language;
	const struct mustache_value *values;
};

/* Render into q->arena.  ERR_IO: there is no such file, not even in English;
 * ERR_INPUT: it is broken, the text of the error says where. */
int letter_write(struct ask *q, const struct letter_order *order,
    struct letter *out) FL_CHECK;

#endif
