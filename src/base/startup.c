#include "startup.h"

#include <stdio.h>

#include "log.h"
#include "status.h"

#define CONF_MEMORY ((size_t)1 << 20)

static const char *
print_usage(FILE *out, const struct startup *s)
{
	(void)fprintf(out, "usage: %s -c FILE%s\n", s->program, s->more);
	return NULL;
}

const char *
startup_options(
    const struct startup *s, char **argv, struct opts *o, int *status)
{
	static const struct opt_hint hint = {.help = ""};
	struct opt_syntax syntax = {.specs = s->specs};
	struct err e = {0};

	*status = STATUS_DONE;
	if (opts_read(o, &syntax, (const char *const *)argv + 1, &hint, &e) <
	    0) {
		(void)fprintf(stderr, "%s: %s\n", s->program, e.text);
		*status = STATUS_USAGE;
		return print_usage(stderr, s);
	}
	if (opts_has(o, "h") || opts_has(o, "help"))
		return print_usage(stdout, s);
	if (opts_has(o, "V") || opts_has(o, "version")) {
		(void)printf("%s %s\n", s->program, PACKAGE_VERSION);
		return NULL;
	}
	if (opts_has(o, "c"))
		return opts_get(o, "c");
	*status = STATUS_USAGE;
	return print_usage(stderr, s);
}

const char *
startup_file(
    const char *program, const char *more, int argc, char **argv, int *status)
{
	static const struct opt_spec specs[] = {
	    STARTUP_OPTIONS, {NULL, NULL, 0}};
	struct startup s = {.program = program, .more = more, .specs = specs};
	struct opts o;

	(void)argc;
	return startup_options(&s, argv, &o, status);
}

int
startup_conf(const char *name, const char *file, struct arena *a,
    struct conf *conf, struct err *e)
{
	log_open(name, LOG_INFO);
	if (conf_load(file, a, conf, e) < 0)
		return -1;
	log_open(name, conf->log_level);
	return 0;
}

int
startup_serve(const char *name, const char *file,
    int (*serve)(const struct conf *conf, struct err *e))
{
	struct conf conf;
	struct arena a;
	struct err e;
	int rc;

	arena_init(&a, CONF_MEMORY);
	rc = startup_conf(name, file, &a, &conf, &e);
	if (rc == 0)
		rc = serve(&conf, &e);
	if (rc < 0)
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
	arena_fini(&a);
	return rc < 0;
}
