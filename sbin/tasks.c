/* fleetline-tasks: jobs work on their devices (fleetline-tasks(8)). */
#include "tasks.h"

#include <malloc.h>
#include <signal.h>

#include "log.h"
#include "startup.h"

#define LARGE (1 << 20) /* bytes; smaller are most texts of devices */

static int
serve(const struct conf *conf, struct err *e)
{
	struct tasks *t;
	int rc;

	if (tasks_open(&t, conf, e) < 0)
		return -1;
	log_event(LOG_INFO, "start", PAIRS_NONE);
	rc = tasks_run(t, e);
	tasks_close(&t);
	log_event(LOG_INFO, "end", PAIRS_NONE);
	return rc;
}

/* A signal ends the wait that it meets. */
static void
hear_signals(void)
{
	const struct sigaction stop = {.sa_handler = tasks_stop};

	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

int
main(int argc, char **argv)
{
	int status;
	const char *file =
	    startup_file("fleetline-tasks", "", argc, argv, &status);

	hear_signals();
	/* Dumps of databases are mapped, each by itself, and given back when they
	 * are freed.  By itself the C library learns from the first to keep the
	 * next, in each thread, twice the size. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
	return file != NULL ? startup_serve("tasks", file, serve) : status;
}
