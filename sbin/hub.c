/* fleetline-hub: holds the connections of devices and apps. */
#include "hub.h"

#include <signal.h>

#include "log.h"
#include "startup.h"

#define ARENA_MAX ((size_t)1 << 20)

static int
serve(const struct conf *conf, struct arena *a, struct err *e)
{
	static struct hub hub;

	if (hub_open(&hub, conf, a, e) < 0)
		return -1;
	log_gather();
	hub_run(&hub);
	log_gather_end();
	hub_close(&hub);
	return 0;
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	const char *file =
	    startup_file("fleetline-hub", "", argc, argv, &status);

	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&a, ARENA_MAX);
	if (startup_conf("hub", file, &a, &conf, &e) < 0 ||
	    serve(&conf, &a, &e) < 0) {
		log_event(
		    LOG_ERROR, "start.failed", PAIRS(P_STRZ("why", e.text)));
		status = 1;
	}
	arena_fini(&a);
	return status;
}
