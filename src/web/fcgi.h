/*
 * fcgi -- the FastCGI runtime; the only door to libfcgi.
 *
 * The calling thread accepts connections on the listening socket and parks
 * them in one epoll set.  Workers wait on that set: a connection with a request
 * is given to one of them (EPOLLONESHOT), read, served, and parked again, so
 * that an idle kept connection never occupies a thread.  This hands libfcgi an
 * accepted connection by public fields of FCGX_Request (ipcFd,
 * keepConnection, detached; listen socket -1); t/web/fcgi guards that.
 *
 * A request whose serving function called req_later() moves with its
 * connection to a pool of threads for slow work, and the worker is free again.
 *
 * SIGTERM and SIGINT end the program cleanly: nothing new is accepted, every
 * request already sent by nginx is served, contexts are closed.
 */
#ifndef FL_FCGI_H
#define FL_FCGI_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "req.h"
#include "resp.h"

#define FCGI_SLOW_THREADS 64  /* slow requests that run at once */
#define FCGI_SLOW_QUEUE   256 /* and that wait */
#define FCGI_SOCKET_S     60  /* silence in mid-request that ends it */

struct fcgi_setup {
	int listen_fd;   /* FCGI_LISTENSOCK_FILENO (0) in production */
	size_t threads;  /* workers */
	size_t body_max; /* bytes of a request body; more is REQ_BODY_TOO_BIG */
	void *arg;
	/* Makes the context of one worker in its own thread (a database
	 * connection is not shared); NULL with *e filled ends the program. */
	void *(*begin)(void *arg, struct err *e);
	void (*end)(void *ctx);
	/* Answers one request; resp_end is called by the runtime. */
	void (*serve)(void *ctx, struct req *r, struct resp *out);
	/* When the answer is made: log line, counters.  us: microseconds since
	 * the request was read. */
	void (*done)(struct req *r, struct resp *out, int64_t us);
};

/* Serve until SIGTERM or SIGINT.  -1 when a context could not be made. */
int fcgi_run(const struct fcgi_setup *s, struct err *e) FL_CHECK;

#endif
