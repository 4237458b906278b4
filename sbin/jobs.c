/* fleetline-jobs: one run of the periodic work (fleetline-jobs(8)). */
#include "log.h"
#include "runner.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define ARENA_MAX ((size_t)1 << 20)

static const char usage[] = "usage: fleetline-jobs -c FILE\n";

/* The file, or NULL with the exit status. */
static const char *
read_options(int argc, char **argv, int *status)
{
	const char *file = NULL;
	int c;

	*status = 0;
	while ((c = getopt(argc, argv, "c:hV")) != -1) {
		if (c == 'c') {
			file = optarg;
		} else if (c == 'V') {
			(void)printf("fleetline-jobs %s\n", PACKAGE_VERSION);
			return NULL;
		} else if (c == 'h') {
			(void)fputs(usage, stdout);
			return NULL;
		} else {
			file = NULL;
			break;
		}
	}
	if (file != NULL && optind == argc)
		return file;
	(void)fputs(usage, stderr);
	*status = 1;
	return NULL;
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct arena a;
	struct err e;
	int status, level;
	const char *file = read_options(argc, argv, &status);

	if (file == NULL)
		return status;
	(void)signal(SIGPIPE, SIG_IGN);
	log_open("jobs", LOG_INFO);
	arena_init(&a, ARENA_MAX);
	if (conf_load(file, &a, &conf, &e) < 0) {
		log_event(LOG_ERROR, "stop", "why", e.text, NULL);
		arena_fini(&a);
		return 1;
	}
	level = log_level_parse(conf.log_level);
	if (level >= 0)
		log_open("jobs", (enum log_level)level);
	status = runner_run(&conf, works, RUNNER_LEASE_MS);
	arena_fini(&a);
	return status;
}
