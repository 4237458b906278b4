/* fleetline-hub: holds the connections of devices and apps. */
#include "hub.h"

#include <signal.h>

#include "log.h"
#include "startup.h"

#define ARENA_MAX ((size_t)1 << 20)

/*
 * What jemalloc does (its manual, "TUNING").  When thousands connect at once,
 * what they keep for ever is allocated amid what they need for a moment; jemalloc
 * has pages of their own for each size, so that little is left between them.
 * Those that are free go back to the system within a second.  One thread needs
 * neither a second arena nor a cache.
 */
extern const char *malloc_conf;
const char *malloc_conf =
    "narenas:1,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0";

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
