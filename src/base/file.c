#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "must.h"

/* ---- reading ---- */

/* A descriptor; -2 there is no such file, -1 another error. */
static int
open_to_read(const char *path, int more, struct err *e)
{
	int fd = strcmp(path, "-") == 0
		     ? STDIN_FILENO
		     : open(path, O_RDONLY | O_CLOEXEC | more);

	if (fd >= 0)
		return fd;
	fd = errno == ENOENT ? -2 : -1;
	(void)err_sys(e, "cannot open %s", path);
	return fd;
}

static void
close_read(int fd)
{
	if (fd != STDIN_FILENO)
		(void)close(fd);
}

/* All of fd to out: 0, or -1. */
static int
read_all(int fd, const char *path, size_t max, struct buf *out, struct err *e)
{
	size_t had = out->len, n = 0;
	ssize_t got = -1;
	char *to;

	must(max < SIZE_MAX && out->max - had > max);
	/* one byte more than may come shows that there is too much */
	while (n <= max && (to = buf_reserve(out, 1)) != NULL) {
		size_t room = out->room - out->len - 1;

		got = read(fd, to, room < max + 1 - n ? room : max + 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		buf_added(out, (size_t)got);
		n += (size_t)got;
	}
	if (got < 0)
		return err_sys(e, "cannot read %s", path);
	if (got > 0)
		return err_set(e, ERR_LIMIT, "%s is too long", path);
	if (str_starts(str_n(out->data + had, n), STR_BOM)) {
		memmove(out->data + had, out->data + had + STR_BOM.len,
		    n - STR_BOM.len);
		buf_cut(out, out->len - STR_BOM.len);
	}
	return 0;
}

int
file_text(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd = open_to_read(path, 0, e);
	int rc;

	if (fd < 0)
		return fd == -2 ? 0 : -1;
	rc = read_all(fd, path, max, out, e);
	close_read(fd);
	return rc < 0 ? -1 : 1;
}

static int
check_mode(int fd, const char *path, enum file_reader who, struct err *e)
{
	mode_t others = who == FILE_OWNER ? 077 : 07;
	struct stat st;

	if (who == FILE_ANYBODY)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & others) == 0)
		return 0;
	return err_set(e, ERR_INPUT, "%.100s must be a file that %s", path,
	    who == FILE_OWNER ? "only its owner can read"
			      : "others cannot read");
}

static int
add_first_line(struct str text, const char *path, size_t max, struct buf *out,
    struct err *e)
{
	text.len = str_find(text, '\n');
	if (text.len > 0 && text.p[text.len - 1] == '\r')
		text.len--;
	if (text.len == 0 || text.len > max)
		return err_set(e, ERR_INPUT,
		    "the first line of %.90s must have 1 to %zu bytes", path,
		    max);
	buf_str(out, text);
	return buf_failed(out) ? err_set(e, ERR_LIMIT, "no room for a secret")
			       : 0;
}

int
file_secret(const char *path, enum file_reader who, size_t max, struct buf *out,
    struct err *e)
{
	int fd = open_to_read(path, who == FILE_OWNER ? O_NOFOLLOW : 0, e);
	struct buf text;
	int rc;

	must(max <= FILE_SECRET_MAX);
	if (fd < 0)
		return -1;
	buf_init(&text, FILE_SECRET_MAX + 1);
	rc = check_mode(fd, path, who, e);
	if (rc == 0)
		rc = read_all(fd, path, FILE_SECRET_MAX, &text, e);
	close_read(fd);
	if (rc == 0)
		rc = add_first_line(buf_view(&text), path, max, out, e);
	buf_wipe(&text);
	return rc;
}

/* ---- writing ---- */

static int
write_all(int fd, struct str text)
{
	for (ssize_t put; text.len > 0;
	     text = str_n(text.p + put, text.len - (size_t)put)) {
		put = write(fd, text.p, text.len);
		if (put < 0 && errno == EINTR)
			put = 0;
		if (put < 0)
			return -1;
	}
	return 0;
}

int
file_make(const char *path, mode_t mode, struct str text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc;

	if (fd < 0) {
		rc = errno == EEXIST ? 0 : -1;
		(void)err_sys(e, "cannot create %s", path);
		return rc;
	}
	rc = write_all(fd, text) < 0 || fsync(fd) < 0
		 ? err_sys(e, "cannot write %s", path)
		 : 1;
	if (close(fd) < 0 && rc > 0)
		rc = err_sys(e, "cannot write %s", path);
	if (rc < 0)
		(void)unlink(path);
	return rc;
}

int
file_replace(const char *path, mode_t mode, struct str text, struct err *e)
{
	char aside[PATH_MAX];
	int fd, rc;

	if (snprintf(aside, sizeof(aside), "%s.new", path) >=
	    (int)sizeof(aside))
		return err_set(e, ERR_LIMIT, "%.100s is too long a path", path);
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return err_sys(e, "%s", aside);
	rc = write_all(fd, text);
	if (close(fd) < 0 || rc < 0 || rename(aside, path) < 0)
		return err_sys(e, "%s", path);
	return 0;
}
