#include "http1.h"

#include <http_parser.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "must.h"

/* A header as offsets, because the text moves while it grows. */
struct span {
	uint32_t name, name_len, value, value_len;
};

struct http1 {
	http_parser parser;
	struct buf text; /* target or reason, names and values */
	struct span headers[HTTP1_HEADERS_MAX];
	size_t count;
	uint32_t first_len; /* target or reason, at the start of text */
	int64_t length;     /* Content-Length, -1 if none */
	bool to_head, chunked, keep;
	bool in_value;  /* the last callback was of a value */
	bool head_done; /* what follows are trailers: ignored */
	bool ended;     /* the next byte begins a message */
	bool broken;
	bool has_event;
	struct http1_event event;
};

/* Stop the parser behind this event, so that events are taken one by one. */
static void
set_event(struct http1 *h, enum http1_event_kind kind, struct str body)
{
	must(!h->has_event);
	h->event.kind = kind;
	h->event.body = body;
	h->has_event = true;
	http_parser_pause(&h->parser, 1);
}

static int
take_first(http_parser *p, const char *at, size_t n)
{
	struct http1 *h = p->data;

	/* Not strict, the parser takes tabs and more within a target. */
	for (size_t i = 0; i < n && p->type == HTTP_REQUEST; i++)
		if ((unsigned char)at[i] <= ' ' || at[i] == 127)
			return -1;
	buf_add(&h->text, at, n);
	h->first_len = (uint32_t)h->text.len;
	return buf_failed(&h->text) ? -1 : 0;
}

/* Debian's parser is built without its strict mode and takes blanks. */
static bool
is_token(const char *at, size_t n)
{
	return str_only(str_n(at, n), STR_ALNUM, STR_TOKEN_MORE);
}

static int
take_name(http_parser *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	struct span *s;

	if (h->head_done)
		return 0;
	if (!is_token(at, n))
		return -1;
	if (h->count == 0 || h->in_value) {
		if (h->count == HTTP1_HEADERS_MAX)
			return -1;
		s = &h->headers[h->count++];
		memset(s, 0, sizeof(*s));
		s->name = (uint32_t)h->text.len;
	}
	h->in_value = false;
	buf_add(&h->text, at, n);
	h->headers[h->count - 1].name_len += (uint32_t)n;
	return buf_failed(&h->text) ? -1 : 0;
}

static int
take_value(http_parser *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	struct span *s;

	if (h->head_done)
		return 0;
	must(h->count > 0);
	/* The parser's fast path lets control characters through. */
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)at[i] < ' ' && at[i] != '\t') ||
		    at[i] == 127)
			return -1;
	s = &h->headers[h->count - 1];
	if (!h->in_value)
		s->value = (uint32_t)h->text.len;
	h->in_value = true;
	buf_add(&h->text, at, n);
	s->value_len += (uint32_t)n;
	return buf_failed(&h->text) ? -1 : 0;
}

static bool
has_no_body(const struct http1 *h)
{
	unsigned status = h->parser.status_code;

	return h->parser.type == HTTP_RESPONSE &&
	       (h->to_head || status / 100 == 1 || status == 204 ||
		   status == 304);
}

/* 0: a body may follow; 1: none does. */
static int
take_head(http_parser *p)
{
	struct http1 *h = p->data;

	if (p->http_major != 1 || p->http_minor > 1)
		return -1;
	if (p->type == HTTP_RESPONSE && p->status_code < 100)
		return -1;
	/* A request whose last coding is not chunked has no end (RFC 9112 6.3).
	 */
	if (p->type == HTTP_REQUEST && p->uses_transfer_encoding &&
	    (p->flags & F_CHUNKED) == 0)
		return -1;
	h->head_done = true;
	h->chunked = (p->flags & F_CHUNKED) != 0;
	h->length = -1;
	if ((p->flags & F_CONTENTLENGTH) != 0 && p->content_length <= INT64_MAX)
		h->length = (int64_t)p->content_length;
	set_event(h, HTTP1_HEAD, str_n("", 0));
	return has_no_body(h) ? 1 : 0;
}

static int
take_body(http_parser *p, const char *at, size_t n)
{
	if (n > 0)
		set_event(p->data, HTTP1_BODY, str_n(at, n));
	return 0;
}

static int
take_end(http_parser *p)
{
	struct http1 *h = p->data;

	h->ended = true;
	h->keep = http_should_keep_alive(p) != 0;
	set_event(h, HTTP1_END, str_n("", 0));
	return 0;
}

static const http_parser_settings settings = {
    .on_url = take_first,
    .on_status = take_first,
    .on_header_field = take_name,
    .on_header_value = take_value,
    .on_headers_complete = take_head,
    .on_body = take_body,
    .on_message_complete = take_end,
};

