/* fleetline-jobs: one run of the periodic work (fleetline-jobs(8)). */
#include "log.h"
#include "runner.h"
#include "startup.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)

/* Take --force out of the words; whether it was there. */
static bool
take_force(int *argc, char **argv)
{
	bool found = false;
	int n = 1;

	for (int i = 1; i < *argc; i++)
		if (strcmp(argv[i], "--force") == 0)
			found = true;
		else
			argv[n++] = argv[i];
	argv[n] = NULL;
	*argc = n;
	return found;
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	bool force = take_force(&argc, argv);
	const char *file =
	    startup_file("fleetline-jobs", " [--force]", argc, argv, &status);

	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&a, ARENA_MAX);
	if (startup_conf("jobs", file, &a, &conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", "why", e.text, NULL);
		arena_fini(&a);
		return 1;
	}
	status = force ? runner_force(&conf) : 0;
	if (status == 0)
		status = runner_run(&conf, works, RUNNER_LEASE_MS);
	arena_fini(&a);
	return status;
}
