#include "commits.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "engine.h"
#include "must.h"

struct commits {
	struct commits *next;
	dev_t dev;
	ino_t ino;
	int fd;
	int users;
	pthread_mutex_t writer;
	/* Commits are numbered as they leave; all below under lock. */
	pthread_mutex_t lock;
	pthread_cond_t synced_more;
	uint64_t left, synced;
	bool syncing;
};

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct commits *all;

/* ---- opening ---- */

static struct commits *
make(int fd, const struct stat *st)
{
	struct commits *c = mem_new(sizeof(*c));

	c->fd = fd;
	c->dev = st->st_dev;
	c->ino = st->st_ino;
	must(pthread_mutex_init(&c->writer, NULL) == 0);
	must(pthread_mutex_init(&c->lock, NULL) == 0);
	must(pthread_cond_init(&c->synced_more, NULL) == 0);
	c->next = all;
	all = c;
	return c;
}

static struct commits *
find(const struct stat *st)
{
	struct commits *c = all;

	while (c != NULL && (c->dev != st->st_dev || c->ino != st->st_ino))
		c = c->next;
	return c;
}

int
commits_open(const char *path, struct commits **out, struct err *e)
{
	/* No lock of SQLite's is on this file, so that closing drops none. */
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct commits *c;
	struct stat st;

	*out = NULL;
	if (fd < 0)
		return err_sys(e, "%s", path);
	must(fstat(fd, &st) == 0);
	must(pthread_mutex_lock(&all_lock) == 0);
	c = find(&st);
	if (c == NULL)
		c = make(fd, &st);
	else
		(void)close(fd);
	c->users++;
	must(pthread_mutex_unlock(&all_lock) == 0);
	*out = c;
	return 0;
}

static void
destroy(struct commits *c)
{
	struct commits **at = &all;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	(void)close(c->fd);
	must(pthread_mutex_destroy(&c->writer) == 0);
	must(pthread_mutex_destroy(&c->lock) == 0);
	must(pthread_cond_destroy(&c->synced_more) == 0);
	mem_free(c);
}

void
commits_close(struct commits **pc)
{
	struct commits *c = *pc;

	if (c == NULL)
		return;
	must(pthread_mutex_lock(&all_lock) == 0);
	if (--c->users == 0)
		destroy(c);
	must(pthread_mutex_unlock(&all_lock) == 0);
	*pc = NULL;
}

/* ---- writing ---- */

int
commits_enter(struct commits *c, bool wait, struct err *e)
{
	struct timespec until;
	int rc;

	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += wait ? ENGINE_BUSY_MS / 1000 : 0;
	rc = wait ? pthread_mutex_clocklock(&c->writer, CLOCK_MONOTONIC, &until)
		  : pthread_mutex_trylock(&c->writer);
	return rc == 0 ? 0 : err_set(e, ERR_BUSY, "another thread writes");
}

void
commits_leave(struct commits *c)
{
	must(pthread_mutex_lock(&c->lock) == 0);
	c->left++;
	must(pthread_mutex_unlock(&c->lock) == 0);
	must(pthread_mutex_unlock(&c->writer) == 0);
}

/* One sync for all that have left; the lock is held, but not meanwhile. */
static bool
sync_all(struct commits *c)
{
	uint64_t covered = c->left;
	bool done;

	c->syncing = true;
	must(pthread_mutex_unlock(&c->lock) == 0);
	done = fdatasync(c->fd) == 0;
	must(pthread_mutex_lock(&c->lock) == 0);
	c->syncing = false;
	if (done)
		c->synced = covered;
	must(pthread_cond_broadcast(&c->synced_more) == 0);
	return done;
}

int
commits_sync(struct commits *c, struct err *e)
{
	uint64_t mine;
	bool done = true;

	must(pthread_mutex_lock(&c->lock) == 0);
	mine = c->left;
	while (done && c->synced < mine) {
		if (c->syncing)
			must(pthread_cond_wait(&c->synced_more, &c->lock) == 0);
		else
			done = sync_all(c);
	}
	must(pthread_mutex_unlock(&c->lock) == 0);
	return done ? 0 : err_set(e, ERR_IO, "the log could not be synced");
}
