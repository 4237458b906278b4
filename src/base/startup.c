#include "startup.h"

#include <stdio.h>
#include <unistd.h>

static const char *
print_usage(FILE *out, const char *program, const char *more)
{
	(void)fprintf(out, "usage: %s -c FILE%s\n", program, more);
	return NULL;
}

const char *
startup_file(
    const char *program, const char *more, int argc, char **argv, int *status)
{
	const char *file = NULL;
	int c;

	*status = 0;
	while ((c = getopt(argc, argv, "c:hV")) != -1) {
		if (c == 'c') {
			file = optarg;
		} else if (c == 'V') {
			(void)printf("%s %s\n", program, PACKAGE_VERSION);
			return NULL;
		} else if (c == 'h') {
			return print_usage(stdout, program, more);
		} else {
			file = NULL;
			break;
		}
	}
	if (file != NULL && optind == argc)
		return file;
	*status = 1;
	return print_usage(stderr, program, more);
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
