/*
 * Types of phones come from files: what is in them counts, what is wrong in them
 * is told with its line; and how a port of a phone is called.
 */
#include "phone_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "must.h"
#include "phone_id.h"
#include "tap.h"

static char folder[] = "/tmp/fleetline-types-XXXXXX";
static char said[4096];

static void
say(void *arg, const char *finding)
{
	(void)arg;
	(void)strncat(
	    said, strrchr(finding, '/') + 1, sizeof(said) - strlen(said) - 2);
	(void)strncat(said, "\n", 2);
}

static void
write_vendor(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/%s/vendor.conf", folder, name);
	f = fopen(path, "w");
	must(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
remove_vendor(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s/vendor.conf", folder, name);
	must(unlink(path) == 0);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(rmdir(path) == 0);
}

static void
load(struct arena *a, struct phone_types *out)
{
	struct err e;

	arena_init(a, (size_t)1 << 20);
	must(phone_types_load(a, folder, out, &e) == 0);
}

static void
test_files(void)
{
	struct phone_types t;
	const struct phone_type *x;
	struct arena a;

	write_vendor("snom", "# desk phones\nname = Snom\n\n[model snom320]\n"
			     "name = Snom 320\n[model snom190]\n");
	write_vendor("cisco", "name = Cisco\n[model pap2t]\nname = Linksys "
			      "PAP2T\nports = 2\n");
	load(&a, &t);
	x = phone_type_find(&t, STR("pap2t"));
	tap_ok(t.n == 3 && x == &t.list[0] && x->ports == 2 &&
		   str_eqz(x->vendor, "cisco") &&
		   str_eqz(x->name, "Linksys PAP2T"),
	    "types come by vendor, with name and ports");
	x = phone_type_find(&t, STR("snom190"));
	tap_ok(x != NULL && x->ports == 1 && str_eqz(x->name, "snom190"),
	    "a type that says nothing has one port and its key as name");
	tap_ok(phone_type_find(&t, STR("Snom190")) == NULL,
	    "case counts in a key");
	arena_fini(&a);
}

/* How many it has; they are in said. */
static int
mistakes_of_cisco(void)
{
	static const struct phone_hearer to = {say, NULL};
	struct phone_types t;
	struct arena a;
	struct err e;
	char path[256];
	int n;

	said[0] = '\0';
	(void)snprintf(path, sizeof(path), "%s/cisco", folder);
	arena_init(&a, (size_t)1 << 20);
	n = phone_types_check(&a, path, &to, &t, &e);
	arena_fini(&a);
	return n;
}

static void
test_mistakes(void)
{
	struct phone_types t;
	struct arena a;

	write_vendor("cisco", "ports = 2\nagent = model\nagent = colour ^x\n"
			      "[model pap2t]\nports = 0\ncolour = "
			      "red\nwhat\n[file x]\n[model p/t]\n"
			      "[model pap2t]\n[model x]\nname = \x1b\n"
			      "[file {mac}{mac}]\n[x]\n"
			      "[file a]\ntemplate = ../b\ntemplate = none\n"
			      "escape = html\n[words x]\n[words tones]\n"
			      "xx = Nowhere\n");
	tap_is_int(mistakes_of_cisco(), 17, "each mistake is found");
	tap_is_str(said,
	    "vendor.conf:1: ports belong to a model\n"
	    "vendor.conf:2: no regular expression\n"
	    "vendor.conf:3: before the expression stands what its groups mean:"
	    " model, firmware, mac, -\n"
	    "vendor.conf:5: ports are a number from 1 to 1000\n"
	    "vendor.conf:6: no such value is known\n"
	    "vendor.conf:7: neither a section nor \"name = value\"\n"
	    "vendor.conf:9: a model is called by 1 to 64 letters, digits,"
	    " '.', '_', '+' and '-'\n"
	    "vendor.conf:10: there is such a model already\n"
	    "vendor.conf:12: a name has 1 to 64 bytes of text\n"
	    "vendor.conf:13: a file is called by letters, digits, '.', '_',"
	    " '+', '-', and {mac} or {model} once each\n"
	    "vendor.conf:14: a section is \"[model KEY]\", \"[file NAME]\" or"
	    " \"[words SETTING]\"\n"
	    "vendor.conf:16: a template is called by letters, digits, '.', '_'"
	    " and '-'\n"
	    "vendor.conf:18: escapes are lines, quoted, xml or xml-$\n"
	    "vendor.conf:19: no setting is called so\n"
	    "vendor.conf:21: the setting has no such value\n"
	    "vendor.conf:22: the vendor has no name\n"
	    "none: No such file or directory\n",
	    "with its line");
	load(&a, &t);
	tap_ok(t.n == 2 && phone_type_find(&t, STR("pap2t")) == NULL,
	    "a file with a mistake is left out, the others count");
	arena_fini(&a);
}

/* What stands in a section that is none was told as a mistake of its own, and
 * what the vendor may have as well was taken for the vendor's. */
static void
test_wrong_section(void)
{
	write_vendor("cisco", "name = Cisco\n[file {mac}{mac}]\n"
			      "template = a\ntype = text/plain\n"
			      "[model p/t]\nports = 0\n"
			      "[words colour]\nred = 1\n"
			      "[colour]\nname = \x1b\nwhat\n"
			      "[model x]\nports = 0\n");
	tap_is_int(
	    mistakes_of_cisco(), 6, "a section that is wrong is one mistake");
	tap_is_str(said,
	    "vendor.conf:2: a file is called by letters, digits, '.', '_',"
	    " '+', '-', and {mac} or {model} once each\n"
	    "vendor.conf:5: a model is called by 1 to 64 letters, digits,"
	    " '.', '_', '+' and '-'\n"
	    "vendor.conf:7: no setting is called so\n"
	    "vendor.conf:9: a section is \"[model KEY]\", \"[file NAME]\" or"
	    " \"[words SETTING]\"\n"
	    "vendor.conf:11: neither a section nor \"name = value\"\n"
	    "vendor.conf:13: ports are a number from 1 to 1000\n",
	    "whatever stands in it, and the next one counts");
}

/* Read behind its end, once (t/fuzz/corpus/phone/section-alone). */
static void
test_bracket_alone(void)
{
	static const struct phone_hearer to = {say, NULL};
	struct phone_types t;
	struct arena a;
	struct err e;
	char path[256];

	said[0] = '\0';
	write_vendor("cisco", "name = Cisco\n[\n[]\n]\n[");
	(void)snprintf(path, sizeof(path), "%s/cisco", folder);
	arena_init(&a, (size_t)1 << 20);
	tap_is_int(phone_types_check(&a, path, &to, &t, &e), 4,
	    "a bracket alone is a mistake");
	tap_ok(strncmp(said, "vendor.conf:2: a section is", 27) == 0,
	    "with its line");
	arena_fini(&a);
}

/* What is shipped. */
static void
test_shipped(void)
{
	struct phone_types t;
	struct arena a;
	struct err e;

	arena_init(&a, (size_t)1 << 20);
	tap_ok(phone_types_load(&a, SRCDIR "/templates", &t, &e) == 0 &&
		   phone_type_find(&t, STR("snom320-1")) != NULL &&
		   phone_type_find(&t, STR("pap2t"))->ports == 2,
	    "the types that come with us can be read");
	arena_fini(&a);
}

static void
test_id(const char *text, const char *want)
{
	char mac[PHONE_MAC_SIZE], out[PHONE_ID_SIZE] = "none";
	int64_t port;

	if (phone_id_read(str_of(text), mac, &port))
		phone_id_write(str_of(mac), port, out);
	tap_ok(strcmp(out, want) == 0, "\"%s\" is %s", text, want);
}

int
main(void)
{
	must(mkdtemp(folder) != NULL);
	test_files();
	test_mistakes();
	test_wrong_section();
	test_bracket_alone();
	test_shipped();
	remove_vendor("cisco");
	remove_vendor("snom");
	must(rmdir(folder) == 0);
	test_id("0123456789ab0", "0123456789ab0");
	test_id("0123456789ab10", "0123456789ab10");
	test_id("0123456789ab007", "0123456789ab7");
	test_id("01:23:45:67:89:AB0", "0123456789ab0");
	test_id("0123.4567.89ab12", "0123456789ab12");
	test_id("0123456789ab", "none");
	test_id("0123456789ab1000", "none");
	test_id("0123456789ab-1", "none");
	test_id("0123456789ag0", "none");
	test_id("", "none");
	return tap_end();
}
