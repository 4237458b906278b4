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
	struct dispatch *d;
	int rc;

	if (dispatch_open(&d, conf, e) < 0)
		return -1;
	log_gather();
	log_event(LOG_INFO, "start", PAIRS_NONE);
	rc = dispatch_run(d, e);
	log_event(LOG_INFO, "end", PAIRS_NONE);
	log_gather_end();
	dispatch_close(&d);
	return rc;
}

/* The instance that file describes; the exit status. */
static int
serve_file(const char *file)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int rc;

	arena_init(&a, ARENA_MAX);
	rc = startup_conf("deliver", file, &a, &conf, &e);
	if (rc == 0)
		rc = serve(&conf, &e);
	if (rc < 0)
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
	arena_fini(&a);
	return rc < 0;
}

int
main(int argc, char **argv)
{
	int status;
	const char *file =
	    startup_file("fleetline-deliver", "", argc, argv, &status);

	(void)signal(SIGPIPE, SIG_IGN);
	return file != NULL ? serve_file(file) : status;
}
