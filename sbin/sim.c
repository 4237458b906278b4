/*
 * fleetline-sim -- simulated devices (fleetline-sim(8)).
 */
#include "crowd.h"
#include "log.h"
#include "model.h"
#include "num.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: fleetline-sim [--url URL] [--socket PATH] [--devices N]\n"
    "    [--first N] [--types TYPE] [--store FILE] [--status FILE]\n"
    "    [--retry MS] [--spread MS] [--answer-delay MS] [--quiet] [--list]\n";

enum {
	URL,
	SOCKET,
	DEVICES,
	FIRST,
	TYPES,
	STORE,
	STATUS,
	RETRY,
	SPREAD,
	DELAY,
	QUIET,
	LIST
};

static const struct option options[] = {
    {"url", required_argument, NULL, URL},
    {"socket", required_argument, NULL, SOCKET},
    {"devices", required_argument, NULL, DEVICES},
    {"first", required_argument, NULL, FIRST},
    {"types", required_argument, NULL, TYPES},
    {"store", required_argument, NULL, STORE},
    {"status", required_argument, NULL, STATUS},
    {"retry", required_argument, NULL, RETRY},
    {"spread", required_argument, NULL, SPREAD},
    {"answer-delay", required_argument, NULL, DELAY},
    {"quiet", no_argument, NULL, QUIET},
    {"list", no_argument, NULL, LIST},
    {NULL, 0, NULL, 0},
};

struct choice {
	struct crowd_options options;
	bool quiet, list;
};

static bool
number(int64_t lo, int64_t hi, int64_t *out)
{
	return num_parse(str_of(optarg), lo, hi, out);
}

static bool
take_option(struct choice *c, int option)
{
	struct crowd_options *o = &c->options;

	switch (option) {
	case URL:
		o->url = optarg;
		return true;
	case SOCKET:
		o->socket = optarg;
		return true;
	case DEVICES:
		return number(1, MODEL_MAX, &o->devices);
	case FIRST:
		return number(0, MODEL_MAX - 1, &o->first);
	case TYPES:
		o->types = optarg;
		return model_types(optarg);
	case STORE:
		o->store = optarg;
		return true;
	case STATUS:
		o->status = optarg;
		return true;
	case RETRY:
		return number(1, 3600000, &o->retry_ms);
	case SPREAD:
		return number(0, 3600000, &o->spread_ms);
	case DELAY:
		return number(0, 3600000, &o->delay_ms);
	case QUIET:
		c->quiet = true;
		return true;
	case LIST:
		c->list = true;
		return true;
	default:
		return false;
	}
}

static void
list(const struct crowd_options *o)
{
	char id[MODEL_HWID_SIZE];

	for (int64_t i = o->first; i < o->first + o->devices; i++) {
		const struct model *m = model_of((size_t)i, o->types);

		model_hw_id((size_t)i, id);
		printf("%s;%s;%s\n", id, m->type, m->product);
	}
}

int
main(int argc, char **argv)
{
	struct choice c = {
	    .options = {
		.url = "ws://127.0.0.1:8080/example.com/devices/sysclients",
		.types = "mixed",
		.devices = 24,
		.retry_ms = 2000}};
	struct err e = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(&c, option)) {
			fputs(usage, stderr);
			return 2;
		}
	if (optind < argc || c.options.first + c.options.devices > MODEL_MAX) {
		fputs(usage, stderr);
		return 2;
	}
	if (c.list) {
		list(&c.options);
		return 0;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	log_open("fleetline-sim", c.quiet ? LOG_WARN : LOG_INFO);
	if (crowd_run(&c.options, &e) < 0) {
		fprintf(stderr, "fleetline-sim: %s\n", e.text);
		return 1;
	}
	return 0;
}
