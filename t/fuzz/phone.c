/*
 * What a phone asks for and says of itself: the name of a file, a line feed, the
 * User-Agent; or, when the first byte is '[', the file vendor.conf.  What must
 * hold: whoever is recognised has a MAC address of twelve digits or none, and
 * texts within their limits; a file with mistakes adds nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "must.h"
#include "phone_known.h"

static struct arena memory;
static struct phone_types types;
static char folder[] = "/tmp/fleetline-fuzz-XXXXXX";
static char path[64];
static int findings;

static void
end(void)
{
	arena_fini(&memory);
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
begin(void)
{
	struct err e;

	arena_init(&memory, (size_t)4 << 20);
	must(phone_types_load(&memory, SRCDIR "/templates", &types, &e) == 0);
	must(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/vendor.conf", folder);
	must(atexit(end) == 0);
}

static void
say(void *arg, const char *finding)
{
	(void)arg;
	must(strstr(finding, "vendor.conf:") != NULL);
	findings++;
}

static void
check_file(struct str text)
{
	struct err e;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0 && write(fd, text.p, text.len) == (ssize_t)text.len);
	(void)close(fd);
	findings = 0;
	must(phone_types_check(folder, say, NULL, &e) == findings);
}

static void
check_phone(struct str name, struct str agent)
{
	struct phone_known k;
	struct phone_path p;

	phone_known_find(&types, name, agent, &k);
	must(k.mac[0] == '\0' || strspn(k.mac, "0123456789abcdef") == 12);
	must(k.type == NULL ||
	     (k.vendor != NULL && str_eq(k.type->vendor, k.vendor->folder)));
	must(str_printable(str_of(k.model)) || agent.len > 0);
	if (k.file.len > 0)
		must(phone_path_fits(k.file, name, &p));
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	struct str rest = str_n(p, n), name;

	if (types.n == 0)
		begin();
	if (n == 0 || n > 4096)
		return 0;
	if (p[0] == '[') {
		check_file(str_n(p + 1, n - 1));
		return 0;
	}
	(void)str_next(&rest, '\n', &name);
	check_phone(name, rest);
	return 0;
}
