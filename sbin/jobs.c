/* fleetline-jobs: one run of the periodic work (fleetline-jobs(8)). */
#include <signal.h>

#include "log.h"
#include "runner.h"
#include "startup.h"

#define ARENA_MAX ((size_t)1 << 20)

static const struct opt_spec specs[] = {
    STARTUP_OPTIONS, {"force", NULL, 0}, {NULL, NULL, 0}};
static const struct startup start = {
    .program = "fleetline-jobs", .more = " [--force]", .specs = specs};

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	struct opts o;
	const char *file = startup_options(&start, argv, &o, &status);

	(void)argc;
	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&a, ARENA_MAX);
	if (startup_conf("jobs", file, &a, &conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
		arena_fini(&a);
		return 1;
	}
	status = opts_has(&o, "force") ? runner_force(&conf) : 0;
	if (status == 0)
		status = runner_run(&conf, works, RUNNER_LEASE_MS);
	arena_fini(&a);
	return status;
}
