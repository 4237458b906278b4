/*
 * Run a fuzz target over all files of the folders given as arguments: one
 * TAP line per file; a broken property stops the program.
 */
#include <dirent.h>
#include <stdio.h>

#include "buf.h"
#include "fuzz.h"
#include "tap.h"

#define FILE_MAX ((size_t)1 << 20)

static bool
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char chunk[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	(void)fclose(f);
	return !buf_failed(out);
}

static void
replay_file(const char *path)
{
	struct buf b;

	buf_init(&b, FILE_MAX);
	if (tap_ok(read_file(path, &b), "%s", path))
		(void)LLVMFuzzerTestOneInput(
		    (const uint8_t *)buf_view(&b).p, b.len);
	buf_fini(&b);
}

static void
replay_folder(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *f;
	char path[1024];
	int files = 0;

	while (d != NULL && (f = readdir(d)) != NULL) {
		if (f->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, f->d_name);
		replay_file(path);
		files++;
	}
	if (d != NULL)
		(void)closedir(d);
	tap_ok(files > 0, "%s has files", folder);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay_folder(argv[i]);
	tap_ok(argc > 1, "a corpus is given");
	return tap_end();
}
