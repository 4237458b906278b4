/* fleetline-hub: holds the connections of devices and apps. */
#include "hub.h"
#include "arena.h"
#include "conf.h"
#include "log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *
read_options(int argc, char **argv)
{
	const char *file = NULL;
	int c;

	while ((c = getopt(argc, argv, "c:")) != -1)
		if (c == 'c')
			file = optarg;
		else
			return NULL;
	return optind == argc ? file : NULL;
}

int
main(int argc, char **argv)
{
	static struct hub hub;
	const char *file = read_options(argc, argv);
	struct conf conf;
	struct arena a;
	struct err e;

	if (file == NULL) {
		(void)fprintf(stderr, "usage: fleetline-hub -c FILE\n");
		return 2;
	}
	arena_init(&a, 1u << 20);
	if (conf_load(file, &a, &conf, &e) < 0) {
		(void)fprintf(stderr, "fleetline-hub: %s\n", e.text);
		return 1;
	}
	log_open("hub", (enum log_level)log_level_parse(conf.log_level));
	(void)signal(SIGPIPE, SIG_IGN);
	if (hub_open(&hub, &conf, &a, &e) < 0) {
		log_event(LOG_ERROR, "start.failed", "why", e.text, NULL);
		return 1;
	}
	hub_run(&hub);
	hub_close(&hub);
	arena_fini(&a);
	return 0;
}
