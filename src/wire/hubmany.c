#include "hubmany.h"

#include <string.h>

#include "num.h"

#define LENGTH "Content-Length"

void
hubmany_add(struct buf *out, const char *headers, size_t len, struct str body)
{
	for (size_t at = 0; at < len; at += strlen(headers + at) + 1) {
		buf_puts(out, headers + at);
		buf_putc(out, '\n');
	}
	buf_printf(out, LENGTH ": %zu\n\n", body.len);
	buf_str(out, body);
}

static bool
take_fact(struct str name, struct str value, struct hubmany *out)
{
	for (size_t i = 0; i < HUBWIRE_FACTS; i++) {
		if (!str_eqz(name, hubwire_facts[i].header))
			continue;
		out->facts[i] = value;
		return value.len <= hubwire_facts[i].max;
	}
	return false;
}

/* The head, line by line; its end gives the length of the body. */
static bool
take_head(struct str *rest, struct hubmany *out, int64_t *length)
{
	struct str line, name;

	*length = -1;
	while (rest->len > 0 && str_next(rest, '\n', &line)) {
		if (line.len == 0)
			return *length >= 0;
		if (*length >= 0 || !str_next(&line, ':', &name) ||
		    line.len == 0 || line.p[0] != ' ')
			return false;
		line = str_n(line.p + 1, line.len - 1);
		if (str_eqz(name, LENGTH)) {
			if (!num_parse(line, 0, INT32_MAX, length))
				return false;
		} else if (!take_fact(name, line, out)) {
			return false;
		}
	}
	return false;
}

int
hubmany_next(struct str *rest, struct hubmany *out)
{
	int64_t length;

	memset(out, 0, sizeof(*out));
	if (rest->len == 0)
		return 0;
	if (!take_head(rest, out, &length) || (size_t)length > rest->len)
		return -1;
	out->body = str_n(rest->p, (size_t)length);
	*rest = str_n(rest->p + length, rest->len - (size_t)length);
	return 1;
}
