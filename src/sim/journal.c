#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "http1.h"
#include "log.h"

int
journal_open(struct journal *j, const char *path, struct err *e)
{
	j->fd = -1;
	if (path == NULL)
		return 0;
	j->fd = open(
	    path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, FILE_MODE_PUBLIC);
	return j->fd < 0 ? err_sys(e, "%s", path) : 0;
}

void
journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

void
journal_add(
    struct journal *j, struct str hw_id, struct str method, struct str target)
{
	struct buf line;

	if (j->fd < 0)
		return;
	buf_init(&line, 2 * (size_t)HTTP1_HEAD_MAX);
	buf_str(&line, hw_id);
	buf_putc(&line, ' ');
	buf_str(&line, method);
	buf_putc(&line, ' ');
	buf_str(&line, target);
	buf_putc(&line, '\n');
	if (write(j->fd, line.data, line.len) < 0)
		log_event(LOG_ERROR, "journal", PAIRS(P_INT("errno", errno)));
	buf_fini(&line);
}
