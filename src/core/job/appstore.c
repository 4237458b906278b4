#include "appstore.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "catalogue.h"
#include "crypto.h"
#include "file.h"
#include "jout.h"
#include "json.h"
#include "must.h"

#define FOLDER_MODE 0755
#define FILE_MODE   0644
#define PRODUCT_MAX 32
#define CATALOGUE   "firmware.json"

static int __attribute__((format(printf, 3, 4)))
path_of(char out[PATH_MAX], struct err *e, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, PATH_MAX, fmt, ap);
	va_end(ap);
	return n < PATH_MAX ? 0 : err_set(e, ERR_LIMIT, "too long a path");
}

/* ---- the folder ---- */

static int
need_folder(const char *path, struct err *e)
{
	return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST
		   ? 0
		   : err_sys(e, "cannot make %s", path);
}

/* The descriptor that holds the lock until it is closed, or -1. */
static int
lock_folder(const char *folder, struct err *e)
{
	char path[PATH_MAX];
	int fd;

	if (need_folder(folder, e) < 0 ||
	    path_of(path, e, "%s/.lock", folder) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE_SECRET);
	if (fd < 0)
		return err_sys(e, "%s", path);
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	(void)close(fd);
	return err_sys(e, "%s", path);
}

/* ---- the bytes of a file ---- */

/* All of it, until it is unmapped. */
static int
map_file(const char *path, struct str *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	void *p;

	if (fd < 0)
		return err_sys(e, "%s", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		(void)close(fd);
		return err_set(
		    e, ERR_INPUT, "%s is no file, or is empty", path);
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (p == MAP_FAILED)
		return err_sys(e, "%s", path);
	*out = str_n(p, (size_t)st.st_size);
	return 0;
}

static void
unmap(struct str bytes)
{
	must(munmap((void *)(uintptr_t)bytes.p, bytes.len) == 0);
}

static int
need_room(const char *folder, size_t size, struct err *e)
{
	struct statvfs fs;
	uint64_t spare = (uint64_t)APPSTORE_SPARE_MB << 20;

	if (statvfs(folder, &fs) < 0)
		return err_sys(e, "%s", folder);
	return (uint64_t)fs.f_bavail * fs.f_frsize >= size + spare
		   ? 0
		   : err_set(e, ERR_LIMIT,
			 "the disk has no room for %lld bytes",
			 (long long)size);
}

/* Under another name first, on the disk before it gets its own. */
static int
write_file(const char *path, struct str bytes, struct err *e)
{
	char aside[PATH_MAX];

	if (path_of(aside, e, "%s.new", path) < 0)
		return -1;
	(void)unlink(aside);
	if (file_make(aside, FILE_MODE, bytes, e) <= 0)
		return -1;
	return rename(aside, path) == 0 ? 0 : err_sys(e, "%s", path);
}

static int
copy_file(const char *folder, const struct appstore_file *f, const char *name,
    struct err *e)
{
	char path[PATH_MAX];
	struct str bytes;
	int rc;

	if (path_of(path, e, "%s/%.*s", folder, (int)f->build.len, f->build.p) <
		0 ||
	    map_file(f->path, &bytes, e) < 0)
		return -1;
	rc = need_room(folder, bytes.len, e);
	if (rc == 0)
		rc = need_folder(path, e);
	if (rc == 0)
		rc = path_of(path, e, "%s/%.*s/%s", folder, (int)f->build.len,
		    f->build.p, name);
	if (rc == 0)
		rc = write_file(path, bytes, e);
	unmap(bytes);
	return rc;
}

/* ---- firmware.json ---- */

/* What it will say: releases, and which of them products have. */
struct shelf {
	struct catalogue old;
	const struct appstore_file *add; /* NULL: none */
	struct str product;              /* of add; may be empty */
	struct str drop;                 /* a build; may be empty */
};

/* Written anew from what can be read, it would have lost the rest. */
static int
need_whole(struct arena *a, struct str text, struct err *e)
{
	const struct json *v;

	return json_read(a, text, CATALOGUE_MAX, &v, e) == 0
		   ? 0
		   : err_set(e, ERR_INPUT,
			 CATALOGUE " is damaged: mend it, or remove it");
}

static int
read_old(
    struct arena *a, const char *folder, struct catalogue *out, struct err *e)
{
	char path[PATH_MAX];
	struct buf text;
	int rc;

	*out = (struct catalogue){0};
	if (path_of(path, e, "%s/" CATALOGUE, folder) < 0)
		return -1;
	buf_init(&text, CATALOGUE_MAX + 1);
	rc = file_text(path, CATALOGUE_MAX, &text, e);
	if (rc > 0)
		rc = need_whole(a, buf_view(&text), e) < 0
			 ? -1
			 : catalogue_read(a, buf_view(&text), out, e);
	buf_fini(&text);
	return rc;
}

/* One that is added is said anew. */
static bool
stays(const struct shelf *s, const struct release *r)
{
	return !str_eq(r->build, s->drop) &&
	       (s->add == NULL || !str_eq(r->id, s->add->release));
}

static bool
has_release(const struct offer *o, struct str id)
{
	return o != NULL && catalogue_release(o, id) != NULL;
}

static void
put_offer(struct jout *j, const struct shelf *s, const struct offer *o)
{
	bool more = s->add != NULL && (str_eq_nocase(o->id, s->product) ||
					  has_release(o, s->add->release));

	jout_object(j, NULL);
	jout_str(j, "id", o->id);
	jout_array(j, "versions");
	for (size_t i = 0; i < o->n; i++)
		if (stays(s, &o->releases[i]))
			jout_str(j, NULL, o->releases[i].id);
	if (more)
		jout_str(j, NULL, s->add->release);
	jout_end(j);
	jout_end(j);
}

static void
put_release(struct jout *j, struct str id, struct str build)
{
	jout_object(j, NULL);
	jout_str(j, "id", id);
	jout_str(j, "build", build);
	jout_strz(j, "text", "");
	jout_strz(j, "wiki", "");
	jout_end(j);
}

/* Is it the first offer that has this release? */
static bool
is_first(const struct catalogue *c, size_t at, struct str id)
{
	for (size_t i = 0; i < at; i++)
		if (has_release(&c->offers[i], id))
			return false;
	return true;
}

static void
put_releases(struct jout *j, const struct shelf *s)
{
	const struct catalogue *c = &s->old;

	jout_array(j, "versions");
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->offers[i].n; k++) {
			const struct release *r = &c->offers[i].releases[k];

			if (stays(s, r) && is_first(c, i, r->id))
				put_release(j, r->id, r->build);
		}
	if (s->add != NULL)
		put_release(j, s->add->release, s->add->build);
	jout_end(j);
}