static void
begin(struct http1 *h, enum http_parser_type type)
{
	http_parser_init(&h->parser, type);
	h->parser.data = h;
	buf_clear(&h->text);
	h->count = 0;
	h->first_len = 0;
	h->length = -1;
	h->chunked = h->keep = h->in_value = h->head_done = h->ended = false;
}

static struct http1 *
make(enum http_parser_type type)
{
	struct http1 *h = mem_new(sizeof(*h));

	buf_init(&h->text, HTTP1_HEAD_MAX);
	begin(h, type);
	return h;
}

struct http1 *
http1_request_new(void)
{
	return make(HTTP_REQUEST);
}

struct http1 *
http1_response_new(bool to_head)
{
	struct http1 *h = make(HTTP_RESPONSE);

	h->to_head = to_head;
	return h;
}

void
http1_free(struct http1 **h)
{
	if (*h == NULL)
		return;
	buf_wipe(&(*h)->text); /* targets hold keys, headers credentials */
	mem_free(*h);
	*h = NULL;
}

int
http1_feed(
    struct http1 *h, struct str in, size_t *taken, struct http1_event *ev)
{
	*taken = 0;
	if (h->broken)
		return -1;
	if (in.len == 0) /* for the parser that would be the end */
		return 0;
	if (h->ended) {
		must(!h->parser.upgrade);
		begin(h, h->parser.type);
	}
	http_parser_pause(&h->parser, 0);
	*taken = http_parser_execute(&h->parser, &settings, in.p, in.len);
	must(*taken <= in.len);
	if (HTTP_PARSER_ERRNO(&h->parser) == HPE_PAUSED && h->has_event) {
		h->has_event = false;
		*ev = h->event;
		return 1;
	}
	if (HTTP_PARSER_ERRNO(&h->parser) == HPE_OK && *taken == in.len)
		return 0;
	h->broken = true;
	return -1;
}

int
http1_eof(struct http1 *h)
{
	if (h->broken)
		return -1;
	if (h->ended)
		return 0;
	http_parser_pause(&h->parser, 0);
	(void)http_parser_execute(&h->parser, &settings, "", 0);
	h->has_event = false;
	if (h->ended)
		return 1;
	if (HTTP_PARSER_ERRNO(&h->parser) == HPE_OK && !h->head_done)
		return 0;
	h->broken = true;
	return -1;
}

static struct str
slice(const struct http1 *h, uint32_t at, uint32_t len)
{
	return len ? str_n(h->text.data + at, len) : str_n("", 0);
}

struct str
http1_method(const struct http1 *h)
{
	return str_of(http_method_str((enum http_method)h->parser.method));
}

struct str
http1_target(const struct http1 *h)
{
	return slice(h, 0, h->first_len);
}

int
http1_status(const struct http1 *h)
{
	return (int)h->parser.status_code;
}

struct str
http1_reason(const struct http1 *h)
{
	return slice(h, 0, h->first_len);
}

int
http1_minor(const struct http1 *h)
{
	return h->parser.http_minor;
}

bool
http1_upgraded(const struct http1 *h)
{
	return h->parser.upgrade != 0;
}

size_t
http1_count(const struct http1 *h)
{
	return h->count;
}

struct str
http1_name(const struct http1 *h, size_t i)
{
	must(i < h->count);
	return slice(h, h->headers[i].name, h->headers[i].name_len);
}

struct str
http1_value(const struct http1 *h, size_t i)
{
	must(i < h->count);
	return str_trim(slice(h, h->headers[i].value, h->headers[i].value_len));
}

struct str
http1_find(const struct http1 *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (str_eq_nocase(http1_name(h, i), str_of(name)))
			return http1_value(h, i);
	return str_n("", 0);
}

bool
http1_has(const struct http1 *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (str_eq_nocase(http1_name(h, i), str_of(name)))
			return true;
	return false;
}

bool
http1_token(const struct http1 *h, const char *name, struct str token)
{
	struct str rest, one;

	for (size_t i = 0; i < h->count; i++) {
		if (!str_eq_nocase(http1_name(h, i), str_of(name)))
			continue;
		rest = http1_value(h, i);
		while (str_next(&rest, ',', &one))
			if (str_eq_nocase(str_trim(one), token))
				return true;
	}
	return false;
}

bool
http1_chunked(const struct http1 *h)
{
	return h->chunked;
}

int64_t
http1_length(const struct http1 *h)
{
	return h->length;
}

bool
http1_keep(const struct http1 *h)
{
	return h->keep;
}
