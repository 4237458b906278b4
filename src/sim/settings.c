#include "settings.h"

#include <string.h>

#include "arena.h"
#include "form.h"

struct setting {
	char *module, *name;
	char *value[SETTINGS_LEVELS]; /* NULL: none */
};

static struct setting *
find(const struct settings *s, struct str module, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eqz(module, s->rows[i].module) &&
		    str_eqz(name, s->rows[i].name))
			return &s->rows[i];
	return NULL;
}

static char *
copy(struct str text)
{
	char *out = mem_new(text.len + 1);

	str_copy(out, text.len + 1, text);
	return out;
}

static struct setting *
add(struct settings *s, struct str module, struct str name)
{
	struct setting *row;

	s->rows = mem_grow(s->rows, (s->n + 1) * sizeof(*s->rows));
	row = &s->rows[s->n++];
	memset(row, 0, sizeof(*row));
	row->module = copy(module);
	row->name = copy(name);
	return row;
}

static bool
is_word(struct str s)
{
	return s.len > 0 && s.len <= SETTINGS_NAME_MAX &&
	       str_only(s, STR_ALNUM, STR_TOKEN_MORE "/");
}

static bool
is_text(struct str s)
{
	return s.len <= SETTINGS_TEXT_MAX && str_find(s, '\0') == s.len;
}

bool
settings_set(
    struct settings *s, struct str module, struct str name, struct str value)
{
	struct setting *row = find(s, module, name);

	if (!is_word(module) || !is_word(name) || !is_text(value) ||
	    (row == NULL && s->n == SETTINGS_MAX))
		return false;
	if (row == NULL)
		row = add(s, module, name);
	mem_free(row->value[SETTINGS_EDITED]);
	row->value[SETTINGS_EDITED] = copy(value);
	return true;
}

const char *
settings_get(const struct settings *s, enum settings_level level,
    const char *module, const char *name)
{
	const struct setting *row = find(s, str_of(module), str_of(name));

	return row == NULL ? NULL : row->value[level];
}

/* All values of one level become those of another. */
static void
carry(struct settings *s, enum settings_level from, enum settings_level to)
{
	for (size_t i = 0; i < s->n; i++) {
		char **value = s->rows[i].value;

		mem_free(value[to]);
		value[to] =
		    value[from] == NULL ? NULL : copy(str_of(value[from]));
	}
}

void
settings_activate(struct settings *s)
{
	carry(s, SETTINGS_EDITED, SETTINGS_RUNNING);
}

void
settings_write(struct settings *s)
{
	carry(s, SETTINGS_EDITED, SETTINGS_FLASH);
}

void
settings_restart(struct settings *s)
{
	carry(s, SETTINGS_FLASH, SETTINGS_EDITED);
	carry(s, SETTINGS_FLASH, SETTINGS_RUNNING);
}

void
settings_print(const struct settings *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct setting *row = &s->rows[i];

		if (row->value[SETTINGS_FLASH] == NULL)
			continue;
		buf_printf(
		    out, "config change %s /%s ", row->module, row->name);
		form_encode(out, str_of(row->value[SETTINGS_FLASH]));
		buf_putc(out, '\n');
	}
}

void
settings_clear(struct settings *s)
{
	for (size_t i = 0; i < s->n; i++) {
		mem_free(s->rows[i].module);
		mem_free(s->rows[i].name);
		for (int level = 0; level < SETTINGS_LEVELS; level++)
			mem_free(s->rows[i].value[level]);
	}
	mem_free(s->rows);
	*s = (struct settings){NULL, 0};
}
