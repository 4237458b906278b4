#include "facts_text.h"

#include "net.h"

enum kind { TEXT, HOST_V4, HOST_V6 };

static const struct row {
	const char *member;
	enum kind kind;
	size_t max; /* bytes of a text */
} table[FACTS__MAX] = {
    [FACTS_PRODUCT] = {"product", TEXT, FACTS_TEXT_MAX},
    [FACTS_VERSION] = {"version", TEXT, FACTS_TEXT_MAX},
    [FACTS_NAME] = {"name", TEXT, FACTS_TEXT_MAX},
    [FACTS_FW] = {"fw", TEXT, FACTS_TEXT_MAX},
    [FACTS_BC] = {"bc", TEXT, FACTS_TEXT_MAX},
    [FACTS_FW_BUILD] = {"fwBuild", TEXT, 64},
    [FACTS_BC_BUILD] = {"bcBuild", TEXT, 64},
    [FACTS_MAJOR] = {"major", TEXT, 64},
    [FACTS_IF] = {"if", TEXT, 32},
    [FACTS_IPV4] = {"ipv4", HOST_V4, 0},
    [FACTS_IPV6] = {"ipv6", HOST_V6, 0},
};

static struct str
clean_text(struct arena *a, struct str s, size_t max)
{
	char *room;

	if (!str_printable(s)) {
		room = arena_alloc(a, s.len);
		if (room == NULL)
			return str_n("", 0);
		s = str_clean(s, room);
	}
	if (s.len > max)
		for (s.len = max; !str_utf8(s);)
			s.len--;
	return s;
}

static struct str
clean_host(struct arena *a, struct str s, enum net_family family)
{
	char host[NET_HOST_SIZE];

	if (!net_host(s, family, host))
		return str_n("", 0);
	return str_of(arena_str(a, str_of(host)));
}

struct str
facts_text(struct arena *a, const struct json *object, enum facts_member what)
{
	const struct row *r = &table[what];
	struct str s = json_text(json_member(object, r->member));

	if (r->kind == TEXT)
		return clean_text(a, s, r->max);
	return clean_host(a, s, r->kind == HOST_V4 ? NET_IPV4 : NET_IPV6);
}
