/* fleetline-jobs: one run of the periodic work (fleetline-jobs(8)). */
#include "log.h"
#include "runner.h"
#include "startup.h"

#include <signal.h>

#define ARENA_MAX ((size_t)1 << 20)

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	const char *file =
	    startup_file("fleetline-jobs", "", argc, argv, &status);

	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&a, ARENA_MAX);
	if (startup_conf("jobs", file, &a, &conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", "why", e.text, NULL);
		arena_fini(&a);
		return 1;
	}
	status = runner_run(&conf, works, RUNNER_LEASE_MS);
	arena_fini(&a);
	return status;
}
