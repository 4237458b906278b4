/*
 * net_socket -- sockets as text: "192.0.2.10:5060", "[2001:db8::1]:5060".
 *
 * Addresses only, no names: nobody is asked.  Apart from net.h, because what the
 * system's header has, send() above all, is a word of others, too.
 */
#ifndef FL_NET_SOCKET_H
#define FL_NET_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "str.h"

#define NET_SOCKET_SIZE 56 /* with brackets, port and NUL */

/* False if text is none; the port 0 is none. */
bool net_socket(struct str text, struct sockaddr_storage *out, socklen_t *len);

/* The other way round. */
void net_socket_text(
    const struct sockaddr_storage *sa, char out[NET_SOCKET_SIZE]);

#endif
