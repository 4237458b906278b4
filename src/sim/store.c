#include "store.h"

#include <string.h>

#include "arena.h"
#include "file.h"
#include "model.h"
#include "must.h"

#define LINE_SIZE  (MODEL_HWID_SIZE + SC_PASSWORD_LEN + 2)
#define STORE_SIZE ((size_t)MODEL_MAX * LINE_SIZE)

static void
grow(struct store *st, size_t n)
{
	if (n <= st->n)
		return;
	st->rows = mem_grow(st->rows, n * sizeof(*st->rows));
	memset(st->rows[st->n], 0, (n - st->n) * sizeof(*st->rows));
	st->n = n;
}

static bool
read_line(struct store *st, struct str line)
{
	struct str id;
	size_t i;

	line = str_trim(line);
	if (!str_next(&line, ';', &id) || !model_number(id, &i))
		return false;
	grow(st, i + 1);
	return store_put(st, i, line);
}

int
store_open(struct store *st, const char *path, size_t n, struct err *e)
{
	struct buf text;
	struct str rest, line;
	int64_t number = 0;
	int rc = 0;

	*st = (struct store){.path = path};
	grow(st, n);
	if (path == NULL)
		return 0;
	buf_init(&text, STORE_SIZE + 1);
	if (file_text(path, STORE_SIZE, &text, e) < 0)
		rc = -1;
	rest = buf_view(&text);
	while (rc == 0 && rest.len > 0 && str_next(&rest, '\n', &line)) {
		number++;
		if (!read_line(st, line))
			rc = err_set(e, ERR_INPUT,
			    "%s line %lld: not hwId;password", path,
			    (long long)number);
	}
	buf_wipe(&text);
	st->dirty = false;
	return rc;
}

void
store_close(struct store *st)
{
	if (st->rows != NULL)
		explicit_bzero(st->rows, st->n * sizeof(*st->rows));
	mem_free(st->rows);
	st->rows = NULL;
	st->n = 0;
}

struct str
store_get(const struct store *st, size_t i)
{
	must(i < st->n);
	return str_of(st->rows[i]);
}

bool
store_put(struct store *st, size_t i, struct str password)
{
	must(i < st->n);
	if (password.len != SC_PASSWORD_LEN)
		return false;
	str_copy(st->rows[i], sizeof(st->rows[i]), password);
	st->dirty = true;
	return true;
}

void
store_forget(struct store *st, size_t i)
{
	must(i < st->n);
	explicit_bzero(st->rows[i], sizeof(st->rows[i]));
	st->dirty = true;
}

int
store_save(struct store *st, struct err *e)
{
	char id[MODEL_HWID_SIZE];
	struct buf text;
	int rc;

	if (!st->dirty || st->path == NULL)
		return 0;
	buf_init(&text, STORE_SIZE);
	for (size_t i = 0; i < st->n; i++) {
		if (st->rows[i][0] == '\0')
			continue;
		model_hw_id(i, id);
		buf_printf(&text, "%s;%s\n", id, st->rows[i]);
	}
	must(!buf_failed(&text));
	rc = file_replace(st->path, FILE_MODE_SECRET, buf_view(&text), e);
	buf_wipe(&text);
	st->dirty = st->dirty && rc < 0;
	return rc;
}
