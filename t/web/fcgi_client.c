#include "fcgi_client.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "must.h"

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static void
add_record(struct buf *b, unsigned char type, struct str content)
{
	unsigned char head[8] = {1, type, 0, 1,
	    (unsigned char)(content.len >> 8), (unsigned char)content.len, 0,
	    0};

	must(content.len < 65536);
	buf_add(b, head, sizeof(head));
	buf_str(b, content);
}

static void
add_length(struct buf *b, size_t n)
{
	if (n < 128)
		buf_putc(b, (char)n);
	else
		buf_be32(b, (uint32_t)n | 0x80000000U);
}

static void
add_param(struct buf *b, const char *name, struct str value)
{
	add_length(b, strlen(name));
	add_length(b, value.len);
	buf_puts(b, name);
	buf_str(b, value);
}

static void
add_params(struct buf *b, const struct fcgi_ask *a)
{
	char number[32];

	add_param(b, "REQUEST_METHOD", str_of(a->method));
	add_param(b, "REQUEST_URI", str_of(a->path));
	add_param(
	    b, "DOCUMENT_URI", str_n(a->path, str_find(str_of(a->path), '?')));
	if (a->announce >= 0) {
		(void)snprintf(number, sizeof(number), "%ld", a->announce);
		add_param(b, "CONTENT_LENGTH", str_of(number));
	}
	for (const char *const *m = a->more; m != NULL && *m != NULL; m++) {
		size_t n = str_find(str_of(*m), '=');
		char name[64];

		str_copy(name, sizeof(name), str_n(*m, n));
		add_param(b, name, str_of(*m + n + 1));
	}
}

static int
send_all(int fd, struct str s)
{
	while (s.len > 0) {
		ssize_t n = send(fd, s.p, s.len, MSG_NOSIGNAL);

		if (n <= 0)
			return -1;
		s = str_n(s.p + n, s.len - (size_t)n);
	}
	return 0;
}

int
fcgi_send(int fd, const struct fcgi_ask *a)
{
	char begin[8] = {0, 1, (char)(a->keep ? 1 : 0)};
	struct str body = a->body;
	struct buf all, params;
	int rc;

	buf_init(&all, 64 << 20);
	buf_init(&params, 60000);
	add_record(&all, BEGIN, str_n(begin, sizeof(begin)));
	add_params(&params, a);
	add_record(&all, PARAMS, buf_view(&params));
	add_record(&all, PARAMS, str_n("", 0));
	while (body.len > 0) {
		size_t n = body.len < 32768 ? body.len : 32768;

		add_record(&all, STDIN, str_n(body.p, n));
		body = str_n(body.p + n, body.len - n);
	}
	add_record(&all, STDIN, str_n("", 0));
	must(!buf_failed(&all) && !buf_failed(&params));
	rc = send_all(fd, buf_view(&all));
	buf_fini(&params);
	buf_fini(&all);
	return rc;
}

static int
read_all(int fd, void *to, size_t n)
{
	char *p = to;

	while (n > 0) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

int
fcgi_receive(int fd, struct buf *out)
{
	unsigned char head[8], content[65536 + 256];

	for (;;) {
		size_t n;

		if (read_all(fd, head, sizeof(head)) < 0)
			return -1;
		n = (size_t)head[4] << 8 | head[5];
		if (read_all(fd, content, n + head[6]) < 0)
			return -1;
		if (head[1] == STDOUT)
			buf_add(out, content, n);
		if (head[1] == END)
			return 0;
	}
}

int
fcgi_get(int fd, const char *path, bool keep, struct buf *out)
{
	struct fcgi_ask a = {.method = "GET",
	    .path = path,
	    .more = NULL,
	    .body = str_n("", 0),
	    .announce = -1,
	    .keep = keep};

	if (fcgi_send(fd, &a) < 0)
		return -1;
	return fcgi_receive(fd, out);
}
