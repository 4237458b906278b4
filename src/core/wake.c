#include "wake.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "str.h"

#define DATAGRAM (SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

void
wake_init(struct wake *w, const char *path)
{
	*w = (struct wake){.path = path != NULL ? mem_strdup(path) : NULL};
}

void
wake_fini(struct wake *w)
{
	mem_free(w->path);
	*w = (struct wake){0};
}

void
wake_want(struct wake *w)
{
	w->wanted = true;
}

void
wake_forget(struct wake *w)
{
	w->wanted = false;
}

/* False if the path is too long. */
static bool
address(const char *path, struct sockaddr_un *to)
{
	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(to->sun_path))
		return false;
	str_copy(to->sun_path, sizeof(to->sun_path), str_of(path));
	return true;
}

/* A socket that is connected to path, or -1. */
static int
reach(const char *path)
{
	struct sockaddr_un to;
	int fd;

	if (!address(path, &to))
		return -1;
	fd = socket(AF_UNIX, DATAGRAM, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

void
wake_send(struct wake *w)
{
	int fd;

	if (!w->wanted)
		return;
	w->wanted = false;
	if (w->path == NULL)
		return;
	fd = reach(w->path);
	if (fd < 0)
		return;
	(void)!send(fd, "", 0, MSG_NOSIGNAL);
	(void)close(fd);
}

int
wake_listen(const char *path, struct err *e)
{
	struct sockaddr_un at;
	mode_t mask;
	int fd, rc;

	if (!address(path, &at))
		return err_set(e, ERR_IO, "socket path too long: %s", path);
	fd = socket(AF_UNIX, DATAGRAM, 0);
	if (fd < 0)
		return err_sys(e, "socket");
	(void)unlink(path);
	mask = umask(S_IXUSR | S_IXGRP | S_IRWXO);
	rc = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	if (rc < 0) {
		rc = err_sys(e, "bind %s", path);
		(void)close(fd);
	}
	(void)umask(mask);
	return rc < 0 ? -1 : fd;
}

bool
wake_heard(int fd)
{
	bool any = false;
	char none;

	while (recv(fd, &none, sizeof(none), 0) >= 0)
		any = true;
	return any;
}

bool
wake_listens(const char *path)
{
	int fd = reach(path);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}
