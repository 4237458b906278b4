/*
 * devices.fcgi -- the JSON device API over HTTP and for the hub, health and
 * metrics.  devices.fcgi(8)
 */
#include "devices.h"

#include "api.h"
#include "saveform.h"
#include "web.h"

static int64_t
threads(const struct conf *c)
{
	return c->api_threads;
}

int
main(int argc, char **argv)
{
	static const struct program devices = {.name = "devices.fcgi",
	    .metrics = "devices",
	    .body_max = SAVE_MAX, /* a message has its own limit */
	    .threads = threads,
	    .routes = &devices_routes,
	    .prepare = api_metrics};

	return program_main(&devices, argc, argv);
}
