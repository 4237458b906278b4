/* fleetline-tasks: jobs work on their devices (fleetline-tasks(8)). */
#include "tasks.h"

#include <signal.h>

#include "log.h"
#include "startup.h"

#define ARENA_MAX ((size_t)1 << 20)

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
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	const char *file =
	    startup_file("fleetline-tasks", "", argc, argv, &status);

	if (file == NULL)
		return status;
	hear_signals();
	arena_init(&a, ARENA_MAX);
	if (startup_conf("tasks", file, &a, &conf, &e) < 0 ||
	    serve(&conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
		status = 1;
	}
	arena_fini(&a);
	return status;
}
