/*
 * devices.fcgi -- the JSON device API over HTTP and for the hub, health and
 * metrics.  devices.fcgi(8)
 */
#include "api.h"
#include "api_face.h"
#include "health.h"

static int64_t
threads(const struct conf *c)
{
	return c->api_threads;
}

/* BASE/api; BASE is configured. */
static bool
is_api(const struct worker *w, struct str path)
{
	struct str base = str_of(w->web->conf.base);

	return str_starts(path, base) &&
	       str_eqz(str_n(path.p + base.len, path.len - base.len), "/api");
}

static void
serve(void *arg, struct req *r, struct resp *out)
{
	struct worker *w = arg;

	if (is_api(w, r->path))
		api_http(w, r, out);
	else if (str_eqz(r->path, HUBWIRE_PATH HUBWIRE_API) && r->internal)
		api_hub(w, r, out);
	else if (str_eqz(r->path, "/health"))
		health_serve(w, r, out);
	else if (str_eqz(r->path, "/metrics"))
		metrics_serve(w, r, out);
	else
		resp_error(out, 404, "not found");
	worker_note(w);
}

int
main(int argc, char **argv)
{
	static const struct program devices = {.name = "devices.fcgi",
	    .metrics = "devices",
	    .body_max = API_MESSAGE_MAX,
	    .threads = threads,
	    .serve = serve,
	    .prepare = api_metrics};

	return program_main(&devices, argc, argv);
}
