/*
 * Waking fleetline-deliver: one datagram after the commit, and nothing that
 * could hold anybody up.
 */
#include "wake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static char folder[] = "/tmp/wakeXXXXXX", path[64];

static void
test_way(int fd)
{
	struct wake w;

	wake_init(&w, path);
	wake_send(&w);
	tap_ok(!wake_heard(fd), "nothing is sent that nobody wanted");
	wake_want(&w);
	tap_ok(!wake_heard(fd), "nor before the commit");
	wake_send(&w);
	tap_ok(wake_heard(fd), "after it a datagram comes");
	tap_ok(!wake_heard(fd), "one");
	wake_send(&w);
	tap_ok(!wake_heard(fd), "and no second one for the same");
	wake_want(&w);
	wake_forget(&w);
	wake_send(&w);
	tap_ok(!wake_heard(fd), "what was rolled back is not told");
	for (int i = 0; i < 10000; i++) {
		wake_want(&w);
		wake_send(&w);
	}
	tap_ok(wake_heard(fd), "a full queue holds nobody up");
	wake_fini(&w);
}

static void
test_nobody(void)
{
	struct wake w;

	wake_init(&w, NULL);
	wake_want(&w);
	wake_send(&w);
	wake_fini(&w);
	wake_init(&w, "/nonexistent/deliver.sock");
	wake_want(&w);
	wake_send(&w);
	tap_ok(!w.wanted, "nobody there is no error");
	wake_fini(&w);
	tap_ok(!wake_listens("/nonexistent/deliver.sock"), "and can be seen");
}

int
main(void)
{
	char deep[300];
	struct stat st;
	struct err e;
	int fd, again;

	(void)!mkdtemp(folder);
	(void)snprintf(path, sizeof(path), "%s/deliver.sock", folder);
	test_nobody();
	fd = wake_listen(path, &e);
	tap_ok(fd >= 0, "the socket is bound");
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0660,
	    "for owner and group only");
	tap_ok(wake_listens(path), "somebody listens");
	test_way(fd);
	(void)close(fd);
	tap_ok(!wake_listens(path), "a socket that is left over is nobody");
	again = wake_listen(path, &e);
	tap_ok(again >= 0 && wake_listens(path), "and gives way");
	(void)close(again);
	memset(deep, 'x', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	tap_ok(wake_listen(deep, &e) < 0 && e.kind == ERR_IO &&
		   !wake_listens(deep),
	    "a path that is too long is an error");
	(void)unlink(path);
	(void)rmdir(folder);
	return tap_end();
}
