/*
 * fleetline-sim -- simulated devices (fleetline-sim(8)).
 */
#include <signal.h>
#include <stdio.h>

#include "crowd.h"
#include "log.h"
#include "model.h"
#include "num.h"
#include "opt.h"
#include "status.h"

static const char usage[] =
    "usage: fleetline-sim [--url URL] [--socket PATH] [--devices N]\n"
    "    [--first N] [--types TYPE] [--store FILE] [--status FILE]\n"
    "    [--retry MS] [--spread MS] [--answer-delay MS] [--restart MS]\n"
    "    [--fresh] [--window MS] [--code DIGITS] [--code-after MS]\n"
    "    [--update-url URL] [--poll MS] [--journal FILE] [--faults FILE]\n"
    "    [--quiet] [--list]\n";

static const struct opt_spec specs[] = {
    {"url", "URL", 0},
    {"socket", "PATH", 0},
    {"devices", "N", 0},
    {"first", "N", 0},
    {"types", "TYPE", 0},
    {"store", "FILE", 0},
    {"status", "FILE", 0},
    {"retry", "MS", 0},
    {"spread", "MS", 0},
    {"answer-delay", "MS", 0},
    {"restart", "MS", 0},
    {"fresh", NULL, 0},
    {"window", "MS", 0},
    {"code", "DIGITS", 0},
    {"code-after", "MS", 0},
    {"update-url", "URL", 0},
    {"poll", "MS", 0},
    {"journal", "FILE", 0},
    {"faults", "FILE", 0},
    {"quiet", NULL, 0},
    {"list", NULL, 0},
    {"h", NULL, 0},
    {"help", NULL, 0},
    {"V", NULL, 0},
    {"version", NULL, 0},
    {NULL, NULL, 0},
};

static void
take_text(const struct opts *o, const char *name, const char **out)
{
	if (opts_has(o, name))
		*out = opts_get(o, name);
}

/* The number given for name, from lo to hi; *out as it was without one. */
static bool
take_number(const struct opts *o, const char *name, const int64_t range[2],
    int64_t *out)
{
	const char *text = opts_get(o, name);

	return text == NULL || num_parse(str_of(text), range[0], range[1], out);
}

static const int64_t ms[] = {0, 86400000}, some_ms[] = {1, 86400000};

/* Of devices that are set up, and that do what they are told. */
static bool
take_life(const struct opts *o, struct crowd_options *c)
{
	c->fresh = opts_has(o, "fresh");
	take_text(o, "code", &c->code);
	take_text(o, "update-url", &c->update);
	take_text(o, "journal", &c->journal);
	take_text(o, "faults", &c->faults);
	return take_number(o, "restart", ms, &c->restart_ms) &&
	       take_number(o, "window", ms, &c->window_ms) &&
	       take_number(o, "code-after", ms, &c->code_ms) &&
	       take_number(o, "poll", some_ms, &c->poll_ms);
}

static bool
take_options(const struct opts *o, struct crowd_options *c)
{
	static const int64_t count[] = {1, MODEL_MAX},
			     number[] = {0, MODEL_MAX - 1};

	take_text(o, "url", &c->url);
	take_text(o, "socket", &c->socket);
	take_text(o, "types", &c->types);
	take_text(o, "store", &c->store);
	take_text(o, "status", &c->status);
	return take_number(o, "devices", count, &c->devices) &&
	       take_number(o, "first", number, &c->first) &&
	       take_number(o, "retry", some_ms, &c->retry_ms) &&
	       take_number(o, "spread", ms, &c->spread_ms) &&
	       take_number(o, "answer-delay", ms, &c->delay_ms) &&
	       take_life(o, c) && model_types(c->types) &&
	       c->first + c->devices <= MODEL_MAX;
}

/* True if the usage or the version was asked for. */
static bool
answer(const struct opts *o)
{
	if (opts_has(o, "h") || opts_has(o, "help"))
		fputs(usage, stdout);
	else if (opts_has(o, "V") || opts_has(o, "version"))
		printf("fleetline-sim %s\n", PACKAGE_VERSION);
	else
		return false;
	return true;
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

static int
run(const struct crowd_options *c, bool quiet)
{
	struct err e = {0};

	(void)signal(SIGPIPE, SIG_IGN);
	log_open("fleetline-sim", quiet ? LOG_WARN : LOG_INFO);
	if (crowd_run(c, &e) < 0) {
		fprintf(stderr, "fleetline-sim: %s\n", e.text);
		return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct crowd_options c = {
	    .url = "ws://127.0.0.1:8080/example.com/devices/sysclients",
	    .types = "mixed",
	    .devices = 24,
	    .retry_ms = 2000,
	    .restart_ms = 5000,
	    .poll_ms = 60000,
	    .window_ms = 3600000};
	static const struct opt_hint hint = {.help = ""};
	struct opt_syntax syntax = {.specs = specs};
	struct err e = {0};
	struct opts o;

	(void)argc;
	if (opts_read(&o, &syntax, (const char *const *)argv + 1, &hint, &e) <
	    0) {
		fprintf(stderr, "fleetline-sim: %s\n%s", e.text, usage);
		return STATUS_USAGE;
	}
	if (answer(&o))
		return STATUS_DONE;
	if (!take_options(&o, &c)) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (opts_has(&o, "list")) {
		list(&c);
		return 0;
	}
	return run(&c, opts_has(&o, "quiet"));
}
