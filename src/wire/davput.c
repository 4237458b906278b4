#include "davput.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "fetch.h"

#define CONNECT_MS 10000L
#define HEAD_MAX   ((size_t)16 << 10)
#define ANSWER_MAX ((size_t)64 << 10) /* of what nobody reads */

/* ---- words ---- */

static int
refuse(int status, struct err *e)
{
	static const struct {
		int status;
		const char *why;
	} known[] = {
	    {401, ": the login is wrong"},
	    {403, ": it does not allow that"},
	    {404, ": there is no such place"},
	    {405, ": it takes no files"},
	    {409, ": there is no such place"},
	    {413, ": the text is too long for it"},
	    {507, ": it has no room"},
	};
	const char *why = status / 100 == 3 ? ": it names another place" : "";

	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].status == status)
			why = known[i].why;
	return err_set(e, ERR_IO, "the target answers %d%s", status, why);
}

/* ---- requests ---- */

/* One request; *ans is the caller's. */
static int
ask(const struct davput *d, const char *method, const char *url,
    struct fetch_answer *ans, struct err *e)
{
	const struct fetch_guard guard = {.rule = *d->rule,
	    .connect_ms =
		d->timeout_ms < CONNECT_MS ? d->timeout_ms : CONNECT_MS,
	    .head_max = HEAD_MAX};
	const char *const headers[] = {"Content-Type: text/plain", NULL};
	bool put = strcmp(method, "PUT") == 0;
	const struct fetch_request r = {.method = method,
	    .url = url,
	    .headers = put ? headers : NULL,
	    .body = put ? d->text : STR(""),
	    .timeout_ms = d->timeout_ms,
	    .answer_max = d->text.len + ANSWER_MAX,
	    .guard = &guard,
	    .login = d->login,
	    .password = d->password != NULL ? d->password : ""};

	return fetch_now(&r, ans, e);
}

/* The status of one, or -1. */
static int
status_of(
    const struct davput *d, const char *method, const char *url, struct err *e)
{
	struct fetch_answer ans;

	if (ask(d, method, url, &ans, e) < 0)
		return -1;
	buf_fini(&ans.body);
	return ans.status;
}

static bool
is_done(int status)
{
	return status >= 200 && status < 300;
}

/* The first n folders of the place, and what stands behind. */
static void
url_of(const struct davput *d, size_t n, const char *behind,
    char out[DAVPUT_URL_MAX])
{
	size_t len = strlen(d->url);
	int used;

	while (len > 0 && d->url[len - 1] == '/')
		len--;
	used = snprintf(out, DAVPUT_URL_MAX, "%.*s", (int)len, d->url);
	for (size_t i = 0; i < n; i++)
		used += snprintf(out + used, DAVPUT_URL_MAX - (size_t)used,
		    "/%s", d->folders[i]);
	(void)snprintf(
	    out + used, DAVPUT_URL_MAX - (size_t)used, "/%s", behind);
}

/* One that is there is 405 (RFC 4918 9.3.1); the slash is wanted by nginx. */
static int
make_folders(const struct davput *d, struct err *e)
{
	char url[DAVPUT_URL_MAX];

	for (size_t i = 1; i <= DAVPUT_FOLDERS; i++) {
		int status;

		url_of(d, i, "", url);
		status = status_of(d, "MKCOL", url, e);
		if (status < 0)
			return -1;
		if (!is_done(status) && status != 405)
			return refuse(status, e);
	}
	return 0;
}

/* RFC 4918 9.7.1 says 409; servers say others, too. */
static bool
lacks_folder(int status)
{
	return status == 409 || status == 404 || status == 500;
}

static int
put(const struct davput *d, const char *url, struct err *e)
{
	int status = status_of(d, "PUT", url, e);

	if (lacks_folder(status)) {
		if (make_folders(d, e) < 0)
			return -1;
		status = status_of(d, "PUT", url, e);
	}
	if (status < 0)
		return -1;
	return is_done(status) ? 0 : refuse(status, e);
}

/* It takes files and shows nobody what it has. */
static bool
is_dark(int status)
{
	return status == 401 || status == 403 || status == 405;
}

/* What a drop box says of it; seen: its answer to GET. */
static int
verify_length(const struct davput *d, const char *url, int seen, struct err *e)
{
	struct fetch_answer ans;

	if (ask(d, "HEAD", url, &ans, e) < 0)
		return -1;
	buf_fini(&ans.body);
	if (!is_dark(ans.status) && ans.status != 200)
		return refuse(ans.status, e);
	if (ans.status == 200 && ans.length >= 0)
		return (uint64_t)ans.length == d->text.len
			   ? 0
			   : err_set(
				 e, ERR_IO, "the target has another length");
	(void)err_set(e, ERR_DENIED,
	    "not verified: the target takes it, and answers %d when it is read "
	    "back",
	    seen);
	return 1;
}

/* It has what it was given. */
static int
verify(const struct davput *d, const char *url, struct err *e)
{
	struct fetch_answer ans;
	int rc = 0;

	if (ask(d, "GET", url, &ans, e) < 0)
		return -1;
	if (is_dark(ans.status))
		rc = verify_length(d, url, ans.status, e);
	else if (ans.status != 200)
		rc = refuse(ans.status, e);
	else if (!str_eq(buf_view(&ans.body), d->text))
		rc = err_set(e, ERR_IO, "the target gives back something else");
	buf_wipe(&ans.body);
	return rc;
}

int
davput(const struct davput *d, struct err *e)
{
	char url[DAVPUT_URL_MAX];
	size_t len = strlen(d->url) + strlen(d->name) + DAVPUT_FOLDERS + 2;

	for (size_t i = 0; i < DAVPUT_FOLDERS; i++)
		len += strlen(d->folders[i]);
	if (len > DAVPUT_URL_MAX)
		return err_set(
		    e, ERR_INPUT, "the URL of the target is too long");
	url_of(d, DAVPUT_FOLDERS, d->name, url);
	return put(d, url, e) < 0 ? -1 : verify(d, url, e);
}
