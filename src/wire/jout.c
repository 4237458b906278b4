#include "jout.h"

#include <stdio.h>
#include <string.h>

#include "must.h"
#include "num.h"

#define SHORT_MAX 120 /* bytes of a string that is put at once */

static void
put(struct jout *j, const char *p, size_t n)
{
	if (j->failed || n == 0)
		return;
	if (j->sink.put(j->sink.arg, p, n) < 0)
		j->failed = true;
	else
		j->written += n;
}

/* Bytes at the start of s that stand in a JSON string as they are. */
static size_t
plain_run(struct str s)
{
	size_t i = 0;

	while (i < s.len) {
		unsigned char c = (unsigned char)s.p[i];
		size_t n = 1;

		if (c < 0x20 || c == '"' || c == '\\')
			break;
		if (c >= 0x80)
			n = str_utf8_len(str_n(s.p + i, s.len - i));
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

static void
put_escape(struct jout *j, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *hit = c ? strchr(from, c) : NULL;
	char text[8];

	if (c >= 0x80)
		put(j, "\xef\xbf\xbd", 3); /* U+FFFD */
	else if (hit != NULL)
		put(j, (char[2]){'\\', to[hit - from]}, 2);
	else
		put(j, text,
		    (size_t)snprintf(text, sizeof(text), "\\u%04x", c));
}

/* Most strings are short and stand as they are: one call of the sink. */
static bool
put_short(struct jout *j, const char *before, struct str s, const char *behind)
{
	char text[SHORT_MAX + 8];
	size_t n = 0;

	if (s.len > SHORT_MAX || plain_run(s) < s.len)
		return false;
	for (; *before != '\0'; before++)
		text[n++] = *before;
	if (s.len > 0)
		memcpy(text + n, s.p, s.len);
	n += s.len;
	for (; *behind != '\0'; behind++)
		text[n++] = *behind;
	put(j, text, n);
	return true;
}

static void
put_string(struct jout *j, struct str s)
{
	if (put_short(j, "\"", s, "\""))
		return;
	put(j, "\"", 1);
	while (s.len > 0) {
		size_t n = plain_run(s);

		put(j, s.p, n);
		if (n < s.len)
			put_escape(j, (unsigned char)s.p[n++]);
		s = str_n(s.p + n, s.len - n);
	}
	put(j, "\"", 1);
}

/* The comma and the name in front of a value. */
static void
lead(struct jout *j, const char *name)
{
	uint32_t bit = (uint32_t)1 << j->depth;
	bool in_object = j->depth > 0 && (j->array & bit) == 0;
	bool first = (j->first & bit) != 0;

	must(in_object == (name != NULL));
	must(j->depth > 0 || first);
	j->first &= ~bit;
	if (name != NULL &&
	    put_short(j, first ? "\"" : ",\"", str_of(name), "\":"))
		return;
	if (!first)
		put(j, ",", 1);
	if (name != NULL) {
		put_string(j, str_of(name));
		put(j, ":", 1);
	}
}

static void
open_scope(struct jout *j, const char *name, bool array)
{
	uint32_t bit;

	lead(j, name);
	must(j->depth < JOUT_DEPTH_MAX);
	j->depth++;
	bit = (uint32_t)1 << j->depth;
	j->first |= bit;
	j->array = array ? j->array | bit : j->array & ~bit;
	put(j, array ? "[" : "{", 1);
}

void
jout_init(struct jout *j, struct sink sink)
{
	memset(j, 0, sizeof(*j));
	j->sink = sink;
	j->first = 1;
}

void
jout_object(struct jout *j, const char *name)
{
	open_scope(j, name, false);
}

void
jout_array(struct jout *j, const char *name)
{
	open_scope(j, name, true);
}

void
jout_end(struct jout *j)
{
	must(j->depth > 0);
	put(j, (j->array >> j->depth & 1) ? "]" : "}", 1);
	j->depth--;
}

void
jout_str(struct jout *j, const char *name, struct str v)
{
	lead(j, name);
	put_string(j, v);
}

void
jout_strz(struct jout *j, const char *name, const char *v)
{
	jout_str(j, name, str_of(v));
}

void
jout_int(struct jout *j, const char *name, int64_t v)
{
	char text[20];

	lead(j, name);
	put(j, text, (size_t)(num_put_signed(text, v) - text));
}

void
jout_bool(struct jout *j, const char *name, bool v)
{
	lead(j, name);
	put(j, v ? "true" : "false", v ? 4 : 5);
}

void
jout_null(struct jout *j, const char *name)
{
	lead(j, name);
	put(j, "null", 4);
}

void
jout_raw(struct jout *j, const char *name, struct str json)
{
	must(json.len > 0);
	lead(j, name);
	put(j, json.p, json.len);
}

void
jout_value(struct jout *j, const char *name, const struct pair *p)
{
	switch (p->kind) {
	case PAIR_NONE:
		break;
	case PAIR_TEXT:
		jout_str(j, name, p->s);
		break;
	case PAIR_INT:
		jout_int(j, name, p->n);
		break;
	case PAIR_BOOL:
		jout_bool(j, name, p->n != 0);
		break;
	}
}

void
jout_pairs(struct jout *j, struct pairs pairs)
{
	for (size_t i = 0; i < pairs.n; i++)
		jout_value(j, pairs.v[i].key, &pairs.v[i]);
}

bool
jout_failed(const struct jout *j)
{
	return j->failed;
}
