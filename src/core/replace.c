#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define CHUNK 65536

static const char *
beside(const struct replace *r, const char *path, const char *more)
{
	return arena_printf(r->arena, "%s%s", path, more);
}

/* SQLite's locks are those of fcntl, and each open connection has one on the
 * file: whoever locks all of it is alone.  type: F_WRLCK takes it, F_RDLCK. */
static int
lock_alone(int fd, short type, const char *path, struct err *e)
{
	struct flock want = {.l_type = type, .l_whence = SEEK_SET};
	struct flock has = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &has) == 0 && has.l_type != F_UNLCK)
		return err_set(e, ERR_BUSY, "process %d has it open: %s",
		    (int)has.l_pid, path);
	if (fcntl(fd, F_SETLK, &want) < 0)
		return err_sys(e, "cannot lock %s", path);
	return 0;
}

/* ---- copying aside ---- */

static int
copy_bytes(int from, int to, const char *path, struct err *e)
{
	char chunk[CHUNK];
	ssize_t got;

	while ((got = read(from, chunk, sizeof(chunk))) > 0)
		for (ssize_t at = 0, put; at < got; at += put) {
			put = write(to, chunk + at, (size_t)(got - at));
			if (put < 0)
				return err_sys(e, "cannot write %s", path);
		}
	return got < 0 ? err_sys(e, "cannot read the copy") : 0;
}

/* Programs run as the owner of the old database, a restore often as root. */
static int
give_away(const struct replace *r, int fd, struct err *e)
{
	struct stat owner;
	char *path = arena_strdup(r->arena, r->database);

	if (r->lock >= 0 ? fstat(r->lock, &owner) < 0
			 : path == NULL || stat(dirname(path), &owner) < 0)
		return err_sys(e, "%s", r->database);
	if (geteuid() == 0 && fchown(fd, owner.st_uid, owner.st_gid) < 0)
		return err_sys(e, "cannot give %s to its owner", r->aside);
	return 0;
}

static int
copy_file(const struct replace *r, int from, const char *to, struct err *e)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return err_sys(e, "cannot create %s", to);
	rc = give_away(r, fd, e);
	if (rc == 0)
		rc = copy_bytes(from, fd, to, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(e, "cannot write %s", to);
	(void)close(fd);
	return rc;
}

static int
copy_log(const struct replace *r, const char *copy, struct err *e)
{
	int from = open(beside(r, copy, "-wal"), O_RDONLY | O_CLOEXEC);
	int rc;

	if (from < 0)
		return errno == ENOENT ? 0 : err_sys(e, "%s-wal", copy);
	rc = copy_file(r, from, beside(r, r->aside, "-wal"), e);
	(void)close(from);
	return rc;
}

static int
copy_aside(const struct replace *r, const char *copy, struct err *e)
{
	int from = open(copy, O_RDONLY | O_CLOEXEC);
	struct stat is, old;
	int rc;

	if (from < 0 || fstat(from, &is) < 0)
		rc = err_sys(e, "%s", copy);
	else if (!S_ISREG(is.st_mode))
		rc = err_set(e, ERR_INPUT, "%s is no file", copy);
	else if (r->lock >= 0 && fstat(r->lock, &old) == 0 &&
		 old.st_dev == is.st_dev && old.st_ino == is.st_ino)
		rc = err_set(e, ERR_INPUT, "%s is the database itself", copy);
	else
		rc = lock_alone(from, F_RDLCK, copy, e);
	if (rc == 0)
		rc = copy_file(r, from, r->aside, e);
	if (rc == 0)
		rc = copy_log(r, copy, e);
	if (from >= 0)
		(void)close(from);
	return rc;
}

/* A log of an earlier one that broke off must not be played into ours. */
static void
clear_aside(const struct replace *r)
{
	static const char *const more[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		(void)unlink(beside(r, r->aside, more[i]));
}

int
replace_begin(struct replace *r, const char *database, const char *copy,
    struct arena *a, struct err *e)
{
	char real[PATH_MAX];

	/* A link to another disk stays one, and the log lies beside the file.
	 */
	if (realpath(database, real) != NULL)
		database = arena_strdup(a, real);
	*r = (struct replace){.arena = a, .database = database, .lock = -1};
	r->lock = open(database, O_RDWR | O_CLOEXEC);
	if (r->lock < 0 && errno != ENOENT)
		return err_sys(e, "cannot open %s", database);
	if (r->lock >= 0 && lock_alone(r->lock, F_WRLCK, database, e) < 0)
		return -1;
	r->aside = beside(r, database, ".new");
	clear_aside(r);
	return copy_aside(r, copy, e);
}

/* ---- the exchange ---- */

static int
link_if_there(const char *from, const char *to, struct err *e)
{
	if (link(from, to) < 0 && errno != ENOENT)
		return err_sys(e, "cannot keep %s as %s", from, to);
	return 0;
}

static int
unlink_if_there(const char *path, struct err *e)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_sys(e, "cannot remove %s", path);
	return 0;
}

static int
sync_path(const char *path, int how, struct err *e)
{
	int fd = open(path, how | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? err_sys(e, "%s", path) : 0;

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* A second name for the old database and its log, then the log's first name
 * goes: the old one is whole under the name that stays. */
static int
keep_old(struct replace *r, const char *folder, struct err *e)
{
	const char *log = beside(r, r->database, "-wal");
	char now[CLOCK_ISO_SIZE];

	clock_iso(clock_now_ms(), now);
	for (char *colon = now; (colon = strchr(colon, ':')) != NULL;)
		*colon = '-';
	if (r->lock >= 0) {
		r->kept = arena_printf(r->arena, "%s.%s", r->database, now);
		if (link_if_there(r->database, r->kept, e) < 0 ||
		    link_if_there(log, beside(r, r->kept, "-wal"), e) < 0 ||
		    sync_path(folder, O_RDONLY | O_DIRECTORY, e) < 0)
			return -1;
	}
	if (unlink_if_there(log, e) < 0)
		return -1;
	return unlink_if_there(beside(r, r->database, "-shm"), e);
}

int
replace_commit(struct replace *r, struct err *e)
{
	const char *folder = dirname(arena_strdup(r->arena, r->database));

	if (sync_path(r->aside, O_RDWR, e) < 0 || keep_old(r, folder, e) < 0 ||
	    sync_path(folder, O_RDONLY | O_DIRECTORY, e) < 0)
		return -1;
	if (rename(r->aside, r->database) < 0)
		return err_sys(e, "cannot replace %s", r->database);
	return sync_path(folder, O_RDONLY | O_DIRECTORY, e);
}

void
replace_end(struct replace *r)
{
	if (r->aside != NULL)
		clear_aside(r);
	if (r->lock >= 0)
		(void)close(r->lock);
	r->lock = -1;
}
