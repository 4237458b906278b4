#include "phone_step.h"

#include "load.h"

const char *
phone_step_take(
    struct arena *a, struct phone_steps *s, struct str model, struct str value)
{
	void *list = s->list;
	struct phone_step *kept, one = {.model = model};

	if (!way_step_read(str_of(arena_str(a, value)), &one.step))
		return "a step is \"FROM TO VIA\", or \"FROM TO -\"";
	if (s->n == PHONE_STEPS_MAX)
		return "too many steps";
	kept = load_more(a, &list, &s->n, sizeof(*kept));
	if (kept == NULL)
		return "no room for steps";
	s->list = list;
	*kept = one;
	return NULL;
}

/* Those of one model, behind n that are there. */
static size_t
add_of(const struct phone_steps *s, struct str model, struct way_step *out,
    size_t n)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->list[i].model, model))
			out[n++] = s->list[i].step;
	return n;
}

int
phone_step_way(const struct phone_steps *s, const struct phone_step_ends *in,
    struct str via[WAY_VIAS])
{
	struct way_step list[PHONE_STEPS_MAX];
	size_t n = add_of(s, in->type, list, 0);

	n = add_of(s, STR(""), list, n);
	return way_find(list, n, in->from, in->to, via);
}
