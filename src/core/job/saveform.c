#include "saveform.h"

#include "file.h"

#define MASK "***"

/* ---- reading ---- */

static const char *const kinds[SAVEFORM__MAX] = {
    [SAVEFORM_VOLATILE] = "volatile",
    [SAVEFORM_SECRET] = "secret",
    [SAVEFORM_HIDDEN] = "hidden",
};

static bool
is_name(char c)
{
	return str_in(c, STR_ALNUM, "-_");
}

static bool
read_line(struct str line, struct saveform *out)
{
	size_t n = str_find(line, ' ');
	struct str value = str_trim(str_n(line.p + n, line.len - n));
	enum saveform_kind k = 0;

	if (line.len == 0 || line.p[0] == '#')
		return true;
	while (k < SAVEFORM__MAX && !str_eqz(str_n(line.p, n), kinds[k]))
		k++;
	if (k == SAVEFORM__MAX || value.len == 0 || value.p[0] == '*' ||
	    out->n[k] == SAVEFORM_LIST ||
	    (k == SAVEFORM_SECRET && !str_only(value, STR_ALNUM, "-_")))
		return false;
	out->list[k][out->n[k]++] = value;
	return true;
}

int
saveform_read(
    struct arena *a, struct str text, struct saveform *out, struct err *e)
{
	const char *copy = arena_str(a, text);
	struct str rest = str_n(copy, text.len), line;
	int n = 0;

	*out = (struct saveform){0};
	for (int k = 0; k < SAVEFORM__MAX; k++) {
		out->list[k] =
		    arena_array(a, SAVEFORM_LIST, sizeof(*out->list[k]));
		if (copy == NULL || out->list[k] == NULL)
			return err_set(e, ERR_LIMIT, "no room for saves.conf");
	}
	while (saveform_line(&rest, &line)) {
		n++;
		if (!read_line(str_trim(line), out))
			return err_set(e, ERR_INPUT, "saves.conf: line %d", n);
	}
	return 0;
}

int
saveform_load(
    struct arena *a, const char *templates, struct saveform *out, struct err *e)
{
	const char *path =
	    arena_printf(a, "%s/innovaphone/saves.conf", templates);
	struct buf text;
	int rc;

	if (path == NULL)
		return err_set(e, ERR_LIMIT, "no room for saves.conf");
	buf_init(&text, SAVEFORM_MAX + 1);
	rc = file_text(path, SAVEFORM_MAX, &text, e) > 0
		 ? saveform_read(a, buf_view(&text), out, e)
		 : -1;
	buf_fini(&text);
	return rc;
}

/* ---- lines ---- */

bool
saveform_line(struct str *rest, struct str *line)
{
	bool there = rest->len > 0 && str_next(rest, '\n', line);

	while (there && line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return there;
}

/* How many bytes of s the pattern takes, as few as it can; 0: it does not fit. */
static size_t
fits(struct str pattern, struct str s)
{
	size_t at = 0;
	struct str part;
	bool first = true;

	while (str_next(&pattern, '*', &part)) {
		struct str rest = str_n(s.p + at, s.len - at);
		size_t skip = 0;

		while (!first && skip < rest.len &&
		       !str_starts(str_n(rest.p + skip, rest.len - skip), part))
			skip++;
		if (!str_starts(str_n(rest.p + skip, rest.len - skip), part))
			return 0;
		at += skip + part.len;
		first = false;
	}
	return at;
}

static size_t
fits_any(const struct saveform *f, enum saveform_kind k, struct str line)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n[k] && n == 0; i++)
		n = fits(f->list[k][i], line);
	return n;
}

bool
saveform_counts(const struct saveform *f, struct str line)
{
	return line.len > 0 && fits_any(f, SAVEFORM_VOLATILE, line) == 0;
}

/* ---- what people see ---- */

static bool
is_secret(const struct saveform *f, struct str name)
{
	for (size_t i = 0; i < f->n[SAVEFORM_SECRET]; i++) {
		struct str w = f->list[SAVEFORM_SECRET][i];

		if (name.len >= w.len &&
		    str_eq_nocase(str_n(name.p + name.len - w.len, w.len), w))
			return true;
	}
	return false;
}

/* Of what stands behind a name: the sign between, and the value. */
static size_t
value_len(struct str behind, char before, struct str *value)
{
	bool attribute = behind.len > 0 && behind.p[0] == '=';
	const char *ends = " \t";
	size_t n = 0;

	if (attribute) {
		ends = behind.len > 1 && behind.p[1] == '"' ? "\"" : " \t)&;\"";
		n = ends[0] == '"' ? 2 : 1;
	} else if (before == '/') {
		while (n < behind.len && str_in(behind.p[n], 0, " \t"))
			n++;
	}
	*value = str_n(behind.p + n, 0);
	if (n == 0 || (!attribute && n < behind.len && behind.p[n] == '/'))
		return 0; /* an option without a value */
	while (n + value->len < behind.len &&
	       !str_in(value->p[value->len], 0, ends))
		value->len++;
	return n;
}

/* Add a name and, if it is one of a secret, what stands for its value. */
static void
mask_name(
    const struct saveform *f, struct str *rest, char before, struct buf *out)
{
	struct str value, name = str_n(rest->p, 0);
	size_t between;

	while (name.len < rest->len && is_name(rest->p[name.len]))
		name.len++;
	buf_str(out, name);
	*rest = str_n(rest->p + name.len, rest->len - name.len);
	if (!is_secret(f, name))
		return;
	between = value_len(*rest, before, &value);
	if (value.len == 0)
		return;
	buf_add(out, rest->p, between);
	buf_puts(out, MASK);
	between += value.len;
	*rest = str_n(rest->p + between, rest->len - between);
}

void
saveform_mask(const struct saveform *f, struct str line, struct buf *out)
{
	size_t shown = fits_any(f, SAVEFORM_HIDDEN, line);
	struct str rest = shown > 0 ? str_n(line.p, shown) : line;
	char before = ' ';

	while (rest.len > 0) {
		if (is_name(rest.p[0])) {
			mask_name(f, &rest, before, out);
			before = 'a';
			continue;
		}
		before = rest.p[0];
		buf_putc(out, before);
		rest = str_n(rest.p + 1, rest.len - 1);
	}
	if (shown > 0 && shown < line.len)
		buf_puts(out, MASK);
}