static int
write_catalogue(const char *folder, const struct shelf *s, struct err *e)
{
	const struct catalogue *c = &s->old;
	const struct offer fresh = {.id = s->product};
	char path[PATH_MAX];
	struct buf text;
	struct jout j;
	int rc = path_of(path, e, "%s/" CATALOGUE, folder);

	buf_init(&text, CATALOGUE_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	jout_array(&j, "devices");
	for (size_t i = 0; i < c->n; i++)
		put_offer(&j, s, &c->offers[i]);
	if (s->product.len > 0 && catalogue_find(c, s->product) == NULL)
		put_offer(&j, s, &fresh);
	jout_end(&j);
	put_releases(&j, s);
	jout_end(&j);
	if (rc == 0 && buf_failed(&text))
		rc = err_set(e, ERR_LIMIT, "the store has too much");
	if (rc == 0)
		rc = write_file(path, buf_view(&text), e);
	buf_fini(&text);
	return rc;
}

/* ---- adding ---- */

/* "IP222" of ip222.bin; boot code is of no product. */
static struct str
product_of(struct arena *a, const struct appstore_file *f, const char *name)
{
	struct str base = str_n(name, str_find(str_of(name), '.'));
	char *copy;

	if (f->product.len > 0)
		return f->product;
	if (str_starts(base, STR("boot")))
		return STR("");
	copy = arena_str(a, base);
	for (char *c = copy; c != NULL && *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return str_of(copy);
}

static int
check(const struct appstore_file *f, const char *name, struct str product,
    struct err *e)
{
	if (!catalogue_word(f->build, BUILD_MAX) ||
	    !catalogue_word(str_of(name), NAME_MAX) ||
	    (product.len > 0 && !catalogue_word(product, PRODUCT_MAX)))
		return err_set(e, ERR_INPUT,
		    "build, product and name have letters, digits, '.', '-' "
		    "and '_' only");
	if (f->release.len == 0 || f->release.len > RELEASE_MAX ||
	    !str_printable(f->release))
		return err_set(e, ERR_INPUT, "no name of a release");
	return 0;
}

int
appstore_add(struct arena *a, const char *folder, const struct appstore_file *f,
    struct err *e)
{
	const char *slash = strrchr(f->path, '/');
	const char *name = slash != NULL ? slash + 1 : f->path;
	struct shelf s = {.add = f, .product = product_of(a, f, name)};
	int rc, lock;

	if (check(f, name, s.product, e) < 0)
		return -1;
	lock = lock_folder(folder, e);
	if (lock < 0)
		return -1;
	rc = read_old(a, folder, &s.old, e) < 0 ? -1 : 0;
	if (rc == 0)
		rc = copy_file(folder, f, name, e);
	if (rc == 0)
		rc = write_catalogue(folder, &s, e);
	(void)close(lock);
	return rc;
}

/* ---- looking, removing ---- */

static bool
is_hidden(const struct dirent *x)
{
	return x->d_name[0] == '.' || strstr(x->d_name, ".new") != NULL;
}

static int
say_file(
    const char *path, struct appstore_entry *x, appstore_say *say, void *arg)
{
	struct crypto_hash hash;
	char sum[CRYPTO_HEX_MAX];
	struct str bytes;
	struct err e;

	/* One that has just gone is none. */
	if (map_file(path, &bytes, &e) < 0)
		return 0;
	crypto_hash_init(&hash, CRYPTO_SHA256);
	crypto_hash_add(&hash, bytes);
	(void)crypto_hash_hex(&hash, sum);
	x->sum = sum;
	x->size = (int64_t)bytes.len;
	unmap(bytes);
	say(arg, x);
	return 0;
}

/* Each name in a folder that is not hidden; one that is not there is empty. */
typedef int each_name(void *arg, const char *path, const char *name);

static int
each_in(const char *folder, each_name *fn, void *arg, struct err *e)
{
	char path[PATH_MAX];
	struct dirent *x;
	DIR *d = opendir(folder);
	int rc = 0;

	if (d == NULL)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : err_sys(e, "%s", folder);
	while (rc == 0 && (x = readdir(d)) != NULL)
		if (!is_hidden(x))
			rc = path_of(path, e, "%s/%s", folder, x->d_name) < 0
				 ? -1
				 : fn(arg, path, x->d_name);
	(void)closedir(d);
	return rc;
}

struct walk {
	const struct catalogue *c;
	appstore_say *say;
	void *arg;
	const char *build;
	struct err *e;
};

static struct str
release_of(const struct catalogue *c, const char *build)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->offers[i].n; k++)
			if (str_eqz(c->offers[i].releases[k].build, build))
				return c->offers[i].releases[k].id;
	return STR("");
}

