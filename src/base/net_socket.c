#include "net_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

static bool
fill_socket(const char *host, uint16_t port, bool v6,
    struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in in4 = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	memset(out, 0, sizeof(*out));
	in4.sin_port = in6.sin6_port = htons(port);
	*len = v6 ? sizeof(in6) : sizeof(in4);
	if (inet_pton(v6 ? AF_INET6 : AF_INET, host,
		v6 ? (void *)&in6.sin6_addr : (void *)&in4.sin_addr) != 1)
		return false;
	memcpy(out, v6 ? (void *)&in6 : (void *)&in4, *len);
	return true;
}

bool
net_socket(struct str text, struct sockaddr_storage *out, socklen_t *len)
{
	bool v6 = text.len > 0 && text.p[0] == '[';
	size_t end = str_find(text, v6 ? ']' : ':');
	size_t colon = v6 ? end + 1 : end;
	char host[INET6_ADDRSTRLEN];
	int64_t port;

	if (colon >= text.len || text.p[colon] != ':' ||
	    !num_parse(str_n(text.p + colon + 1, text.len - colon - 1), 1,
		65535, &port) ||
	    end - v6 >= sizeof(host))
		return false;
	str_copy(host, sizeof(host), str_n(text.p + v6, end - v6));
	return fill_socket(host, (uint16_t)port, v6, out, len);
}

void
net_socket_text(const struct sockaddr_storage *sa, char out[NET_SOCKET_SIZE])
{
	char host[INET6_ADDRSTRLEN] = "";
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	memcpy(&in4, sa, sizeof(in4));
	memcpy(&in6, sa, sizeof(in6));
	if (sa->ss_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
		(void)snprintf(out, NET_SOCKET_SIZE, "[%s]:%u", host,
		    (unsigned)ntohs(in6.sin6_port));
	} else {
		(void)inet_ntop(AF_INET, &in4.sin_addr, host, sizeof(host));
		(void)snprintf(out, NET_SOCKET_SIZE, "%s:%u", host,
		    (unsigned)ntohs(in4.sin_port));
	}
}
