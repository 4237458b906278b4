#include "phone_source.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

#define PATH_ROOM 4096
#define TEXT_MAX  ((size_t)256 << 10) /* bytes of a file that is compared */

/* "yealink/phone.cfg" of "/usr/share/.../yealink/phone.cfg". */
static const char *
name_of(const char *path)
{
	const char *at = strrchr(path, '/');

	while (at != NULL && at > path && at[-1] != '/')
		at--;
	return at != NULL ? at : path;
}

int
phone_source_text(const struct json *over, const char *path, size_t max,
    struct buf *out, struct err *e)
{
	const struct json *text = json_member(over, name_of(path));

	if (text == NULL)
		return file_text(path, max, out, e);
	if (json_text(text).len > max)
		return err_set(e, ERR_LIMIT, "%s is too long", name_of(path));
	buf_str(out, json_text(text));
	return 1;
}

/* ---- another folder ---- */

struct differ {
	const char *folder, *other;
	struct jout j;
	struct err *e;
};

static int
read_one(const char *folder, const char *vendor, const char *name,
    struct buf *out, struct err *e)
{
	char path[PATH_ROOM];

	(void)snprintf(path, sizeof(path), "%s/%s/%s", folder, vendor, name);
	buf_init(out, TEXT_MAX + 1);
	return file_text(path, TEXT_MAX, out, e);
}

static int
compare(struct differ *d, const char *vendor, const char *name)
{
	char key[PHONE_SOURCE_NAME];
	struct buf ours, theirs;
	int n = snprintf(key, sizeof(key), "%s/%s", vendor, name);
	int rc = read_one(d->other, vendor, name, &theirs, d->e);
	int has = rc > 0 ? read_one(d->folder, vendor, name, &ours, d->e) : 0;

	if (rc > 0 && has >= 0 && n > 0 && (size_t)n < sizeof(key) &&
	    (has == 0 || !str_eq(buf_view(&ours), buf_view(&theirs))))
		jout_str(&d->j, key, buf_view(&theirs));
	buf_fini(&theirs);
	if (rc > 0)
		buf_fini(&ours);
	return rc < 0 || has < 0 ? -1 : 0;
}

static int
each_name(struct differ *d, const char *path, const char *vendor,
    int (*fn)(struct differ *d, const char *vendor, const char *name))
{
	DIR *dir = opendir(path);
	const struct dirent *one;
	int rc = 0;

	/* A file beside the vendors is none of theirs. */
	if (dir == NULL)
		return vendor != NULL ? 0
				      : err_sys(d->e, "cannot read %s", path);
	while (rc == 0 && (one = readdir(dir)) != NULL)
		if (one->d_name[0] != '.')
			rc = fn(d, vendor, one->d_name);
	(void)closedir(dir);
	return rc;
}

static int
compare_vendor(struct differ *d, const char *none, const char *vendor)
{
	char path[PATH_ROOM];
	struct buf text;
	int rc = read_one(d->folder, vendor, "vendor.conf", &text, d->e);

	(void)none;
	buf_fini(&text);
	(void)snprintf(path, sizeof(path), "%s/%s", d->other, vendor);
	/* Not a vendor of ours: mails and the like. */
	return rc > 0 ? each_name(d, path, vendor, compare) : 0;
}

int
phone_source_differ(
    const char *folder, const char *other, struct buf *out, struct err *e)
{
	struct differ d = {.folder = folder, .other = other, .e = e};
	int rc;

	jout_init(&d.j, buf_sink(out));
	jout_object(&d.j, NULL);
	rc = each_name(&d, other, NULL, compare_vendor);
	jout_end(&d.j);
	return rc == 0 && buf_failed(out)
		   ? err_set(e, ERR_LIMIT, "the templates are too long")
		   : rc;
}
