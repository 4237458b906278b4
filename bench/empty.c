/*
 * empty -- our runtime with nothing to do: what of a request is the runtime's.
 *
 *	empty CONFIGURATION <listening-socket
 *
 * Serves as devices.fcgi does, with its threads, log line and counters, but
 * answers each request with one constant, as long as that of GetDevice.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "metrics.h"
#include "web.h"

#define BODY     480 /* bytes of the answer's body, as bench/bare.c has */
#define BODY_MAX 65536

static char answer[BODY];

static void
make_answer(void)
{
	static const char start[] = "{\"mt\":\"GetDeviceResult\",\"x\":\"";

	memset(answer, 'x', sizeof(answer));
	memcpy(answer, start, sizeof(start) - 1);
	memcpy(answer + sizeof(answer) - 2, "\"}", 2);
}

static void
serve(void *worker, struct req *r, struct resp *out)
{
	(void)worker;
	(void)r;
	resp_text(out, 200, "application/json", str_n(answer, sizeof(answer)));
}

int
main(int argc, char **argv)
{
	struct web w;
	struct err e = {0};
	int rc;

	if (argc != 2 || web_open(&w, "empty", argv[1], &e) < 0) {
		(void)fprintf(stderr, "empty: %s\n", e.text);
		return 1;
	}
	make_answer();
	metrics_open("empty");
	log_gather();
	rc = fcgi_run(&(struct fcgi_setup){.listen_fd = STDIN_FILENO,
			  .threads = (size_t)w.conf.api_threads,
			  .body_max = BODY_MAX,
			  .arg = &w,
			  .begin = worker_begin,
			  .end = worker_end,
			  .serve = serve,
			  .done = worker_done},
	    &e);
	log_gather_end();
	web_close(&w);
	return rc < 0 ? 1 : 0;
}
