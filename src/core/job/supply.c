#include "supply.h"

#include <stdio.h>
#include <sys/stat.h>

#include "download.h"
#include "file.h"
#include "setting.h"

#define URL_MAX (SUPPLY_URL_MAX + SUPPLY_PATH_MAX)

const char *
supply_folder(struct arena *a, const struct conf *conf)
{
	return arena_printf(a, "%s/store", conf->state);
}

static int
open_own(struct ask *q, const struct conf *conf, struct supply *out)
{
	if (conf->device_url[0] == '\0')
		return err_set(q->err, ERR_INPUT,
		    "[instance] url is not set: devices could not find the "
		    "store");
	out->folder = supply_folder(q->arena, conf);
	out->url = arena_printf(q->arena, "%s/store", conf->device_url);
	return out->folder != NULL && out->url != NULL
		   ? 0
		   : err_set(q->err, ERR_LIMIT, "no room");
}

int
supply_open(struct ask *q, const struct conf *conf, struct supply *out)
{
	struct str url;

	*out = (struct supply){.rule = {.private_ok = conf->private_ok,
				   .also = conf->fetch_local}};
	if (setting_get(q, "jobs.store", &url) < 0)
		return -1;
	if (url.len == 0)
		return open_own(q, conf, out);
	while (url.len > 0 && url.p[url.len - 1] == '/')
		url.len--;
	out->url = arena_str(q->arena, url);
	return out->url != NULL ? 0 : err_set(q->err, ERR_LIMIT, "no room");
}

/* ---- ours ---- */

static void
own_path(const struct supply *s, const char *path, char out[SUPPLY_URL_MAX])
{
	(void)snprintf(out, SUPPLY_URL_MAX, "%s/%s", s->folder, path);
}

static int
read_own(const struct supply *s, const char *path, size_t max, struct buf *out,
    struct err *e)
{
	char full[SUPPLY_URL_MAX];

	own_path(s, path, full);
	return file_text(full, max, out, e) > 0 ? 0 : -1;
}

static int
has_own(const struct supply *s, const char *path, struct err *e)
{
	char full[SUPPLY_URL_MAX];
	struct stat st;

	own_path(s, path, full);
	if (stat(full, &st) == 0 && S_ISREG(st.st_mode))
		return 1;
	(void)err_set(e, ERR_GONE, "the store has no %s", path);
	return 0;
}

/* ---- either ---- */

static void
url_of(const struct supply *s, const char *path, char out[URL_MAX])
{
	(void)snprintf(out, URL_MAX, "%s/%s", s->url, path);
}

int
supply_read(const struct supply *s, const char *path, size_t max,
    struct buf *out, struct err *e)
{
	char url[URL_MAX];

	url_of(s, path, url);
	return s->folder != NULL ? read_own(s, path, max, out, e)
				 : download(url, &s->rule, max, out, e);
}

int
supply_has(const struct supply *s, const char *path, struct err *e)
{
	char url[URL_MAX];

	url_of(s, path, url);
	return s->folder != NULL ? has_own(s, path, e)
				 : download_has(url, &s->rule, e);
}
