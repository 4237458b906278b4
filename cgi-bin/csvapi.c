/*
 * csvapi.fcgi -- the rental history as CSV.  csvapi.fcgi(8)
 */
#include "csvapi.h"
#include "health.h"
#include "metrics.h"

static size_t series;

static int64_t
threads(const struct conf *c)
{
	return c->csvapi_threads;
}

static void
prepare(void)
{
	series = metrics_series("csvapi");
}

static void
serve(void *arg, struct req *r, struct resp *out)
{
	struct worker *w = arg;
	struct str base = str_of(w->web->conf.base);

	if (str_starts(r->path, base) &&
	    str_eqz(str_n(r->path.p + base.len, r->path.len - base.len),
		"/csvapi")) {
		r->series = series;
		csvapi_serve(w, r, out);
	} else if (!health_of_program(w, r, out)) {
		resp_line(out, 404, "not found");
	}
	worker_note(w);
}

int
main(int argc, char **argv)
{
	static const struct program csvapi = {.name = "csvapi.fcgi",
	    .metrics = "csvapi",
	    .body_max = 0,
	    .threads = threads,
	    .serve = serve,
	    .prepare = prepare};

	return program_main(&csvapi, argc, argv);
}
