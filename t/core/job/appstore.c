/* The store of firmware of an instance: files come whole or not at all. */
#include "appstore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue.h"
#include "file.h"
#include "must.h"
#include "tap.h"

static char folder[64], store[96];
static struct arena a;
static struct err e;

static const char *
made(const char *name, const char *text)
{
	static char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(file_replace(path, FILE_MODE_PUBLIC, str_of(text), &e) == 0);
	return path;
}

static const char *
made_name(const char *name)
{
	static char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int
add(const char *release, const char *build, const char *product,
    const char *path)
{
	const struct appstore_file f = {.release = str_of(release),
	    .build = str_of(build),
	    .product = str_of(product),
	    .path = path};

	return appstore_add(&a, store, &f, &e);
}

/* The build of a product's release, as firmware.json says. */
static const char *
says(const char *product, const char *release)
{
	char path[160];
	struct catalogue c;
	struct buf text;
	const struct offer *o;
	const struct release *r = NULL;

	(void)snprintf(path, sizeof(path), "%s/firmware.json", store);
	buf_init(&text, CATALOGUE_MAX);
	must(file_text(path, CATALOGUE_MAX - 1, &text, &e) == 1);
	must(catalogue_read(&a, buf_view(&text), &c, &e) == 0);
	buf_fini(&text);
	o = catalogue_find(&c, str_of(product));
	if (o != NULL)
		r = catalogue_release(o, str_of(release));
	return r != NULL ? arena_str(&a, r->build) : "none";
}

static int nfiles;
static char last[256];

static void
note(void *arg, const struct appstore_entry *x)
{
	(void)arg;
	nfiles++;
	(void)snprintf(last, sizeof(last), "%.*s %s/%s %lld %s",
	    (int)x->release.len, x->release.p, x->build, x->name,
	    (long long)x->size, x->sum);
}

static int
count(void)
{
	nfiles = 0;
	must(appstore_list(&a, store, note, NULL, &e) == 0);
	return nfiles;
}

static void
test_adding(void)
{
	tap_is_int(count(), 0, "a store that was never made is empty");
	tap_ok(add("13r1", "131705", "", made("ip222.bin", "abc")) == 0,
	    "a file is added");
	tap_is_int(count(), 1, "and is there");
	tap_is_str(last,
	    "13r1 131705/ip222.bin 3 "
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9c"
	    "b410ff61f20015ad",
	    "with its release, size and SHA-256");
	tap_is_str(says("IP222", "13r1"), "131705",
	    "its name says which product it is for");
	tap_ok(add("13r1", "131705", "", made("boot222.bin", "boot")) == 0,
	    "boot code");
	tap_is_str(says("BOOT222", "13r1"), "none", "is of no product");
	tap_is_str(says("IP222", "13r1"), "131705", "and takes nothing away");
	tap_ok(
	    add("14r1", "140001", "", made("ip222.bin", "new")) == 0 &&
		add("14r1", "140001", "IP232", made("ip222.bin", "new")) == 0,
	    "another build, for two products");
	tap_ok(strcmp(says("IP222", "14r1"), "140001") == 0 &&
		   strcmp(says("IP232", "14r1"), "140001") == 0 &&
		   strcmp(says("IP222", "13r1"), "131705") == 0,
	    "which firmware.json says");
	tap_is_int(count(), 3, "a file of that name is replaced");
	tap_ok(add("13r1", "131799", "", made("ip222.bin", "fix")) == 0,
	    "a release gets another build");
	tap_is_str(
	    says("IP222", "13r1"), "131799", "which is its one from then");
}

static void
test_refusals(void)
{
	char long_name[300];

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	tap_ok(add("14r1", "../x", "", made("ip1.bin", "x")) < 0 &&
		   e.kind == ERR_INPUT,
	    "a build is a word");
	tap_ok(add("14r1", "1", "a b", made("ip1.bin", "x")) < 0 &&
		   e.kind == ERR_INPUT,
	    "so is a product");
	tap_ok(add("", "1", "", made("ip1.bin", "x")) < 0 &&
		   add(long_name, "1", "", made("ip1.bin", "x")) < 0 &&
		   e.kind == ERR_INPUT,
	    "a release has a name");
	tap_ok(add("14r1", "1", "", made("a b.bin", "x")) < 0, "so has a file");
	tap_ok(add("14r1", "1", "", made("ip1.bin", "")) < 0, "and bytes");
	tap_ok(add("14r1", "1", "", folder) < 0, "a folder is none");
	tap_ok(add("14r1", "1", "", "/nowhere/ip1.bin") < 0, "it is there");
	tap_is_int(count(), 4, "nothing came of all that");
	must(mkfifo(made_name("ip2.bin"), 0600) == 0);
	tap_ok(add("14r1", "1", "", made_name("ip2.bin")) < 0,
	    "a pipe is no file, and nobody waits for it");
	must(unlink(made_name("ip2.bin")) == 0);
}

/* What could be read of it was written, and the rest was lost. */
static void
test_damaged(void)
{
	char path[160];
	struct buf whole, cut;

	(void)snprintf(path, sizeof(path), "%s/firmware.json", store);
	buf_init(&whole, CATALOGUE_MAX);
	buf_init(&cut, CATALOGUE_MAX);
	must(file_text(path, CATALOGUE_MAX - 1, &whole, &e) == 1);
	must(file_replace(path, FILE_MODE_PUBLIC,
		 str_n(whole.data, whole.len / 2), &e) == 0);
	tap_ok(add("15r1", "150001", "", made("ip1.bin", "x")) < 0 &&
		   e.kind == ERR_INPUT,
	    "to a damaged store nothing is added: the rest would be lost");
	tap_ok(appstore_remove(&a, store, STR("140001"), &e) < 0,
	    "nor is anything taken away");
	tap_is_int(count(), 4, "its files stay");
	must(file_text(path, CATALOGUE_MAX - 1, &cut, &e) == 1);
	tap_is_int((long long)cut.len, (long long)whole.len / 2, "and it does");
	must(file_replace(path, FILE_MODE_PUBLIC, buf_view(&whole), &e) == 0);
	buf_fini(&whole);
	buf_fini(&cut);
}

static void
test_removing(void)
{
	tap_ok(
	    appstore_remove(&a, store, STR("140001"), &e) == 0, "a build goes");
	tap_is_str(says("IP222", "14r1"), "none", "its release as well");
	tap_is_str(says("IP222", "13r1"), "131799", "others stay");
	tap_ok(appstore_remove(&a, store, STR("140001"), &e) < 0 &&
		   e.kind == ERR_GONE,
	    "it is gone then");
	tap_ok(
	    appstore_remove(&a, store, STR(".."), &e) < 0 && e.kind == ERR_GONE,
	    "a build is never a folder outside");
	must(appstore_remove(&a, store, STR("131705"), &e) == 0 &&
	     appstore_remove(&a, store, STR("131799"), &e) == 0);
	tap_is_int(count(), 0, "all can go");
}

static void
drop(const char *format)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, format);
	must(remove(path) == 0);
}

int
main(void)
{
	static const char *const left[] = {"ip222.bin", "boot222.bin",
	    "ip1.bin", "a b.bin", "store/.lock", "store/firmware.json", "store",
	    ""};

	(void)snprintf(folder, sizeof(folder), "/tmp/fleetline-store-XXXXXX");
	must(mkdtemp(folder) != NULL);
	(void)snprintf(store, sizeof(store), "%s/store", folder);
	arena_init(&a, 16 << 20);
	test_adding();
	test_refusals();
	test_damaged();
	test_removing();
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		drop(left[i]);
	arena_fini(&a);
	return tap_end();
}
