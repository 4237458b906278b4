#include "hubclient.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define URL_MAX 65536

int
hubclient_get(const struct hubclient *c, const char *path,
    struct fetch_answer *ans, struct err *e)
{
	char wait[64];
	const char *const headers[] = {wait, NULL};
	struct fetch_request r = {
	    .socket = c->socket,
	    .method = "GET",
	    .headers = c->device_s > 0 ? headers : NULL,
	    .timeout_ms = c->timeout_ms,
	    .answer_max = c->answer_max,
	};
	struct buf url;
	int rc;

	(void)snprintf(
	    wait, sizeof(wait), "%s: %d", HUBWIRE_TUNNEL_TIMEOUT, c->device_s);
	buf_init(&url, URL_MAX);
	buf_printf(&url, "%s%s", c->origin, path);
	r.url = url.data;
	rc = buf_failed(&url) ? err_set(e, ERR_LIMIT, "the path is too long")
			      : fetch_now(&r, ans, e);
	buf_fini(&url);
	return rc;
}

int
hubclient_order(
    const struct hubclient *c, struct str lines, struct buf *out, struct err *e)
{
	static const char *const headers[] = {
	    "Content-Type: application/x-ndjson", NULL};
	struct fetch_answer got = {0};
	struct fetch_request r = {
	    .socket = c->socket,
	    .method = "POST",
	    .url = HUBWIRE_CONTROL HUBWIRE_ORDERS,
	    .headers = headers,
	    .body = lines,
	    .timeout_ms = c->timeout_ms,
	    .answer_max = c->answer_max,
	};
	int rc = fetch_now(&r, &got, e);

	if (rc == 0 && got.status == 200)
		buf_str(out, buf_view(&got.body));
	buf_fini(&got.body);
	if (rc == 0 && got.status == 200)
		return 1;
	if (rc < 0 && hubclient_listens(c->socket) == 0)
		return 0;
	return err_set(e, ERR_BUSY, "hub does not confirm (status %d)",
	    rc < 0 ? 0 : got.status);
}

int
hubclient_listens(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd, rc = 1;

	if (strlen(path) >= sizeof(to.sun_path))
		return 0;
	str_copy(to.sun_path, sizeof(to.sun_path), str_of(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			rc = 0;
		else if (errno != EAGAIN) /* a full backlog: it is there */
			rc = -1;
	}
	(void)close(fd);
	return rc;
}
