#include "way.h"

struct str
way_word(struct str *rest)
{
	struct str w;

	*rest = str_trim(*rest);
	w = str_n(rest->p, 0);
	while (w.len < rest->len && !str_in(rest->p[w.len], 0, " \t"))
		w.len++;
	*rest = str_trim(str_n(rest->p + w.len, rest->len - w.len));
	return w;
}

bool
way_step_read(struct str text, struct way_step *out)
{
	out->from = way_word(&text);
	out->to = way_word(&text);
	out->via = way_word(&text);
	return out->via.len > 0 && text.len == 0 && out->via.len <= WAY_RELEASE;
}

bool
way_begins(struct str version, struct str release)
{
	return str_starts(version, release) &&
	       (version.len == release.len ||
		   !str_in(version.p[release.len], STR_DIGITS, ""));
}

static const struct way_step *
next_step(const struct way_step *list, size_t n, struct str version,
    struct str release)
{
	for (size_t i = 0; i < n; i++)
		if (way_begins(version, list[i].from) &&
		    way_begins(release, list[i].to))
			return &list[i];
	return NULL;
}

int
way_find(const struct way_step *list, size_t n, struct str version,
    struct str release, struct str via[WAY_VIAS])
{
	const struct way_step *s;
	int found = 0;

	while ((s = next_step(list, n, version, release)) != NULL) {
		if (found == WAY_VIAS || str_eqz(s->via, "-"))
			return -1;
		via[found++] = s->via;
		version = s->via;
	}
	return found;
}
