#include "hwid_set.h"

int
hwid_set_open(struct hwid_set *s, struct arena *a, size_t max)
{
	s->arena = a;
	s->n = 0;
	s->list = arena_array(a, max, sizeof(*s->list));
	map_init(&s->map);
	return s->list != NULL ? 0 : -1;
}

void
hwid_set_close(struct hwid_set *s)
{
	map_fini(&s->map);
}

bool
hwid_set_add(struct hwid_set *s, struct str hw_id, int64_t place,
    const struct hwid_entry **before)
{
	struct hwid_entry *to = &s->list[s->n];
	char id[HWID_MAX + 1];
	struct map_node *n;
	uint64_t hash;

	*before = NULL;
	if (!hwid_normalise(hw_id, id))
		return false;
	hash = map_hash(str_of(id));
	for (n = map_first(&s->map, hash); n != NULL; n = map_same(n)) {
		*before = map_entry(n, struct hwid_entry, node);
		if (str_eqz((*before)->id, id))
			return true;
	}
	*before = NULL;
	to->id = str_of(arena_strdup(s->arena, id));
	to->place = place;
	map_put(&s->map, &to->node, hash);
	s->n++;
	return true;
}
