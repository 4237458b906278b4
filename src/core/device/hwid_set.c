#include "hwid_set.h"

#include "hwid.h"

#define ARENA_MAX ((size_t)256 << 20)

int
hwid_set_open(struct hwid_set *s, size_t max)
{
	arena_init(&s->arena, ARENA_MAX);
	map_init(&s->map);
	s->n = 0;
	s->max = max;
	s->list = arena_array(&s->arena, max, sizeof(*s->list));
	return s->list != NULL ? 0 : -1;
}

void
hwid_set_close(struct hwid_set *s)
{
	map_fini(&s->map);
	arena_fini(&s->arena);
}

static bool
is_there(const struct hwid_set *s, const char *id, uint64_t hash)
{
	struct map_node *n;

	for (n = map_first(&s->map, hash); n != NULL; n = map_same(n))
		if (str_eqz(
			str_of(id), map_entry(n, struct hwid_entry, node)->id))
			return true;
	return false;
}

enum hwid_added
hwid_set_add(struct hwid_set *s, struct str hw_id)
{
	char id[HWID_MAX + 1];
	uint64_t hash;

	if (!hwid_normalise(hw_id, id))
		return HWID_NONE;
	hash = map_hash(str_of(id));
	if (is_there(s, id, hash))
		return HWID_THERE;
	if (s->n == s->max)
		return HWID_NONE;
	s->list[s->n].id = arena_strdup(&s->arena, id);
	if (s->list[s->n].id == NULL)
		return HWID_NONE;
	map_put(&s->map, &s->list[s->n++].node, hash);
	return HWID_NEW;
}
