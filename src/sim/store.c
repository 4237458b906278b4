#include "store.h"
#include "arena.h"
#include "model.h"
#include "must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_LEN 128

static void
grow(struct store *st, size_t n)
{
	if (n <= st->n)
		return;
	st->rows = mem_grow(st->rows, n * sizeof *st->rows);
	memset(st->rows[st->n], 0, (n - st->n) * sizeof *st->rows);
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
	char line[LINE_MAX_LEN];
	unsigned number = 0;
	FILE *in;
	bool good = true;

	*st = (struct store){path, NULL, 0, false};
	grow(st, n);
	if (path == NULL)
		return 0;
	in = fopen(path, "re");
	if (in == NULL)
		return errno == ENOENT ? 0 : err_sys(e, "%s", path);
	while (good && fgets(line, sizeof line, in) != NULL) {
		number++;
		good = read_line(st, str_of(line));
	}
	fclose(in);
	st->dirty = false;
	if (!good)
		return err_set(e, ERR_INPUT, "%s line %u: not hwId;password",
		    path, number);
	return 0;
}

void
store_close(struct store *st)
{
	if (st->rows != NULL)
		explicit_bzero(st->rows, st->n * sizeof *st->rows);
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
	str_copy(st->rows[i], sizeof st->rows[i], password);
	st->dirty = true;
	return true;
}

static bool
write_rows(const struct store *st, FILE *out)
{
	char id[MODEL_HWID_SIZE];

	for (size_t i = 0; i < st->n; i++) {
		if (st->rows[i][0] == '\0')
			continue;
		model_hw_id(i, id);
		fprintf(out, "%s;%s\n", id, st->rows[i]);
	}
	return !ferror(out);
}

int
store_save(struct store *st, struct err *e)
{
	char aside[4096];
	FILE *out;
	bool good;
	int fd;

	if (!st->dirty || st->path == NULL)
		return 0;
	if (snprintf(aside, sizeof aside, "%s.new", st->path) >=
	    (int)sizeof aside)
		return err_set(
		    e, ERR_LIMIT, "the path of the store is too long");
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (out == NULL)
		return err_sys(e, "%s", aside);
	good = write_rows(st, out);
	if (fclose(out) != 0 || !good || rename(aside, st->path) < 0)
		return err_sys(e, "%s", st->path);
	st->dirty = false;
	return 0;
}
