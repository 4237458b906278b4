/* fleetline-deliver: brings devices their configurations
 * (fleetline-deliver(8)). */
#include <signal.h>

#include "dispatch.h"
#include "log.h"
#include "startup.h"

#define ARENA_MAX ((size_t)1 << 20)

static int
serve(const struct conf *conf, struct err *e)
{
	struct dispatch *g;
	int rc;

	if (dispatch_open(&g, conf, e) < 0)
		return -1;
	log_gather();
	log_event(LOG_INFO, "start", PAIRS_NONE);
	rc = dispatch_run(g, e);
	log_event(LOG_INFO, "end", PAIRS_NONE);
	log_gather_end();
	dispatch_close(&g);
	return rc;
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status;
	const char *file =
	    startup_file("fleetline-deliver", "", argc, argv, &status);

	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&a, ARENA_MAX);
	if (startup_conf("deliver", file, &a, &conf, &e) < 0 ||
	    serve(&conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
		status = 1;
	}
	arena_fini(&a);
	return status;
}
