#include "dbfile.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"

static char *
with_end(const char *path, const char *end)
{
	size_t size = strlen(path) + strlen(end) + 1;
	char *text = mem_new(size);

	(void)snprintf(text, size, "%s%s", path, end);
	return text;
}

int
dbfile_note(struct dbfile *p, const char *path, struct err *e)
{
	if (stat(path, &p->file) < 0)
		return err_sys(e, "%s", path);
	p->path = with_end(path, "");
	p->log = with_end(path, "-wal");
	p->has_log = stat(p->log, &p->log_file) == 0;
	return 0;
}

static bool
is_there(const char *path, const struct stat *was)
{
	struct stat is;

	return stat(path, &is) == 0 && is.st_dev == was->st_dev &&
	       is.st_ino == was->st_ino;
}

int
dbfile_check_file(const struct dbfile *p, struct err *e)
{
	if (is_there(p->path, &p->file))
		return 0;
	return err_set(
	    e, ERR_IO, "%s was replaced: restart the programs", p->path);
}

int
dbfile_check(const struct dbfile *p, struct err *e)
{
	if (dbfile_check_file(p, e) < 0)
		return -1;
	if (p->has_log && !is_there(p->log, &p->log_file))
		return err_set(e, ERR_IO,
		    "%s was removed: stop all programs, then start them",
		    p->log);
	return 0;
}

void
dbfile_fini(struct dbfile *p)
{
	mem_free(p->path);
	mem_free(p->log);
	*p = (struct dbfile){0};
}
