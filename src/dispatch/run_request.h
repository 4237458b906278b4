/*
 * run_request -- what a run asks for next (run.h).
 *
 * A path begins with "/"; texts live until the run is told what came of it.
 */
#ifndef FL_RUN_REQUEST_H
#define FL_RUN_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum run_kind { RUN_END, RUN_GET, RUN_ORDER };
struct run_request {
	enum run_kind kind;
	struct str hw_id;
	const char *path;      /* RUN_GET */
	struct str line;       /* RUN_ORDER; holds secrets */
	bool keep;             /* run_keep comes first */
	int64_t not_before_ms; /* of clock_mono_ms; 0: at once */
};

#endif
