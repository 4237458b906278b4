#include "letter.h"

#include <string.h>

#include "file.h"

#define LETTER_MAX   ((size_t)64 << 10) /* bytes, as template and rendered */
#define LANGUAGE_MAX 3                  /* letters of a language's code */

/* ---- the file ---- */

/* "de" of "de-AT"; empty if it can be no part of a file name. */
static struct str
language_of(struct str tag)
{
	struct str code = str_n(tag.p, str_find(tag, '-'));

	return code.len <= LANGUAGE_MAX && str_only(code, STR_LOWER, "")
		   ? code
		   : str_n("", 0);
}

/* 1 read, 0 there is none, -1. */
static int
read_file(struct ask *q, const struct letter_order *o, struct str language,
    struct buf *out)
{
	const char *path = arena_printf(q->arena, "%s/mail/%s.%.*s.txt",
	    o->folder, o->name, (int)language.len, language.p);

	if (path == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for a letter");
	return file_text(path, LETTER_MAX, out, q->err);
}

static int
find_file(struct ask *q, const struct letter_order *o, struct buf *out)
{
	struct str language = language_of(o->language);
	int rc = 0;

	if (language.len > 0)
		rc = read_file(q, o, language, out);
	if (rc == 0)
		rc = read_file(q, o, STR("en"), out);
	return rc > 0 ? 0 : -1;
}

/* ---- its parts ---- */

/* Cut "Subject: ...", the empty line and the text apart. */
static int
split(struct ask *q, const struct letter_order *o, struct str all,
    struct letter *out)
{
	struct str line, empty = {NULL, 1};

	if (!str_next(&all, '\n', &line) ||
	    !str_starts(line, STR("Subject: ")) ||
	    !str_next(&all, '\n', &empty) || empty.len > 0 || all.len == 0)
		return err_set(q->err, ERR_INPUT,
		    "mail/%s: no line \"Subject: ...\", empty line and text",
		    o->name);
	out->subject = str_trim(str_n(line.p + 9, line.len - 9));
	out->text = all;
	return 0;
}

int
letter_write(
    struct ask *q, const struct letter_order *order, struct letter *out)
{
	struct buf template, text;
	struct str all;
	int rc;

	buf_init(&template, LETTER_MAX + 1);
	buf_init(&text, LETTER_MAX);
	rc = find_file(q, order, &template);
	if (rc == 0)
		rc = mustache_render(buf_view(&template), order->values,
		    mustache_plain, &text, q->err);
	if (rc == 0) {
		all = str_n(arena_str(q->arena, buf_view(&text)), text.len);
		rc = all.p == NULL
			 ? err_set(q->err, ERR_LIMIT, "no room for a letter")
			 : split(q, order, all, out);
	}
	buf_fini(&template);
	buf_fini(&text);
	return rc;
}
