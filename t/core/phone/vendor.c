#include "vendor.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "must.h"

#define PATH_SIZE 400

static char folder[] = "/tmp/fleetline-vendor-XXXXXX";

static void
path_of(const char *name, char out[PATH_SIZE])
{
	(void)snprintf(out, PATH_SIZE, "%s/acme/%s", folder, name);
}

void
vendor_write(const char *name, const char *text)
{
	char path[PATH_SIZE];
	FILE *to;

	path_of(name, path);
	to = fopen(path, "w");
	must(to != NULL && fputs(text, to) >= 0 && fclose(to) == 0);
}

const char *
vendor_make(const char *conf)
{
	char path[PATH_SIZE];

	must(mkdtemp(folder) != NULL);
	path_of("", path);
	must(mkdir(path, 0700) == 0);
	vendor_write("vendor.conf", conf);
	return folder;
}

void
vendor_remove(void)
{
	char path[PATH_SIZE];
	const struct dirent *one;
	DIR *all;

	path_of("", path);
	all = opendir(path);
	must(all != NULL);
	while ((one = readdir(all)) != NULL) {
		if (one->d_name[0] == '.')
			continue;
		path_of(one->d_name, path);
		must(unlink(path) == 0);
	}
	must(closedir(all) == 0);
	path_of("", path);
	must(rmdir(path) == 0 && rmdir(folder) == 0);
}
