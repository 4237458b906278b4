/* Sockets as text, and what is none. */
#include "net_socket.h"

#include "count.h"
#include "tap.h"

static void
sockets(void)
{
	static const char *const good[] = {
	    "192.0.2.10:5060", "[2001:db8::1]:1", "127.0.0.1:65535"};
	static const char *const bad[] = {"", "192.0.2.10",
	    "192.0.2.10:", "192.0.2.10:0", "192.0.2.10:65536",
	    "2001:db8::1:5060", "[2001:db8::1]", "[2001:db8::1]5060",
	    "[192.0.2.10]:1", "host:1", "192.0.2.10:5060 "};
	struct sockaddr_storage sa;
	char text[NET_SOCKET_SIZE];
	socklen_t len;

	for (size_t i = 0; i < COUNT(good); i++) {
		tap_ok(net_socket(str_of(good[i]), &sa, &len), "%s", good[i]);
		net_socket_text(&sa, text);
		tap_is_str(text, good[i], "and back");
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!net_socket(str_of(bad[i]), &sa, &len),
		    "no socket: \"%s\"", bad[i]);
}

int
main(void)
{
	sockets();
	return tap_end();
}
