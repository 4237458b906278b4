#include "part.h"

#include <stdio.h>
#include <string.h>

#include "num.h"

/* ---- what is asked for ---- */

/* One of a list: "*", a tag, or a weak one (RFC 9110 8.8.3.2: weak comparison
 * is for this). */
static bool
names_tag(struct str list, struct str tag)
{
	static const struct str weak = STR("W/");
	struct str one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, weak))
			one = str_n(one.p + weak.len, one.len - weak.len);
		if (str_eqz(one, "*") || str_eq(one, tag))
			return true;
	}
	return false;
}

/* "bytes=first-last", "bytes=first-", "bytes=-last": 206 or 416; 200: there is
 * no range that can be read. */
static struct part
find_range(struct str range, size_t size)
{
	static const struct str unit = STR("bytes=");
	const struct part all = {200, 0, size};
	struct str rest, word;
	int64_t first, last = INT64_MAX, have = (int64_t)size;
	bool to_end;

	if (!str_starts(range, unit) || str_find(range, ',') < range.len)
		return all;
	rest = str_n(range.p + unit.len, range.len - unit.len);
	if (str_find(rest, '-') == rest.len || !str_next(&rest, '-', &word))
		return all;
	to_end = word.len == 0;
	if (rest.len > 0 ? !num_parse(rest, 0, INT64_MAX, &last) : to_end)
		return all;
	if (to_end) {
		first = last < have ? have - last : 0;
		last = last == 0 ? -1 : have - 1;
	} else if (!num_parse(word, 0, INT64_MAX, &first) || first > last) {
		return all;
	}
	if (first >= have || last < first)
		return (struct part){416, 0, 0};
	last = last < have ? last : have - 1;
	return (struct part){206, (size_t)first, (size_t)(last - first + 1)};
}

struct part
part_find(const struct req *r, struct str tag, size_t size)
{
	struct str since = req_param(r, "HTTP_IF_RANGE");

	if (names_tag(req_param(r, "HTTP_IF_NONE_MATCH"), tag))
		return (struct part){304, 0, 0};
	if (since.len > 0 && !str_eq(str_trim(since), tag))
		return (struct part){200, 0, size};
	return find_range(req_param(r, "HTTP_RANGE"), size);
}

/* ---- the answer ---- */

static void
put_range(struct resp *out, const struct part *p, size_t size)
{
	char text[80];

	if (p->status == 206)
		(void)snprintf(text, sizeof(text), "bytes %zu-%zu/%zu", p->from,
		    p->from + p->n - 1, size);
	else
		(void)snprintf(text, sizeof(text), "bytes */%zu", size);
	(void)resp_header(out, "Content-Range", str_of(text));
}

/* What does not fit into the buffer of an answer is streamed, which tells no
 * length by itself. */
static void
put_length(struct resp *out, size_t n)
{
	char text[24];

	if (n <= RESP_BUFFER)
		return;
	(void)snprintf(text, sizeof(text), "%zu", n);
	(void)resp_header(out, "Content-Length", str_of(text));
}

int
part_send(struct resp *out, const struct req *r, const char *type,
    const char *tag, struct str body)
{
	struct part p = part_find(r, str_of(tag), body.len);

	(void)resp_header(out, "ETag", str_of(tag));
	resp_status(out, p.status);
	if (p.status == 304) {
		resp_bare(out);
		return p.status;
	}
	(void)resp_header(out, "Accept-Ranges", STR("bytes"));
	if (p.status != 200)
		put_range(out, &p, body.len);
	put_length(out, p.n);
	if (resp_header(out, "Content-Type", str_of(type)) == 0)
		(void)resp_write(out, body.p + p.from, p.n);
	return p.status;
}
