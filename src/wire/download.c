#include "download.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "fetch.h"
#include "must.h"

#define CONNECT_MS 10000L
#define HEAD_MAX   ((size_t)16 << 10)

bool
download_url_ok(struct str url)
{
	return fetch_url_ok(url);
}

/* ---- what is kept ---- */

/* A file, and what its server calls this state of it. */
struct kept {
	char url[2 * FETCH_URL_MAX], tag[FETCH_TAG_SIZE];
	struct buf body;
	uint64_t used; /* the greatest was used last */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for what follows */
static struct kept kept[DOWNLOAD_KEPT];
static uint64_t uses;

/* Of this URL, or the one that gives way to it. */
static struct kept *
place_of(const char *url)
{
	struct kept *oldest = &kept[0];

	for (size_t i = 0; i < DOWNLOAD_KEPT; i++) {
		if (strcmp(kept[i].url, url) == 0)
			return &kept[i];
		if (kept[i].used < oldest->used)
			oldest = &kept[i];
	}
	return oldest;
}

/* The tag of what is kept of it; false: nothing is. */
static bool
tag_of(const char *url, char tag[FETCH_TAG_SIZE])
{
	const struct kept *k;
	bool known;

	must(pthread_mutex_lock(&lock) == 0);
	k = place_of(url);
	known = strcmp(k->url, url) == 0 && k->tag[0] != '\0';
	if (known)
		str_copy(tag, FETCH_TAG_SIZE, str_of(k->tag));
	must(pthread_mutex_unlock(&lock) == 0);
	return known;
}

/* It has not changed since this tag: false if it is not kept any more. */
static bool
recall(const char *url, const char *tag, size_t max, struct buf *out)
{
	struct kept *k;
	bool known;

	must(pthread_mutex_lock(&lock) == 0);
	k = place_of(url);
	known = strcmp(k->url, url) == 0 && strcmp(k->tag, tag) == 0 &&
		k->body.len <= max;
	if (known) {
		k->used = ++uses;
		buf_str(out, buf_view(&k->body));
	}
	must(pthread_mutex_unlock(&lock) == 0);
	return known;
}

static void
keep(const char *url, const struct fetch_answer *ans)
{
	struct kept *k;

	if (ans->tag[0] == '\0' || strlen(url) >= sizeof(k->url) ||
	    ans->body.len > DOWNLOAD_KEPT_MAX)
		return;
	must(pthread_mutex_lock(&lock) == 0);
	k = place_of(url);
	str_copy(k->url, sizeof(k->url), str_of(url));
	str_copy(k->tag, sizeof(k->tag), str_of(ans->tag));
	buf_fini(&k->body);
	buf_init(&k->body, DOWNLOAD_KEPT_MAX);
	buf_str(&k->body, buf_view(&ans->body));
	k->used = ++uses;
	must(pthread_mutex_unlock(&lock) == 0);
}

/* ---- asking ---- */

/* An answer that is 200, or also: anything else is said of the last part of the
 * URL. */
static int
ask(const struct fetch_request *r, int also, struct fetch_answer *ans,
    struct err *e)
{
	const char *name = strrchr(r->url, '/');

	if (fetch_now(r, ans, e) < 0)
		return -1;
	if (ans->status == 200 || ans->status == also)
		return 0;
	buf_fini(&ans->body);
	return err_set(e, ERR_GONE, "the store answers %d for %.80s",
	    ans->status, name != NULL ? name + 1 : r->url);
}

/* What is wanted. */
struct wanted {
	const char *url;
	const struct target_rule *rule;
	size_t max;
};

/* 1; 0 it is as it was with this tag (NULL: none), -1. */
static int
get(const struct wanted *w, const char *tag, struct buf *out, struct err *e)
{
	const struct fetch_guard guard = {
	    .rule = *w->rule, .connect_ms = CONNECT_MS, .head_max = HEAD_MAX};
	char line[FETCH_TAG_SIZE + 32];
	const char *const headers[] = {line, NULL};
	const struct fetch_request r = {.method = "GET",
	    .url = w->url,
	    .headers = tag != NULL ? headers : NULL,
	    .timeout_ms = DOWNLOAD_MS,
	    .answer_max = w->max,
	    .guard = &guard};
	struct fetch_answer ans;
	int rc;

	(void)snprintf(
	    line, sizeof(line), "If-None-Match: %s", tag != NULL ? tag : "");
	if (ask(&r, tag != NULL ? 304 : 200, &ans, e) < 0)
		return -1;
	rc = ans.status == 200;
	if (rc > 0) {
		keep(w->url, &ans);
		buf_str(out, buf_view(&ans.body));
	}
	buf_fini(&ans.body);
	return rc;
}

int
download(const char *url, const struct target_rule *rule, size_t max,
    struct buf *out, struct err *e)
{
	const struct wanted w = {url, rule, max};
	char tag[FETCH_TAG_SIZE];
	int rc = get(&w, tag_of(url, tag) ? tag : NULL, out, e);

	/* Another thread may have let it go meanwhile. */
	if (rc == 0 && !recall(url, tag, max, out))
		rc = get(&w, NULL, out, e);
	return rc < 0 ? -1 : 0;
}

int
download_has(const char *url, const struct target_rule *rule, struct err *e)
{
	const struct fetch_guard guard = {
	    .rule = *rule, .connect_ms = CONNECT_MS, .head_max = HEAD_MAX};
	const struct fetch_request r = {.method = "HEAD",
	    .url = url,
	    .timeout_ms = DOWNLOAD_MS,
	    .guard = &guard};
	struct fetch_answer ans;

	if (ask(&r, 200, &ans, e) < 0)
		return 0;
	buf_fini(&ans.body);
	return 1;
}
