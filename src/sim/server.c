#include "server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "num.h"

static int
unix_address(struct server *s, const char *path, struct err *e)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&s->address;

	if (strlen(path) >= sizeof(un->sun_path))
		return err_set(
		    e, ERR_LIMIT, "the path of the socket is too long");
	un->sun_family = AF_UNIX;
	str_copy(un->sun_path, sizeof(un->sun_path), str_of(path));
	s->address_len = sizeof(*un);
	return 0;
}

static int
tcp_address(struct server *s, struct str host, struct str port, struct err *e)
{
	struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
	char h[256], p[8];
	int rc;

	if (host.len > 2 && host.p[0] == '[')
		host = str_n(host.p + 1, host.len - 2);
	str_copy(h, sizeof(h), host);
	str_copy(p, sizeof(p), port);
	rc = getaddrinfo(h, p, &hints, &found);
	if (rc != 0)
		return err_set(e, ERR_INPUT, "%s: %s", h, gai_strerror(rc));
	memcpy(&s->address, found->ai_addr, found->ai_addrlen);
	s->address_len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

/* Position after the host: the colon before the port, or the end. */
static size_t
host_end(struct str host)
{
	size_t closing = str_find(host, ']');

	if (closing == host.len)
		return str_find(host, ':');
	return closing + 1;
}

bool
server_split(struct str url, struct str *host, struct str *path)
{
	size_t slashes = str_find(url, '/'), end;

	if (slashes == 0 || url.len - slashes < 3 ||
	    url.p[slashes - 1] != ':' || url.p[slashes + 1] != '/')
		return false;
	url = str_n(url.p + slashes + 2, url.len - slashes - 2);
	end = str_find(url, '/');
	*host = str_n(url.p, end);
	*path = end < url.len ? str_n(url.p + end, url.len - end) : STR("/");
	return host->len > 0;
}

int
server_find(struct server *s, const char *url, const char *scheme,
    const char *socket, struct err *e)
{
	struct str port = STR("80");
	size_t end;
	int64_t n;

	if (!str_starts(str_of(url), str_of(scheme)) ||
	    !server_split(str_of(url), &s->host, &s->path))
		return err_set(
		    e, ERR_INPUT, "the URL must begin with %s", scheme);
	if (socket != NULL)
		return unix_address(s, socket, e);
	end = host_end(s->host);
	if (end < s->host.len)
		port = str_n(s->host.p + end + 1, s->host.len - end - 1);
	if (!num_parse(port, 1, 65535, &n))
		return err_set(e, ERR_INPUT, "the URL has a wrong port");
	return tcp_address(s, str_n(s->host.p, end), port, e);
}

int
server_connect(const struct server *s)
{
	const struct sockaddr *to = (const struct sockaddr *)&s->address;
	int one = 1, fd = socket(s->address.ss_family,
			 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (s->address.ss_family != AF_UNIX)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, to, s->address_len) < 0 && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}
