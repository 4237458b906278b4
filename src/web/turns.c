#include "turns.h"

#include "arena.h"
#include "beside.h"

struct turns {
	struct beside thread;
	int64_t every_ms;
	turns_fn *fn;
	void *arg;
};

static void *
run(void *arg)
{
	struct turns *t = arg;

	while (t->fn(t->arg) && beside_sleep(&t->thread, t->every_ms))
		;
	return NULL;
}

struct turns *
turns_start(int64_t every_ms, turns_fn *fn, void *arg)
{
	struct turns *t = mem_new(sizeof(*t));

	t->every_ms = every_ms;
	t->fn = fn;
	t->arg = arg;
	beside_start(&t->thread, run, t);
	return t;
}

void
turns_stop(struct turns **pt)
{
	struct turns *t = *pt;

	if (t == NULL)
		return;
	beside_stop(&t->thread);
	mem_free(t);
	*pt = NULL;
}
