#include "listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

static int
fill_address(struct sockaddr_un *to, const char *path, struct err *e)
{
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(to->sun_path))
		return err_set(e, ERR_INPUT, "socket path too long: %s", path);
	memcpy(to->sun_path, path, strlen(path));
	return 0;
}

/* A socket nobody listens on is a leftover. */
static int
remove_stale(const struct sockaddr_un *at, struct err *e)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc, why;

	if (fd < 0)
		return err_sys(e, "socket");
	rc = connect(fd, (const struct sockaddr *)at, sizeof(*at));
	why = errno;
	(void)close(fd);
	if (rc == 0)
		return err_set(e, ERR_EXISTS, "%s is in use", at->sun_path);
	if (why == ECONNREFUSED && unlink(at->sun_path) < 0)
		return err_sys(e, "cannot remove %s", at->sun_path);
	return 0;
}

static void
on_pause_over(void *arg)
{
	struct listener *l = arg;

	if (l->open)
		loop_io_want(l->loop, &l->io, LOOP_READ);
}

static void
pause_accept(struct listener *l)
{
	log_event(LOG_WARN, "accept.pause", PAIRS(P_STRZ("path", l->path)));
	loop_io_want(l->loop, &l->io, 0);
	loop_timer_set(l->loop, &l->pause, LISTEN_PAUSE_MS);
	if (l->full != NULL)
		l->full(l->arg);
}

static void
on_ready(struct loop_io *io, unsigned ready)
{
	struct listener *l = (struct listener *)(void *)io;
	int fd;

	(void)ready;
	for (int i = 0; i < LISTEN_TURN_MAX; i++) {
		fd = accept4(
		    loop_io_fd(io), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			l->accepted(l->arg, fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			pause_accept(l);
		return;
	}
}

int
listen_open(
    struct listener *l, struct loop *loop, const char *path, struct err *e)
{
	struct sockaddr_un at;
	mode_t old;
	int fd, rc;

	if (fill_address(&at, path, e) < 0 || remove_stale(&at, e) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(e, "socket");
	old = umask(0117);
	rc = bind(fd, (struct sockaddr *)&at, sizeof(at));
	(void)umask(old);
	if (rc < 0 || listen(fd, LISTEN_BACKLOG) < 0) {
		(void)err_sys(e, "cannot listen on %s", path);
		(void)close(fd);
		return -1;
	}
	l->loop = loop;
	l->path = path;
	l->open = true;
	loop_timer_init(&l->pause, on_pause_over, l);
	loop_io_init(&l->io, fd, on_ready);
	loop_io_want(loop, &l->io, LOOP_READ);
	return 0;
}

void
listen_close(struct listener *l)
{
	if (!l->open)
		return;
	l->open = false;
	loop_timer_stop(l->loop, &l->pause);
	loop_io_want(l->loop, &l->io, 0);
	(void)close(loop_io_fd(&l->io));
	(void)unlink(l->path);
}