static int
walk_file(void *arg, const char *path, const char *name)
{
	const struct walk *w = arg;
	struct appstore_entry x = {.build = w->build, .name = name};

	x.release = release_of(w->c, w->build);

	return say_file(path, &x, w->say, w->arg);
}

static int
walk_build(void *arg, const char *path, const char *name)
{
	struct walk *w = arg;

	w->build = name;
	return each_in(path, walk_file, w, w->e);
}

int
appstore_list(struct arena *a, const char *folder, appstore_say *say, void *arg,
    struct err *e)
{
	struct catalogue c;
	struct walk w = {.c = &c, .say = say, .arg = arg, .e = e};

	/* The files are there, whatever is wrong with it. */
	if (read_old(a, folder, &c, e) < 0)
		c = (struct catalogue){0};
	return each_in(folder, walk_build, &w, e);
}

static int
remove_file(void *arg, const char *path, const char *name)
{
	(void)name;
	return unlink(path) == 0 ? 0 : err_sys(arg, "%s", path);
}

/* No release names it any more before its files go. */
static int
remove_build(struct arena *a, const char *folder, const char *path,
    struct str build, struct err *e)
{
	struct shelf s = {.drop = build};

	if (read_old(a, folder, &s.old, e) < 0 ||
	    write_catalogue(folder, &s, e) < 0 ||
	    each_in(path, remove_file, e, e) < 0)
		return -1;
	return rmdir(path) == 0 ? 0 : err_sys(e, "%s", path);
}

int
appstore_remove(
    struct arena *a, const char *folder, struct str build, struct err *e)
{
	char path[PATH_MAX];
	struct stat st;
	int rc, lock;

	if (!catalogue_word(build, BUILD_MAX) ||
	    path_of(path, e, "%s/%.*s", folder, (int)build.len, build.p) < 0 ||
	    stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_GONE, "no such build");
	lock = lock_folder(folder, e);
	if (lock < 0)
		return -1;
	rc = remove_build(a, folder, path, build, e);
	(void)close(lock);
	return rc;
}
