/*
 * bare -- the least that a FastCGI program can do: the ceiling that bench/run
 * measures ours against.
 *
 *	bare [file] <listening-socket
 *
 * One thread, one epoll set, no library.  It reads records until the one that
 * ends a request's body and writes one constant answer: the file, header lines
 * and body, which has to fit into one record, or a text as long as that of
 * GetDevice; nothing is looked at but the frame.  Connections are kept.  A
 * record may come in pieces; a request must fit into BUFFER bytes, as those of
 * the measurement do.  Ends with the first signal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER 65536
#define BODY   480 /* bytes of the answer's body */
#define HEAD   8   /* bytes in front of each record */
#define EVENTS 64
#define ANSWER 65535 /* bytes that a record can have */
#define LISTEN STDIN_FILENO

/* Types of records, FastCGI specification 3.3. */
enum { BEGIN = 1, END = 3, STDIN_DATA = 5, STDOUT_DATA = 6 };

struct conn {
	int fd;
	size_t len;
	unsigned char in[BUFFER];
};

static unsigned char answer[HEAD + ANSWER + HEAD + HEAD + 8];
static size_t answer_len;

static void
head(unsigned char *to, int type, size_t len)
{
	memset(to, 0, HEAD);
	to[0] = 1; /* version */
	to[1] = (unsigned char)type;
	to[3] = 1; /* nginx asks one at a time and calls it 1 */
	to[4] = (unsigned char)(len >> 8);
	to[5] = (unsigned char)len;
}

/* The answer of GetDevice, about. */
static size_t
make_json(char *to)
{
	static const char start[] = "{\"mt\":\"GetDeviceResult\",\"x\":\"";
	int n = snprintf(to, 256,
	    "Status: 200\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n",
	    BODY);

	to += n;
	memset(to, 'x', BODY);
	memcpy(to, start, sizeof(start) - 1);
	memcpy(to + BODY - 2, "\"}", 2);
	return (size_t)n + BODY;
}

static size_t
read_file(const char *path, char *to, size_t max)
{
	FILE *f = fopen(path, "r");
	size_t n = f != NULL ? fread(to, 1, max, f) : max;

	if (n == max)
		abort();
	fclose(f);
	return n;
}

static void
make_answer(const char *path)
{
	char *text = (char *)answer + HEAD;
	size_t len =
	    path != NULL ? read_file(path, text, ANSWER) : make_json(text);

	head(answer, STDOUT_DATA, len);
	head(answer + HEAD + len, STDOUT_DATA, 0);
	head(answer + HEAD + len + HEAD, END, 8);
	answer_len = HEAD + len + HEAD + HEAD + 8;
}

/* Bytes of in that end with a request, 0: not there yet. */
static size_t
request_len(const struct conn *c)
{
	size_t at = 0;

	while (at + HEAD <= c->len) {
		const unsigned char *h = c->in + at;
		size_t content = (size_t)h[4] << 8 | h[5];

		at += HEAD + content + h[6];
		if (at <= c->len && h[1] == STDIN_DATA && content == 0)
			return at;
	}
	return 0;
}

static bool
serve(struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->len, sizeof(c->in) - c->len);
	size_t used;

	if (n <= 0)
		return false;
	c->len += (size_t)n;
	while ((used = request_len(c)) > 0) {
		if (write(c->fd, answer, answer_len) != (ssize_t)answer_len)
			return false;
		c->len -= used;
		memmove(c->in, c->in + used, c->len);
	}
	return c->len < sizeof(c->in);
}

static void
take(int set)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

	if (c == NULL || (c->fd = accept(LISTEN, NULL, NULL)) < 0 ||
	    epoll_ctl(set, EPOLL_CTL_ADD, c->fd, &ev) < 0)
		abort();
}

int
main(int argc, char **argv)
{
	struct epoll_event ev[EVENTS] = {{.events = EPOLLIN}};
	int set = epoll_create1(EPOLL_CLOEXEC), n;

	make_answer(argc > 1 ? argv[1] : NULL);
	if (epoll_ctl(set, EPOLL_CTL_ADD, LISTEN, &ev[0]) < 0)
		return 1;
	while ((n = epoll_wait(set, ev, EVENTS, -1)) > 0 || errno == EINTR)
		for (int i = 0; i < n; i++) {
			struct conn *c = ev[i].data.ptr;

			if (c == NULL) {
				take(set);
			} else if (!serve(c)) {
				close(c->fd);
				free(c);
			}
		}
	return 0;
}
