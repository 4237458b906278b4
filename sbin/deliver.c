/* fleetline-deliver: brings devices their configurations
 * (fleetline-deliver(8)). */
#include <signal.h>

#include "dispatch.h"
#include "log.h"
#include "startup.h"

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

int
main(int argc, char **argv)
{
	int status;
	const char *file =
	    startup_file("fleetline-deliver", "", argc, argv, &status);

	(void)signal(SIGPIPE, SIG_IGN);
	return file != NULL ? startup_serve("deliver", file, serve) : status;
}
