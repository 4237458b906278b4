#include "place.h"

#include <string.h>
#include <sys/stat.h>

#include "arena.h"

int
place_note(struct place *p, const char *path, struct err *e)
{
	struct stat is;

	if (stat(path, &is) < 0)
		return err_sys(e, "%s", path);
	p->path = mem_new(strlen(path) + 1);
	memcpy(p->path, path, strlen(path) + 1);
	p->device = is.st_dev;
	p->inode = is.st_ino;
	return 0;
}

int
place_check(const struct place *p, struct err *e)
{
	struct stat is;

	if (stat(p->path, &is) == 0 && is.st_dev == p->device &&
	    is.st_ino == p->inode)
		return 0;
	return err_set(
	    e, ERR_IO, "%s was replaced: restart the programs", p->path);
}

void
place_fini(struct place *p)
{
	mem_free(p->path);
	p->path = NULL;
}
