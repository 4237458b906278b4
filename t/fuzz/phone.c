/*
 * What a phone asks for and says of itself: the name of a file, a line feed, the
 * User-Agent.  When the first byte is '[', the file vendor.conf, and behind a line
 * "%%" the template phone.cfg; when it is '=', a setting, a line feed, its value;
 * when it is '~', the URL of an update job, a line feed, what stands for its words.
 * What must hold: whoever is recognised has a MAC address of twelve digits or none,
 * and texts within their limits; a file with mistakes adds nothing; a value that a
 * setting may have is one line; a URL that a job may have is one that a phone may be
 * told, whatever words of a version stand in it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "must.h"
#include "phone_check.h"
#include "phone_known.h"
#include "phone_update.h"

static struct arena memory;
static struct phone_types types;
static char folder[] = "/tmp/fleetline-fuzz-XXXXXX";
static char path[64], template[64];
static int findings;

static void
end(void)
{
	arena_fini(&memory);
	(void)unlink(path);
	(void)unlink(template);
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
	(void)snprintf(template, sizeof(template), "%s/phone.cfg", folder);
	must(atexit(end) == 0);
}

static void
say(void *arg, const char *finding)
{
	(void)arg;
	must(strchr(finding, ':') != NULL);
	findings++;
}

static void
write_file(const char *to, struct str text)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0 && write(fd, text.p, text.len) == (ssize_t)text.len);
	(void)close(fd);
}

static void
check_file(struct str text)
{
	static const struct phone_hearer to = {say, NULL};
	static const struct str mark = STR("\n%%\n");
	struct str rest = text;
	struct err e;

	while (rest.len > 0 && !str_starts(rest, mark))
		rest = str_n(rest.p + 1, rest.len - 1);
	write_file(path, str_n(text.p, text.len - rest.len));
	write_file(template, str_n(rest.p + (rest.len > 0 ? mark.len : 0),
				 rest.len - (rest.len > 0 ? mark.len : 0)));
	findings = 0;
	must(phone_check(folder, &to, &e) == findings);
}

static void
check_setting(struct str name, struct str value)
{
	struct phone_setting_at of;
	struct err e;

	if (!phone_setting_read(name, &of))
		return;
	must(of.at < 0 || of.s->of != PHONE_OF_ALL);
	if (phone_setting_check(of.s, value, &e) == 0)
		must(value.len > 0 && value.len <= PHONE_SETTING_TEXT &&
		     str_printable(value) &&
		     str_find(value, '\n') == value.len);
}

static void
check_url(struct str pattern, struct str word)
{
	const struct phone_setting *s = phone_setting_find(STR("firmware_url"));
	struct arena_mark m = arena_mark(&memory);
	struct err e;
	const char *url;

	word = str_n(word.p, str_span(word, STR_ALNUM, ".-_+~()"));
	if (phone_update_check(&memory, pattern, &e) == 0 &&
	    word.len <= PHONE_UPDATE_WORD) {
		url = phone_update_url(&memory, pattern, word, word);
		must(url != NULL &&
		     phone_setting_check(s, str_of(url), &e) == 0);
	}
	arena_reset(&memory, m);
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
	if (p[0] == '=' || p[0] == '~')
		rest = str_n(p + 1, n - 1);
	(void)str_next(&rest, '\n', &name);
	if (p[0] == '=')
		check_setting(name, rest);
	else if (p[0] == '~')
		check_url(name, rest);
	else
		check_phone(name, rest);
	return 0;
}
