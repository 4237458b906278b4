#include "apptext.h"

#include "arena.h"
#include "hubwire.h"
#include "jout.h"
#include "json.h"
#include "question.h"

#define MESSAGE_ARENA (16u << 20) /* for 64 KiB of the smallest values */

struct str
apptext_name(struct str target)
{
	struct str path = str_n(target.p, str_find(target, '?')), name = path;

	for (size_t i = 0; i < path.len; i++)
		if (path.p[i] == '/')
			name = str_n(path.p + i + 1, path.len - i - 1);
	if (name.len > 4 &&
	    str_eq_nocase(str_n(name.p + name.len - 4, 4), STR(".htm")))
		name.len -= 4;
	if (name.len > 0 && name.p[0] == '$')
		name = str_n(name.p + 1, name.len - 1);
	if (name.len > 0 && name.p[name.len - 1] == '$')
		name.len--;
	return name;
}

void
apptext_error(struct str message, const char *phrase, struct buf *out)
{
	const struct json *m = NULL;
	struct arena a;
	struct buf mt;
	struct jout j;
	struct err e;

	arena_init(&a, MESSAGE_ARENA);
	buf_init(&mt, HUBWIRE_MESSAGE_MAX + 64);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	if (json_read(&a, message, HUBWIRE_MESSAGE_MAX, &m, &e) == 0 &&
	    json_text(json_member(m, "mt")).len > 0) {
		buf_str(&mt, json_text(json_member(m, "mt")));
		buf_puts(&mt, "Result");
		jout_str(&j, "mt", buf_view(&mt));
		if (json_kind(json_member(m, "src")) != JSON_NONE)
			jout_raw(&j, "src", json_raw_member(message, "src"));
	}
	jout_strz(&j, "error", phrase);
	jout_end(&j);
	buf_fini(&mt);
	arena_fini(&a);
}

char *
apptext_base(const struct http1 *head)
{
	struct str host = http1_find(head, "Host");
	struct buf b;
	char *base;

	if (host.len == 0)
		return NULL;
	buf_init(&b, 2 * HUBWIRE_BASE_MAX);
	buf_puts(&b, str_eqz(http1_find(head, "X-Forwarded-Proto"), "https")
			 ? "https://"
			 : "http://");
	buf_str(&b, host);
	base = mem_strdup(b.data);
	buf_fini(&b);
	return base;
}

char *
apptext_origin(const struct http1 *head)
{
	struct str origin = http1_find(head, "Origin");
	size_t n = 0;

	for (size_t i = 0; i < http1_count(head); i++)
		n += str_eq_nocase(http1_name(head, i), STR("Origin"));
	if (n == 0)
		return NULL;
	if (n > 1 || !question_is_fact(origin, HUBWIRE_BASE_MAX))
		return mem_strdup("null");
	return question_fact(origin, HUBWIRE_BASE_MAX);
}
