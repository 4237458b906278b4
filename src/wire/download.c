#include "download.h"

#include <string.h>

#include "fetch.h"

#define CONNECT_MS 10000L
#define HEAD_MAX   ((size_t)16 << 10)

bool
download_url_ok(struct str url)
{
	return fetch_url_ok(url);
}

/* An answer that is 200; anything else is said of the last part of the URL. */
static int
ask(const struct fetch_request *r, struct fetch_answer *ans, struct err *e)
{
	const char *name = strrchr(r->url, '/');

	if (fetch_now(r, ans, e) < 0)
		return -1;
	if (ans->status == 200)
		return 0;
	buf_fini(&ans->body);
	return err_set(e, ERR_GONE, "the store answers %d for %.80s",
	    ans->status, name != NULL ? name + 1 : r->url);
}

int
download(const char *url, const struct target_rule *rule, size_t max,
    struct buf *out, struct err *e)
{
	const struct fetch_guard guard = {
	    .rule = *rule, .connect_ms = CONNECT_MS, .head_max = HEAD_MAX};
	const struct fetch_request r = {.method = "GET",
	    .url = url,
	    .timeout_ms = DOWNLOAD_MS,
	    .answer_max = max,
	    .guard = &guard};
	struct fetch_answer ans;

	if (ask(&r, &ans, e) < 0)
		return -1;
	buf_str(out, buf_view(&ans.body));
	buf_fini(&ans.body);
	return 0;
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

	if (ask(&r, &ans, e) < 0)
		return 0;
	buf_fini(&ans.body);
	return 1;
}
