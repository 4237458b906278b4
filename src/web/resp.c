#include "resp.h"

#include <stdio.h>
#include <string.h>

#include "must.h"

void
resp_init(struct resp *r, struct sink to)
{
	r->to = to;
	r->push = NULL;
	r->state = RESP_HEAD;
	r->status = 200;
	r->gone = r->bare = r->broken = false;
	r->bytes = 0;
	r->head_len = r->body_len = 0;
}

void
resp_status(struct resp *r, int status)
{
	must(r->state == RESP_HEAD && status >= 200 && status <= 599);
	r->status = status;
}

int
resp_header(struct resp *r, const char *name, struct str value)
{
	size_t len = strlen(name), room = sizeof(r->head) - r->head_len;
	char *to = r->head + r->head_len;

	must(r->state == RESP_HEAD);
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] == '\r' || value.p[i] == '\n' ||
		    value.p[i] == '\0')
			return -1;
	if (value.len >= room || len + value.len + 4 >= room)
		return -1;
	memcpy(to, name, len);
	memcpy(to + len, ": ", 2);
	if (value.len > 0)
		memcpy(to + len + 2, value.p, value.len);
	memcpy(to + len + 2 + value.len, "\r\n", 2);
	r->head_len += len + value.len + 4;
	return 0;
}

void
resp_retry_after(struct resp *r, int64_t wait_ms)
{
	char seconds[24];

	(void)snprintf(seconds, sizeof(seconds), "%lld",
	    (long long)(wait_ms + 999) / 1000);
	(void)resp_header(r, "Retry-After", str_of(seconds));
}

bool
resp_restart(struct resp *r)
{
	void (*push)(void *);

	if (r->state != RESP_HEAD)
		return false;
	push = r->push;
	resp_init(r, r->to);
	r->push = push;
	return true;
}

static void
put(struct resp *r, const char *p, size_t n)
{
	if (!r->gone && n > 0 && r->to.put(r->to.arg, p, n) < 0)
		r->gone = true;
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} known[] = {
	    {200, "OK"},
	    {201, "Created"},
	    {206, "Partial Content"},
	    {304, "Not Modified"},
	    {400, "Bad Request"},
	    {401, "Unauthorized"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {413, "Content Too Large"},
	    {416, "Range Not Satisfiable"},
	    {429, "Too Many Requests"},
	    {500, "Internal Server Error"},
	    {503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].status == status)
			return known[i].text;
	return "Status";
}

/* whole: the body is complete in the buffer, so its length is known. */
static void
send_head(struct resp *r, bool whole)
{
	char start[128];
	int n;

	if (whole)
		n = snprintf(start, sizeof(start),
		    "Status: %d %s\r\nContent-Length: %zu\r\n", r->status,
		    reason(r->status), r->body_len);
	else
		n = snprintf(start, sizeof(start), "Status: %d %s\r\n",
		    r->status, reason(r->status));
	must(n > 0 && (size_t)n < sizeof(start));
	put(r, start, (size_t)n);
	put(r, r->head, r->head_len);
	put(r, "\r\n", 2);
}

static void
flush(struct resp *r)
{
	if (r->state == RESP_HEAD) {
		send_head(r, false);
		r->state = RESP_BODY;
	}
	put(r, r->body, r->body_len);
	r->body_len = 0;
}

int
resp_write(struct resp *r, const void *p, size_t n)
{
	const char *from = p;

	must(r->state != RESP_ENDED);
	r->bytes += n;
	while (n > 0 && !r->gone) {
		size_t part = sizeof(r->body) - r->body_len;

		if (part > n)
			part = n;
		memcpy(r->body + r->body_len, from, part);
		r->body_len += part;
		from += part;
		n -= part;
		if (n > 0)
			flush(r);
	}
	return r->gone ? -1 : 0;
}

void
resp_flush(struct resp *r)
{
	must(r->state != RESP_ENDED);
	flush(r);
	if (r->push != NULL && !r->gone)
		r->push(r->to.arg);
}

static int
sink_put(void *arg, const void *p, size_t n)
{
	return resp_write(arg, p, n);
}

struct sink
resp_sink(struct resp *r)
{
	struct sink s = {sink_put, r};

	return s;
}

void
resp_text(struct resp *r, int status, const char *type, struct str body)
{
	resp_status(r, status);
	must(resp_header(r, "Content-Type", str_of(type)) == 0);
	(void)resp_write(r, body.p, body.len);
}

void
resp_error(struct resp *r, int status, const char *phrase)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "{\"error\":\"%s\"}\n", phrase);

	must(n > 0 && (size_t)n < sizeof(text));
	resp_text(r, status, "application/json", str_n(text, (size_t)n));
}

void
resp_line(struct resp *r, int status, const char *phrase)
{
	resp_text(r, status, "text/plain; charset=utf-8", str_of(phrase));
	(void)resp_write(r, "\n", 1);
}

void
resp_bare(struct resp *r)
{
	must(r->state == RESP_HEAD && r->body_len == 0);
	r->bare = true;
}

void
resp_break(struct resp *r)
{
	r->broken = true;
	r->state = RESP_ENDED;
}

void
resp_end(struct resp *r)
{
	if (r->state == RESP_ENDED)
		return;
	if (r->state == RESP_HEAD) {
		send_head(r, !r->bare);
		r->state = RESP_BODY;
	}
	flush(r);
	r->state = RESP_ENDED;
}
