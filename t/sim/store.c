#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

#define PASSWORD "Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e"

static void
put_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	if (out == NULL || fputs(text, out) < 0 || fclose(out) != 0)
		tap_ok(false, "the test can write %s", path);
}

static void
round_trip(const char *path)
{
	struct store st;
	struct stat s;
	struct err e;

	tap_is_int(store_open(&st, path, 2, &e), 0, "no file is an empty one");
	tap_ok(!store_put(&st, 0, STR("short")),
	    "a password of another length is refused");
	tap_ok(store_put(&st, 1, STR(PASSWORD)), "a password is kept");
	tap_is_int(store_save(&st, &e), 0, "the store is written");
	store_close(&st);
	tap_ok(stat(path, &s) == 0 && (s.st_mode & 0777) == 0600,
	    "nobody else may read it");
	tap_is_int(store_open(&st, path, 1, &e), 0,
	    "it is read by a run with fewer devices");
	tap_ok(st.n == 2 && str_eqz(store_get(&st, 1), PASSWORD),
	    "which keeps the password of the others");
	tap_is_int((long long)store_get(&st, 0).len, 0,
	    "a device without a password has none");
	store_close(&st);
}

static void
wrong_file(const char *path)
{
	struct store st;
	struct err e = {0};

	put_file(path, "009033400000;" PASSWORD "\nnonsense\n");
	tap_is_int(store_open(&st, path, 1, &e), -1,
	    "a line that is none of a store is refused");
	tap_ok(strstr(e.text, "line 2") != NULL, "the error names the line");
	store_close(&st);
}

int
main(void)
{
	char folder[] = "/tmp/fleetline-store-XXXXXX", path[64];

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/store", folder);
	round_trip(path);
	wrong_file(path);
	unlink(path);
	rmdir(folder);
	return tap_end();
}
