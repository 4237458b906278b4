#include "cookie.h"

#include <string.h>

static bool
is_secure(const struct req *r, const struct conf *conf)
{
	const char *own = conf->url[0] != '\0' ? conf->url : req_origin(r);

	return own != NULL && strncmp(own, "https:", 6) == 0;
}

static const char *
name_of(bool secure)
{
	return secure ? "__Host-" COOKIE_NAME : COOKIE_NAME;
}

/* How many of that name the header has; *value is the last one's. */
static size_t
count(struct str header, const char *name, struct str *value)
{
	struct str one;
	size_t n = 0, at;

	while (str_next(&header, ';', &one)) {
		one = str_trim(one);
		at = str_find(one, '=');
		if (at >= one.len || !str_eqz(str_n(one.p, at), name))
			continue;
		*value = str_n(one.p + at + 1, one.len - at - 1);
		n++;
	}
	return n;
}

struct str
cookie_find(const struct req *r, const struct conf *conf)
{
	const char *name = name_of(is_secure(r, conf));
	struct str value = str_n("", 0), header;
	size_t n = 0;

	for (size_t i = 0; (header = req_nth(r, "HTTP_COOKIE", i)).p != NULL;
	     i++)
		n += count(header, name, &value);
	return n == 1 ? value : str_n("", 0);
}

const char *
cookie_text(const struct req *r, const struct conf *conf, struct str value)
{
	bool secure = is_secure(r, conf);

	return arena_printf(r->arena,
	    "%s=%.*s; Path=%s%s; HttpOnly; SameSite=Strict%s%s",
	    name_of(secure), (int)value.len, value.p, secure ? "/" : conf->base,
	    secure ? "" : "/api", secure ? "; Secure" : "",
	    value.len == 0 ? "; Max-Age=0" : "");
}
